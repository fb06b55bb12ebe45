using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>
/// The call or wait behind a change. What only AWS can name (an ARN, a domain name) is left empty here and filled in by the applier from the steps before.
/// </summary>
internal abstract record Operation
{
    /// <summary>A change made outside a plan: there is nothing to do.</summary>
    internal sealed record Nothing : Operation
    {
        public static Nothing Instance { get; } = new();
    }

    /// <summary>What depends on it is certain to fail, and so is not begun: the reason.</summary>
    internal sealed record Refuse(EmailSecurityException Reason) : Operation;

    internal sealed record CreateBucket(string Name, BucketOwnership Ownership, IReadOnlyDictionary<string, string> Tags, string Region,
        StackMarks? Marks = null) : Operation;

    internal sealed record PutSetting(string Name, BucketSetting Setting, BucketSettings Desired, StackMarks? Marks = null) : Operation;

    /// <summary>The asset bucket's policy names the distribution's ARN; statements of others in the present policy stay.</summary>
    internal sealed record PutAssetPolicy(string Name, string Partition) : Operation;

    internal sealed record PutObject(string Bucket, BucketObject Item) : Operation;

    /// <summary>Requests the certificate. The dead ones are of the same stack, and of no use.</summary>
    internal sealed record RequestCertificate(IReadOnlyList<string> Names, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Dead) : Operation;

    /// <summary>Waits until ACM names the validation records, then publishes the missing ones (Route 53), or waits for them in DNS (external).</summary>
    internal sealed record PublishValidation(
        string Arn, IReadOnlyList<string> Names, IReadOnlyDictionary<string, HostedZoneInfo> ZoneOfName, bool External) : Operation;

    internal sealed record WaitCertificate(string Arn, IReadOnlyList<string> Names) : Operation;

    internal sealed record CreateOriginAccessControl : Operation;

    internal sealed record CreateDistribution(DistributionSettings Settings, IReadOnlyDictionary<string, string> Tags, StackMarks? Marks = null) : Operation;

    internal sealed record UpdateDistribution(string Id, DistributionSettings Settings) : Operation;

    /// <summary>Moves an alias to the distribution from another one of the account.</summary>
    internal sealed record MoveAlias(string Alias) : Operation;

    internal sealed record TagDistribution(string Arn, IReadOnlyDictionary<string, string> Tags, StackMarks? Marks = null) : Operation;

    /// <summary>Waits until the distribution is deployed.</summary>
    internal sealed record WaitDistribution : Operation
    {
        /// <summary>The aliases that have moved to it; none for another change.</summary>
        public IReadOnlyList<string> Moved { get; init; } = [];
    }

    /// <summary>Upserts a record set, deleting what conflicts with it in the same atomic batch. An alias target left empty is the distribution.</summary>
    internal sealed record UpsertRecord(string ZoneId, RecordSet Set, IReadOnlyList<RecordSet> Displaced) : Operation
    {
        /// <summary>True where it puts back what was adopted.</summary>
        public bool IsRestored { get; init; }
    }

    internal sealed record DeleteRecord(string ZoneId, RecordSet Set) : Operation;

    /// <summary>Waits until the record changes named are INSYNC and the names resolve.</summary>
    internal sealed record WaitRecords(IReadOnlyList<string> ChangeIds, IReadOnlyList<string> Names) : Operation;

    internal sealed record Invalidate(IReadOnlyList<string> Paths, string Reference) : Operation;

    internal sealed record WaitInvalidation : Operation;

    internal sealed record ConfirmServed(Uri Url, ReadOnlyMemory<byte> Content, string ErrorId) : Operation
    {
        /// <summary>
        /// True where the name points to the distribution through a proxy, which may keep copies of its own: then a fetch by the name must return it too.
        /// </summary>
        public bool IsProxied { get; init; }

        /// <summary>True where it is fetched by the distribution's own name: the other name still is somebody else's.</summary>
        public bool IsByOwnName { get; init; }
    }

    /// <summary>Waits until a policy, whichever it is, is served as senders fetch it.</summary>
    internal sealed record ConfirmPolicy(Uri Url, string Domain) : Operation;

    /// <summary>Waits for a record at an external DNS host. A value left empty is the distribution's domain name.</summary>
    internal sealed record AwaitRecord(DnsRecordState Record) : Operation
    {
        /// <summary>
        /// Where the record leads a host to the distribution: files of which a fetch by the host's name must bring one, if DNS shows other addresses. Null for
        /// other records.
        /// </summary>
        public IReadOnlyList<ServedContent>? Content { get; init; }
    }

    /// <summary>Waits until a record at an external DNS host is gone, or no longer points to the distribution.</summary>
    internal sealed record AwaitRecordGone(DnsRecordState Record) : Operation
    {
        /// <summary>As for <see cref="AwaitRecord"/>.</summary>
        public IReadOnlyList<ServedContent>? Content { get; init; }
    }

    internal sealed record AwaitTime(DateTimeOffset Until) : Operation;

    /// <summary>Disables the distribution, and takes off its alternate domain names where its certificate would stand in the way.</summary>
    internal sealed record DisableDistribution(string Id, bool WithoutAliases) : Operation;

    internal sealed record DeleteDistribution(string Id) : Operation;

    internal sealed record DeleteCertificate(string Arn) : Operation;

    internal sealed record DeleteOriginAccessControl(string Id) : Operation;

    /// <summary>
    /// Deletes a bucket with what is in it: all of it where no rule says which keys are the stack's, else those alone, and the bucket where nothing else is
    /// left.
    /// </summary>
    internal sealed record DeleteBucket(string Name, Func<string, bool>? IsOwn) : Operation
    {
        /// <summary>True where it is known, and said, that the bucket stays.</summary>
        public bool MayStay { get; init; }

        /// <summary>Says what others put there.</summary>
        public EmailSecurityException Left(OtherObjects others) => new("ForeignObjects", ErrorKind.Exists,
            $"Bucket {Name} contains {(others.IsMore ? "more than " : "")}{others.Count} {(others.Count == 1 ? "object" : "objects")} "
            + $"that this stack did not put there: {others}. The bucket stays; everything else of the stack is removed.",
            "To keep them, move them to another bucket, then run the same command again. To delete them with the bucket, "
            + "run the same command again with -RemoveForeignObject")
        { Target = Name };
    }
}
