using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.TlsReports;

/// <summary>
/// Reads the reports in a folder of a mailbox, in the order of the messages' numbers. A connection that breaks is made again, and reading goes on where it
/// stopped: each message is read once. Where it cannot go on, the error says which messages were not read.
/// </summary>
/// <param name="mailboxes">Opens the mailbox.</param>
/// <param name="messages">Reads messages.</param>
/// <param name="time">Clock, for the pauses before another connection.</param>
/// <param name="host">The user, who watches; null for nobody.</param>
public sealed class MailboxReports(IMailboxes mailboxes, IMessages messages, TimeProvider time, ISessionHost? host = null)
{
    /// <summary>So many octets of a message are read: 64 MiB.</summary>
    public const long MostOctets = 64 * 1024 * 1024;

    private const int DescribedAtOnce = 500;
    private const int FetchedAtOnce = 50;
    private const long OctetsAtOnce = 8 * 1024 * 1024;
    private const int MostAttempts = 4; // without a message in between

    private readonly HashSet<uint> seen = []; // with a report, and not marked yet
    private Queue<uint>? left;
    private uint validity;
    private bool wentOn;

    /// <summary>Reads a folder.</summary>
    /// <param name="settings">The mailbox and the folder.</param>
    /// <param name="afterUid">Only messages with a higher number; 0 for all.</param>
    /// <param name="since">Only messages that arrived at this time or later; null for all.</param>
    /// <param name="sink">Takes reports and refusals.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="EmailSecurityException">Those of <see cref="IMailboxes.OpenAsync"/>; MailboxChanged, MailboxInterrupted.</exception>
    public async Task ReadAsync(
        MailboxSettings settings, uint afterUid, DateTimeOffset? since, IRemoteReportSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(sink);
        (left, validity) = (null, 0);
        seen.Clear();
        for (var attempt = 1; ; attempt++)
        {
            wentOn = false;
            try
            {
                await ReadOnceAsync(settings, afterUid, since, sink, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (EmailSecurityException e) when (left is not null && e.ErrorId != "MailboxChanged")
            {
                attempt = wentOn ? 1 : attempt;
                if (e.Kind is not (ErrorKind.Unavailable or ErrorKind.Timeout) || attempt >= MostAttempts)
                {
                    throw Interrupted(e);
                }

                await Task.Delay(TimeSpan.FromSeconds(1 << (attempt - 1)), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ReadOnceAsync(
        MailboxSettings settings, uint afterUid, DateTimeOffset? since, IRemoteReportSink sink, CancellationToken cancellationToken)
    {
        var folder = await mailboxes.OpenAsync(settings, time, host, cancellationToken).ConfigureAwait(false);
        await using (folder.ConfigureAwait(false))
        {
            if (left is null)
            {
                validity = folder.Validity;
                left = new Queue<uint>((await folder.ListAsync(since, cancellationToken).ConfigureAwait(false)).Where(u => u > afterUid));
            }
            else if (folder.Validity != validity)
            {
                throw Changed(folder);
            }

            while (left.Count > 0)
            {
                uint[] next = [.. left.Take(DescribedAtOnce)];
                var described = await folder.DescribeAsync(next, cancellationToken).ConfigureAwait(false);
                var all = described.ToDictionary(m => m.Uid);
                foreach (var batch in Batches(next, all, since, folder, sink))
                {
                    await ReadBatchAsync(folder, batch, settings.MarksSeen, sink, cancellationToken).ConfigureAwait(false);
                }
            }

            await MarkAsync(folder, cancellationToken).ConfigureAwait(false);
        }
    }

    // In order: a number leaves the queue once its message has been read, or need not be.
    private IEnumerable<List<ListedMessage>> Batches(
        uint[] next, Dictionary<uint, ListedMessage> described, DateTimeOffset? since, IMailboxFolder folder, IRemoteReportSink sink)
    {
        List<ListedMessage> batch = [];
        foreach (var uid in next)
        {
            var message = described.GetValueOrDefault(uid);
            var isRead = message is not null && message.Size <= MostOctets && !(since > message.Arrived);
            if (batch.Count > 0 && (!isRead || batch.Count == FetchedAtOnce || batch.Sum(m => m.Size) + message!.Size > OctetsAtOnce))
            {
                yield return batch;
                batch = [];
            }

            if (isRead)
            {
                batch.Add(message!);
                continue;
            }

            if (message is null)
            {
                sink.Refuse(Source(folder, uid), Gone);
            }
            else if (message.Size > MostOctets)
            {
                sink.Refuse(Source(folder, uid), "It is larger than 64 MiB, which no report is.");
            }

            Done(uid);
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private async Task ReadBatchAsync(
        IMailboxFolder folder, List<ListedMessage> batch, bool marks, IRemoteReportSink sink, CancellationToken cancellationToken)
    {
        var order = new MessagesInOrder(batch.Select(m => m.Uid), (uid, content) => ReadMessage(folder, uid, content, marks, sink, cancellationToken));
        await folder.FetchAsync(batch, order.Take, cancellationToken).ConfigureAwait(false);
        order.End(uid =>
        {
            sink.Refuse(Source(folder, uid), Gone);
            Done(uid);
        });
        await MarkAsync(folder, cancellationToken).ConfigureAwait(false);
    }

    private void ReadMessage(IMailboxFolder folder, uint uid, Stream content, bool marks, IRemoteReportSink sink, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var source = Source(folder, uid);
        sink.Begin(source);
        var counted = new CountedSink(sink);
        new TlsReportFile(messages, counted).Read(content, source, cancellationToken);
        if (marks && counted.HasReport)
        {
            seen.Add(uid);
        }

        Done(uid);
    }

    private void Done(uint uid)
    {
        wentOn = true;
        if (left!.Dequeue() != uid)
        {
            throw new InvalidOperationException("Messages are read in the order of their numbers.");
        }
    }

    private async Task MarkAsync(IMailboxFolder folder, CancellationToken cancellationToken)
    {
        if (seen.Count > 0)
        {
            await folder.MarkSeenAsync([.. seen.Order()], cancellationToken).ConfigureAwait(false);
            seen.Clear();
        }
    }

    private static string Source(IMailboxFolder folder, uint uid) => FormattableString.Invariant($"{folder.Address}/;UID={uid}");

    private EmailSecurityException Changed(IMailboxFolder folder) => new("MailboxChanged", ErrorKind.InvalidOperation,
        "The server gave the messages of the folder new numbers while they were read "
        + FormattableString.Invariant($"(UIDVALIDITY {validity}, now {folder.Validity}). ") + $"{Count.Of(left!.Count, "message")} had not been read by then.",
        "Run the same command again: Measure-TlsRptReport counts a report that comes twice once.");

    private EmailSecurityException Interrupted(EmailSecurityException cause) => new EmailSecurityException("MailboxInterrupted", cause.Kind,
        left!.Count > 0
            ? FormattableString.Invariant($"Reading stopped before the message with UID {left.Peek()}; ")
                + FormattableString.Invariant($"it and {left.Count - 1} later ones were not read. {cause.What}")
            : $"All messages were read, but {Count.Of(seen.Count, "message")} could not be marked as seen. {cause.What}",
        left.Count > 0 ? FormattableString.Invariant($"Run the same command with -AfterUid {left.Peek() - 1} to read these alone.")
            : "Run the same command again: Measure-TlsRptReport counts a report that comes twice once.", cause)
    {
        Target = cause.Target,
    };

    private const string Gone = "It was deleted after the folder was listed.";

    /// <summary>Passes on what is found, and knows whether there was a report.</summary>
    private sealed class CountedSink(ITlsReportSink inner) : ITlsReportSink
    {
        public bool HasReport { get; private set; }

        public void Take(TlsRptReport report)
        {
            HasReport = true;
            inner.Take(report);
        }

        public void Refuse(string source, string reason) => inner.Refuse(source, reason);
    }
}
