using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>Tells states apart by what can matter later: times count from now, and what AWS names by itself has no name.</summary>
internal static class FactsKey
{
    private static readonly TimeSpan Past = TimeSpan.FromDays(2);
    private static readonly TimeSpan Age = TimeSpan.FromDays(400);

    public static UInt128 Of(AccountFacts facts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(Describe(facts)));
        return MemoryMarshal.Read<UInt128>(hash);
    }

    /// <summary>The state in words.</summary>
    public static string Describe(AccountFacts f)
    {
        var text = new StringBuilder();
        Bucket(text, f, "assets", f.Assets);
        Bucket(text, f, "logs", f.Logs);
        if (f.Distribution is { } dist)
        {
            var s = dist.Settings;
            text.Append(CultureInfo.InvariantCulture, $"distribution {(s.Enabled ? "enabled" : "disabled")} {(dist.IsDeployed ? "deployed" : "in progress")} ")
                .AppendJoin(',', s.Aliases).Append(CultureInfo.InvariantCulture, $" logs {s.LogBucketDomainName} certificate {f.Certificates.FindIndex(c => c.Arn == s.CertificateArn)} control {s.OriginAccessControlId}");
            Tags(text, f, dist.Tags);
        }

        text.Append(f.Foreign is null ? "" : "foreign distribution\n").Append(f.AccessControl is null ? "" : "origin access control\n");
        foreach (var c in f.Certificates)
        {
            text.Append(CultureInfo.InvariantCulture, $"certificate {c.Status} ").AppendJoin(',', c.Names);
            Tags(text, f, c.Tags);
        }

        foreach (var set in f.Records.Values)
        {
            text.Append(CultureInfo.InvariantCulture, $"{set.Name} {set.Ttl} {set.Type} {Name(f, set.AliasTarget ?? "")} ").AppendJoin('|', set.Values).AppendLine();
        }

        foreach (var (cached, until) in f.Held)
        {
            text.Append(CultureInfo.InvariantCulture, $"held {cached.Id} {Policies.Of(cached.Text).Id} for {(until - f.Now).TotalSeconds}\n");
        }

        text.Append("stale ").AppendJoin(',', f.Stale.Select(t => Policies.Of(t).Id));
        var marks = (Held(f.Distribution?.Tags), Held(f.Logs?.Settings.Tags));
        return text.Append(CultureInfo.InvariantCulture, $" {Nullable.Compare(marks.Item1, marks.Item2)}").ToString();
    }

    private static DateTimeOffset? Held(IReadOnlyDictionary<string, string>? tags) => tags is null ? null : PolicyMark.Read(tags)?.HeldUntil;

    private static void Bucket(StringBuilder text, AccountFacts f, string name, BucketFacts? bucket)
    {
        if (bucket is null)
        {
            return;
        }

        var s = bucket.Settings;
        text.Append(CultureInfo.InvariantCulture, $"{name} {s.BlocksPublicAccess} {s.Ownership} {s.Encryption} {s.Versioned} {s.Lifecycle?.Count} {s.AccessLogging?.Bucket} ")
            .Append(f.Distribution is { } dist ? s.Policy?.Replace(dist.Arn, "OURS", StringComparison.Ordinal) : s.Policy?.Length > 0);
        Tags(text, f, s.Tags);
        foreach (var v in bucket.Objects.Select(o => o.Version))
        {
            var age = f.Now - v.LastModified;
            text.Append(CultureInfo.InvariantCulture, $" {v.Key} {v.ETag} {v.IsLatest} {v.IsDeleteMarker} {v.VersionId == "null"} {(age > Age ? Age : age).TotalSeconds}\n");
        }
    }

    private static void Tags(StringBuilder text, AccountFacts f, IReadOnlyDictionary<string, string> tags)
    {
        foreach (var (key, value) in tags.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            text.Append(' ').Append(key).Append('=').Append(key switch
            {
                StackNames.ServedTag when PolicyMark.Parse(value) is { IsNothing: false } mark => Mark(f, mark),
                StackNames.EnforceTag => value.Contains("overridden", StringComparison.Ordinal) ? "overridden" : "checked",
                _ => value,
            });
        }

        text.AppendLine();
    }

    private static string Mark(AccountFacts f, PolicyMark mark)
    {
        var left = mark.HeldUntil - f.Now;
        return string.Create(CultureInfo.InvariantCulture, $"{mark.Mode} {mark.MaxAge} {mark.Id} {(left < -Past ? -Past : left)?.TotalSeconds}");
    }

    private static string Name(AccountFacts f, string target)
        => target.Length == 0 || target == AccountFacts.ForeignTarget ? target : target == f.Distribution?.DomainName ? "ours" : "gone";
}
