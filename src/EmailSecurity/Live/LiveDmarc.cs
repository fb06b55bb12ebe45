using EmailSecurity.Bimi;
using EmailSecurity.Dmarc;
using EmailSecurity.Findings;
using EmailSecurity.Ports;

namespace EmailSecurity.Live;

/// <summary>DMARC of a live domain: the record that applies, by the tree walk (RFC 9989 section 4.10).</summary>
internal sealed class LiveDmarc(IResolver resolver)
{
    public async Task<TestResult> TestAsync(string domain, CancellationToken ct)
    {
        var (walk, trouble) = await WalkAsync(domain, ct).ConfigureAwait(false);
        var own = walk.Results.Count > 0 ? walk.Results[0] : null;
        if (trouble is not null && walk.PolicyRecord is null)
        {
            return TestResult.From("Dmarc", [trouble], null, domain);
        }

        if (walk.PolicyRecord is not { } record)
        {
            return (own ?? TestResult.From("Dmarc", [], null, domain)) with { Mechanism = "Dmarc", Domain = domain };
        }

        List<Finding> findings = [];
        var index = walk.Results.ToList().FindIndex(r => ReferenceEquals(r.Value, record));
        findings.AddRange(index >= 0 ? walk.Results[index].Findings : []);
        if (walk.PolicyDomain != domain)
        {
            findings.Add(new Finding { Code = "DmarcInherited", Severity = FindingSeverity.Information, Standard = "RFC 9989", Section = "4.10.1", Message = $"{domain} has no record of its own; that of {walk.PolicyDomain} applies.", Fix = "", Location = walk.PolicyDomain });
        }

        // Whether it enforces is no error of DMARC itself: BIMI's own check says what it means there.
        return TestResult.From("Dmarc", findings, record, domain);
    }

    /// <summary>Walks the tree; a look-up that fails ends the walk, with what was found so far and the trouble.</summary>
    public async Task<(DmarcTreeWalk Walk, Finding? Trouble)> WalkAsync(string domain, CancellationToken ct)
    {
        var walk = new DmarcTreeWalk(domain);
        while (walk.NextName is { } name)
        {
            var answer = await resolver.QueryAsync(name, DnsRecordType.TXT, ct).ConfigureAwait(false);
            if (LiveFindings.Dns("DmarcRecord", name, DnsRecordType.TXT, answer, "RFC 9989", "4.10", "Receivers treat the mail as a temporary error, or apply no policy.") is { } trouble)
            {
                walk.Stop();
                return (walk, trouble);
            }

            walk.Answer(answer.Records.Select(r => r.Value));
        }

        return (walk, null);
    }

    /// <summary>The DMARC gate of BIMI.</summary>
    public static IReadOnlyList<Finding> Gate(DmarcTreeWalk walk, string domain) => BimiEligibility.Check(walk.AuthorRecord, walk.OrganisationalRecord, domain, walk.OrganisationalDomain).Findings;
}
