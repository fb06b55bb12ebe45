using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Marks;
using EmailSecurity.Ports;

namespace EmailSecurity.Live;

/// <summary>BIMI of a live domain, as a mailbox provider evaluates it: record with fallback, DMARC gate, logo, mark certificate.</summary>
internal sealed class LiveBimi(IResolver resolver, IFetcher fetcher, TimeProvider time, LiveOptions options)
{
    private const int MaxLogoBytes = 1 << 20;
    private const int MaxCertificateBytes = 1 << 18;
    private readonly Seen seen = new();

    public async Task<TestResult> TestAsync(string domain, CancellationToken ct) =>
        await CheckAsync(domain, ct).ConfigureAwait(false) with { Observed = seen.Items };

    private async Task<TestResult> CheckAsync(string domain, CancellationToken ct)
    {
        var walking = new LiveDmarc(resolver).WalkAsync(domain, ct);
        var name = BimiRecord.NameOf(domain, options.Selector);
        var answer = await resolver.QueryAsync(name, DnsRecordType.TXT, ct).ConfigureAwait(false);
        seen.Records(name, answer);
        var (walk, dmarcTrouble) = await walking.ConfigureAwait(false);
        if (LiveFindings.Dns(LiveRules.BimiRecord, name, DnsRecordType.TXT, answer, Consequence.NoLogo) is { } trouble)
        {
            return TestResult.From("Bimi", [trouble], null, domain);
        }

        List<Finding> findings = [];
        var at = domain;
        var result = BimiRecord.Select(answer.Records.Select(r => r.Value), domain, options.Selector);
        var organisational = walk.OrganisationalDomain;
        // Section 8.2: once what is no BIMI record is discarded and none is left, the same selector at the organisational domain stands in.
        if (IsNone(result) && organisational.Length > 0 && organisational != domain)
        {
            at = organisational;
            var fallbackName = BimiRecord.NameOf(organisational, options.Selector);
            var fallback = await resolver.QueryAsync(fallbackName, DnsRecordType.TXT, ct).ConfigureAwait(false);
            seen.Records(fallbackName, fallback);
            if (LiveFindings.Dns(LiveRules.BimiRecord, fallbackName, DnsRecordType.TXT, fallback, Consequence.NoLogo) is { } fallbackTrouble)
            {
                return TestResult.From("Bimi", [fallbackTrouble], null, domain);
            }

            var own = result;
            result = BimiRecord.Select(fallback.Records.Select(r => r.Value), organisational, options.Selector);
            if (IsNone(result))
            {
                result = own;
            }
            else
            {
                findings.AddRange(own.Findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => f with { Severity = FindingSeverity.Warning }));
                findings.Add(LiveRules.BimiFallback.Found(
                    $"{domain} has no record for the selector {options.Selector}; that of the organizational domain {organisational} applies.",
                    fallbackName));
            }
        }

        findings.AddRange(Consequence.Add(result.Findings, Consequence.NoLogo, name));
        if (result.Value is not BimiRecord record || !result.IsValid)
        {
            // Where the organisational domain is not known, neither is whether its record stands in.
            if (result.Status == TestStatus.Absent && dmarcTrouble is null)
            {
                return result with { Mechanism = "Bimi", Domain = domain, Findings = findings };
            }

            return TestResult.From("Bimi", dmarcTrouble is null ? findings : [.. findings, WithoutLogo(dmarcTrouble)], result.Value, domain);
        }

        if (record.IsDeclination || record.Logo is null)
        {
            return TestResult.From("Bimi", findings, record, domain);
        }

        // Section 8.1: a DMARC result that is not known is no pass.
        if (dmarcTrouble is not null)
        {
            findings.Add(WithoutLogo(dmarcTrouble));
        }

        if (dmarcTrouble is null || walk.AuthorRecord is not null)
        {
            findings.AddRange(Consequence.Add(LiveDmarc.Gate(walk, domain), Consequence.NoLogo, "_dmarc." + domain));
        }

