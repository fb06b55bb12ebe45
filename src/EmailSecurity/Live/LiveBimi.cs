using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Live;

/// <summary>BIMI of a live domain, as a mailbox provider evaluates it: record with fallback, DMARC gate, logo, mark certificate.</summary>
internal sealed class LiveBimi(IResolver resolver, IFetcher fetcher, TimeProvider time, LiveOptions options)
{
    private const string Standard = "draft-brand-indicators-for-message-identification";
    private const string NoLogo = "Mailbox providers show no logo; mail is not affected.";
    private const int MaxLogoBytes = 1 << 20;
    private const int MaxCertificateBytes = 1 << 18;

    public async Task<TestResult> TestAsync(string domain, CancellationToken ct)
    {
        var walking = new LiveDmarc(resolver).WalkAsync(domain, ct);
        var name = StackNames.BimiRecord(domain, options.Selector);
        var answer = await resolver.QueryAsync(name, DnsRecordType.TXT, ct).ConfigureAwait(false);
        var (walk, dmarcTrouble) = await walking.ConfigureAwait(false);
        if (LiveFindings.Dns("BimiRecord", name, DnsRecordType.TXT, answer, Standard, "7.2", NoLogo) is { } trouble)
        {
            return TestResult.From("Bimi", [trouble], null, domain);
        }

        List<Finding> findings = [];
        var at = domain;
        var result = BimiRecord.Select(answer.Records.Select(r => r.Value), domain, options.Selector);
        var organisational = walk.OrganisationalDomain;
        if (result.Status == TestStatus.Absent && organisational.Length > 0 && organisational != domain)
        {
            // The same selector at the organisational domain stands in.
            at = organisational;
            var fallbackName = StackNames.BimiRecord(organisational, options.Selector);
            var fallback = await resolver.QueryAsync(fallbackName, DnsRecordType.TXT, ct).ConfigureAwait(false);
            if (LiveFindings.Dns("BimiRecord", fallbackName, DnsRecordType.TXT, fallback, Standard, "7.2", NoLogo) is { } fallbackTrouble)
            {
                return TestResult.From("Bimi", [fallbackTrouble], null, domain);
            }

            result = BimiRecord.Select(fallback.Records.Select(r => r.Value), organisational, options.Selector);
            if (result.Status != TestStatus.Absent)
            {
                findings.Add(new Finding { Code = "BimiFallback", Severity = FindingSeverity.Information, Standard = Standard, Section = "7.2", Message = $"{domain} has no record for the selector {options.Selector}; that of the organisational domain {organisational} applies.", Fix = "", Location = fallbackName });
            }
        }

        if (result.Value is not BimiRecord record || !result.IsValid)
        {
            return result with { Mechanism = "Bimi", Domain = domain, Findings = [.. findings, .. result.Findings] };
        }

        findings.AddRange(result.Findings);
        if (record.IsDeclination || record.Logo is null)
        {
            return TestResult.From("Bimi", findings, record, domain);
        }

        if (dmarcTrouble is not null && walk.AuthorRecord is null)
        {
            findings.Add(dmarcTrouble);
        }
        else
        {
            findings.AddRange(LiveDmarc.Gate(walk, domain).Select(f => f.Location is null ? f with { Location = "_dmarc." + domain } : f));
        }

        await AssetsAsync(at, organisational, record, findings, ct).ConfigureAwait(false);
        return TestResult.From("Bimi", findings, record, domain);
    }

    private async Task AssetsAsync(string domain, string organisational, BimiRecord record, List<Finding> findings, CancellationToken ct)
    {
        var logoTask = fetcher.FetchAsync(new FetchRequest(record.Logo!, MaxLogoBytes, options.FetchTimeout), ct);
        var markTask = record.Certificate is { } url ? fetcher.FetchAsync(new FetchRequest(url, MaxCertificateBytes, options.FetchTimeout), ct) : null;
        var logo = await logoTask.ConfigureAwait(false);
        var usable = LiveFindings.Fetch("Logo", record.Logo!, logo, Standard, "4.2", NoLogo);
        if (usable is not null)
        {
            findings.Add(usable);
        }
        else
        {
            findings.AddRange(BimiLogo.Check(logo.Body, record.Logo!.ToString()).Findings);
            if (!logo.ContentType.StartsWith("image/svg+xml", StringComparison.OrdinalIgnoreCase))
            {
                findings.Add(new Finding { Code = "LogoContentType", Severity = FindingSeverity.Warning, Standard = Standard, Section = "4.2", Message = $"The logo is served as '{logo.ContentType}', not image/svg+xml.", Fix = "Serve it with Content-Type: image/svg+xml.", Location = record.Logo!.ToString() });
            }
        }

        if (markTask is null)
        {
            findings.Add(new Finding { Code = "MarkCertificateAbsent", Severity = FindingSeverity.Information, Standard = Standard, Section = "4.2", Message = "The record names no mark certificate: Gmail and Apple show no logo, Yahoo and Fastmail may.", Fix = "Get a VMC or CMC for the logo, if Gmail and Apple matter.", Location = domain });
            return;
        }

        var mark = await markTask.ConfigureAwait(false);
        if (LiveFindings.Fetch("MarkCertificate", record.Certificate!, mark, Standard, "4.2", "Providers that ask for a mark certificate show no logo.") is { } trouble)
        {
            findings.Add(trouble);
            return;
        }

        findings.AddRange(MarkCertificate.Check(mark.Body, new MarkCertificateOptions
        {
            At = time.GetUtcNow(),
            Domain = domain,
            Selector = options.Selector,
            // The cast: a bare null would become an empty logo.
            Logo = usable is null ? logo.Body : (ReadOnlyMemory<byte>?)null,
            OrganizationalDomain = organisational.Length > 0 ? organisational : null,
            TrustedRoots = options.MarkRoots,
        }).Findings);
    }
}
