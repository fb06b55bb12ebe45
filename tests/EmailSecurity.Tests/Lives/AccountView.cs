using System.Xml.Linq;
using EmailSecurity.Sandbox.Acm;
using EmailSecurity.Sandbox.Hosting;

namespace EmailSecurity.Tests.Lives;

/// <summary>Everything in the account, fact by fact: a key names a thing or a setting of it, the value is what it is.</summary>
/// <remarks>
/// <c>zone ID NAME</c>; <c>record ZONE NAME TYPE</c>, of a TXT set with its TTL alone, and
/// <c>text ZONE NAME STRING</c> for each string; <c>bucket NAME SETTING</c>;
/// <c>bucket-tag NAME KEY</c>; <c>object BUCKET KEY VERSION</c>; <c>distribution ID SETTING</c>; <c>distribution-tag ID KEY</c>; <c>control ID</c>;
/// <c>certificate ARN</c>; <c>certificate-tag ARN KEY</c>.
/// </remarks>
internal static class AccountView
{
    public static SortedDictionary<string, string> Of(SandboxServer sandbox)
    {
        var facts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        ReadZones(sandbox.Emulation, facts);
        ReadBuckets(sandbox.Emulation, facts);
        ReadDistributions(sandbox.Emulation, facts);
        ReadCertificates(sandbox.Emulation, facts);
        return facts;
    }

    private static void ReadZones(Emulation emulation, SortedDictionary<string, string> facts)
    {
        lock (emulation.Zones.Gate)
        {
            foreach (var zone in emulation.Zones.All.Where(z => z.AccountId == emulation.Main.Account.AccountId))
            {
                facts[$"zone {zone.Id} {zone.Name}"] = zone.Comment;
                foreach (var set in zone.Sets.Values.Where(s => s.Key.Type != "SOA"))
                {
                    if (set.Key.Type == "TXT")
                    {
                        facts[$"record {zone.Name} {set.Key.Name} TXT"] = Invariant($"{set.Ttl}");
                        foreach (var value in set.Values)
                        {
                            facts[$"text {zone.Name} {set.Key.Name} {value}"] = "";
                        }

                        continue;
                    }

                    facts[$"record {zone.Name} {set.Key.Name} {set.Key.Type} {set.Key.SetIdentifier}".TrimEnd()] =
                        Invariant($"{set.Ttl} {string.Join(' ', set.Values.Order(StringComparer.Ordinal))}{set.Alias?.DnsName}");
                }
            }
        }
    }

    private static void ReadBuckets(Emulation emulation, SortedDictionary<string, string> facts)
    {
        lock (emulation.S3.Gate)
        {
            foreach (var bucket in emulation.S3.Buckets.Values)
            {
                void Set(string setting, object? value) => facts[$"bucket {bucket.Name} {setting}"] = value?.ToString() ?? "";
                Set("owner", bucket.Owner.AccountId);
                Set("region", bucket.Region);
                Set("ownership", bucket.Ownership);
                Set("public access", bucket.PublicAccess);
                Set("encryption", $"{bucket.Encryption.Algorithm} {bucket.Encryption.KmsKey}");
                Set("versioning", bucket.Versioning);
                Set("policy", bucket.Policy is null ? "" : bucket.Policy.Text);
                Set("lifecycle", string.Concat(bucket.Lifecycle?.Select(r => r.ToString(SaveOptions.DisableFormatting)) ?? []));
                Set("logging", bucket.Logging is { } logging ? $"{logging.TargetBucket}/{logging.TargetPrefix}" : "");
                foreach (var (key, value) in bucket.Tags)
                {
                    facts[$"bucket-tag {bucket.Name} {key}"] = value;
                }

                // Logs come with every look of the observer's.
                foreach (var (version, _) in bucket.Objects.All.Where(o => !o.Version.Key.StartsWith("cloudfront/", StringComparison.Ordinal)))
                {
                    var headers = string.Join(' ', version.Headers.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => $"{h.Key}={h.Value}"));
                    facts[$"object {bucket.Name} {version.Key} {version.VersionId}"] = $"{version.ETag}{(version.IsDeleteMarker ? " deleted" : "")} {headers}";
                }
            }
        }
    }

    private static void ReadDistributions(Emulation emulation, SortedDictionary<string, string> facts)
    {
        lock (emulation.Distributions.Gate)
        {
            foreach (var distribution in emulation.Distributions.All)
            {
                foreach (var setting in distribution.Config.Elements())
                {
                    facts[$"distribution {distribution.Id} {setting.Name.LocalName}"] = setting.ToString(SaveOptions.DisableFormatting);
                }

                foreach (var (key, value) in distribution.Tags)
                {
                    facts[$"distribution-tag {distribution.Id} {key}"] = value;
                }
            }

            foreach (var control in emulation.Distributions.Controls.Values)
            {
                facts[$"control {control.Id}"] = control.Config.ToString(SaveOptions.DisableFormatting);
            }
        }
    }

    private static void ReadCertificates(Emulation emulation, SortedDictionary<string, string> facts)
    {
        lock (emulation.Certificates.Gate)
        {
            foreach (Certificate certificate in emulation.Certificates.All)
            {
                facts[$"certificate {certificate.Arn}"] = string.Join(' ', certificate.Names);
                foreach (var (key, value) in certificate.Tags)
                {
                    facts[$"certificate-tag {certificate.Arn} {key}"] = value;
                }
            }
        }
    }
}
