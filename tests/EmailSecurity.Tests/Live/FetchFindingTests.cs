using System.Security.Authentication;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.Net;
using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Tests.Net;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Live;

/// <summary>Whatever can go wrong with an HTTPS file has a code of its own; each in a world with just that wrong, for every file that is fetched.</summary>
public sealed class FetchFindingTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    private static readonly LiveOptions Receivers = new() { CheckReceivers = true };

    private static readonly Dictionary<string, (SiteResponse? Answer, Func<SiteDefinition, SiteDefinition> Change)> Faults = new(StringComparer.Ordinal)
    {
        ["Redirect"] = (new SiteResponse { Status = 301, Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Location"] = "https://elsewhere.example/" } }, s => s),
        ["NotFound"] = (new SiteResponse { Status = 404 }, s => s),
        ["Forbidden"] = (new SiteResponse { Status = 403 }, s => s),
        ["ServerError"] = (new SiteResponse { Status = 503 }, s => s),
        ["HttpStatus"] = (new SiteResponse { Status = 204 }, s => s),
        ["ConnectionReset"] = (null, s => s with { Reset = true }),
        ["TlsHandshakeFailed"] = (null, s => s with { Tls = "alert" }),
        ["CertificateUntrusted"] = (null, s => s with { Certificate = new SiteCertificate { Trusted = false } }),
        ["CertificateExpired"] = (null, s => s with { Certificate = new SiteCertificate { NotBefore = DateTimeOffset.UtcNow.AddYears(-2), NotAfter = DateTimeOffset.UtcNow.AddYears(-1) } }),
        ["CertificateNameMismatch"] = (null, s => s with { Certificate = new SiteCertificate { Names = ["other.example"] } }),
        ["TooLarge"] = (new SiteResponse { Size = 2_000_000 }, s => s),
    };

    private static readonly string[] Files = ["Policy", "Logo", "MarkCertificate", "ReportReceiver"];

    public static IEnumerable<string> Codes => Cases().Select(c => c.Data.Item1 + c.Data.Item2).Concat(Files.SelectMany(f => ((string[])["Timeout", "HostNotFound", "HostDnsFailure", "ConnectionRefused", "ProtocolError", "Tls13Only", "CertificateNotJudged"]).Select(e => f + e)));

    public static TheoryData<string> EveryFile() => [.. Files];

    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> data = [];
        foreach (var file in Files)
        {
            foreach (var fault in Faults.Keys)
            {
                // A receiver takes reports by POST: any answer to a GET shows that it is there.
                if (file != "ReportReceiver" || Faults[fault].Answer is null)
                {
                    data.Add(file, fault);
                }
            }
        }

        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Each_fault_of_a_site_has_its_code(string file, string fault)
    {
        var domain = world.Put();
        var (answer, change) = Faults[fault];
        Put(file, domain, answer ?? new SiteResponse { Body = "x" }, change);
        var result = await TestAsync(file, domain, world.Checks(Receivers));
        LiveWorld.Has(result, file + fault, file == "ReportReceiver" ? FindingSeverity.Warning : FindingSeverity.Error);
        Assert.Equal(file == "ReportReceiver" ? TestStatus.Warning : TestStatus.Fail, result.Status);
    }

    [Theory]
    [InlineData("1.1"), InlineData("none")]
    public async Task Old_tls_and_none_are_a_handshake_that_failed(string tls)
    {
        var domain = world.Put();
        Put("Policy", domain, new SiteResponse { Body = "x" }, s => s with { Tls = tls });
        LiveWorld.Has(await TestAsync("Policy", domain, world.Checks()), "PolicyTlsHandshakeFailed", FindingSeverity.Error);
    }

    [Fact]
    public async Task The_common_name_of_a_certificate_never_counts()
    {
        var domain = world.Put();
        Put("Policy", domain, new SiteResponse { Body = "x" }, s => s with { Certificate = new SiteCertificate { CommonNameOnly = true } });
        LiveWorld.Has(await TestAsync("Policy", domain, world.Checks()), "PolicyCertificateNameMismatch", FindingSeverity.Error);
    }

    [Theory, MemberData(nameof(EveryFile))]
    public async Task A_file_that_takes_too_long_is_a_timeout(string file)
    {
        var domain = world.Put();
        Put(file, domain, new SiteResponse { Body = "x", DelayMs = 600_000 }, s => s);
        var result = await TestAsync(file, domain, world.Checks(Receivers with { FetchTimeout = TimeSpan.FromSeconds(1) }));
        LiveWorld.Has(result, file + "Timeout", file == "ReportReceiver" ? FindingSeverity.Warning : FindingSeverity.Error);
    }

    [Theory, MemberData(nameof(EveryFile))]
    public async Task Hosts_that_cannot_be_reached_are_told_apart(string file)
    {
        var host = file switch { "Policy" => "mta-sts.@", "Logo" => "logo.@", "MarkCertificate" => "mark.@", _ => "reports.@" };
        var severity = file == "ReportReceiver" ? FindingSeverity.Warning : FindingSeverity.Error;
        var checks = world.Checks(Receivers, world.Direct);
        LiveWorld.Has(await TestAsync(file, world.Put(), checks), file + "HostNotFound", severity);
        LiveWorld.Has(await TestAsync(file, world.Put((host, "SERVFAIL", [])), checks), file + "HostDnsFailure", severity);
        // An address of this machine at which nothing listens.
        LiveWorld.Has(await TestAsync(file, world.Put((host, "A", ["127.77.77.77"])), checks), file + "ConnectionRefused", severity);
    }

    [Theory, MemberData(nameof(EveryFile))]
    public async Task What_is_not_http_is_said(string file)
    {
        var domain = world.Put();
        await using var server = TestTcpServer.Https(world.Root.Issue([$"mta-sts.{domain}", $"logo.{domain}", $"mark.{domain}", $"reports.{domain}"]), "SSH-2.0-OpenSSH\r\n\r\nConnection: close");
        using var services = world.Connect(server.Address);
        LiveWorld.Has(await TestAsync(file, domain, world.Checks(Receivers, services)), file + "ProtocolError", file == "ReportReceiver" ? FindingSeverity.Warning : FindingSeverity.Error);
    }

    [Theory, MemberData(nameof(EveryFile))]
    public async Task What_this_computer_cannot_see_is_no_fault_of_the_server(string file)
    {
        TestTls.Need(SslProtocols.Tls13);
        foreach (var (code, platform, protocols) in ((string, TlsPlatform, SslProtocols)[])
        [
            ("Tls13Only", new TlsPlatform(HasTls13: false, CanDisableResumption: true), SslProtocols.Tls13),
            ("CertificateNotJudged", new OldWindows(int.MaxValue), SslProtocols.Tls12), // whose ticket is part of the handshake: it is never late
        ])
        {
            var domain = world.Put();
            var certificate = world.Root.Issue([$"mta-sts.{domain}", $"logo.{domain}", $"mark.{domain}", $"reports.{domain}"]);
            await using var server = TestTcpServer.Https(certificate, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", protocols);
            using var fetcher = new HttpsFetcher(world.Edge.Resolver, world.Root.AsRoots(), server.Address, TimeProvider.System) { Platform = platform };
            // A fetch leaves a session that the computer resumes unasked, unless other connections have pushed it out of the cache: then the next one does.
            TestResult result;
            var looks = 0;
            do
            {
                foreach (var host in (string[])["mta-sts", "logo", "mark", "reports"])
                {
                    await fetcher.FetchAsync(new FetchRequest(new Uri($"https://{host}.{domain}/"), 100, TimeSpan.FromMinutes(2)), TestContext.Current.CancellationToken);
                }

                using var checks = new LiveChecks(world.Edge.Resolver, fetcher, world.Edge.SmtpProbe, TimeProvider.System, Receivers);
                result = await TestAsync(file, domain, checks);
            }
            while (result.Findings.All(f => f.Code != file + code) && ++looks < 20);
            var finding = LiveWorld.Has(result, file + code, FindingSeverity.Warning);
            Assert.Contains("cannot be checked from this computer", finding.Message, StringComparison.Ordinal);
            Assert.Equal(TestStatus.Warning, result.Status);
        }
    }

    private void Put(string file, string domain, SiteResponse answer, Func<SiteDefinition, SiteDefinition> change)
    {
        var (label, path) = file switch { "Policy" => ("mta-sts", "/.well-known/mta-sts.txt"), "Logo" => ("logo", "/logo.svg"), "MarkCertificate" => ("mark", "/mark.pem"), _ => ("reports", "/v1") };
        world.Site(domain, label, path, answer, change);
    }

    private static Task<TestResult> TestAsync(string file, string domain, LiveChecks checks) => file switch
    {
        "Policy" => checks.TestMtaStsAsync(domain, TestContext.Current.CancellationToken),
        "ReportReceiver" => checks.TestTlsRptAsync(domain, TestContext.Current.CancellationToken),
        _ => checks.TestBimiAsync(domain, TestContext.Current.CancellationToken),
    };
}
