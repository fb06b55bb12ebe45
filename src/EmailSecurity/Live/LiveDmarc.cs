using EmailSecurity.Bimi;
using EmailSecurity.Dmarc;
using EmailSecurity.Findings;
using EmailSecurity.Ports;

namespace EmailSecurity.Live;

/// <summary>DMARC of a live domain: the record that applies, by the tree walk (RFC 9989 section 4.10).</summary>
internal sealed class LiveDmarc(IResolver resolver)
{
    private readonly Seen seen = new();

    public async Task<TestResult> TestAsync(string domain, CancellationToken ct) =>
        await CheckAsync(domain, ct).ConfigureAwait(false) with { Observed = seen.Items };

    private async Task<TestResult> CheckAsync(string domain, CancellationToken ct)
    {
        var (walk, trouble) = await WalkAsync(domain, ct).ConfigureAwait(false);
        var own = walk.Results.Count > 0 ? walk.Results[0] : null;
        List<Finding> findings = [];
        if (trouble is not null)
        {
            findings.Add(trouble);
        }

        if (walk.PolicyRecord is not { } record)
        {
            findings.AddRange(own is null ? [] : Consequence.Add(own.Findings, Consequence.NoDmarc, DmarcName(domain)));
            return trouble is null && own is { Status: TestStatus.Absent } ? own with { Mechanism = "Dmarc", Domain = domain, Findings = findings }
                : TestResult.From("Dmarc", findings, null, domain);
        }

        var index = walk.Results.ToList().FindIndex(r => ReferenceEquals(r.Value, record));
        findings.AddRange(index >= 0 ? Consequence.Add(walk.Results[index].Findings, Consequence.NoDmarc, DmarcName(walk.PolicyDomain!)) : []);
        if (walk.PolicyDomain != domain)
        {
            findings.Add(LiveRules.DmarcInherited.Found(
                $"{domain} has no {(own is { Status: TestStatus.Fail } ? "valid " : "")}record of its own; that of {walk.PolicyDomain} applies.",
                walk.PolicyDomain));
            // A record that receivers refuse was meant to be used.
            findings.AddRange(own!.Findings.Where(f => f.Severity == FindingSeverity.Error)
                .Select(f => f with { Severity = FindingSeverity.Warning, Location = f.Location ?? DmarcName(domain) }));
        }

        // Whether it enforces is no error of DMARC itself: BIMI's own check says what it means there.
        return TestResult.From("Dmarc", findings, record, domain);
    }

    /// <summary>Walks the tree; a lookup that fails ends the walk, with what was found so far and the trouble: an error where no record is known, else a
    /// warning.</summary>
    public async Task<(DmarcTreeWalk Walk, Finding? Trouble)> WalkAsync(string domain, CancellationToken ct)
    {
        var walk = new DmarcTreeWalk(domain);
        while (walk.NextName is { } name)
        {
            var answer = await resolver.QueryAsync(name, DnsRecordType.TXT, ct).ConfigureAwait(false);
            seen.Records(name, answer);
            if (LiveFindings.Dns(LiveRules.DmarcRecord, name, DnsRecordType.TXT, answer, Consequence.DmarcUnknown) is { } trouble)
            {
                walk.Stop();
                // The author domain's own record applies whatever its parents say; the organisational domain stays unknown.
                return (walk, walk.AuthorRecord is null ? trouble : trouble with { Severity = FindingSeverity.Warning });
            }

            walk.Answer(answer.Records.Select(r => r.Value));
        }

        return (walk, null);
    }

    /// <summary>The DMARC gate of BIMI. A record with an error is one that receivers do not use, whatever policy it states.</summary>
    public static IReadOnlyList<Finding> Gate(DmarcTreeWalk walk, string domain)
    {
        var (author, organisational) = (walk.AuthorRecord, walk.OrganisationalRecord);
        var isRefused = walk.Results.Any(r => !r.IsValid && r.Value is not null
            && (ReferenceEquals(r.Value, author) || ReferenceEquals(r.Value, organisational)));
        return (isRefused ? BimiEligibility.Check(null, null, domain)
            : BimiEligibility.Check(author, organisational, domain, walk.OrganisationalDomain)).Findings;
    }

    private static string DmarcName(string domain) => $"{DmarcRecord.Label}.{domain}";
}
