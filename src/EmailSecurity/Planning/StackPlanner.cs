using System.Security.Cryptography;
using System.Text;
using EmailSecurity.Bimi;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Planning;

/// <summary>Desired and observed in, ordered changes out. A pure function: same input, same plan.</summary>
public static class StackPlanner
{
    /// <summary>Seconds that an edge location may keep the policy: a change is seen soon even where an invalidation was lost.</summary>
    public const int PolicyEdgeSeconds = ServedPolicy.EdgeSeconds;

    private const string BimiCacheControl = "max-age=86400";

    /// <summary>A policy as it is served.</summary>
    internal static BucketObject PolicyObject(MtaStsPolicy policy) => new(StackNames.PolicyKey, Encoding.UTF8.GetBytes(policy.Served), "text/plain; charset=utf-8", $"max-age={PolicyEdgeSeconds}");

    /// <summary>Group of the steps that serve and announce a policy: one answer governs them.</summary>
    public const string PolicyGroup = "policy";

    private const string BimiGroup = "bimi";
    private const string ReportsGroup = "tls-rpt";

    // A record is there only once the tag is that tells whose it is, or a removal would not know it.
    private static readonly string[] Remembering = ["asset-bucket", "asset-bucket/Tags"];

    /// <summary>Step that uploads the policy.</summary>
    public const string PolicyStep = "object/policy";

    /// <summary>Step that publishes the policy's id.</summary>
    public const string PolicyRecordStep = "record/mta-sts";

    /// <summary>Plans what a publish of these parts must do.</summary>
    /// <exception cref="EmailSecurityException">A condition that must be settled first: HostedZoneNotFound, ForeignRecord, PolicyDoesNotCoverMx ...</exception>
    public static Plan Publish(StackWish stack, StackParts parts, ObservedStack observed, PublishOptions options)
    {
        var plan = new PlanBuilder(stack.Domain);
        ClockCheck.Warn(plan, observed);
        var wantsPolicy = parts.HasFlag(StackParts.MtaSts);
        var wantsReports = parts.HasFlag(StackParts.TlsRpt) && stack.ReportUri.Count > 0;
        var wantsBimi = parts.HasFlag(StackParts.Bimi) && stack.Logo is not null;
        if (wantsBimi && observed.BimiGate is { } gate)
        {
            // BIMI's DMARC gate blocks BIMI only, never MTA-STS or TLS-RPT.
            plan.Refuse(StackParts.Bimi, gate);
            wantsBimi = false;
        }

        var asked = (wantsPolicy ? StackParts.MtaSts : StackParts.None) | (wantsReports ? StackParts.TlsRpt : StackParts.None)
            | (wantsBimi ? StackParts.Bimi : StackParts.None);
        var left = PublishGates.RefuseDelegated(plan, stack, asked, observed);
        (wantsPolicy, wantsReports, wantsBimi) = (left.HasFlag(StackParts.MtaSts), left.HasFlag(StackParts.TlsRpt), left.HasFlag(StackParts.Bimi));
        PublishGates.WarnOfFindings(plan, left, observed);

        var policy = wantsPolicy ? PolicyChooser.Choose(stack, observed) : null;
        if (policy is not null)
        {
            plan.Warnings.AddRange(PolicyChooser.CheckKnown(stack, observed, options.Adopt));
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
            var before = owned | (described ? StackParts.TlsRpt : StackParts.None);
            var partSteps = new Dictionary<string, StackParts>(StringComparer.Ordinal) { [PolicyRecordStep] = StackParts.MtaSts, ["record/tls-rpt"] = StackParts.TlsRpt, ["record/bimi"] = StackParts.Bimi };
            var evidence = new PolicyEvidence(observed);
            var known = evidence.Newest ?? (evidence.HeldUntil == DateTimeOffset.MinValue ? PolicyMark.Nothing : null);
            var mark = policy is null ? known : evidence.MarkOf(policy);
            var marks = new StackMarks(before, partSteps.Where(s => now.HasFlag(s.Value)).ToDictionary(StringComparer.Ordinal), known?.ToString());
            var marking = policy is null ? null : new MarkPlanner(plan, observed, mark!);
            var partTags = WithTag(tags, StackNames.PartsTag, PartsTag(now));
            var markedTags = mark is null ? partTags : WithTag(partTags, StackNames.ServedTag, mark.ToString());
            buckets.Plan(partTags, markedTags, marks);
            var objects = new ObjectPlanner(plan, observed);
            hosting.PlanOwnTags(partTags, marks);
            if (policy is not null)
            {
                marking!.BeforeServing();
                objects.Plan(PolicyStep, PolicyObject(policy), "the policy that senders fetch", PolicyGroup, MovesToEnforce(policy));
            }

            BimiFiles? bimi = wantsBimi ? BimiFiles.Of(stack, bimiHost) : null;
            if (bimi is not null)
            {
                var encoding = stack.Logo!.Content.Span.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? "gzip" : null;
                objects.Plan("object/logo", new BucketObject(bimi.LogoKey, stack.Logo.Content, "image/svg+xml", BimiCacheControl) { ContentEncoding = encoding }, "the logo", BimiGroup);
                if (bimi.CertificateKey is { } key)
                {
                    objects.Plan("object/mark-certificate", new BucketObject(key, stack.MarkCertificate!.Content, "application/pem-certificate-chain", BimiCacheControl), "the mark certificate", BimiGroup);
                }
            }

            hosting.PlanDistribution(bimiHost, now, tags, markedTags, marks);
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
                PlanPolicyRecord(policy, marking!, partTags);
            }

            if (bimi is not null)
            {
                PlanBimiRecord(bimi);
            }
        }

