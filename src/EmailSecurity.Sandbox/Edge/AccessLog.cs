using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.Edge;

/// <summary>
/// CloudFront standard logs (legacy): gzipped, tab-separated, delivered to the log bucket. Without latency each request is delivered at once, in
/// batches from the hundredth on; with it, what has come together is delivered with the first request after five minutes.
/// </summary>
public sealed class AccessLog(SandboxClock clock, IBucketOrigin buckets)
{
    private static readonly TimeSpan DeliveryTime = TimeSpan.FromMinutes(5);
    private const int SingleDeliveries = 100;
    private const int Batch = 100;

    private const string Head =
        "#Version: 1.0\n"
        + "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query "
        + "cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher "
        + "x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type "
        + "sc-content-type sc-content-len sc-range-start sc-range-end\n";

    private readonly ConcurrentDictionary<string, Pending> logs = new(StringComparer.Ordinal);

    /// <summary>Notes a request.</summary>
    public void Add(Distribution distribution, EdgeConfig config, string line)
    {
        if (config.LogBucket.Length == 0)
        {
            return;
        }
        var log = logs.GetOrAdd(distribution.Id, _ => new Pending());
        string? content = null;
        var now = clock.Now;
        lock (log)
        {
            log.Total++;
            if (log.Lines == 0)
            {
                log.Since = now;
            }
            log.Text.Append(line).Append('\n');
            log.Lines++;
            var due = clock.Scaled(DeliveryTime);
            if (due > TimeSpan.Zero ? now - log.Since >= due : log.Total <= SingleDeliveries || log.Lines >= Batch)
            {
                content = log.Text.ToString();
                log.Text.Clear();
                log.Lines = 0;
            }
        }
        if (content is not null)
        {
            Deliver(distribution, config, content, now);
        }
    }

    private void Deliver(Distribution distribution, EdgeConfig config, string lines, DateTimeOffset now)
    {
        if (buckets.GetFacts(config.LogBucket) is not { AclsEnabled: true })
        {
            return; // the bucket is gone or closed: CloudFront drops the log
        }
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Head + lines));
        }
        var key = string.Create(
            CultureInfo.InvariantCulture, $"{config.LogPrefix}{distribution.Id}.{now.UtcDateTime:yyyy-MM-dd-HH}.{Guid.NewGuid().ToString("N")[..8]}.gz");
        buckets.DeliverLog(config.LogBucket, key, packed.ToArray());
    }

    private sealed class Pending
    {
        public StringBuilder Text { get; } = new();

        public int Lines { get; set; }

        public long Total { get; set; }

        public DateTimeOffset Since { get; set; }
    }
}
