using EmailSecurity.Bimi;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Planning;

/// <summary>
/// What senders, mailbox providers and the stack's owner experience for as long as a change to a stack that exists is not made, and how long it still works:
/// a sentence for each difference. Pure.
/// </summary>
/// <param name="stack">What is wished.</param>
/// <param name="observed">The current state.</param>
/// <param name="parts">The parts that are the stack's now.</param>
internal sealed class Consequences(StackWish stack, ObservedStack observed, StackParts parts)
{
    private readonly string policyHost = MtaStsPolicy.HostOf(observed.Domain);

    /// <summary>The plan with the consequences of its differences; a stack of which nothing exists has none.</summary>
    public static Plan Tell(Plan plan, StackWish stack, ObservedStack observed)
    {
        var parts = StackPlanner.OwnedParts(observed);
        var isNew = parts == StackParts.None && !StackOwnership.IsDistributionOurs(observed) && !StackOwnership.IsAssetBucketOurs(observed);
        if (isNew)
        {
            return plan;
        }

        var consequences = new Consequences(stack, observed, parts);
        return plan with
        {
            Changes = [.. plan.Changes.Select(c => c with { Consequence = consequences.Of(c) })],
            Information = [.. (observed.Distribution?.KeptSettings ?? []).Select(s => Kept(observed.Distribution!.Id, s))],
        };
    }

    /// <summary>Without the files: RFC 8461 section 5.1 for the policy.</summary>
    public string NoFiles => (parts.HasFlag(StackParts.MtaSts), parts.HasFlag(StackParts.Bimi)) switch
    {
        (false, true) => NoLogo,
        (_, true) => $"Senders get no policy and mailbox providers no logo: {Cached}.",
        _ => $"Senders get no policy: {Cached}.",
    };

    /// <summary>The end of a sentence about what mail does not depend on.</summary>
    public const string NotAffected = "mail is not affected.";

    /// <summary>BIMI section 8.</summary>
    public const string NoLogo = "Mailbox providers show no logo; mail is not affected.";

    private static string Kept(string distribution, string setting)
    {
        var effect = setting.StartsWith("web ACL", StringComparison.Ordinal)
            ? "senders get the policy as long as no rule of it refuses them" : "senders get the policy all the same";
        return $"CloudFront distribution {distribution} has a setting that this stack did not make and keeps: {setting}; {effect}.";
    }

    private string Cached => "those with a cached policy use it " + (MaxAge is { } seconds ? $"for up to {Duration.Words(TimeSpan.FromSeconds(seconds))}"
        : "until it expires") + ", the others deliver without one";

    private long? MaxAge => (observed.CurrentPolicy ?? observed.AnnouncedPolicy ?? observed.EdgePolicy)?.MaxAge
        ?? new PolicyEvidence(observed).Newest?.MaxAge;

    private string Of(Change change) => change.Operation switch
    {
        Operation.CreateBucket o when o.Name == observed.LogBucketName => "Access logs are lost; mail is not affected.",
        Operation.CreateBucket => NoFiles,
        Operation.PutSetting o => new BucketConsequences(observed, this).Of(o),
        Operation.PutAssetPolicy => new BucketConsequences(observed, this).OfAssetPolicy(),
        Operation.PutObject o => new ObjectConsequences(observed, this).Of(o.Item),
        Operation.RequestCertificate => $"Without this certificate, CloudFront cannot serve every host. {NoFiles}",
        Operation.PublishValidation => $"ACM cannot issue the certificate. {NoFiles}",
        Operation.CreateOriginAccessControl => $"CloudFront cannot read the files. {NoFiles}",
        Operation.CreateDistribution => NoFiles,
        Operation.UpdateDistribution o => new DistributionConsequences(observed.Distribution!, this, policyHost).Of(o.Settings),
        Operation.MoveAlias o => o.Alias == policyHost ? "Another distribution serves this host: senders get its policy, not this one."
            : "Another distribution serves this host: mailbox providers get its files, not these; mail is not affected.",
        Operation.TagDistribution o => OfTags(o.Tags.ContainsKey(StackNames.ServedTag)),
        Operation.Invalidate => "Edge locations go on serving what was replaced: a policy for ten seconds, a logo for up to a day.",
        Operation.UpsertRecord o => OfRecord(change, o.Set),
        Operation.AwaitRecord o => OfRecord(change, new RecordSet { Name = o.Record.Name, Type = o.Record.Type, Values = [o.Record.Value] }),
        Operation.DeleteOriginAccessControl => "It counts towards the account's limit of origin access controls; mail is not affected.",
        Operation.DeleteCertificate => "It counts towards the account's limit of certificates; mail is not affected.",
        _ => "",
    };

