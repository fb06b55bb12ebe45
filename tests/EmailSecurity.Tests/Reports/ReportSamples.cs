using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Reports;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Support;
using EmailSecurity.TlsReports;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Reports;

/// <summary>Domains in every state, as checks, Get-EmailSecurityStack and Get-EmailSecurityPlan report them.</summary>
internal static class ReportSamples
{
    public static readonly DateTimeOffset At = new(2026, 11, 27, 14, 30, 0, TimeSpan.Zero);
    private static readonly byte[] Logo = File.ReadAllBytes(Path.Combine(SourceTree.Root, "assets", "logo.svg"));

    /// <summary>Six domains.</summary>
    public static IReadOnlyList<object> World() =>
    [
        .. Good("paperboat.example"), .. Moved("harbor.example"), .. Broken("brass.example"), .. Renewal("lantern.example"), .. Nothing("orchard.example"),
        .. Good("violet.example"), .. Sent("brass.example"),
    ];

    /// <summary>One domain with something of everything.</summary>
    public static IReadOnlyList<object> One() => [.. Moved("harbor.example"), .. Sent("harbor.example")];

    /// <summary>What two senders reported of a domain in thirty days: a certificate ended in the last five.</summary>
    public static IEnumerable<TlsRptReport> Sent(string domain) => Enumerable.Range(1, 30).SelectMany(ago => (TlsRptReport[])
    [
        Sent(domain, "Google Inc.", ago, 900 + (ago * 37 % 300), ago < 6 ? 40 + ago : 0), Sent(domain, "Microsoft", ago, 300 + (ago * 53 % 100), ago == 3 ? 4 : 0),
    ]);

    private static TlsRptReport Sent(string domain, string sender, int daysAgo, long good, long bad)
    {
        var start = new DateTimeOffset(At.Date, TimeSpan.Zero).AddDays(-daysAgo);
        var failure = new TlsRptFailure { ResultType = "certificate-expired", ReceivingMxHostname = $"mx2.{domain}", FailedSessionCount = bad };
        return new TlsRptReport
        {
            OrganizationName = sender,
            ReportId = $"{start:O}",
            Start = start,
            End = start.AddDays(1).AddSeconds(-1),
            Policies = [new TlsRptPolicy
            {
                PolicyType = "sts",
                PolicyDomain = domain,
                TotalSuccessfulSessionCount = good,
                TotalFailureSessionCount = bad,
                FailureDetails = bad > 0 ? [failure] : [],
            }],
        };
    }

    /// <summary>Many domains.</summary>
    public static IEnumerable<object> Many(int count) => Enumerable.Range(0, count).SelectMany(i =>
    {
        var name = Invariant($"domain{i:0000}.example");
        return (i % 4) switch { 0 => Good(name), 1 => Broken(name), 2 => Nothing(name), _ => Renewal(name) };
    });

