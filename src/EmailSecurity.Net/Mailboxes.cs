using System.Net.Security;
using EmailSecurity.Ports;
using EmailSecurity.Text;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;

namespace EmailSecurity.Net;

/// <summary>
/// Opens mailboxes with MailKit. TLS is made below it, by <see cref="TlsClient"/> as for every other server, so that it never sees an octet that is not
/// encrypted; what comes is bounded. The module finds this type by name.
/// </summary>
public sealed class Mailboxes : IMailboxes
{
    // Before a message is fetched: greeting, capabilities, folders.
    private const int MaxTalk = 4 * 1024 * 1024;

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SignInLimit = TimeSpan.FromMinutes(1);

    // One attempt with one mechanism: servers count failed ones, and lock accounts. Under TLS, PLAIN is what every server has (RFC 9051 section 11.1).
    private static readonly string[] PasswordMechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-1", "LOGIN"];
    private static readonly string[] TokenMechanisms = ["OAUTHBEARER", "XOAUTH2"];

    /// <inheritdoc/>
    public async Task<IMailboxFolder> OpenAsync(MailboxSettings settings, TimeProvider time, ISessionHost? host, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        var at = HostPort.Parse(settings.Server, MailboxSettings.TlsPort, "InvalidImapServer", "IMAP server");
        var errors = new MailboxErrors(settings, at);
        var transport = await Watched.RunAsync(host, time, Invariant($"IMAP connect to {at.Host}:{at.Port}"),
            () => errors.GuardAsync(ConnectLimit, time, token => ConnectAsync(settings, at, time, errors, token), cancellationToken),
            static t => "TLS " + t.Version).ConfigureAwait(false);
        var client = new ImapClient(errors.LastWords);
        try
        {
            var folder = await Watched.RunAsync(host, time, $"IMAP sign in ({settings.UserName})",
                () => errors.GuardAsync(SignInLimit, time, token => SignInAsync(client, transport, settings, at, errors, token), cancellationToken),
                static f => Count.Of(f.Count, "message")).ConfigureAwait(false);
            errors.LastWords.IsOn = false;
            return new MailboxFolder(client, folder, transport.Bounds, errors, AddressOf(at, folder), time, host);
        }
        catch
        {
            client.Dispose();
            await transport.Stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>An encrypted connection, and the bounds below it.</summary>
    private sealed record Transport(Stream Stream, BoundedStream Bounds, string Version);

    // RFC 5092 section 9: the folder's name in UTF-8, percent-encoded; the port where it is not the usual one.
    private static string AddressOf(HostPort at, IMailFolder folder) =>
        Invariant($"imap://{at.Host}{(at.Port is MailboxSettings.TlsPort or MailboxSettings.StartTlsPort ? "" : Invariant($":{at.Port}"))}/")
        + Uri.EscapeDataString(folder.FullName).Replace("%2F", "/", StringComparison.Ordinal) + Invariant($";UIDVALIDITY={folder.UidValidity}");

    private static async Task<Transport> ConnectAsync(
        MailboxSettings settings, HostPort at, TimeProvider time, MailboxErrors errors, CancellationToken cancellationToken)
    {
        var tls = new TlsClient(new CertificateRule(TrustedRoots.Load(settings.TrustedRoot), time), TlsPlatform.Current);
        var startsClear = settings.UsesStartTls || at.Port == MailboxSettings.StartTlsPort;
        for (var attempt = 0; attempt < TlsClient.MaxAttempts; attempt++)
        {
            var tcp = await new Connector(null, allowPrivate: true, time)
                .ConnectAsync(at.Host, at.Port, isNamed: true, cancellationToken).ConfigureAwait(false);
            var bounds = new BoundedStream(tcp);
            try
            {
                if (startsClear)
                {
                    bounds.Allow(ImapStartTls.MaxTotal, "before TLS");
                    await ImapStartTls.AskAsync(bounds, cancellationToken).ConfigureAwait(false);
                }

                var options = new SslClientAuthenticationOptions { AllowTlsResume = false };
                var made = await tls.AuthenticateAsync(bounds, at.Host, options, endsOnFault: true, cancellationToken).ConfigureAwait(false);
                if (made is not null)
                {
                    return new Transport(startsClear ? new GreetedStream(made.Stream) : made.Stream, bounds, made.Version);
                }
            }
            catch
            {
                await bounds.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        throw errors.NotJudged();
    }

    private static async Task<ImapFolder> SignInAsync(
        ImapClient client, Transport transport, MailboxSettings settings, HostPort at, MailboxErrors errors, CancellationToken cancellationToken)
    {
        transport.Bounds.Allow(MaxTalk, "while signing in");
        await client.ConnectAsync(transport.Stream, at.Host, at.Port, SecureSocketOptions.None, cancellationToken).ConfigureAwait(false);
        if (!client.IsAuthenticated)
        {
            await AuthenticateAsync(client, settings, errors, cancellationToken).ConfigureAwait(false);
        }

        var folder = await FindAsync(client, settings.Folder, errors, cancellationToken).ConfigureAwait(false);
        await folder.OpenAsync(settings.MarksSeen ? FolderAccess.ReadWrite : FolderAccess.ReadOnly, cancellationToken).ConfigureAwait(false);
        return settings.MarksSeen && folder.Access != FolderAccess.ReadWrite ? throw errors.ReadOnly() : (ImapFolder)folder;
    }

    private static async Task AuthenticateAsync(ImapClient client, MailboxSettings settings, MailboxErrors errors, CancellationToken cancellationToken)
    {
        var offered = client.AuthenticationMechanisms;
        var chosen = Array.Find(settings.IsToken ? TokenMechanisms : PasswordMechanisms, offered.Contains);
        SaslMechanism? mechanism = chosen switch
        {
            "PLAIN" => new SaslMechanismPlain(settings.UserName, settings.Secret),
            "SCRAM-SHA-256" => new SaslMechanismScramSha256(settings.UserName, settings.Secret),
            "SCRAM-SHA-1" => new SaslMechanismScramSha1(settings.UserName, settings.Secret),
            "LOGIN" => new SaslMechanismLogin(settings.UserName, settings.Secret),
            "OAUTHBEARER" => new SaslMechanismOAuthBearer(settings.UserName, settings.Secret),
            "XOAUTH2" => new SaslMechanismOAuth2(settings.UserName, settings.Secret),
            _ => null,
        };
        if (mechanism is not null)
        {
            await client.AuthenticateAsync(mechanism, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (settings.IsToken || client.Capabilities.HasFlag(ImapCapabilities.LoginDisabled))
        {
            throw errors.NoMechanism(offered);
        }

        offered.Clear(); // what is left is the command LOGIN
        await client.AuthenticateAsync(settings.UserName, settings.Secret, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IMailFolder> FindAsync(ImapClient client, string name, MailboxErrors errors, CancellationToken cancellationToken)
    {
        if (name.Equals("INBOX", StringComparison.OrdinalIgnoreCase))
        {
            return client.Inbox ?? throw errors.NoFolder([]);
        }

        try
        {
            return await client.GetFolderAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (FolderNotFoundException)
        {
            throw errors.NoFolder(await NamesAsync(client, cancellationToken).ConfigureAwait(false));
        }
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(ImapClient client, CancellationToken cancellationToken)
    {
        var all = await client.GetFoldersAsync(client.PersonalNamespaces[0], cancellationToken: cancellationToken).ConfigureAwait(false);
        return [.. all.Select(f => f.FullName).Order(StringComparer.Ordinal)];
    }
}
