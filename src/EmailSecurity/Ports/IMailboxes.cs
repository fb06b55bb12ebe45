namespace EmailSecurity.Ports;

/// <summary>How a mailbox is reached and who signs in.</summary>
public sealed record MailboxSettings
{
    /// <summary>Port of IMAP with TLS from the first octet (RFC 8314 section 3.2).</summary>
    public const int TlsPort = 993;

    /// <summary>Port of IMAP that begins in the clear, and goes on with STARTTLS.</summary>
    public const int StartTlsPort = 143;

    /// <summary>The server, <c>host</c> or <c>host:port</c>.</summary>
    public required string Server { get; init; }

    /// <summary>TLS begins with STARTTLS whatever the port.</summary>
    public bool UsesStartTls { get; init; }

    /// <summary>Who signs in.</summary>
    public required string UserName { get; init; }

    /// <summary>Password, or access token. Never printed.</summary>
    public required string Secret { get; init; }

    /// <summary>True where <see cref="Secret"/> is an access token of OAuth 2.0 (RFC 7628).</summary>
    public bool IsToken { get; init; }

    /// <summary>The folder, with the server's own separator.</summary>
    public string Folder { get; init; } = "INBOX";

    /// <summary>True where messages are marked as seen: only then is the folder opened to be changed.</summary>
    public bool MarksSeen { get; init; }

    /// <summary>PEM file of an additional root for the server's certificate; null for none.</summary>
    public string? TrustedRoot { get; init; }

    // A record's generated ToString would print the secret.
    /// <inheritdoc/>
    public override string ToString() => $"MailboxSettings {{ Server = {Server}, UserName = {UserName}, Folder = {Folder} }}";
}

/// <summary>What a server says about a message without sending it.</summary>
/// <param name="Uid">Its number in the folder, which no later message gets.</param>
/// <param name="Size">Octets.</param>
/// <param name="Arrived">When the server got it; null where it does not say.</param>
public sealed record ListedMessage(uint Uid, long Size, DateTimeOffset? Arrived);

/// <summary>
/// A folder of a mailbox, open (RFC 9051). Nothing is ever deleted. After an error of the kind Unavailable or Timeout the connection is gone, and another one
/// can go on.
/// </summary>
public interface IMailboxFolder : IAsyncDisposable
{
    /// <summary>The generation of the folder's numbers: where it differs, the same number is another message (UIDVALIDITY, RFC 9051 section 2.3.1.1).</summary>
    uint Validity { get; }

    /// <summary>The address of the folder, without its messages (RFC 5092): <c>imap://mail.example.com/INBOX;UIDVALIDITY=1</c>.</summary>
    string Address { get; }

    /// <summary>The numbers of all messages, or of those that arrived on the day before <paramref name="since"/> or later, in ascending order.</summary>
    Task<IReadOnlyList<uint>> ListAsync(DateTimeOffset? since, CancellationToken cancellationToken);

    /// <summary>What the server says of messages; those that are no longer there are missing.</summary>
    Task<IReadOnlyList<ListedMessage>> DescribeAsync(IReadOnlyList<uint> uids, CancellationToken cancellationToken);

    /// <summary>Fetches messages in one go, without marking them (BODY.PEEK). Those that are no longer there are not taken.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="take">Called for each message that has come whole, one after the other.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task FetchAsync(IReadOnlyList<ListedMessage> messages, Action<uint, Stream> take, CancellationToken cancellationToken);

    /// <summary>Marks messages as seen.</summary>
    Task MarkSeenAsync(IReadOnlyList<uint> uids, CancellationToken cancellationToken);
}

/// <summary>
/// Opens mailboxes; implemented by EmailSecurity.Net (type <c>EmailSecurity.Net.Mailboxes</c>, public, parameterless), found by name through the module's load
/// context.
/// </summary>
public interface IMailboxes
{
    /// <summary>Connects with TLS, signs in, and opens the folder.</summary>
    /// <exception cref="EmailSecurityException">
    /// MailboxUnavailable, MailboxNotSecure, MailboxCertificateInvalid, MailboxSignInRefused, MailboxFolderNotFound, MailboxReadOnly, TrustedRootUnreadable.
    /// </exception>
    Task<IMailboxFolder> OpenAsync(MailboxSettings settings, TimeProvider time, ISessionHost? host, CancellationToken cancellationToken);
}
