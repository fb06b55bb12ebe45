using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using EmailSecurity.Ports;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>The user of a command, as its adapters see one: -Verbose and -Debug show the calls, and the host asks for a code.</summary>
internal sealed class CmdletSessionHost : ISessionHost
{
    private readonly EmailSecurityCmdlet cmdlet;

    /// <summary>Made on the pipeline thread.</summary>
    public CmdletSessionHost(EmailSecurityCmdlet cmdlet)
    {
        this.cmdlet = cmdlet;
        WatchesCalls = StreamPreference.IsShown(cmdlet, "Verbose");
        WatchesDetails = StreamPreference.IsShown(cmdlet, "Debug");
        Kept = SessionMemory.Kept;
    }

    /// <inheritdoc/>
    public bool WatchesCalls { get; }

    /// <inheritdoc/>
    public bool WatchesDetails { get; }

    /// <inheritdoc/>
    public ConcurrentDictionary<string, object> Kept { get; }

    /// <inheritdoc/>
    public void Ended(EndedCall call) => Tell(() => cmdlet.WriteVerbose(call.ToString()));

    /// <inheritdoc/>
    public void Detail(string text) => Tell(() => cmdlet.WriteDebug(text));

    /// <inheritdoc/>
    public async Task<string> ReadMfaCodeAsync(string device, string profile, CancellationToken cancellationToken)
    {
        try
        {
            var code = await cmdlet.OnPipelineAsync(() => Ask(device, profile)).ConfigureAwait(false);
            return string.IsNullOrWhiteSpace(code) ? throw Missing(device, profile, "no code was entered", null) : code;
        }
        catch (Exception e) when (CannotAsk(e))
        {
            throw Missing(device, profile, "this session cannot ask for it (-NonInteractive)", e);
        }
    }

    /// <summary>True where a host says so that it asks nobody: -NonInteractive, or a host without a person.</summary>
    public static bool CannotAsk(Exception exception) => exception is PSInvalidOperationException or HostException or NotImplementedException;

    // The code is as good as a password for half a minute: it is not shown.
    private string Ask(string device, string profile)
    {
        var field = new FieldDescription("MFA code") { HelpMessage = "The six digits that the device shows now." };
        field.SetParameterType(typeof(SecureString));
        var answers = cmdlet.Host.UI.Prompt(
            $"Profile {profile}", $"The role of this profile needs the code of the MFA device {device}.", new Collection<FieldDescription> { field });
        return answers.Values.FirstOrDefault()?.BaseObject switch
        {
            SecureString secret => new System.Net.NetworkCredential("", secret).Password,
            var other => other?.ToString() ?? "",
        };
    }

    private static EmailSecurityException Missing(string device, string profile, string why, Exception? cause) => new(
        "MfaRequired",
        ErrorKind.Authentication,
        $"The profile '{profile}' needs a code of the MFA device {device}, and {why}.",
        "Run the command in a session that can ask, or get keys first "
            + $"(aws configure export-credentials --profile {profile}) and pass them with -AccessKey, -SecretKey and -SessionToken.",
        cause)
    {
        Target = profile,
    };

    private static void Tell(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is OperationCanceledException or PipelineStoppedException or ObjectDisposedException)
        {
            // The command has ended, or was stopped: nobody watches anymore.
        }
    }
}