    /// <summary>Writes a report.</summary>
    public static string Write(ReportFormat format, IEnumerable<object> items, string? title = null)
    {
        using var waiting = new MemoryStream();
        using var output = new MemoryStream();
        var options = new ReportOptions { At = At, Version = "0.1.0" };
        var report = new Report(format, title is null ? options : options with { Title = title }, waiting);
        foreach (var item in items)
        {
            switch (item)
            {
                case TestResult result: report.Add(result); break;
                case EmailSecurityStack stack: report.Add(stack); break;
                case TlsRptReport sent: report.Add(sent); break;
                default: report.Add((Change)item); break;
            }
        }

        report.WriteTo(output);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    public static Finding Found(string code, FindingSeverity severity = FindingSeverity.Warning, string message = "Something was found.", string fix = "Fix it.",
        string? location = null) =>
        new() { Code = code, Severity = severity, Standard = "RFC 8461", Section = "3.2", Message = message, Fix = fix, Location = location };

    public static Observation Record(string name, string text, string type = "TXT") =>
        new() { Kind = ObservationKind.Record, Type = type, Name = name, Text = text };

    public static Observation LogoFile(byte[] bytes) =>
        new() { Kind = ObservationKind.File, Type = "Logo", Name = "https://bimi-assets.example.com/logo.svg", Bytes = bytes };

    private static Observation Certificate(string name, int age, int left, string type = "Server", string text = "") => new()
    {
        Kind = ObservationKind.Certificate,
        Type = type,
        Name = name,
        Text = text,
        NotBefore = At.AddDays(-age),
        NotAfter = At.AddDays(left),
    };

    private static Observation Policy(string name, string mode, params string[] mx) => new()
    {
        Kind = ObservationKind.File,
        Type = "Policy",
        Name = $"https://mta-sts.{name}/.well-known/mta-sts.txt",
        Text = $"version: STSv1\r\nmode: {mode}\r\n{string.Concat(mx.Select(m => $"mx: {m}\r\n"))}max_age: 604800\r\n",
    };

    private static List<object> Good(string name) =>
    [
        TestResult.From("MtaSts", [Found("PolicyModeEnforce", FindingSeverity.Information, "Mode enforce: senders deliver only over verified TLS.", "")], null, name) with
        {
            Observed = [Record($"_mta-sts.{name}", "v=STSv1; id=240fae0498d609bbff562402cd239852;"), Record(name, $"10 mx1.{name}", "MX"),
                Record(name, $"20 mx2.{name}", "MX"), Policy(name, "enforce", $"mx1.{name}", $"mx2.{name}"), Certificate($"mta-sts.{name}", 40, 158)],
        },
        TestResult.From("TlsRpt", [], null, name) with { Observed = [Record($"_smtp._tls.{name}", $"v=TLSRPTv1; rua=mailto:tls@{name}")] },
        TestResult.From("Dmarc", [], null, name) with { Observed = [Record($"_dmarc.{name}", "v=DMARC1; p=reject")] },
        TestResult.From("Bimi", [], null, name) with
        {
            Observed = [Record($"default._bimi.{name}", $"v=BIMI1; l=https://bimi-assets.{name}/bimi/5b1125f5/logo.svg; a=https://bimi-assets.{name}/bimi/77aa/vmc.pem;"),
                LogoFile(Logo), Certificate($"https://bimi-assets.{name}/bimi/77aa/vmc.pem", 120, 277, "Vmc", $"VMC of Example GmbH for {name}")],
        },
    ];

    private static List<object> Moved(string name) =>
    [
        TestResult.From("MtaSts",
        [
            Found("MxNotCovered", FindingSeverity.Error, $"The MX mx3.{name} matches no mx pattern of the policy. Senders do not deliver to it.",
                $"Add mx3.{name} to the policy: New-MtaStsPolicy {name} | Publish-MtaStsPolicy", name),
            Found("MxPatternUnused", FindingSeverity.Warning, $"The mx pattern mx1.{name} matches no MX of {name} now.", "Remove it once no mail goes there.", $"mx1.{name}"),
            Found("PolicyModeEnforce", FindingSeverity.Information, "Mode enforce: senders deliver only over verified TLS.", ""),
        ], null, name) with
        {
            Observed = [Record($"_mta-sts.{name}", "v=STSv1; id=e7bf913f5adb1312c3d0150485e0a53b;"), Record(name, $"10 mx2.{name}", "MX"),
                Record(name, $"20 mx3.{name}", "MX"), Policy(name, "enforce", $"mx1.{name}", $"mx2.{name}"), Certificate($"mta-sts.{name}", 111, 87)],
        },
        TestResult.From("TlsRpt", [], null, name) with { Observed = [Record($"_smtp._tls.{name}", $"v=TLSRPTv1; rua=mailto:tls@{name}")] },
        TestResult.From("Dmarc", [], null, name) with { Observed = [Record($"_dmarc.{name}", "v=DMARC1; p=quarantine; rua=mailto:dmarc@" + name)] },
        TestResult.From("Bimi",
        [
            Found("MarkCertificateExpiresSoon", FindingSeverity.Warning, "The mark certificate ends in 41 days.", "Renew the mark certificate now: validation by the CA takes weeks.",
                $"https://bimi-assets.{name}/bimi/77aa/vmc.pem") with { Standard = "RFC 5280", Section = "4.1.2.5" },
        ], null, name) with
        {
            Observed = [Record($"default._bimi.{name}", $"v=BIMI1; l=https://bimi-assets.{name}/bimi/5b1125f5/logo.svg; a=https://bimi-assets.{name}/bimi/77aa/vmc.pem;"),
                LogoFile(Logo), Certificate($"https://bimi-assets.{name}/bimi/77aa/vmc.pem", 356, 41, "Vmc", $"VMC of Harbor Freight Lines for {name}")],
        },
        Stack(name),
        Drift(name),
    ];

    private static EmailSecurityStack Stack(string name) => EmailSecurityStack.For(name) with
    {
        State = new StackState
        {
            Status = StackStatus.Deployed,
            DnsHost = DnsHost.Route53,
            AccountId = "123456789012",
            BucketRegion = "eu-central-1",
            AssetBucket = $"es-{name}-assets-123456789012-eu-central-1-an",
            DistributionId = "E2QWRUHAPOMQZL",
            CertificateStatus = "Issued",
            CertificateNotAfter = At.AddDays(87),
            PolicyId = "e7bf913f5adb1312c3d0150485e0a53b",
            PolicyHistory =
            [
                new ServedPolicy(MtaStsMode.Enforce, 604_800, "e7bf913f5adb1312c3d0150485e0a53b", At.AddDays(-34), null),
                new ServedPolicy(MtaStsMode.Testing, 604_800, "0c1d4b6a9c77d1f2a0be5f0f4a9a0f11", At.AddDays(-62), At.AddDays(-34)),
                new ServedPolicy(MtaStsMode.Testing, 86_400, "a2b4c6d8e0f1a3b5c7d9e1f3a5b7c9d1", At.AddDays(-75), At.AddDays(-62)),
            ],
            Records =
            [
                State(name, $"_mta-sts.{name}", "v=STSv1; id=e7bf913f5adb1312c3d0150485e0a53b;", DnsRecordStatus.Published),
                State(name, $"_smtp._tls.{name}", $"v=TLSRPTv1; rua=mailto:tls@{name}", DnsRecordStatus.Published),
                State(name, $"default._bimi.{name}", $"v=BIMI1; l=https://bimi-assets.{name}/bimi/5b1125f5/logo.svg;", DnsRecordStatus.Different),
            ],
        },
    };

    private static DnsRecordState State(string domain, string name, string value, DnsRecordStatus status) => new()
    {
        Domain = domain,
        Name = name,
        Type = "TXT",
        Value = value,
        Ttl = 300,
        Purpose = "",
        Status = status,
        ObservedValue = status == DnsRecordStatus.Published ? value : "v=BIMI1; l=;",
    };

    private static Change Drift(string name) => new()
    {
        Domain = name,
        Id = "bimi-record",
        Action = ChangeAction.Update,
        Resource = "TXT record",
        Target = $"default._bimi.{name}",
        Before = "v=BIMI1; l=;",
        After = $"v=BIMI1; l=https://bimi-assets.{name}/bimi/5b1125f5/logo.svg;",
        Reason = "the record differs",
        Consequence = "Mailbox providers show no logo.",
    };

    private static List<object> Broken(string name) =>
    [
        TestResult.From("MtaSts", [Found("MtaStsRecordIdInvalid", FindingSeverity.Error, "The id is 'v 1', not 1 to 32 letters and digits.",
            "Use letters and digits only, for example a time stamp such as 20260101T000000.", $"_mta-sts.{name}")], null, name) with
        {
            Observed = [Record($"_mta-sts.{name}", "v=STSv1; id=v 1;")],
        },
        new TestResult { Domain = name, Mechanism = "TlsRpt", Status = TestStatus.Absent },
        TestResult.From("Dmarc", [Found("DmarcPolicyNone", FindingSeverity.Warning, "p=none: receivers deliver mail that fails DMARC.", "Set p=quarantine or p=reject.") with
            { Standard = "RFC 9989", Section = "4.7" }], null, name) with { Observed = [Record($"_dmarc.{name}", "v=DMARC1; p=none")] },
        new TestResult { Domain = name, Mechanism = "Bimi", Status = TestStatus.Absent },
    ];

    private static List<object> Renewal(string name) =>
    [
        TestResult.From("MtaSts", [Found("PolicyCertificateExpiresSoon", FindingSeverity.Warning, $"The certificate of mta-sts.{name} ends in 9 days.",
            "Check that the validation records are still in DNS.", $"mta-sts.{name}")], null, name) with
        {
            Observed = [Record($"_mta-sts.{name}", "v=STSv1; id=20260101T000000;"), Policy(name, "testing", $"mx.{name}"), Certificate($"mta-sts.{name}", 81, 9)],
        },
        TestResult.From("TlsRpt", [], null, name), TestResult.From("Dmarc", [], null, name), new TestResult { Domain = name, Mechanism = "Bimi", Status = TestStatus.Absent },
    ];

    private static List<object> Nothing(string name) =>
        [.. new[] { "MtaSts", "TlsRpt", "Dmarc", "Bimi" }.Select(m => new TestResult { Domain = name, Mechanism = m, Status = TestStatus.Absent })];
}
