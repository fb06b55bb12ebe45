using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EmailSecurity.PowerShell.Completion;

/// <summary>Completes the IMAP servers of large providers. A list, not a lookup: any other server can be typed.</summary>
public sealed class ImapServerCompleter : IArgumentCompleter
{
    private static readonly (string Server, string Provider)[] Servers =
    [
        ("imap.fastmail.com", "Fastmail (a password for apps)"),
        ("imap.gmail.com", "Gmail and Google Workspace (a password for apps, or -AccessToken)"),
        ("imap.mail.me.com", "iCloud Mail (a password for apps)"),
        ("imap.mail.yahoo.com", "Yahoo Mail (a password for apps)"),
        ("imap.zoho.com", "Zoho Mail (a password for apps)"),
        ("outlook.office365.com", "Microsoft 365 (-AccessToken)"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Servers.Where(s => Words.Matches(s.Server, wordToComplete)).Select(s => Words.Result(s.Server, s.Provider));
}
