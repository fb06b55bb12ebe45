using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Planning;

/// <summary>Plans TLS-RPT, which needs no files: the record, and the tag that records whose it is (RFC 8460 section 3).</summary>
internal sealed class ReportPlanner(PlanBuilder plan, StackWish stack, ObservedStack observed, PublishOptions options)
{
    private const string Group = "tls-rpt";

    /// <summary>True where the record is as the stack describes it, so it is the stack's: Set-TlsRptRecord published it before there was a bucket.</summary>
    public bool IsDescribed => stack.ReportUri.Count > 0 && Wanted is var wanted && observed.RecordSetsAt(wanted.Name).Any(s => SharedTxt.Holds(s, wanted));

    private string Text => TlsRptRecord.Create(stack.ReportUri).ToString();

    private RecordSet Wanted => StackPlanner.Txt(TlsRptRecord.NameOf(stack.Domain), Text, RecordPlanner.RecordTtl);

    /// <summary>Lets a bucket that is there remember that the record is ours from now on, in a plan about nothing else.</summary>
    /// <param name="parts">The parts that are the stack's after this publish.</param>
    public BucketSteps PlanTag(StackParts parts)
    {
        if (observed.AssetBucket is not { } bucket || StackPlanner.OwnedParts(observed).HasFlag(StackParts.TlsRpt)
            || !StackNames.IsOwner(stack.Domain, bucket.Settings.Tags))
        {
            return BucketSteps.None;
        }

        var name = observed.AssetBucketName;
        var text = StackOwnership.Text(parts);
        var tags = StackPlanner.WithTag(bucket.Settings.Tags, StackNames.PartsTag, text);
        var step = plan.Add("asset-bucket/Tags", ChangeAction.Update, "S3 bucket tags", name, "marks the record as part of this stack",
            new Operation.PutSetting(name, BucketSetting.Tags, new BucketSettings { Tags = tags }), dependsOn: [],
            after: $"{StackNames.PartsTag}={text}", group: Group);
        return new BucketSteps(null, new Dictionary<BucketSetting, Step> { [BucketSetting.Tags] = step });
    }

    /// <summary>Publishes the record.</summary>
    /// <param name="assets">The steps about the asset bucket, whose tag says whose the record is, or a removal would not know it.</param>
    public Step? PlanRecord(BucketSteps assets)
    {
        var isThere = observed.RecordSetsAt(Wanted.Name).Any(s => s.Type == "TXT");
        var record = new WantedRecord("record/tls-rpt", Wanted, StackPlanner.Quoted(Text), "senders report TLS failures there (RFC 8460 section 3)")
        {
            IsOurs = StackPlanner.OwnedParts(observed).HasFlag(StackParts.TlsRpt) && isThere,
            Group = Group,
            Announces = StackParts.TlsRpt,
        };
        return new RecordPlanner(plan, stack, observed, options, assets).Ensure(record, dependsOn: [assets.Created, assets[BucketSetting.Tags]]);
    }
}
