using System.Net.Sockets;
using EmailSecurity.Ports;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;

namespace EmailSecurity.Net;

/// <summary>What goes wrong with a mailbox, in words: what it is, and what to do. No message has the secret in it, whatever a server sends back.</summary>
internal sealed class MailboxErrors(MailboxSettings settings, HostPort at)
{
    private const int NamesShown = 20;
    private const string Again = "Run the same command again.";

    /// <summary>What the server said last.</summary>
    public LastWords LastWords { get; } = new();

    private string Server => Invariant($"{at.Host}:{at.Port}");

    /// <summary>Makes a call; what it fails with comes out as an <see cref="EmailSecurityException"/>, a cancellation as itself.</summary>
    public async Task<T> GuardAsync<T>(TimeSpan limit, TimeProvider time, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            return await UnderWay.RunAsync(time, () => call(both.Token)).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (EmailSecurityException)
        {
            throw;
        }
        catch (Exception e) when (clock.IsCancellationRequested)
        {
            throw New("MailboxUnavailable", ErrorKind.Timeout, $"The mail server {Server} did not answer in time.",
                "Check the network, the name and the port, then run the same command again.", e);
        }
        catch (Exception e) when (Translate(e) is not null)
        {
            throw Translate(e)!;
        }
    }

    /// <summary>True for an error that ends the connection.</summary>
    public static bool IsOfTheConnection(Exception error) => error is IOException or SocketException or ImapProtocolException or ServiceNotConnectedException
        or ServiceNotAuthenticatedException or ObjectDisposedException or CommandException;

    /// <summary>The folder cannot be changed.</summary>
    public EmailSecurityException ReadOnly() => New("MailboxReadOnly", ErrorKind.PermissionDenied,
        $"The mail server {Server} allows {settings.UserName} to read the folder {settings.Folder}, but not to change it, so -MarkSeen cannot mark messages.",
        "Leave -MarkSeen out, or ask the mailbox's administrator for the right to mark messages as seen.");

    /// <summary>There is no such folder.</summary>
    public EmailSecurityException NoFolder(IReadOnlyList<string> names) => New("MailboxFolderNotFound", ErrorKind.NotFound,
        $"The mailbox of {settings.UserName} at {Server} has no folder '{settings.Folder}'.",
        names.Count == 0 ? "Check -Folder."
            : $"Use one of these with -Folder: {string.Join(", ", names.Take(NamesShown))}{(names.Count > NamesShown ? ", ..." : "")}.");

    /// <summary>The server takes no secret of this kind.</summary>
    public EmailSecurityException NoMechanism(IEnumerable<string> offered) => New("MailboxSignInRefused", ErrorKind.Authentication,
        $"The mail server {Server} does not accept {(settings.IsToken ? "access tokens" : "passwords")}: it offers {Joined(offered)}.",
        settings.IsToken ? "Sign in with a password (-Credential)." : "Sign in with an access token (-AccessToken and -UserName).");

    /// <summary>No handshake showed a certificate.</summary>
    public EmailSecurityException NotJudged() => New("MailboxNotSecure", ErrorKind.InvalidData,
        $"The certificate of the mail server {Server} could not be checked: {TlsClient.NotJudged().Message}", Again);

    private EmailSecurityException? Translate(Exception error) => error switch
    {
        ConnectException e => New("MailboxUnavailable", ErrorKind.Unavailable, $"The mail server {Server} could not be reached: {e.Message}",
            "Check -ImapServer and the network, then run the same command again."),
        ImapClearException { IsUnavailable: true } e => New("MailboxUnavailable", ErrorKind.Unavailable,
            $"The mail server {Server} ended the session: {e.Message}", Again),
        ImapClearException e => New("MailboxNotSecure", ErrorKind.InvalidData, $"No encrypted session with the mail server {Server} is possible: {e.Message}",
            $"Nothing secret was sent. Use the port for IMAP with TLS, if the server has it: -ImapServer {at.Host}:993."),
        TlsException { Fault: TlsFault.Certificate } e => New("MailboxCertificateInvalid", ErrorKind.InvalidData,
            $"The mail server {Server} was not trusted, and nothing secret was sent: {e.Message}",
            "Use the host name that the certificate is for. If a certification authority of your own issued it, name its root with -TrustedRoot."),
        TlsException { InnerException: IOException } e => New("MailboxUnavailable", ErrorKind.Unavailable,
            $"The connection to the mail server {Server} ended during the TLS handshake: {e.Message}", Again),
        TlsException e => New("MailboxNotSecure", ErrorKind.InvalidData, $"No encrypted session with the mail server {Server} is possible: {e.Message}",
            "Check the port: 993 is for IMAP with TLS, 143 for STARTTLS. For STARTTLS at another port, use -StartTls."),
        AuthenticationException e => SignInRefused(e),
        FolderNotOpenException => New("MailboxUnexpectedResponse", ErrorKind.InvalidData,
            $"The mail server {Server} did not say whether the folder {settings.Folder} is open.", Again),
        LimitException e => New("MailboxUnexpectedResponse", ErrorKind.InvalidData, $"The mail server {Server} was left: {e.Message}",
            "It is no mail server that works as it should. Save the messages as files, and use -Path."),
        CommandException e => New("MailboxUnexpectedResponse", ErrorKind.InvalidOperation, $"The mail server {Server} refused a command: {Words(e)}", Again),
        _ when Inner<LimitException>(error) is { } e => Translate(e),
        _ when IsOfTheConnection(error) => New("MailboxUnavailable", ErrorKind.Unavailable,
            $"The connection to the mail server {Server} was lost: {OneLine(Root(error).Message)}.", Again),
        _ => null,
    };

    private EmailSecurityException SignInRefused(AuthenticationException error)
    {
        var words = Words(error);
        // RFC 5530 section 3: nothing is wrong with user and password.
        return words.Contains("[UNAVAILABLE]", StringComparison.OrdinalIgnoreCase) || words.Contains("[INUSE]", StringComparison.OrdinalIgnoreCase)
            ? New("MailboxUnavailable", ErrorKind.Unavailable, $"The mail server {Server} cannot check sign-ins now: {words}", Again)
            : New("MailboxSignInRefused", ErrorKind.Authentication, $"The mail server {Server} refused the sign-in of {settings.UserName}: {words}",
                settings.IsToken
                    ? "Get a new access token: it must be for this mailbox, not expired, and have the permission for IMAP."
                    : "Check user name and password. Many providers want a password made for apps; Microsoft 365 and others accept access tokens only "
                        + "(-AccessToken).");
    }

    private string Words(Exception error)
    {
        var text = error is AuthenticationException && LastWords.Text is { Length: > 0 } said ? said : error.Message;
        return (settings.Secret.Length > 0 ? OneLine(text).Replace(settings.Secret, "***", StringComparison.Ordinal) : OneLine(text)) + ".";
    }

    private static string Joined(IEnumerable<string> offered) =>
        string.Join(", ", offered.Order(StringComparer.Ordinal)) is { Length: > 0 } some ? some : "nothing";

    private static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[])['\r', '\n', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.', ' ');
        return line.Length <= 300 ? line : line[..300] + "...";
    }

    private static T? Inner<T>(Exception error)
        where T : Exception
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static Exception Root(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        return error;
    }

    private EmailSecurityException New(string id, ErrorKind kind, string message, string fix, Exception? inner = null) => new(id, kind, message, fix, inner)
    {
        Target = Server,
    };
}
