using System.Security.Cryptography;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Planning;

/// <summary>Plans the served objects: their bytes, and what they are served with, which receivers judge them by.</summary>
/// <param name="plan">The plan.</param>
/// <param name="observed">The current state.</param>
/// <param name="assets">The steps about the asset bucket: it is guarded and versioned before anything is in it.</param>
internal sealed class ObjectPlanner(PlanBuilder plan, ObservedStack observed, BucketSteps assets)
{
    /// <summary>Keys whose object is replaced, so that edge locations must drop it.</summary>
    public List<string> Replaced { get; } = [];

    /// <summary>Plans one object; returns the step that puts it.</summary>
    /// <param name="id">Step id.</param>
    /// <param name="wanted">The object as it should be.</param>
    /// <param name="reason">What it is.</param>
    /// <param name="group">Steps that fall with it where it is declined.</param>
    /// <param name="marked">Remember what it is before it is there; null for nothing.</param>
    /// <param name="movesToEnforce">True where its bytes take the domain to mode enforce.</param>
    public Step? Plan(string id, BucketObject wanted, string reason, string group, IReadOnlyList<Step?>? marked = null, bool movesToEnforce = false)
    {
        var latest = observed.AssetVersions.FirstOrDefault(v => v.Key == wanted.Key && v.IsLatest);
        var there = latest is { IsDeleteMarker: false };
        var metadata = there ? observed.Metadata.GetValueOrDefault(wanted.Key) : null;
        var sameBytes = there && IsSame(latest!, metadata, wanted.Content.Span);
        MetadataDifference[] differences = metadata is null ? [] : [.. Compare(metadata, wanted), .. Unreadable(metadata)];
        if (sameBytes && differences.Length == 0)
        {
            return null;
        }

        var bucket = observed.AssetBucketName;
        string[] before =
        [
            .. there && !sameBytes ? [Invariant($"{Count.Of(latest!.Size, "byte")}{(latest.Size == wanted.Content.Length ? " of other content" : "")}")]
                : Array.Empty<string>(),
            .. differences.Select(d => $"{d.Name} {(d.Now.Length > 0 ? d.Now : "none")}"),
        ];
        string[] after =
        [
            .. sameBytes ? Array.Empty<string>() : [$"{Count.Of(wanted.Content.Length, "byte")}"],
            .. differences.Select(d => $"{d.Name} {(d.Wanted.Length > 0 ? d.Wanted : "none")}"),
        ];
        if (latest is not null)
        {
            Replaced.Add(wanted.Key);
        }

        return plan.Add(id, there ? ChangeAction.Update : ChangeAction.Create, "S3 object", $"{bucket}/{wanted.Key}",
            reason, new Operation.PutObject(bucket, wanted),
            dependsOn:
            [
                assets.Created, assets[BucketSetting.Versioning], assets[BucketSetting.PublicAccessBlock], assets[BucketSetting.Ownership],
                assets[BucketSetting.Encryption], assets[BucketSetting.Tags], .. marked ?? [],
            ],
            string.Join(", ", before), string.Join(", ", after), movesToEnforce && !sameBytes, group);
    }

    // An object keeps the encryption that its bucket had when it was put: only a new version is encrypted as the bucket is now.
    private IEnumerable<MetadataDifference> Unreadable(ObjectMetadata now) =>
        IsUnreadable(now, observed) ? [new MetadataDifference("encryption", "aws:kms", "AES256", "The edge serves no file that CloudFront cannot decrypt.")]
            : [];

    /// <summary>True for an object that CloudFront cannot decrypt, and that would be readable if it were put again.</summary>
    public static bool IsUnreadable(ObjectMetadata now, ObservedStack observed) =>
        now.HasKmsKey && observed.AssetBucket?.Settings.Encryption is ("AES256" or BucketSettings.ManagedKey);

    // The ETag is the MD5 under SSE-S3 only; the checksum that we put with each object holds under every encryption.
    private static bool IsSame(ObjectVersion latest, ObjectMetadata? metadata, ReadOnlySpan<byte> content)
        => latest.Size == content.Length && (latest.ETag == StackPlanner.Md5(content) || metadata?.Sha256 == Convert.ToBase64String(SHA256.HashData(content)));

    /// <summary>What an object is served with that is not as it should be.</summary>
    public static IEnumerable<MetadataDifference> Compare(ObjectMetadata now, BucketObject wanted)
    {
        var isPolicy = wanted.Key == StackNames.PolicyKey;
        var unusable = isPolicy ? "Senders cannot use the policy" : "Mailbox providers may show no logo";
        if (!SameType(now.ContentType, wanted.ContentType))
        {
            yield return new MetadataDifference("Content-Type", now.ContentType, wanted.ContentType,
                isPolicy ? "Senders do not accept a policy that is not served as text/plain (RFC 8461 section 3.2)."
                : $"Mailbox providers expect {wanted.ContentType} and may show no logo; mail is not affected.");
        }

        if (now.CacheControl != wanted.CacheControl)
        {
            yield return new MetadataDifference("Cache-Control", now.CacheControl, wanted.CacheControl,
                $"Edge locations cache the {(isPolicy ? "policy" : "file")} for another time than they should, and may serve an earlier one.");
        }

        if ((now.ContentEncoding ?? "") != (wanted.ContentEncoding ?? ""))
        {
            yield return new MetadataDifference("Content-Encoding", now.ContentEncoding ?? "", wanted.ContentEncoding ?? "",
                $"{unusable}: a file whose Content-Encoding is wrong cannot be decoded.");
        }

        if (now.WebsiteRedirect is { } redirect)
        {
            yield return new MetadataDifference("website redirect", redirect, "",
                $"{unusable} if the bucket is ever served as a website: a redirect is not followed (RFC 8461 section 3.3).");
        }
    }

    // Media types and charset names are the same in any case (RFC 9110 section 8.3.1), white space around ";" does not count.
    private static bool SameType(string left, string right)
        => left.Split(';', StringSplitOptions.TrimEntries).SequenceEqual(right.Split(';', StringSplitOptions.TrimEntries), StringComparer.OrdinalIgnoreCase);
}

/// <summary>A header of an object that is not as it should be.</summary>
/// <param name="Name">The header.</param>
/// <param name="Now">Its value; empty for none.</param>
/// <param name="Wanted">The value that it should have.</param>
/// <param name="Consequence">What comes of it, in a sentence.</param>
internal sealed record MetadataDifference(string Name, string Now, string Wanted, string Consequence);
