using EmailSecurity.Ports;
using EmailSecurity.Text;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;

namespace EmailSecurity.Net;

/// <summary>An open folder. Nothing in it is ever deleted: it is left by LOGOUT, never by CLOSE, which would remove what others marked as deleted.</summary>
internal sealed class MailboxFolder(
    ImapClient client, ImapFolder folder, BoundedStream bounds, MailboxErrors errors, string address, TimeProvider time, ISessionHost? host) : IMailboxFolder
{
    // The number of a message has ten digits at most; a line about one with size and date has no more than two hundred octets.
    private const int MaxList = 64 * 1024 * 1024;
    private const int MaxLine = 1024;
    private const int MaxTalk = 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ByeLimit = TimeSpan.FromSeconds(2);
    private const int SlowestPerSecond = 16 * 1024; // octets

    /// <inheritdoc/>
    public uint Validity => folder.UidValidity;

    /// <inheritdoc/>
    public string Address => address;

    /// <inheritdoc/>
    public Task<IReadOnlyList<uint>> ListAsync(DateTimeOffset? since, CancellationToken cancellationToken) => RunAsync(
        "SEARCH", MaxList, Limit,
        async token =>
        {
            // RFC 9051 section 6.4.4: SINCE has no time and no zone, so a day more is asked for than is wanted.
            var query = since is { } begin && begin.UtcDateTime > DateTime.MinValue.AddDays(2)
                ? SearchQuery.DeliveredAfter(begin.UtcDateTime.Date.AddDays(-1)) : SearchQuery.All;
            var found = await folder.SearchAsync(query, token).ConfigureAwait(false);
            return (IReadOnlyList<uint>)[.. found.Select(u => u.Id).Order()];
        },
        static found => Count.Of(found.Count, "message"), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ListedMessage>> DescribeAsync(IReadOnlyList<uint> uids, CancellationToken cancellationToken) => RunAsync(
        "FETCH (UID RFC822.SIZE INTERNALDATE)", MaxTalk + (uids.Count * MaxLine), Limit,
        async token =>
        {
            const MessageSummaryItems Wanted = MessageSummaryItems.UniqueId | MessageSummaryItems.Size | MessageSummaryItems.InternalDate;
            var found = await folder.FetchAsync(Ids(uids), Wanted, token).ConfigureAwait(false);
            return (IReadOnlyList<ListedMessage>)
                [.. found.Where(m => m.UniqueId.IsValid).Select(m => new ListedMessage(m.UniqueId.Id, m.Size ?? 0, m.InternalDate)).OrderBy(m => m.Uid)];
        },
        static found => Count.Of(found.Count, "message"), cancellationToken);

    /// <inheritdoc/>
    public Task FetchAsync(IReadOnlyList<ListedMessage> messages, Action<uint, Stream> take, CancellationToken cancellationToken)
    {
        var size = messages.Sum(m => m.Size);
        // Below TLS, with its frames: small ones double what comes.
        return RunAsync(
            "FETCH (BODY.PEEK[])", MaxTalk + (2 * size) + (messages.Count * MaxLine), Limit + TimeSpan.FromSeconds(size / SlowestPerSecond),
            async token =>
            {
                var taken = 0;
                await folder.GetStreamsAsync(
                    Ids([.. messages.Select(m => m.Uid)]),
                    async (_, _, id, stream, inner) =>
                    {
                        using var whole = new MemoryStream();
                        await stream.CopyToAsync(whole, inner).ConfigureAwait(false);
                        whole.Position = 0;
                        taken++;
                        take(id.Id, whole);
                    },
                    token).ConfigureAwait(false);
                return taken;
            },
            static taken => Count.Of(taken, "message"), cancellationToken);
    }

    /// <inheritdoc/>
    public Task MarkSeenAsync(IReadOnlyList<uint> uids, CancellationToken cancellationToken) => RunAsync(
        "STORE (+FLAGS \\Seen)", MaxTalk + (uids.Count * MaxLine), Limit,
        async token =>
        {
            await folder.AddFlagsAsync(Ids(uids), MessageFlags.Seen, silent: true, token).ConfigureAwait(false);
            return uids.Count;
        },
        static count => Count.Of(count, "message"), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (client.IsConnected)
        {
            using var clock = new CancellationTokenSource(ByeLimit, time);
            try
            {
                bounds.Allow(MaxTalk, "at the end");
                await client.DisconnectAsync(quit: true, clock.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (MailboxErrors.IsOfTheConnection(e) || e is OperationCanceledException)
            {
                // It is over either way.
            }
        }

        client.Dispose();
    }

    private static List<UniqueId> Ids(IReadOnlyList<uint> uids) => [.. uids.Select(u => new UniqueId(u))];

    private Task<T> RunAsync<T>(
        string what, long most, TimeSpan limit, Func<CancellationToken, Task<T>> call, Func<T, string> outcome, CancellationToken cancellationToken) =>
        Watched.RunAsync(host, time, $"IMAP {what} ({folder.FullName})", () =>
        {
            bounds.Allow(most, $"in answer to {what}");
            return errors.GuardAsync(limit, time, call, cancellationToken);
        }, outcome);
}