        await AssetsAsync(at, organisational, record, findings, ct).ConfigureAwait(false);
        return TestResult.From("Bimi", findings, record, domain);
    }

    private async Task AssetsAsync(string domain, string organisational, BimiRecord record, List<Finding> findings, CancellationToken ct)
    {
        var logoTask = fetcher.FetchAsync(new FetchRequest(record.Logo!, MaxLogoBytes, options.FetchTimeout), ct);
        var markTask = record.Certificate is { } url ? fetcher.FetchAsync(new FetchRequest(url, MaxCertificateBytes, options.FetchTimeout), ct) : null;
        var logo = await logoTask.ConfigureAwait(false);
        var isEnforced = !findings.Exists(f => f.Severity == FindingSeverity.Error);
        var unusable = LiveFindings.Fetch(LiveRules.Logo, record.Logo!, logo, Consequence.NoLogo)
            ?? ContentFindings.Of(LiveRules.Logo, LiveRules.LogoContent, record.Logo!, logo, Consequence.NoLogo);
        TestResult? drawing = null;
        if (unusable is not null)
        {
            findings.Add(unusable);
        }
        else
        {
            drawing = BimiLogo.Check(logo.Body, record.Logo!.ToString());
            seen.Logo(record.Logo!, drawing);
            findings.AddRange(Consequence.Add(drawing.Findings, Consequence.NoLogo, record.Logo!.ToString()));
            if (!logo.ContentType.StartsWith("image/svg+xml", StringComparison.OrdinalIgnoreCase))
            {
                findings.Add(LiveRules.LogoContentType.Found($"The logo is served as '{logo.ContentType}', not image/svg+xml.", record.Logo!.ToString()));
            }
        }

        var kind = await CertificateAsync(markTask).ConfigureAwait(false);
        if (drawing?.Value is BimiLogo picture)
        {
            findings.Add(BimiVerdicts.Finding(BimiVerdicts.Say(picture, isEnforced, findings.Exists(f => f.Code == BimiRules.DmarcPercent.Code), kind),
                record.Logo!.ToString()));
        }

        // The kind of a valid mark certificate; null where there is none.
        async Task<MarkCertificateKind?> CertificateAsync(Task<FetchResult>? fetching)
        {
            if (fetching is null)
            {
                findings.Add(LiveRules.MarkCertificateAbsent.FoundAt(domain));
                return null;
            }

            var mark = await fetching.ConfigureAwait(false);
            if ((LiveFindings.Fetch(LiveRules.MarkCertificate, record.Certificate!, mark, Consequence.NoCertifiedLogo)
                ?? ContentFindings.Of(LiveRules.MarkCertificate, LiveRules.MarkCertificateContent, record.Certificate!, mark,
                    Consequence.NoCertifiedLogo)) is { } trouble)
            {
                findings.Add(trouble);
                return null;
            }

            var certificate = MarkCertificate.Check(mark.Body, new MarkCertificateOptions
            {
                At = time.GetUtcNow(),
                Domain = domain,
                Selector = options.Selector,
                // The cast: a bare null would become an empty logo.
                Logo = unusable is null ? logo.Body : (ReadOnlyMemory<byte>?)null,
                OrganizationalDomain = organisational.Length > 0 ? organisational : null,
                TrustedRoots = options.MarkRoots,
            });
            findings.AddRange(Consequence.Add(certificate.Findings, Consequence.NoCertifiedLogo, record.Certificate!.ToString()));
            if (certificate.Value is MarkCertificate read)
            {
                seen.Mark(record.Certificate!, read);
            }

            return certificate is { IsValid: true, Value: MarkCertificate { Kind: var kind } } ? kind : null;
        }
    }

    private static Finding WithoutLogo(Finding trouble) => trouble with { Message = $"{trouble.Message} {Consequence.NoLogo}" };

    /// <summary>True where no record is left once those of another version, or of none, are discarded.</summary>
    private static bool IsNone(TestResult result) => result.Status == TestStatus.Absent
        || result.Findings.Any(f => f.Severity == FindingSeverity.Error && f.Code == BimiRules.Record.Discarded.Code);
}
