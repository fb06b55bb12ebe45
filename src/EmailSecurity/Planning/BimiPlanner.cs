using EmailSecurity.Bimi;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Planning;

/// <summary>The steps that put the logo's files; null where they are there.</summary>
internal sealed record BimiObjects(Step? Logo, Step? MarkCertificate);

/// <summary>Plans BIMI: upload logo and mark certificate, confirm that they are served, and only then publish the assertion record.</summary>
internal sealed class BimiPlanner(PlanBuilder plan, StackWish stack, ObservedStack observed, BimiFiles files)
{
    private const string Group = "bimi";
    private const string CacheControl = "max-age=86400";

    /// <summary>Uploads the files.</summary>
    public BimiObjects PlanObjects(ObjectPlanner objects)
    {
        var content = stack.Logo!.Content;
        var logo = new BucketObject(files.LogoKey, content, "image/svg+xml", CacheControl)
        {
            ContentEncoding = content.Span.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? "gzip" : null,
        };
        var logoStep = objects.Plan("object/logo", logo, "the logo", Group);
        var markStep = files.CertificateKey is not { } key ? null : objects.Plan("object/mark-certificate",
            new BucketObject(key, stack.MarkCertificate!.Content, "application/pem-certificate-chain", CacheControl), "the mark certificate", Group);
        return new BimiObjects(logoStep, markStep);
    }

    /// <summary>Publishes the record, once the files that it names are served.</summary>
    /// <param name="records">Plans the records.</param>
    /// <param name="assets">The steps about the asset bucket.</param>
    /// <param name="objects">Put the files.</param>
    /// <param name="edge">Lets the edge serve them.</param>
    /// <param name="aliases">Lead to them.</param>
    public Step? PlanRecord(RecordPlanner records, BucketSteps assets, BimiObjects objects, ServingSteps edge, AliasSteps aliases)
    {
        Step?[] serving = [edge.AssetPolicy, edge.Hosting.Distribution, edge.Hosting.Deployed, edge.Invalidated];
        var name = BimiRecord.NameOf(stack.Domain, stack.BimiSelector);
        var set = StackPlanner.Txt(name, files.Record, RecordPlanner.RecordTtl);
        var isPublished = IsPublished(set);
        var logo = Confirm("served/logo", objects.Logo, files.LogoUrl, stack.Logo!.Content);
        var mark = files.CertificateUrl is { } url ? Confirm("served/mark-certificate", objects.MarkCertificate, url, stack.MarkCertificate!.Content) : null;
        var record = new WantedRecord("record/bimi", set, StackPlanner.Quoted(files.Record), "mailbox providers find the logo (BIMI assertion record)")
        {
            IsOurs = StackPlanner.OwnedParts(observed).HasFlag(StackParts.Bimi) || StackPlanner.RefersToUs(observed, name, files.Host),
            Group = Group,
            Announces = StackParts.Bimi,
        };

        // The tag says whose the record is, or a removal would not know it.
        return records.Ensure(record, dependsOn: [assets.Created, assets[BucketSetting.Tags], .. serving, aliases.A, aliases.Visible, logo, mark]);

        Step? Confirm(string id, Step? uploaded, Uri url, ReadOnlyMemory<byte> content)
            => isPublished && uploaded is null && serving.All(s => s is null) && aliases == AliasSteps.None ? null : plan.Add(
                id, ChangeAction.Wait, "HTTPS", url.ToString(), "it must be served before the record names it",
                new Operation.ConfirmServed(url, content, "LogoNotServed") { IsProxied = StackPlanner.IsProxied(observed, files.Host) },
                dependsOn: [uploaded, .. serving], after: $"{Count.Of(content.Length, "byte")}");
    }

    private bool IsPublished(RecordSet set) => observed.RecordSetsAt(set.Name).Any(s => SharedTxt.Holds(s, set))
        || StackRecords.Look(observed, new DnsRecordState
        {
            Domain = stack.Domain,
            Name = set.Name,
            Type = "TXT",
            Value = files.Record,
            Ttl = RecordPlanner.RecordTtl,
            Purpose = "",
        }).Status == DnsRecordStatus.Published;
}
