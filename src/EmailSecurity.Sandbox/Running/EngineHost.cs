using System.Globalization;
using System.Management.Automation.Host;
using System.Reflection;

namespace EmailSecurity.Sandbox.Running;

/// <summary>The smallest PSHost that renders everything the engine has to say: views through Out-Default, the message streams, progress, and prompts with choices.</summary>
internal sealed class EngineHost(IHostOutput output, int width = 120) : PSHost
{
    private readonly EngineHostUI ui = new(output, width);

    /// <summary>The script's exit code (<c>exit N</c>); null where it did not say.</summary>
    public int? ExitCode { get; private set; }

    /// <inheritdoc/>
    public override string Name => "EmailSecurity.Sandbox";

    /// <inheritdoc/>
    public override Version Version { get; } = Assembly.GetExecutingAssembly().GetName().Version ?? new Version(0, 0);

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    // Help is looked for in the folder of the UI culture first: the module's is en-US.
    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    /// <inheritdoc/>
    public override PSHostUserInterface UI => ui;

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    /// <inheritdoc/>
    public override void EnterNestedPrompt() => throw new NotSupportedException("This host has no nested prompt.");

    /// <inheritdoc/>
    public override void ExitNestedPrompt() => throw new NotSupportedException("This host has no nested prompt.");

    /// <inheritdoc/>
    public override void NotifyBeginApplication()
    {
    }

    /// <inheritdoc/>
    public override void NotifyEndApplication()
    {
    }
}
