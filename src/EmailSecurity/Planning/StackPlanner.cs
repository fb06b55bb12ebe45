using System.Security.Cryptography;
using System.Text;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Planning;

/// <summary>Desired and observed in, ordered changes out. A pure function: same input, same plan.</summary>
public static class StackPlanner
{
    /// <summary>A policy as it is served.</summary>
    internal static BucketObject PolicyObject(MtaStsPolicy policy)
        => new(StackNames.PolicyKey, Encoding.UTF8.GetBytes(policy.Served), "text/plain; charset=utf-8", $"max-age={ServedPolicy.EdgeSeconds}");

    /// <summary>Group of the steps that serve and announce a policy: one answer governs them.</summary>
    public const string PolicyGroup = "policy";

    /// <summary>Plans what a publish of these parts must do.</summary>
    /// <exception cref="EmailSecurityException">A condition that must be settled first: HostedZoneNotFound, ForeignRecord, PolicyDoesNotCoverMx ...</exception>
    public static Plan Publish(StackWish stack, StackParts parts, ObservedStack observed, PublishOptions options)
    {
        var plan = new PlanBuilder(stack.Domain);
        ClockCheck.Warn(plan, observed);
        var wanted = PublishGates.Wanted(plan, stack, parts, observed);
        PublishGates.WarnOfFindings(plan, wanted, observed);
        var policy = wanted.HasFlag(StackParts.MtaSts) ? ChoosePolicy(plan, stack, observed, options) : null;
        TakeBack.Warn(plan, stack, observed, policy);
        var promotion = policy is null ? null : PromotionGate.Check(plan, policy, observed, options);
        if (stack.DnsHost == DnsHost.Route53 && wanted != StackParts.None)
        {
            RecordPlanner.ZoneFor(stack, observed, stack.Domain); // an unknown zone is said before anything else is planned
        }

        var reports = new ReportPlanner(plan, stack, observed, options);
        var before = OwnedParts(observed) | (reports.IsDescribed ? StackParts.TlsRpt : StackParts.None);
        var after = before | wanted;
        var wantsReports = wanted.HasFlag(StackParts.TlsRpt);
        var decision = PublishDecision.None;
        if ((wanted & (StackParts.MtaSts | StackParts.Bimi)) != StackParts.None)
        {
            decision = new FilesPlanner(plan, stack, observed, options).Plan(policy, promotion, wanted.HasFlag(StackParts.Bimi), before, after);
        }
        else if (wantsReports)
        {
            decision = decision with { Assets = reports.PlanTag(after) };
        }

        decision = decision with { ReportRecord = wantsReports ? reports.PlanRecord(decision.Assets) : null };
        PublishGates.CheckCaa(plan, stack, wanted, observed, decision);
        return Consequences.Tell(plan.Build(decision), stack, observed);
    }

    private static MtaStsPolicy ChoosePolicy(PlanBuilder plan, StackWish stack, ObservedStack observed, PublishOptions options)
    {
        var policy = PolicyChooser.Choose(stack, observed);
        plan.Warnings.AddRange(PolicyChooser.CheckKnown(stack, observed, options.Adopt));
        plan.Warnings.AddRange(Predecessor.Tell(policy, observed));
        plan.Warnings.AddRange(PolicyChooser.CheckCoverage(policy, observed, options.AllowUncoveredMx));
        plan.Warnings.AddRange(PolicyChooser.CheckMaxAge(policy));
        var moves = MxMoves.Of(observed.Domain, observed.MxHosts, policy, observed.CachedPolicies, observed.ObservedAt);
        plan.Warnings.AddRange(moves.Select(m => m.Message));
        if (new PolicyEvidence(observed).UnknownEnforcedUntil is { } until && MxMoves.Unknown(observed.Domain, observed.MxHosts, policy, until) is { } unknown)
        {
            plan.Warnings.Add(unknown.Message);
        }

        return policy;
    }

    /// <summary>Tags of every resource of a stack.</summary>
    public static IReadOnlyDictionary<string, string> Tags(StackWish stack)
        => WithTag(stack.Tag, StackNames.OwnerTag, stack.Domain);

    /// <summary>The parts whose records are ours, by the stack's tags.</summary>
    public static StackParts OwnedParts(ObservedStack observed) => StackOwnership.Parts(observed);

    /// <summary>The id in the published <c>_mta-sts</c> record; null for none or one that senders discard.</summary>
    public static string? PublishedPolicyId(ObservedStack observed)
        => MtaStsRecord.Select(observed.TextsAt(MtaStsRecord.NameOf(observed.Domain)), observed.Domain).Value is MtaStsRecord record ? record.Id : null;

    internal static bool RefersToUs(ObservedStack observed, string bimiRecordName, string bimiHost)
        => observed.RecordSetsAt(bimiRecordName).Where(s => s.Type == "TXT").SelectMany(s => s.Values).Any(v => RefersTo(v, bimiHost));

    internal static bool RefersTo(string value, string bimiHost)
        => SharedTxt.IsOf(value, SharedTxt.Bimi) && TxtStrings.Unquote(value).Contains($"l=https://{bimiHost}/", StringComparison.OrdinalIgnoreCase);

    internal static RecordSet Txt(string name, string text, int ttl) => new() { Name = name, Type = "TXT", Ttl = ttl, Values = [TxtStrings.Quote(text)] };

    internal static SortedDictionary<string, string> WithTag(IReadOnlyDictionary<string, string> tags, string key, string value)
        => WithTags(tags, [KeyValuePair.Create(key, value)]);

    internal static SortedDictionary<string, string> WithTags(
        IEnumerable<KeyValuePair<string, string>> tags, IEnumerable<KeyValuePair<string, string>> more)
    {
        var all = new SortedDictionary<string, string>(tags.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (key, value) in more)
        {
            all[key] = value;
        }

        return all;
    }

    internal static bool IsProxied(ObservedStack observed, string host) => observed.Hosts.TryGetValue(host, out var view) && view.Route == HostRoute.Content;

    internal static string Quoted(string text) => $"\"{text}\"";

    // The ETag of a single-part object encrypted with SSE-S3 is the MD5 of its bytes; nothing here rests on MD5 for security.
#pragma warning disable CA5351
    internal static string Md5(ReadOnlySpan<byte> content) => Convert.ToHexString(MD5.HashData(content)).ToLowerInvariant();
#pragma warning restore CA5351
}
