using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Who signs in to a mailbox: what -Credential says, and where it does not say all, what the user answers.</summary>
internal static class MailboxSignIn
{
    /// <summary>User name and password. Pipeline thread only.</summary>
    /// <exception cref="EmailSecurityException">MailboxCredentialMissing.</exception>
    /// <param name="cmdlet">The command, whose host asks.</param>
    /// <param name="given">What was given: a PSCredential, a user name, or nothing.</param>
    /// <param name="server">The mail server.</param>
    public static (string UserName, string Password) Of(PSCmdlet cmdlet, object? given, string server)
    {
        given = given is PSObject wrapped ? wrapped.BaseObject : given;
        var credential = given switch
        {
            PSCredential whole => whole,
            null or string => Ask(cmdlet, given as string, server),
            _ => throw Missing(server, $"-Credential is a {given.GetType().Name}, not user name and password", null),
        };
        return credential is { UserName.Length: > 0 } ? (credential.UserName, credential.GetNetworkCredential().Password)
            : throw Missing(server, "none was entered", null);
    }

    private static PSCredential? Ask(PSCmdlet cmdlet, string? userName, string server)
    {
        try
        {
            return cmdlet.Host.UI.PromptForCredential("Mailbox", $"User name and password for the mail server {server}.", userName ?? "", "");
        }
        catch (Exception e) when (CmdletSessionHost.CannotAsk(e))
        {
            throw Missing(server, "this session cannot ask for it (-NonInteractive)", e);
        }
    }

    private static EmailSecurityException Missing(string server, string why, Exception? cause) => new("MailboxCredentialMissing", ErrorKind.InvalidArgument,
        $"The mail server {server} needs a user name and a password, and {why}.",
        "Use -Credential (Get-Credential), or -AccessToken and -UserName.", cause)
    {
        Target = server,
    };
}
