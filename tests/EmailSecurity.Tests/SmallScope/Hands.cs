using System.Collections.Immutable;
using System.Text;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>An edit by another hand. What it does is null where it cannot be done.</summary>
internal sealed record Hand(string Name, Func<AccountFacts, AccountFacts?> Do)
{
    /// <summary>True for the one that stands for its kind: something is deleted, altered, or added, of each resource that decides.</summary>
    public bool StandsForKind { get; init; }
}

/// <summary>What other people do to the account, past the module.</summary>
internal static class Hands
{
    public const string ForeignKey = "notes.txt";
    public const string PredecessorId = "20250101";
    private const string ForeignString = "\"hello\"";
    private static readonly string HandMade = MtaStsPolicy.Create(AccountFacts.Domain, MtaStsMode.Enforce, ["mx1.example.com"], 2592000).Served;

    private static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>(StringComparer.Ordinal);

    public static readonly IReadOnlyList<Hand> All =
    [
        new("deletes the distribution", f => f.Distribution is null ? null : f with { Distribution = null, Stale = f.Stale.Clear() }) { StandsForKind = true },
        new("disables the distribution", f => Distribution(f, d => d with { Settings = d.Settings with { Enabled = false } })),
        new("removes the distribution's tags", f => Distribution(f, d => d with { Tags = Only(d.Tags, StackNames.BimiSubdomainTag) })),
        new("removes the distribution's mark", f => Distribution(f, d => d with { Tags = Without(d.Tags, StackNames.ServedTag) })),
        new("moves the policy host's name to another distribution", TakeAlias) { StandsForKind = true },
        new("deletes the asset bucket", f => f.Assets is null ? null : Untold(f) with { Assets = null }) { StandsForKind = true },
        new("empties the asset bucket", f => f.Assets is not { Objects.Count: > 0 } b ? null : Untold(f) with { Assets = b with { Objects = [] } }),
        new("removes the asset bucket's tags", f => Assets(f, b => b.With(s => s with { Tags = NoTags }))),
        new("removes the asset bucket's policy", f => Assets(f, b => b.With(s => s with { Policy = "" }))),
        new("deletes the policy object", f => f.Assets?.Current(StackNames.PolicyKey) is null ? null : Put(f, StackNames.PolicyKey, null)),
        new("overwrites the policy object", f => f.Assets is null ? null : Put(f, StackNames.PolicyKey, HandMade)) { StandsForKind = true },
        new("deletes the earlier versions", f => Assets(Untold(f, keepsLatest: true), b => b with { Objects = b.Objects.RemoveAll(o => !o.Version.IsLatest) })) { StandsForKind = true },
        new("puts an object of their own into the asset bucket", f => f.Assets is null || f.Assets.Current(ForeignKey) is not null ? null : Put(f, ForeignKey, "notes")),
        new("deletes the log bucket", f => f.Logs is null ? null : f with { Logs = null }) { StandsForKind = true },
        new("removes the log bucket's tags", f => Logs(f, b => b.With(s => s with { Tags = NoTags }))),
        new("removes the log bucket's marks", f => Logs(f, b => b.With(s => s with { Tags = Without(Without(s.Tags, StackNames.ServedTag), StackNames.ServingTag) }))),
        new("deletes the _mta-sts record", f => f.Record(AccountFacts.RecordName, "TXT") is null ? null : f.Without(AccountFacts.RecordName, "TXT")) { StandsForKind = true },
        new("alters the id in the _mta-sts record", f => f.Record(AccountFacts.RecordName, "TXT") is null ? null : f.With(Txt("\"v=STSv1; id=20260101;\""))),
        new("adds a string to the _mta-sts record", AddString) { StandsForKind = true },
        new("deletes the alias records", DeleteAliases),
        new("points the policy host elsewhere", f => f.Record(AccountFacts.PolicyHost, "A") is null ? null : Pointing(f, AccountFacts.ForeignTarget)),
        new("deletes the certificate", DeleteCertificate) { StandsForKind = true },
        new("deletes the validation records", f => f.Records.Any(r => r.Value.Type == "CNAME")
            ? f with { Records = f.Records.RemoveRange(f.Records.Where(r => r.Value.Type == "CNAME").Select(r => r.Key)) } : null),
        new("moves mail to mx2", f => f.With(Mx("mx2.example.com"))) { StandsForKind = true },
        new("adds mx2 to the MX records", f => f.With(Mx("mx1.example.com", "mx2.example.com"))),
    ];

    /// <summary>An account with mail and nothing of the module's.</summary>
    public static AccountFacts Empty => new AccountFacts().With(Mx("mx1.example.com"));

