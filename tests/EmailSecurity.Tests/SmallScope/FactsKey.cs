using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>Tells states apart by what can matter later: times count from now, and what AWS names by itself has no name.</summary>
internal static class FactsKey
{

    public static UInt128 Of(AccountFacts facts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(Describe(facts)));
        return MemoryMarshal.Read<UInt128>(hash);
    }

    /// <summary>The state in words.</summary>
    public static string Describe(AccountFacts f)
    {
        var text = new StringBuilder();
        var times = new Instants(f.Now);
        Bucket(text, f, "assets", f.Assets, times);
        Bucket(text, f, "logs", f.Logs, times);
        if (f.Distribution is { } dist)
        {
            var s = dist.Settings;
            text.Append(CultureInfo.InvariantCulture, $"distribution {(s.Enabled ? "enabled" : "disabled")} {(dist.IsDeployed ? "deployed" : "in progress")} ")
                .AppendJoin(',', s.Aliases).Append(CultureInfo.InvariantCulture, $" logs {s.LogBucketDomainName} certificate {f.Certificates.FindIndex(c => c.Arn == s.CertificateArn)} control {s.OriginAccessControlId}");
            Tags(text, dist.Tags, times);
        }

        text.Append(f.Foreign is null ? "" : $"foreign distribution {string.Join(',', f.Foreign.Settings.Aliases)}\n").Append(f.AccessControl is null ? "" : "origin access control\n");
        foreach (var c in f.Certificates)
        {
            text.Append(CultureInfo.InvariantCulture, $"certificate {c.Status} ").AppendJoin(',', c.Names);
            Tags(text, c.Tags, times);
            times.Ends(c.NotAfter);
            times.Until(c.Status == CertificateStatus.PendingValidation ? c.RequestedAt.AddDays(3) : null);
        }

        foreach (var set in f.Records.Values)
        {
            text.Append(CultureInfo.InvariantCulture, $"{set.Name} {set.Ttl} {set.Type} {Name(f, set.AliasTarget ?? "")} ").AppendJoin('|', set.Values).AppendLine();
        }

        foreach (var (cached, until) in f.Held)
        {
            text.Append("held ").Append(cached.Id).Append(' ').Append(Policies.Of(cached.Text).Id).Append('\n');
            times.Until(until);
        }

        text.Append("stale ").AppendJoin(',', f.Stale.Select(t => Policies.Of(t).Id));
        // What is over for good is still compared with what the other marks say.
        var (served, serving) = (Held(f.Logs?.Settings.Tags, StackNames.ServedTag), Held(f.Logs?.Settings.Tags, StackNames.ServingTag));
        var newest = Held(f.Distribution?.Tags, StackNames.ServedTag);
        text.Append(CultureInfo.InvariantCulture, $" {Nullable.Compare(newest, served)} {Nullable.Compare(newest, serving)}\n");
        times.Append(text);
        return text.ToString();
    }

    private static DateTimeOffset? Held(IReadOnlyDictionary<string, string>? tags, string tag)
        => tags?.TryGetValue(tag, out var text) == true ? PolicyMark.Parse(text)?.HeldUntil : null;

    private static void Bucket(StringBuilder text, AccountFacts f, string name, BucketFacts? bucket, Instants times)
    {
        if (bucket is null)
        {
            return;
        }

        var s = bucket.Settings;
        text.Append(CultureInfo.InvariantCulture, $"{name} {s.BlocksPublicAccess} {s.Ownership} {s.Encryption} {s.Versioned} {s.Lifecycle?.Count} {s.AccessLogging?.Bucket} ")
            .Append(f.Distribution is { } dist ? s.Policy?.Replace(dist.Arn, "OURS", StringComparison.Ordinal) : s.Policy?.Length > 0);
        Tags(text, s.Tags, times);
        for (var i = 0; i < bucket.Objects.Count; i++)
        {
            var v = bucket.Objects[i].Version;
            text.Append(' ').Append(v.Key).Append(' ').Append(v.ETag).Append(v.IsLatest ? " latest" : "").Append(v.IsDeleteMarker ? " deleted" : "")
                .Append(v.VersionId == "null" ? " unversioned" : "").Append('\n');
            if (v.Key == StackNames.PolicyKey)
            {
                var before = bucket.Objects.FindIndex(i + 1, o => o.Version.Key == v.Key && !o.Version.IsDeleteMarker);
                times.Replaced(v.LastModified, before < 0 ? 0 : Policies.Of(bucket.Objects[before].Text).MaxAge);
            }
        }
    }

    private static void Tags(StringBuilder text, IReadOnlyDictionary<string, string> tags, Instants times)
    {
        foreach (var (key, value) in tags.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            text.Append(' ').Append(key).Append('=').Append(key switch
            {
                _ when StackNames.IsMarkTag(key) && PolicyMark.Parse(value) is { IsNothing: false } mark => Mark(mark, times),
                StackNames.EnforceTag => "", // shown to people, read by no planner
                _ => value,
            });
        }

        text.AppendLine();
    }

    private static string Mark(PolicyMark mark, Instants times)
    {
        times.Until(mark.HeldUntil);
        return string.Create(CultureInfo.InvariantCulture, $"{mark.Mode} {mark.MaxAge} {mark.Id} {mark.HeldUntil is null} {mark.IsRemoval} {mark.Count}");
    }

    private static string Name(AccountFacts f, string target)
        => target.Length == 0 || target == AccountFacts.ForeignTarget ? target : target == f.Distribution?.DomainName ? "ours" : "gone";
}
