using System.Xml.Linq;
using EmailSecurity.Sandbox.Acm;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Route53;

namespace EmailSecurity.Tests.Lives;

/// <summary>
/// Somebody else with full access to the account, who means no harm and knows nothing: any resource, setting, object, version, tag, alias, record or string
/// of the domain's is deleted, altered or added to. What AWS refuses, does not happen.
/// </summary>
internal sealed partial class Hand(SandboxServer sandbox, DirectAws aws, LifeRandom random)
{
    private const string Region = "eu-central-1";
    private int number;

    /// <summary>Does something; says what, and AWS's error where it was refused.</summary>
    public async Task<string> ActAsync()
    {
        var (told, answer) = await random.Weigh<Func<Task<(string, AwsAnswer?)>>>([(OnBucketAsync, 10), (OnDistributionAsync, 8), (OnCertificateAsync, 3), (OnRecordAsync, 9)])();
        return answer switch
        {
            null => told + " (there is none)",
            { Error.Length: > 0 } => $"{told} (AWS refuses: {answer.Error})",
            _ => told,
        };
    }

    private string Fresh(string stem) => Invariant($"{stem}-{++number}");

    private async Task<(string, AwsAnswer?)> OnRecordAsync()
    {
        string zoneId;
        RecordSet[] sets;
        lock (sandbox.Emulation.Zones.Gate)
        {
            var zone = sandbox.Emulation.Zones.All.Where(z => z.Name == LifeLab.Domain).MinBy(z => z.Sequence)!;
            zoneId = zone.Id;
            sets = [.. zone.Sets.Values.Where(s => s.Key.Type is not ("NS" or "SOA" or "MX") && !s.Key.Name.StartsWith("_dmarc.", StringComparison.Ordinal))];
        }

        if (sets.Length == 0)
        {
            return ("finds no record to change", null); // others have deleted all, and the stack has none now
        }

        var set = random.Pick(sets);
        var name = set.Key.Name.StartsWith('_') && set.Key.Type == "CNAME" ? "a validation record" : $"{set.Key.Type} {set.Key.Name}";
        Task<AwsAnswer> PutAsync(string action, XElement record) => ChangeAsync(zoneId, (action, record));
        switch (random.Below(10))
        {
            case 0 or 1 or 2:
                return ($"deletes {name}", await PutAsync("DELETE", Record(set)));
            case 3 when set.Alias is null:
                return ($"sets the TTL of {name} to 30", await PutAsync("UPSERT", Record(set, ttl: 30)));
            case 4 or 5 when set.Key.Type == "TXT":
                return ($"adds a string to {name}", await PutAsync("UPSERT", Record(set, values: [.. set.Values, $"\"{Fresh("token")}\""])));
            case 6 when set.Key.Type == "TXT":
                return ($"alters a string of {name}", await PutAsync("UPSERT", Record(set, values: [.. set.Values.Skip(1), set.Values[0].Replace("id=", "id=0", StringComparison.Ordinal)
                    .Replace("v=TLSRPTv1; rua=", "v=TLSRPTv1; rua=mailto:their@example.com,", StringComparison.Ordinal)])));
            case 7 when set.Key.Type is "A" or "AAAA":
                return ($"replaces the alias {name} by an address", await PutAsync("UPSERT", Record(set, ttl: 60, values: [set.Key.Type == "A" ? "192.0.2.7" : "2001:db8::7"], plain: true)));
            case 8:
                return ($"adds a CAA record that {(random.Chance(0.5) is var allows && allows ? "allows" : "forbids")} Amazon", await PutAsync("UPSERT",
                    Record(new() { Key = new(LifeLab.Domain, "CAA", ""), Ttl = 300, Values = [$"0 issue \"{(allows ? "amazon.com" : "other-ca.example")}\""] })));
            default:
                return ("adds a record of their own", await PutAsync("UPSERT",
                    Record(new() { Key = new(Fresh("their") + "." + LifeLab.Domain, "TXT", ""), Ttl = 300, Values = ["\"theirs\""] })));
        }
    }

