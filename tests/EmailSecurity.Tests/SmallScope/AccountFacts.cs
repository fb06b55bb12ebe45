using System.Collections.Immutable;
using System.Text;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>All that is so in the small world at one moment: AWS, DNS, the edge, and what senders hold. It is never changed; each event makes a new one.</summary>
internal sealed record AccountFacts
{
    public const string Domain = "example.com";
    public const string Account = "123456789012";
    public const string Region = "eu-central-1";
    public const string ZoneId = "Z1";
    public const string ForeignTarget = "dforeign.cloudfront.net";
    public static readonly string PolicyHost = MtaStsPolicy.HostOf(Domain);
    public static readonly string RecordName = MtaStsRecord.NameOf(Domain);
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The time.</summary>
    public DateTimeOffset Now { get; init; } = Start;

    public BucketFacts? Assets { get; init; }

    public BucketFacts? Logs { get; init; }

    /// <summary>The distribution that the module made.</summary>
    public ObservedDistribution? Distribution { get; init; }

    /// <summary>A distribution that somebody else made in the same account, with one of the stack's names.</summary>
    public ObservedDistribution? Foreign { get; init; }

    public ImmutableList<CertificateFacts> Certificates { get; init; } = [];

    /// <summary>The hosted zone, by name and type.</summary>
    public ImmutableSortedDictionary<string, RecordSet> Records { get; init; } = ImmutableSortedDictionary.Create<string, RecordSet>(StringComparer.Ordinal);

    public string? AccessControl { get; init; }

    /// <summary>Texts that were replaced, and that some edge location may still serve.</summary>
    public ImmutableSortedSet<string> Stale { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>What senders may hold.</summary>
    public ImmutableSortedDictionary<Cached, DateTimeOffset> Held { get; init; } = ImmutableSortedDictionary.Create<Cached, DateTimeOffset>(Cached.ByText);

    /// <summary>How many things AWS has given a name of its own.</summary>
    public int Made { get; init; }

    public RecordSet? Record(string name, string type) => Records.GetValueOrDefault($"{name} {type}");

    public AccountFacts With(RecordSet set) => this with { Records = Records.SetItem($"{set.Name} {set.Type}", set) };

    public AccountFacts Without(string name, string type) => this with { Records = Records.Remove($"{name} {type}") };

    /// <summary>The id that senders find in DNS; null for none.</summary>
    public string? AnnouncedId => Record(RecordName, "TXT") is { } set ? Policies.IdIn(set.Values) : null;

    /// <summary>True where the policy host leads to the distribution.</summary>
    public bool LeadsToUs => Distribution is { } dist && Record(PolicyHost, "A")?.AliasTarget == dist.DomainName;

    /// <summary>The policy that the edge fetches from the bucket; null where it gets none.</summary>
    public string? OriginText => Distribution is { } dist && Assets is { } bucket && bucket.Settings.Policy?.Contains(dist.Arn, StringComparison.Ordinal) == true
        ? bucket.Current(StackNames.PolicyKey)?.Text : null;

    /// <summary>True where the distribution serves the policy host at all.</summary>
    public bool IsServing => Distribution is { Settings.Enabled: true } dist && dist.Settings.Aliases.Contains(PolicyHost)
        && Certificates.Any(c => c.Arn == dist.Settings.CertificateArn && c.Status == CertificateStatus.Issued);

    /// <summary>What a sender may get that fetches the policy now: any of these; null for none.</summary>
    public IEnumerable<string?> EdgeAnswers
    {
        get
        {
            if (!LeadsToUs || !IsServing)
            {
                return [null];
            }

            IEnumerable<string?> answers = Stale.Append(OriginText);
            return Distribution!.IsDeployed ? answers : answers.Append(null);
        }
    }

    /// <summary>MX hosts in DNS.</summary>
    public IReadOnlyList<string> LiveMx => [.. (Record(Domain, "MX")?.Values ?? []).Select(v => v.Split(' ')[1].TrimEnd('.'))];

    /// <summary>When the last sender forgets the last policy that asks for anything; null where none holds one.</summary>
    public DateTimeOffset? LastHeld
        => Held.Where(h => Policies.Of(h.Key.Text).Mode != MtaStsMode.None).Select(h => (DateTimeOffset?)h.Value).Max();

    /// <summary>The same without what senders hold of some texts: nobody can know of it, or somebody took the risk.</summary>
    public AccountFacts Forgetting(Predicate<string> isUnknown) => this with { Held = Held.RemoveRange(Held.Keys.Where(h => isUnknown(h.Text)).ToArray()) };

    /// <summary>The same after every sender that can has looked.</summary>
    public AccountFacts SendersLook()
    {
        var held = Held;
        foreach (var (cached, until) in Held)
        {
            held = until <= Now ? held.Remove(cached) : held;
        }

        if (AnnouncedId is { } id)
        {
            foreach (var text in EdgeAnswers.OfType<string>().Where(t => Policies.Of(t).MaxAge > 0))
            {
                held = held.SetItem(new Cached(id, text), Now.AddSeconds(Policies.Of(text).MaxAge));
            }
        }

        return ReferenceEquals(held, Held) ? this : this with { Held = held };
    }
}

/// <summary>A policy in a sender's cache: the id that DNS had when it was fetched, and its text (RFC 8461 section 3.3).</summary>
internal sealed record Cached(string Id, string Text)
{
    /// <summary>One order for all, so that equal facts have one key.</summary>
    public static IComparer<Cached> ByText { get; } = Comparer<Cached>.Create((a, b) => string.CompareOrdinal(a.Id + a.Text, b.Id + b.Text));
}

/// <summary>A bucket: its settings, and the versions in it, newest first.</summary>
internal sealed record BucketFacts(BucketSettings Settings, ImmutableList<ObjectFacts> Objects)
{
    /// <summary>The object of a key; null for none, or a deleted one.</summary>
    public ObjectFacts? Current(string key) => Objects.Find(o => o.Version.Key == key && o.Version.IsLatest && !o.Version.IsDeleteMarker);