    /// <summary>The same with MTA-STS that an earlier provider made.</summary>
    public static AccountFacts Predecessor => Pointing(Empty.With(Txt($"\"v=STSv1; id={PredecessorId};\"")), AccountFacts.ForeignTarget);

    public static RecordSet Txt(params string[] values) => new() { Name = AccountFacts.RecordName, Type = "TXT", Ttl = 300, Values = values };

    private static RecordSet Mx(params string[] hosts)
        => new() { Name = AccountFacts.Domain, Type = "MX", Ttl = 300, Values = [.. hosts.Select((h, i) => Invariant($"{(i + 1) * 10} {h}."))] };

    private static AccountFacts? Distribution(AccountFacts f, Func<ObservedDistribution, ObservedDistribution> change)
        => f.Distribution is { } dist ? f with { Distribution = change(dist) } : null;

    private static AccountFacts? Assets(AccountFacts f, Func<BucketFacts, BucketFacts> change) => f.Assets is { } b ? f with { Assets = change(b) } : null;

    private static AccountFacts? Logs(AccountFacts f, Func<BucketFacts, BucketFacts> change) => f.Logs is { } b ? f with { Logs = change(b) } : null;

    private static Dictionary<string, string> Only(IReadOnlyDictionary<string, string> tags, string key)
        => tags.Where(t => t.Key == key).ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, string> Without(IReadOnlyDictionary<string, string> tags, string key)
        => tags.Where(t => t.Key != key).ToDictionary(StringComparer.Ordinal);

    // What was served and only the versions showed is not known any more.
    private static AccountFacts Untold(AccountFacts f, bool keepsLatest = false)
        => keepsLatest && f.Assets?.Current(StackNames.PolicyKey)?.Text == HandMade ? f : f.Forgetting(t => t == HandMade);

    private static AccountFacts Put(AccountFacts f, string key, string? text)
    {
        var account = new AbstractAccount { Facts = f };
        var before = f.OriginText;
        account.Put(AbstractAccount.AssetBucket, key, text is null ? null : new BucketObject(key, Encoding.UTF8.GetBytes(text), "text/plain", "max-age=10"));
        var after = account.Facts;
        return before is not null && f.IsServing && after.OriginText != before ? after with { Stale = after.Stale.Add(before) } : after;
    }

    private static AccountFacts? AddString(AccountFacts f)
    {
        var values = f.Record(AccountFacts.RecordName, "TXT")?.Values ?? [];
        return values.Contains(ForeignString) ? null : f.With(Txt([.. values, ForeignString]));
    }

    private static AccountFacts? DeleteAliases(AccountFacts f)
        => f.Record(AccountFacts.PolicyHost, "A") is null && f.Record(AccountFacts.PolicyHost, "AAAA") is null ? null
            : f.Without(AccountFacts.PolicyHost, "A").Without(AccountFacts.PolicyHost, "AAAA");

    private static AccountFacts Pointing(AccountFacts f, string target)
    {
        RecordSet Alias(string type) => new() { Name = AccountFacts.PolicyHost, Type = type, AliasTarget = target, AliasZoneId = StackNames.CloudFrontZoneId };
        return f.With(Alias("A")).With(Alias("AAAA"));
    }

    // ACM deletes none that is in use.
    private static AccountFacts? DeleteCertificate(AccountFacts f)
    {
        var left = f.Certificates.RemoveAll(c => f.Distribution?.Settings.CertificateArn != c.Arn);
        return left.Count == f.Certificates.Count ? null : f with { Certificates = left };
    }

    private static AccountFacts? TakeAlias(AccountFacts f)
    {
        if (f.Distribution is not { } dist || f.Foreign is not null || !dist.Settings.Aliases.Contains(AccountFacts.PolicyHost))
        {
            return null;
        }

        var left = dist.Settings with { Aliases = [.. dist.Settings.Aliases.Where(a => a != AccountFacts.PolicyHost)] };
        var theirs = dist.Settings with
        {
            Aliases = [AccountFacts.PolicyHost],
            OriginDomainName = "theirs.example.net",
            OriginAccessControlId = "",
            LogBucketDomainName = "",
            CertificateArn = $"arn:aws:acm:us-east-1:{AccountFacts.Account}:certificate/theirs",
        };
        return f with
        {
            Distribution = dist with { Settings = left },
            Foreign = new ObservedDistribution
            {
                Id = "EFOREIGN",
                Arn = $"arn:aws:cloudfront::{AccountFacts.Account}:distribution/EFOREIGN",
                DomainName = AccountFacts.ForeignTarget,
                IsDeployed = true,
                Settings = theirs,
                Tags = NoTags,
            },
        };
    }
}
