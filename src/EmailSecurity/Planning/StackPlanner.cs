using System.Security.Cryptography;
using System.Text;
using EmailSecurity.Bimi;
using EmailSecurity.Dns;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Planning;

/// <summary>Desired and observed in, ordered changes out. A pure function: same input, same plan.</summary>
public static class StackPlanner
{
    /// <summary>Seconds that an edge location may keep the policy: a change is seen soon even where an invalidation was lost.</summary>
    public const int PolicyEdgeSeconds = 10;

    private const string BimiCacheControl = "max-age=86400";

    /// <summary>A policy as it is served.</summary>
    internal static BucketObject PolicyObject(MtaStsPolicy policy) => new(StackNames.PolicyKey, Encoding.UTF8.GetBytes(policy.Text), "text/plain; charset=utf-8", $"max-age={PolicyEdgeSeconds}");

    /// <summary>Plans what a publish of these parts must do.</summary>
    /// <exception cref="EmailSecurityException">A condition that must be settled first: HostedZoneNotFound, ForeignRecord, PolicyDoesNotCoverMx ...</exception>
    public static Plan Publish(StackWish stack, StackParts parts, ObservedStack observed, PublishOptions options)
    {
        var plan = new PlanBuilder(stack.Domain);
        var wantsPolicy = parts.HasFlag(StackParts.MtaSts);
        var wantsReports = parts.HasFlag(StackParts.TlsRpt) && stack.ReportUri.Count > 0;
        var wantsBimi = parts.HasFlag(StackParts.Bimi) && stack.Logo is not null;
        if (wantsBimi && observed.BimiGate is { } gate)
        {
            // BIMI's DMARC gate blocks BIMI only, never MTA-STS or TLS-RPT.
            plan.Refuse(StackParts.Bimi, gate);
            wantsBimi = false;
        }

        var left = PublishGates.RefuseDelegated(plan, stack, (wantsPolicy ? StackParts.MtaSts : 0) | (wantsReports ? StackParts.TlsRpt : 0) | (wantsBimi ? StackParts.Bimi : 0), observed);
        (wantsPolicy, wantsReports, wantsBimi) = (left.HasFlag(StackParts.MtaSts), left.HasFlag(StackParts.TlsRpt), left.HasFlag(StackParts.Bimi));
        PublishGates.WarnOfFindings(plan, left, observed);

        var policy = wantsPolicy ? PolicyChooser.Choose(stack, observed) : null;
        if (policy is not null)
        {
            plan.Warnings.AddRange(PolicyChooser.CheckCoverage(policy, observed, options.AllowUncoveredMx));
            plan.Warnings.AddRange(PolicyChooser.CheckMaxAge(policy));
        }

        if (stack.DnsHost == DnsHost.Route53 && (wantsPolicy || wantsReports || wantsBimi))
        {
            RecordPlanner.ZoneFor(stack, observed, stack.Domain); // an unknown zone is said before anything else is planned
        }

        var owned = OwnedParts(observed);
        var records = new RecordPlanner(plan, stack, observed, options) { Policy = policy };
        var reports = stack.ReportUri.Count > 0 ? Txt(StackNames.TlsRptRecord(stack.Domain), TlsRptRecord.Create(stack.ReportUri).ToString(), RecordPlanner.RecordTtl) : null;

        // A record that Set-TlsRptRecord published before there was a bucket to remember it: as the stack describes it, so it is the stack's.
        var described = reports is not null && observed.RecordSetsAt(reports.Name).Any(s => SharedTxt.Holds(s, reports));
        var now = owned | (described ? StackParts.TlsRpt : StackParts.None) | (wantsPolicy ? StackParts.MtaSts : StackParts.None) | (wantsReports ? StackParts.TlsRpt : StackParts.None) | (wantsBimi ? StackParts.Bimi : StackParts.None);
        if (wantsPolicy || wantsBimi)
        {
            HostingPlanner.CheckRegion(observed.Region);
            var tags = Tags(stack);
            var bimiHost = HostingPlanner.BimiHost(stack, observed, wantsBimi);
            var hosting = new HostingPlanner(plan, stack, observed, records);
            var buckets = new BucketPlanner(plan, stack, observed);
            buckets.Plan(tags, PartsTag(now));
            var objects = new ObjectPlanner(plan, stack, observed);
            if (policy is not null)
            {
                objects.Plan("object/policy", PolicyObject(policy), "the policy that senders fetch", MovesToEnforce(policy) && RecordIsThere());
            }

            BimiFiles? bimi = wantsBimi ? BimiFiles.Of(stack, bimiHost) : null;
            if (bimi is not null)
            {
                var encoding = stack.Logo!.Content.Span.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? "gzip" : null;
                objects.Plan("object/logo", new BucketObject(bimi.LogoKey, stack.Logo.Content, "image/svg+xml", BimiCacheControl) { ContentEncoding = encoding }, "the logo");
                if (bimi.CertificateKey is { } key)
                {
                    objects.Plan("object/mark-certificate", new BucketObject(key, stack.MarkCertificate!.Content, "application/pem-certificate-chain", BimiCacheControl), "the mark certificate");
                }
            }

            hosting.PlanDistribution(bimiHost, now, tags);
            buckets.AssetPolicy();
            if (policy is not null)
            {
                hosting.PlanAliases("mta-sts", StackNames.PolicyHost(stack.Domain), owned.HasFlag(StackParts.MtaSts));
            }

            if (bimi is not null)
            {
                hosting.PlanAliases("bimi", bimiHost, owned.HasFlag(StackParts.Bimi));
            }

            PlanInvalidation(objects.Replaced);
            if (policy is not null)
            {
                PlanPolicyRecord(policy);
            }

            if (bimi is not null)
            {
                PlanBimiRecord(bimi);
            }
        }

        if (wantsReports)
        {
            List<string> dependsOn = [];
            if (!(wantsPolicy || wantsBimi) && observed.AssetBucket is not null && !owned.HasFlag(StackParts.TlsRpt) && StackNames.IsOwner(stack.Domain, observed.AssetBucket.Settings.Tags))
            {
                // The stack's bucket remembers that the record is ours from now on.
                var name = StackNames.AssetBucket(stack.Domain, observed.Caller.AccountId);
                var merged = new SortedDictionary<string, string>(observed.AssetBucket.Settings.Tags.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal) { [StackNames.PartsTag] = PartsTag(now) };
                plan.Add("asset-bucket/Tags", ChangeAction.Update, "S3 bucket tags", name, "so that the record is known as this stack's", new Operation.PutSetting(name, BucketSetting.Tags, new BucketSettings { Tags = merged }), after: $"{StackNames.PartsTag}={PartsTag(now)}");
            }

            dependsOn.Add("asset-bucket/Tags"); // ours before it is there, or a removal would not know it

            var same = observed.RecordSetsAt(reports!.Name).Any(s => s.Type == "TXT");
            records.Ensure("record/tls-rpt", reports, Quoted(TlsRptRecord.Create(stack.ReportUri).ToString()), owned.HasFlag(StackParts.TlsRpt) && same,
                "senders report TLS failures there (RFC 8460 section 3)", dependsOn);
        }

        PublishGates.CheckCaa(plan, stack, observed);
        return plan.Build();

        void PlanInvalidation(List<string> replaced)
        {
            // A policy whose id is not published yet may be in the bucket already, from a run that died between upload and
            // invalidation: then edge locations may still hold the one before it.
            if (policy is not null && observed.Distribution is not null && !replaced.Contains(StackNames.PolicyKey) && !plan.Has("object/policy") && PublishedPolicyId(observed) is { } id && id != policy.Id)
            {
                replaced.Add(StackNames.PolicyKey);
            }

            if (observed.Distribution is not { } dist || replaced.Count == 0)
            {
                return;
            }

            var version = observed.AssetVersions.FirstOrDefault(v => v.Key == StackNames.PolicyKey && v.IsLatest)?.VersionId ?? "";
            string[] paths = [.. replaced.Order(StringComparer.Ordinal).Select(k => "/" + k)];
            plan.Add("invalidation", ChangeAction.Create, "CloudFront invalidation", dist.Id, "edge locations must not go on serving what was replaced",
                new Operation.Invalidate(paths, Md5(Encoding.UTF8.GetBytes(string.Join(' ', paths) + policy?.Id + version))), ["object/policy", "object/logo", "object/mark-certificate", "distribution"], after: string.Join(" ", paths));
            plan.Add("invalidation-done", ChangeAction.Wait, "CloudFront invalidation", dist.Id, "it takes about half a minute", new Operation.WaitInvalidation(), ["invalidation"], after: "Completed");
        }

        void PlanPolicyRecord(MtaStsPolicy served)
        {
            var text = new MtaStsRecord(served.Id).ToString();
            string[] serving = ["object/policy", "asset-bucket/Policy", "distribution", "distribution-deployed", "invalidation", "invalidation-done"];
            var existing = PublishedPolicyId(observed);
            if (serving.Any(plan.Has) || existing != served.Id)
            {
                plan.Add("served/policy", ChangeAction.Wait, "HTTPS", StackNames.PolicyUrl(stack.Domain).ToString(), "senders must be served this policy before its id is published (RFC 8461 section 8.1)",
                    new Operation.ConfirmServed(StackNames.PolicyUrl(stack.Domain), Encoding.UTF8.GetBytes(served.Text), "PolicyNotServed") { IsProxied = IsProxied(observed, StackNames.PolicyHost(stack.Domain)) }, serving, after: $"policy {served.Id}");
            }

            var toEnforce = MovesToEnforce(served);
            records.Ensure("record/mta-sts", Txt(StackNames.MtaStsRecord(stack.Domain), text, RecordPlanner.PolicyRecordTtl), Quoted(text), owned.HasFlag(StackParts.MtaSts),
                toEnforce ? "senders use the policy from now on, and refuse servers that break it (mode enforce)" : $"senders fetch the policy anew when its id changes (mode {served.Mode.ToString().ToLowerInvariant()})",
                ["asset-bucket/Tags", "served/policy", "alias/mta-sts/A", "alias/mta-sts/visible"], toEnforce && !(plan.Has("object/policy") && RecordIsThere()));
        }

        // Only where the published id is known to name an enforce policy is this no step up.
        bool MovesToEnforce(MtaStsPolicy served) => served.Mode == MtaStsMode.Enforce && !(observed.CurrentPolicy is { Mode: MtaStsMode.Enforce } current && current.Id == PublishedPolicyId(observed));

        // Where senders know of a policy already, those that have nothing cached fetch the new one from the moment it is served
        // (RFC 8461 section 3.3), whatever the id says: the question is due before the upload, and once.
        bool RecordIsThere() => PublishedPolicyId(observed) is not null;

        void PlanBimiRecord(BimiFiles bimi)
        {
            string[] serving = ["asset-bucket/Policy", "distribution", "distribution-deployed", "invalidation-done", "alias/bimi/A", "alias/bimi/visible"];
            var name = StackNames.BimiRecord(stack.Domain, stack.BimiSelector);
            var set = Txt(name, bimi.Record, RecordPlanner.RecordTtl);
            var isPublished = observed.RecordSetsAt(name).Any(s => SharedTxt.Holds(s, set))
                || StackRecords.Look(observed, new DnsRecordState { Domain = stack.Domain, Name = name, Type = "TXT", Value = bimi.Record, Ttl = RecordPlanner.RecordTtl, Purpose = "" }).Status == DnsRecordStatus.Published;
            Confirm("served/logo", "object/logo", bimi.LogoUrl, stack.Logo!.Content);
            if (bimi.CertificateUrl is { } url)
            {
                Confirm("served/mark-certificate", "object/mark-certificate", url, stack.MarkCertificate!.Content);
            }

            records.Ensure("record/bimi", set, Quoted(bimi.Record), owned.HasFlag(StackParts.Bimi) || RefersToUs(observed, name, bimi.Host),
                "mailbox providers find the logo (BIMI assertion record)", ["asset-bucket/Tags", .. serving, "served/logo", "served/mark-certificate"]);

            void Confirm(string id, string objectStep, Uri url, ReadOnlyMemory<byte> content)
            {
                if (!isPublished || plan.Has(objectStep) || serving.Any(plan.Has))
                {
                    plan.Add(id, ChangeAction.Wait, "HTTPS", url.ToString(), "it must be served before the record names it", new Operation.ConfirmServed(url, content, "LogoNotServed") { IsProxied = IsProxied(observed, bimi.Host) }, [objectStep, .. serving], after: $"{content.Length} bytes");
                }
            }
        }
    }

