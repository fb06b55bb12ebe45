using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace EmailSecurity.Tests.Engine;

/// <summary>A host that keeps what the engine shows, answers what it asks from a queue, and has no screen.</summary>
internal sealed class RecordingHost : PSHost
{
    private readonly RecordingUI ui = new();

    /// <summary>Whole lines as they were shown, in order.</summary>
    public List<string> Lines => ui.Lines;

    /// <summary>Prompts shown: <c>caption|message</c>.</summary>
    public List<string> Prompts => ui.Prompts;

    /// <summary>Answers to prompts, in order: index of the choice. With none left the default is taken.</summary>
    public Queue<int> Answers => ui.Answers;

    /// <summary>Answers prompts for a value, by their message; null where nobody can be asked.</summary>
    public Func<string, string>? OnValue { get => ui.OnValue; set => ui.OnValue = value; }

    /// <summary>Called with every progress record; null for nothing.</summary>
    public Action<ProgressRecord>? OnProgress { get => ui.OnProgress; set => ui.OnProgress = value; }

    /// <inheritdoc/>
    public override string Name => "EmailSecurity.Tests";

    /// <inheritdoc/>
    public override Version Version { get; } = new(1, 0);

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    // Help is looked for in the folder of the UI culture first: the module's is en-US.
    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    /// <inheritdoc/>
    public override PSHostUserInterface UI => ui;

    /// <summary>Forgets what was shown and asked.</summary>
    public void Clear()
    {
        Lines.Clear();
        Prompts.Clear();
    }

    /// <summary>Keeps what is left without a line end.</summary>
    public void FlushPartialLine() => ui.FlushPartialLine();

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode)
    {
    }

    /// <inheritdoc/>
    public override void EnterNestedPrompt() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void ExitNestedPrompt() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void NotifyBeginApplication()
    {
    }

    /// <inheritdoc/>
    public override void NotifyEndApplication()
    {
    }
}
