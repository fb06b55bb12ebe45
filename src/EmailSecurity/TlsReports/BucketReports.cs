using System.Runtime.CompilerServices;
using EmailSecurity.Ports;

namespace EmailSecurity.TlsReports;

/// <summary>Reads the reports that a mail gateway or Amazon SES put into a bucket: the current version of each object, several at a time.</summary>
/// <param name="objects">S3.</param>
/// <param name="messages">Reads messages.</param>
/// <param name="buffer">Makes a place for the content of an object of so many bytes: readable, writable, seekable.</param>
public sealed class BucketReports(IObjects objects, IMessages messages, Func<long, Stream> buffer)
{
    /// <summary>So many bytes of an object are read: 256 MiB.</summary>
    public const long MostOctets = 256 * 1024 * 1024;

    /// <summary>So many objects are read at a time, unless the user says otherwise.</summary>
    public const int DefaultAtOnce = 8;

    // Whoever may read none of the first objects may read none of the others: thousands of calls and errors would say the same.
    private const int MostDenied = 10;

    // SES writes it once, when it checks that it may write (Amazon SES, "Deliver to S3 bucket action").
    private const string SetUpNotice = "AMAZON_SES_SETUP_NOTIFICATION";

    private int seen;
    private int denied;
    private int had;

    /// <summary>True for keys whose objects are not read. It is asked once for each object, by one thread at a time.</summary>
    public Func<string, bool> LeavesOut { get; init; } = static _ => false;

    /// <summary>Reads all objects whose keys begin so.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">Begin of the keys; empty for all.</param>
    /// <param name="since">Only objects that were put at this time or later; null for all.</param>
    /// <param name="atOnce">How many objects at a time.</param>
    /// <param name="sink">Takes reports and refusals.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="EmailSecurityException">The bucket cannot be listed, or none of its objects read: BucketNotFound, AccessDenied.</exception>
    public async Task ReadAsync(
        BucketPlace bucket, string prefix, DateTimeOffset? since, int atOnce, IRemoteReportSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        ArgumentNullException.ThrowIfNull(sink);
        (seen, denied, had) = (0, 0, 0);
        await Parallel.ForEachAsync(
            WantedAsync(bucket, prefix, since, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken },
            (item, token) => ReadOneAsync(bucket, item, sink, token)).ConfigureAwait(false);
        if (seen == 0)
        {
            sink.Warn($"There is no object at {Name(bucket, prefix)}. Check -BucketName and -Prefix; a new domain gets its first reports after a day or two.");
        }
    }

    private static string Name(BucketPlace bucket, string key) => $"s3://{bucket.Name}/{key}";

    private async IAsyncEnumerable<ListedObject> WantedAsync(
        BucketPlace bucket, string prefix, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in objects.ListAsync(bucket, prefix, cancellationToken).ConfigureAwait(false))
        {
            seen += page.Count;
            foreach (var item in page.Where(o => !LeavesOut(o.Key) && !(since > o.LastModified) && !IsNoReport(o)))
            {
                yield return item;
            }
        }
    }

    // A console makes an empty object for a folder.
    private static bool IsNoReport(ListedObject item) =>
        (item.Size == 0 && item.Key.EndsWith('/')) || item.Key.EndsWith(SetUpNotice, StringComparison.Ordinal);

    private async ValueTask ReadOneAsync(BucketPlace bucket, ListedObject item, IRemoteReportSink sink, CancellationToken cancellationToken)
    {
        var source = Name(bucket, item.Key);
        sink.Begin(source);
        if (item.Size > MostOctets)
        {
            sink.Refuse(source, TooLarge);
            return;
        }

        try
        {
            var content = buffer(item.Size);
            await using (content.ConfigureAwait(false))
            {
                switch (await objects.ReadAsync(bucket, item.Key, content, MostOctets, cancellationToken).ConfigureAwait(false))
                {
                    case ObjectReading.Read:
                        Interlocked.Increment(ref had);
                        content.Position = 0;
                        new TlsReportFile(messages, sink).Read(content, source, cancellationToken);
                        break;
                    case ObjectReading.Gone:
                        sink.Refuse(source, "It was deleted after the bucket was listed.");
                        break;
                    case ObjectReading.Archived:
                        sink.Refuse(source, $"It is archived ({item.StorageClass}). Restore it in S3, and run the same command again.");
                        break;
                    default:
                        sink.Refuse(source, TooLarge);
                        break;
                }
            }
        }
        catch (EmailSecurityException e) when (!IsHopeless(e))
        {
            sink.Fail(source, e);
        }
    }

    private bool IsHopeless(EmailSecurityException error) =>
        error.Kind == ErrorKind.Authentication
        || (error.Kind == ErrorKind.PermissionDenied && Interlocked.Increment(ref denied) >= MostDenied && Volatile.Read(ref had) == 0);

    private const string TooLarge = "It is larger than 256 MiB. Download it, and read the file with -Path.";
}