    /// <summary>Tags of every resource of a stack.</summary>
    public static IReadOnlyDictionary<string, string> Tags(StackWish stack)
        => new SortedDictionary<string, string>(stack.Tag.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal) { [StackNames.OwnerTag] = stack.Domain };

    /// <summary>The parts whose records are ours, by the asset bucket's tag.</summary>
    public static StackParts OwnedParts(ObservedStack observed)
    {
        if (observed.AssetBucket is not { } bucket || !StackNames.IsOwner(observed.Domain, bucket.Settings.Tags) || !bucket.Settings.Tags.TryGetValue(StackNames.PartsTag, out var text))
        {
            return StackParts.None;
        }

        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (words.Contains("mta-sts") ? StackParts.MtaSts : StackParts.None) | (words.Contains("tls-rpt") ? StackParts.TlsRpt : StackParts.None) | (words.Contains("bimi") ? StackParts.Bimi : StackParts.None);
    }

    /// <summary>The id in the published <c>_mta-sts</c> record; null for none or one that senders discard.</summary>
    public static string? PublishedPolicyId(ObservedStack observed)
    {
        var name = StackNames.MtaStsRecord(observed.Domain);
        var values = observed.Answers.TryGetValue((name, DnsRecordType.TXT), out var answer)
            ? answer.Records.Select(r => r.Value)
            : observed.RecordSetsAt(name).Where(s => s.Type == "TXT").SelectMany(s => s.Values).Select(TxtStrings.Unquote);
        return MtaStsRecord.Select(values, observed.Domain).Value is MtaStsRecord record ? record.Id : null;
    }