    /// <summary>Of tags that differ.</summary>
    /// <param name="remembersServed">True for those that remember what was served.</param>
    public static string OfTags(bool remembersServed) => remembersServed
        ? $"A later removal cannot tell what senders have cached and waits longer; {NotAffected}"
        : $"Commands no longer recognize all that belongs to this stack; {NotAffected}";

    private string OfRecord(Change change, RecordSet set)
    {
        var there = observed.RecordSetsAt(set.Name).Where(s => s.Type == set.Type).ToArray();
        var isThere = there.Length > 0 || change.Before.Length > 0;
        if (Array.Find(there, s => s.Ttl != set.Ttl && s with { Ttl = set.Ttl } == set) is { } otherTtl)
        {
            var time = Duration.Words(TimeSpan.FromSeconds(otherTtl.Ttl ?? 0));
            return otherTtl.Ttl > set.Ttl ? $"Senders notice a change of this record only after up to {time}; mail is not affected now."
                : "DNS is asked more often than needed; mail is not affected.";
        }

        if (set.Name == MtaStsRecord.NameOf(observed.Domain))
        {
            return isThere ? "Senders with a cached policy do not learn that there is another until theirs expires"
                + (MaxAge is { } seconds ? $", for up to {Duration.Words(TimeSpan.FromSeconds(seconds))}." : ".")
                : $"Senders find no policy: {Cached}.";
        }

        if (set.Name == TlsRptRecord.NameOf(observed.Domain))
        {
            return isThere ? "Senders send TLS reports elsewhere, or nowhere; mail is not affected." : "Senders send no TLS reports; mail is not affected.";
        }

        if (set.Name == BimiRecord.NameOf(stack.Domain, stack.BimiSelector))
        {
            return isThere ? "Mailbox providers show another logo, or none; mail is not affected." : NoLogo;
        }

        return change.Id.StartsWith("validation/", StringComparison.Ordinal) ? NoRenewal(set.Name) : OfAlias(set, there, isThere);
    }

    private string OfAlias(RecordSet set, RecordSet[] there, bool isThere)
    {
        if (Array.Exists(there, s => s.AliasTarget == set.AliasTarget && s.AliasTarget is not null))
        {
            return "DNS may give no address while a health check fails; mail is not affected now.";
        }

        var isPolicy = set.Name == policyHost;
        var lost = isPolicy ? $"Senders get no policy: {Cached}." : NoLogo;
        return (isThere, set.Type) switch
        {
            (true, _) => isPolicy ? $"Senders fetch the policy from another server; unless it serves the same one, they get none: {Cached}."
                : "Mailbox providers fetch the logo from another server; mail is not affected.",
            (_, "AAAA") when HasAddress(set.Name, "A") => $"{(isPolicy ? "Senders" : "Mailbox providers")} that have only IPv6 cannot connect; the others can.",
            (_, "A") when HasAddress(set.Name, "AAAA") => $"{(isPolicy ? "Senders" : "Mailbox providers")} that have only IPv4 cannot connect. {lost}",
            _ => lost,
        };
    }

    private bool HasAddress(string name, string type) => observed.RecordSetsAt(name).Any(s => s.Type == type);

    private string NoRenewal(string record)
    {
        var end = observed.Certificates.Where(c => c.ValidationRecords.Any(r => string.Equals(r.Name, record, StringComparison.OrdinalIgnoreCase)))
            .Select(c => c.NotAfter).Max();
        return $"ACM cannot renew the certificate{(end is { } at ? Invariant($": the files are served until {at:u}") : "")}. After that: {NoFiles}";
    }
}