        if (wantsReports)
        {
            if (!(wantsPolicy || wantsBimi) && observed.AssetBucket is not null && !owned.HasFlag(StackParts.TlsRpt) && StackNames.IsOwner(stack.Domain, observed.AssetBucket.Settings.Tags))
            {
                // The stack's bucket remembers that the record is ours from now on.
                var name = observed.AssetBucketName;
                var merged = new SortedDictionary<string, string>(observed.AssetBucket.Settings.Tags.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal) { [StackNames.PartsTag] = PartsTag(now) };
                plan.Add("asset-bucket/Tags", ChangeAction.Update, "S3 bucket tags", name, "so that the record is known as this stack's", new Operation.PutSetting(name, BucketSetting.Tags, new BucketSettings { Tags = merged }), after: $"{StackNames.PartsTag}={PartsTag(now)}", group: ReportsGroup);
            }

            var same = observed.RecordSetsAt(reports!.Name).Any(s => s.Type == "TXT");
            records.Ensure("record/tls-rpt", reports, Quoted(TlsRptRecord.Create(stack.ReportUri).ToString()), owned.HasFlag(StackParts.TlsRpt) && same,
                "senders report TLS failures there (RFC 8460 section 3)", Remembering, group: ReportsGroup);
        }

        PublishGates.CheckCaa(plan, stack, left, observed);
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
                new Operation.Invalidate(paths, Md5(Encoding.UTF8.GetBytes(string.Join(' ', paths) + policy?.Id + version))), ["object/policy", "object/logo", "object/mark-certificate", "distribution"], after: string.Join(" ", paths), group: paths.Contains("/" + StackNames.PolicyKey) ? PolicyGroup : "");
            plan.Add("invalidation-done", ChangeAction.Wait, "CloudFront invalidation", dist.Id, "it takes about half a minute", new Operation.WaitInvalidation(), ["invalidation"], after: "Completed");
        }

        void PlanPolicyRecord(MtaStsPolicy served, MarkPlanner marking, IReadOnlyDictionary<string, string> logTags)
        {
            var text = new MtaStsRecord(served.Id).ToString();
            string[] serving = ["object/policy", "asset-bucket/Policy", "distribution", "distribution-deployed", "invalidation", "invalidation-done"];
            var existing = PublishedPolicyId(observed);
            if (serving.Any(plan.Has) || existing != served.Id)
            {
                plan.Add("served/policy", ChangeAction.Wait, "HTTPS", StackNames.PolicyUrl(stack.Domain).ToString(), "senders must be served this policy before its id is published (RFC 8461 section 8.1)",
                    new Operation.ConfirmServed(StackNames.PolicyUrl(stack.Domain), Encoding.UTF8.GetBytes(served.Served), "PolicyNotServed") { IsProxied = IsProxied(observed, StackNames.PolicyHost(stack.Domain)) }, serving, after: $"policy {served.Id}");
            }

            marking.BeforeAnnouncing(logTags, ["served/policy"]);
            var toEnforce = MovesToEnforce(served);
            records.Ensure(PolicyRecordStep, Txt(StackNames.MtaStsRecord(stack.Domain), text, RecordPlanner.PolicyRecordTtl), Quoted(text), owned.HasFlag(StackParts.MtaSts) || StackOwnership.IsPolicyRecordOurs(observed),
                toEnforce ? "senders use the policy from now on, and refuse servers that break it (mode enforce)" : $"senders fetch the policy anew when its id changes (mode {served.Mode.ToString().ToLowerInvariant()})",
                [.. Remembering, MarkPlanner.DistributionStep, MarkPlanner.LogBucketStep, "served/policy", "alias/mta-sts/A", "alias/mta-sts/visible"], toEnforce && !plan.AsksToEnforce, PolicyGroup);
        }

        // Only where senders are known to be told of an enforce policy is this no step up. The question is due before the upload: where
        // they know of a policy, those that have nothing cached fetch the new one from the moment it is served (RFC 8461 section 3.3).
        bool MovesToEnforce(MtaStsPolicy served) => served.Mode == MtaStsMode.Enforce && !PolicyChooser.IsEnforceAnnounced(observed);

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
                "mailbox providers find the logo (BIMI assertion record)", [.. Remembering, .. serving, "served/logo", "served/mark-certificate"], group: BimiGroup);

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

    /// <summary>The parts whose records are ours, by the stack's tags.</summary>
    public static StackParts OwnedParts(ObservedStack observed) => StackOwnership.Parts(observed);

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

    private static string PartsTag(StackParts parts) => StackOwnership.Text(parts);

    internal static SortedDictionary<string, string> WithTag(IReadOnlyDictionary<string, string> tags, string key, string value)
        => new(tags.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal) { [key] = value };

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