    internal static bool RefersToUs(ObservedStack observed, string bimiRecordName, string bimiHost)
        => observed.RecordSetsAt(bimiRecordName).Where(s => s.Type == "TXT").SelectMany(s => s.Values).Any(v => RefersTo(v, bimiHost));

    internal static bool RefersTo(string value, string bimiHost)
        => SharedTxt.IsOf(value, SharedTxt.Bimi) && TxtStrings.Unquote(value).Contains($"l=https://{bimiHost}/", StringComparison.OrdinalIgnoreCase);

    internal static RecordSet Txt(string name, string text, int ttl) => new() { Name = name, Type = "TXT", Ttl = ttl, Values = [TxtStrings.Quote(text)] };

    private static string PartsTag(StackParts parts) => string.Join(' ', new[]
    {
        parts.HasFlag(StackParts.MtaSts) ? "mta-sts" : "",
        parts.HasFlag(StackParts.TlsRpt) ? "tls-rpt" : "",
        parts.HasFlag(StackParts.Bimi) ? "bimi" : "",
    }.Where(w => w.Length > 0));

    private static bool IsProxied(ObservedStack observed, string host) => observed.Hosts.TryGetValue(host, out var view) && view.Route == HostRoute.Content;

    private static string Quoted(string text) => $"\"{text}\"";

    // The ETag of a single-part object encrypted with SSE-S3 is the MD5 of its bytes; nothing here rests on MD5 for security.
#pragma warning disable CA5351
    internal static string Md5(ReadOnlySpan<byte> content) => Convert.ToHexString(MD5.HashData(content)).ToLowerInvariant();
#pragma warning restore CA5351

    /// <summary>Keys and URLs of a stack's BIMI files.</summary>
    internal sealed record BimiFiles(string Host, string LogoKey, string? CertificateKey, string Record)
    {
        public Uri LogoUrl => new($"https://{Host}/{LogoKey}");

        public Uri? CertificateUrl => CertificateKey is null ? null : new Uri($"https://{Host}/{CertificateKey}");

        public static BimiFiles Of(StackWish stack, string host)
        {
            var logoKey = StackNames.BimiKey(stack.Logo!.Content, "logo.svg");
            var certificateKey = stack.MarkCertificate is { } mark ? StackNames.BimiKey(mark.Content, "certificate.pem") : null;
            var files = new BimiFiles(host, logoKey, certificateKey, "");
            return files with { Record = BimiRecord.Create(files.LogoUrl, files.CertificateUrl).ToString() };
        }
    }
}
