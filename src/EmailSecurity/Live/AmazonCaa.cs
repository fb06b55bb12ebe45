using EmailSecurity.Findings;
using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Live;

/// <summary>Whether CAA lets Amazon issue the certificate of a stack's hosts (RFC 8659): ACM asks before every issuance and renewal.</summary>
internal static class AmazonCaa
{
    /// <summary>The four names of Amazon's authority (ACM user guide, "Configure a CAA record").</summary>
    private static readonly string[] Amazon = ["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"];

    /// <summary>Climbs from each host to the first name with CAA records (section 3) and says who forbids what; once for hosts with the same answer. Empty
    /// where Amazon may issue.</summary>
    /// <param name="resolver">DNS; give one that remembers, the climbs share most names.</param>
    /// <param name="hosts">The certificate's names.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Information where CAA forbids; a warning where it cannot be looked up.</returns>
    public static async Task<IReadOnlyList<Finding>> CheckAsync(IResolver resolver, IReadOnlyList<string> hosts, CancellationToken cancellationToken)
    {
        var ends = await Task.WhenAll(hosts.Select(h => ClimbAsync(resolver, h, cancellationToken))).ConfigureAwait(false);
        return [.. hosts.Zip(ends).Where(e => e.Second is not null).GroupBy(e => e.Second!.Value.Name, e => (Host: e.First, e.Second!.Value.Answer),
            StringComparer.Ordinal)
            .Select(g => Judge(g.Key, [.. g.Select(e => e.Host)], g.First().Answer)).OfType<Finding>()];
    }

    /// <summary>Decides from the CAA answer of the name at which the climb ended; null where Amazon may issue, or there is no CAA record.</summary>
    /// <param name="name">That name.</param>
    /// <param name="hosts">The hosts below it, or it itself.</param>
    /// <param name="answer">The answer.</param>
    public static Finding? Judge(string name, IReadOnlyList<string> hosts, DnsAnswer answer)
    {
        if (LiveFindings.Dns(LiveRules.CaaRecord, name, DnsRecordType.CAA, answer, Consequence.NoIssuance) is { } trouble)
        {
            return trouble;
        }

        CaaRecord[] records = [.. answer.Records.Select(r => CaaRecord.Parse(r.Value)).OfType<CaaRecord>()];
        var issued = string.Join(" and ", hosts);
        if (Array.Find(records, r => r.IsCritical && !IsKnown(r.Tag)) is { } unknown)
        {
            return LiveRules.CaaCritical.Found(
                $"CAA at {name} has the critical property '{RecordText.Show(unknown.Tag)}', which CAs do not know, so none of them issues " +
                    $"certificates: ACM cannot issue or renew a certificate for {issued}.",
                name, $"Clear the critical flag of '{RecordText.Show(unknown.Tag)}', or remove the property.");
        }

        string[] issuers = [.. records.Select(r => r.Issuer).OfType<string>()];
        var allowed = string.Join(", ", issuers.Select(i => i.Length == 0 ? "nobody" : RecordText.Show(i)).Distinct(StringComparer.Ordinal));
        return issuers.Length == 0 || issuers.Any(i => Amazon.Contains(i, StringComparer.Ordinal)) ? null
            : LiveRules.CaaForbidsAmazon.Found($"CAA at {name} lets only {allowed} issue certificates: ACM cannot issue or renew a certificate for {issued}.",
                name, $"If AWS is to host the policy, add: {name}. CAA 0 issue \"amazon.com\".");
    }

    private static bool IsKnown(string tag) => tag is "issue" or "issuewild" or "iodef" or "issuemail" or "contactemail" or "contactphone";

    // Section 3: the first name with CAA records, climbing from the host, decides. A failed lookup decides too: it forbids.
    private static async Task<(string Name, DnsAnswer Answer)?> ClimbAsync(IResolver resolver, string host, CancellationToken cancellationToken)
    {
        for (var name = host; name.Length > 0; name = name.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? name[(dot + 1)..] : "")
        {
            var answer = await resolver.QueryAsync(name, DnsRecordType.CAA, cancellationToken).ConfigureAwait(false);
            if (answer.Records.Count > 0 || answer.Status is not (DnsStatus.NoError or DnsStatus.NxDomain))
            {
                return (name, answer);
            }
        }

        return null;
    }
}