    private static XElement Record(RecordSet set, long? ttl = null, IReadOnlyList<string>? values = null, bool plain = false)
    {
        var ns = DirectAws.Route53;
        var record = new XElement(ns + "ResourceRecordSet", new XElement(ns + "Name", set.Key.Name), new XElement(ns + "Type", set.Key.Type));
        if (set.Alias is { } alias && !plain)
        {
            record.Add(new XElement(ns + "AliasTarget", new XElement(ns + "HostedZoneId", alias.HostedZoneId), new XElement(ns + "DNSName", alias.DnsName),
                new XElement(ns + "EvaluateTargetHealth", alias.EvaluateTargetHealth)));
            return record;
        }

        record.Add(new XElement(ns + "TTL", ttl ?? set.Ttl ?? 300),
            new XElement(ns + "ResourceRecords", (values ?? set.Values).Select(v => new XElement(ns + "ResourceRecord", new XElement(ns + "Value", v)))));
        return record;
    }

    /// <summary>Deletes the record sets that are in the way at a name and of a type, as the owner does who was told of them.</summary>
    public async Task ClearAsync(string name, string type)
    {
        (string Id, RecordSet Set)[] found;
        lock (sandbox.Emulation.Zones.Gate)
        {
            found = [.. sandbox.Emulation.Zones.All.Where(z => z.Name == LifeLab.Domain).SelectMany(z => z.Sets.Values.Select(s => (z.Id, s)))
                .Where(f => f.s.Key.Name == name && f.s.Key.Type == type)];
        }

        foreach (var (id, set) in found)
        {
            await ChangeAsync(id, ("DELETE", Record(set)));
        }
    }

    private Task<AwsAnswer> ChangeAsync(string zoneId, params (string Action, XElement Record)[] changes)
    {
        var ns = DirectAws.Route53;
        var batch = new XElement(ns + "ChangeBatch", new XElement(ns + "Changes",
            changes.Select(c => new XElement(ns + "Change", new XElement(ns + "Action", c.Action), c.Record))));
        return aws.CallAsync("route53", "POST", $"/2013-04-01/hostedzone/{zoneId}/rrset/", new XElement(ns + "ChangeResourceRecordSetsRequest", batch).ToString());
    }

    private async Task<(string, AwsAnswer?)> OnCertificateAsync()
    {
        Certificate[] ours;
        lock (sandbox.Emulation.Certificates.Gate)
        {
            ours = [.. sandbox.Emulation.Certificates.All.Where(c => c.Names.Any(n => n.EndsWith("." + LifeLab.Domain, StringComparison.Ordinal))).OrderBy(c => c.Sequence)];
        }

        if (ours.Length == 0)
        {
            return ("deletes the certificate", null);
        }

        var arn = random.Pick(ours).Arn;
        return random.Below(5) switch
        {
            0 => ("deletes the certificate", await aws.AcmAsync("DeleteCertificate", $$"""{"CertificateArn":"{{arn}}"}""")),
            1 => ("removes the certificate's tag", await aws.AcmAsync("RemoveTagsFromCertificate", $$"""{"CertificateArn":"{{arn}}","Tags":[{"Key":"EmailSecurity:Stack"}]}""")),
            2 => ("tags the certificate as another stack's",
                await aws.AcmAsync("AddTagsToCertificate", $$"""{"CertificateArn":"{{arn}}","Tags":[{"Key":"EmailSecurity:Stack","Value":"example.net"}]}""")),
            3 => ("adds a tag to the certificate", await aws.AcmAsync("AddTagsToCertificate", $$"""{"CertificateArn":"{{arn}}","Tags":[{"Key":"team","Value":"{{Fresh("t")}}"}]}""")),
            _ => ("requests a certificate of their own", await aws.AcmAsync("RequestCertificate", $$"""{"DomainName":"{{Fresh("shop")}}.example.com","ValidationMethod":"DNS"}""")),
        };
    }
}