    public BucketFacts Put(BucketObject? item, string key, string versionId, DateTimeOffset at)
    {
        var isLasting = Settings.Versioned == true;
        var content = item?.Content ?? ReadOnlyMemory<byte>.Empty;
        var version = new ObjectVersion(key, isLasting ? versionId : "null", true, item is null, item is null ? "" : StackPlanner.Md5(content.Span), content.Length, at);
        var others = Objects.Where(o => isLasting || o.Version.Key != key || o.Version.VersionId != "null")
            .Select(o => o.Version.Key == key && o.Version.IsLatest ? o with { Version = o.Version with { IsLatest = false } } : o);
        return this with { Objects = [new ObjectFacts(version, item, item is null ? "" : Encoding.UTF8.GetString(content.Span)), .. others] };
    }

    public BucketFacts With(Func<BucketSettings, BucketSettings> change) => this with { Settings = change(Settings) };
}

/// <summary>One version of an object; without content it is a delete marker.</summary>
internal sealed record ObjectFacts(ObjectVersion Version, BucketObject? Item, string Text);

/// <summary>A certificate of ACM's.</summary>
internal sealed record CertificateFacts(string Arn, string Token, IReadOnlyList<string> Names, CertificateStatus Status, IReadOnlyDictionary<string, string> Tags)
{
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>When it was asked for: it waits for its validation records for 72 hours.</summary>
    public DateTimeOffset RequestedAt { get; init; }

    public IEnumerable<ValidationRecord> Validation => Names.Select(n => new ValidationRecord(n, $"_aaaa.{n}", "_bbbb.acm-validations.aws"));
}

/// <summary>The policies of the small world by their text: there are few, and each is read once.</summary>
internal static class Policies
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, MtaStsPolicy> Known = new(StringComparer.Ordinal);
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> KnownIds = new(StringComparer.Ordinal);
    private static readonly MtaStsPolicy NoPolicy = MtaStsPolicy.Create(AccountFacts.Domain, MtaStsMode.None, [], 0);

    /// <summary>The id that senders read in the strings of a record; null for none.</summary>
    public static string? IdIn(IReadOnlyList<string> values) => KnownIds.GetOrAdd(string.Join('|', values),
        _ => MtaStsRecord.Select(values.Select(TxtStrings.Unquote), AccountFacts.Domain).Value is MtaStsRecord record ? record.Id : "") is { Length: > 0 } id ? id : null;

    /// <summary>The policy of a text; one that asks for nothing where it is none.</summary>
    public static MtaStsPolicy Of(string text) => Known.GetOrAdd(text, t => MtaStsPolicy.Check(t, AccountFacts.Domain).Value as MtaStsPolicy ?? NoPolicy);
}
