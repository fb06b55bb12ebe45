using System.Globalization;
using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Sandbox.Edge;

/// <summary>A domain of the live bench: what is wrong with it follows from its number, and so does what every check must say.</summary>
internal sealed class LiveDomain(int number)
{
    private const string Logo = """
        <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 100 100" width="100" height="100"><title>Example</title><rect width="100" height="100" fill="#0a3d62"/><circle cx="50" cy="50" r="30" fill="#f6b93b"/></svg>
        """;

    private enum MtaSts { Good, RecordMissing, TwoRecords, Redirect, Expired, WrongName, Untrusted, NotFound, Uncovered, BadPolicy }

    private enum TlsRpt { Good, Missing, Malformed }

    private enum Bimi { Good, Missing, LogoMissing, DmarcNone }

    private readonly MtaSts mtaSts = (number % 16) switch { 1 => MtaSts.RecordMissing, 2 => MtaSts.TwoRecords, 3 => MtaSts.Redirect, 4 => MtaSts.Expired, 5 => MtaSts.WrongName, 6 => MtaSts.Untrusted, 7 => MtaSts.NotFound, 8 => MtaSts.Uncovered, 9 => MtaSts.BadPolicy, _ => MtaSts.Good };
    private readonly TlsRpt tlsRpt = (number % 7) switch { 1 => TlsRpt.Missing, 2 => TlsRpt.Malformed, _ => TlsRpt.Good };
    private readonly Bimi bimi = (number % 5) switch { 1 => Bimi.Missing, 2 => Bimi.LogoMissing, 3 => Bimi.DmarcNone, _ => Bimi.Good };

    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"d{number:00000}.example");

    public bool HasMtaStsRecord => mtaSts is not (MtaSts.RecordMissing or MtaSts.TwoRecords);

    public bool HasBimiRecord => bimi != Bimi.Missing;

    public Uri PolicyUrl => new($"https://mta-sts.{Name}/.well-known/mta-sts.txt");

    public Uri LogoUrl => new($"https://bimi.{Name}/logo.svg");

    /// <summary>The zone at the domain's DNS host.</summary>
    public IReadOnlyList<ZoneRecord> Zone()
    {
        List<ZoneRecord> records =
        [
            new(Name, "MX", 300, [$"10 mx1.{Name}.", mtaSts == MtaSts.Uncovered ? "20 mx.elsewhere.example." : $"20 mx2.{Name}."]),
            new($"_dmarc.{Name}", "TXT", 300, [bimi == Bimi.DmarcNone ? "\"v=DMARC1; p=none\"" : "\"v=DMARC1; p=reject\""]),
        ];
        if (mtaSts != MtaSts.RecordMissing)
        {
            records.Add(new($"_mta-sts.{Name}", "TXT", 300, mtaSts == MtaSts.TwoRecords ? ["\"v=STSv1; id=a1\"", "\"v=STSv1; id=a2\""] : ["\"v=STSv1; id=a1\""]));
        }

        if (tlsRpt != TlsRpt.Missing)
        {
            records.Add(new($"_smtp._tls.{Name}", "TXT", 300, [tlsRpt == TlsRpt.Malformed ? "\"v=TLSRPTv1; note=none\"" : $"\"v=TLSRPTv1; rua=mailto:tls@{Name}\""]));
        }

        if (HasBimiRecord)
        {
            records.Add(new($"default._bimi.{Name}", "TXT", 300, [$"\"v=BIMI1; l={LogoUrl}\""]));
        }

        return records;
    }

    /// <summary>Puts the web sites.</summary>
    public void PutSites(Action<string, SiteDefinition> put)
    {
        var text = new Dictionary<string, string> { ["Content-Type"] = "text/plain" };
        var policy = mtaSts == MtaSts.BadPolicy ? "version: STSv1\r\nmode: enforce\r\nmx: *." + Name + "\r\n" : $"version: STSv1\r\nmode: enforce\r\nmx: *.{Name}\r\nmax_age: 604800\r\n";
        put($"mta-sts.{Name}", new SiteDefinition
        {
            Certificate = mtaSts switch
            {
                MtaSts.Expired => new SiteCertificate { NotBefore = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), NotAfter = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero) },
                MtaSts.WrongName => new SiteCertificate { Names = [$"www.{Name}"] },
                MtaSts.Untrusted => new SiteCertificate { Trusted = false },
                _ => new SiteCertificate(),
            },
            Http = mtaSts switch
            {
                MtaSts.NotFound => new Dictionary<string, SiteResponse>(),
                MtaSts.Redirect => new Dictionary<string, SiteResponse> { [PolicyUrl.AbsolutePath] = new() { Status = 301, Headers = new Dictionary<string, string> { ["Location"] = $"https://www.{Name}/" } } },
                _ => new Dictionary<string, SiteResponse> { [PolicyUrl.AbsolutePath] = new() { Headers = text, Body = policy } },
            },
        });
        put($"bimi.{Name}", new SiteDefinition
        {
            Http = bimi == Bimi.LogoMissing ? new Dictionary<string, SiteResponse>() : new Dictionary<string, SiteResponse> { [LogoUrl.AbsolutePath] = new() { Headers = new Dictionary<string, string> { ["Content-Type"] = "image/svg+xml" }, Body = Logo } },
        });
    }

    /// <summary>What is wrong with the verdict on one mechanism; null where it is right: the status as intended, and as errors the intended ones and no other.</summary>
    public string? Wrong(TestResult result)
    {
        var (status, codes) = Intended(result.Mechanism);
        var errors = result.Findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => f.Code).ToArray();
        return result.Domain == Name && result.Status == status && (status != TestStatus.Fail || (errors.Length > 0 && errors.All(e => codes.Contains(e, StringComparer.Ordinal)))) ? null
            : new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Name} {result.Mechanism}: {result.Status} [{string.Join(", ", result.Findings.Select(f => f.Code))}] ({result.Domain}), intended {status} [{string.Join(" or ", codes)}]").ToString();
    }

    private (TestStatus Status, string[] Codes) Intended(string mechanism) => mechanism switch
    {
        "MtaSts" => mtaSts switch
        {
            MtaSts.Good => (TestStatus.Pass, []),
            MtaSts.RecordMissing => (TestStatus.Absent, []),
            // RFC 8461 section 3.1: more than one record is as none.
            MtaSts.TwoRecords => (TestStatus.Fail, ["MtaStsRecordMultiple"]),
            MtaSts.Redirect => (TestStatus.Fail, ["PolicyRedirect"]),
            MtaSts.Expired => (TestStatus.Fail, ["PolicyCertificateExpired"]),
            MtaSts.WrongName => (TestStatus.Fail, ["PolicyCertificateNameMismatch"]),
            MtaSts.Untrusted => (TestStatus.Fail, ["PolicyCertificateUntrusted"]),
            MtaSts.NotFound => (TestStatus.Fail, ["PolicyNotFound"]),
            MtaSts.Uncovered => (TestStatus.Fail, ["MxNotCovered"]),
            _ => (TestStatus.Fail, ["PolicyMaxAgeMissing"]),
        },
        "TlsRpt" => tlsRpt switch { TlsRpt.Good => (TestStatus.Pass, []), TlsRpt.Missing => (TestStatus.Absent, []), _ => (TestStatus.Fail, ["TlsRptRecordRuaMissing"]) },
        "Dmarc" => (TestStatus.Pass, []),
        _ => bimi switch { Bimi.Good => (TestStatus.Pass, []), Bimi.Missing => (TestStatus.Absent, []), Bimi.LogoMissing => (TestStatus.Fail, ["LogoNotFound"]), _ => (TestStatus.Fail, ["BimiDmarcPolicyNone"]) },
    };
}
