using EmailSecurity.Findings;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Tests.Engine;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Live;

/// <summary>The commands as their users run them.</summary>
public sealed class LiveCommandTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    [Fact]
    public async Task Domains_of_a_pipeline_come_back_each_with_its_own_verdict()
    {
        await using var session = EngineSession.Open(world.Sandbox);
        string[] good = [.. Enumerable.Range(0, 20).Select(_ => world.Put())];
        string[] absent = [.. Enumerable.Range(0, 10).Select(_ => world.Put(("_mta-sts.@", "TXT", [""])))];
        string[] broken = [.. Enumerable.Range(0, 10).Select(_ => world.Put(("_mta-sts.@", "SERVFAIL", [])))];
        var result = session.Invoke("$all | Test-MtaSts -ThrottleLimit 8", ("all", (string[])[.. good, .. broken, .. absent]));
        Assert.Empty(result.Errors);
        var verdicts = result.Objects.Select(o => (TestResult)o.BaseObject).ToDictionary(r => r.Domain, r => r.Status, StringComparer.Ordinal);
        Assert.Equal(40, verdicts.Count);
        Assert.All(good, d => Assert.Equal(TestStatus.Pass, verdicts[d]));
        Assert.All(absent, d => Assert.Equal(TestStatus.Absent, verdicts[d]));
        Assert.All(broken, d => Assert.Equal(TestStatus.Fail, verdicts[d]));
    }

    [Fact]
    public async Task One_bad_name_is_one_error_and_the_rest_goes_on()
    {
        await using var session = EngineSession.Open(world.Sandbox);
        var domain = world.Put();
        var result = session.Invoke("'no such name', $d | Test-MtaSts", ("d", domain));
        Assert.StartsWith("InvalidDomainName", Assert.Single(result.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(domain, ((TestResult)Assert.Single(result.Objects).BaseObject).Domain);
    }

    [Fact]
    public async Task All_mechanisms_are_looked_at_and_named()
    {
        await using var session = EngineSession.Open(world.Sandbox);
        var domain = world.Put(("default._bimi.@", "TXT", ["\"v=BIMI1; l=https://logo.@/logo.svg\""]), ("_dmarc.@", "TXT", ["\"v=DMARC1; p=none\""]));
        world.Site(domain, "logo", "/logo.svg", new SiteResponse { Body = EndToEnd.StackLab.Logo, Headers = LiveWorld.Type("image/svg+xml") });
        var results = session.Invoke("Test-EmailSecurity $d", ("d", domain)).Objects.Select(o => (TestResult)o.BaseObject).ToDictionary(r => r.Mechanism, StringComparer.Ordinal);
        Assert.Equal(["Bimi", "Dmarc", "MtaSts", "TlsRpt"], results.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(TestStatus.Pass, results["MtaSts"].Status);
        Assert.True(results["Dmarc"].IsValid);
        // The gate is BIMI's alone.
        Assert.Equal(TestStatus.Fail, results["Bimi"].Status);
        LiveWorld.Has(results["Bimi"], "BimiDmarcPolicyNone", FindingSeverity.Error);
        LiveWorld.Has(results["Bimi"], "MarkCertificateAbsent", FindingSeverity.Information);
    }

    [Fact]
    public async Task Dnssec_is_told_as_far_as_the_resolver_tells_it()
    {
        await using var session = EngineSession.Open(world.Sandbox);
        var signed = session.Invoke("Test-MtaSts $d", ("d", world.Put(("@", "SECURE", []), ("@", "MX", ["10 mx1.@."])))).Single<TestResult>();
        LiveWorld.Has(signed, "DnssecValidated", FindingSeverity.Information);
        var other = session.Invoke("Test-MtaSts $d", ("d", world.Put())).Single<TestResult>();
        Assert.Contains("or this resolver does not validate", LiveWorld.Has(other, "DnssecNotValidated", FindingSeverity.Information).Message, StringComparison.Ordinal);
        Assert.Equal(TestStatus.Pass, other.Status);
    }

    [Fact]
    public async Task The_logo_of_the_organisational_domain_stands_in()
    {
        await using var session = EngineSession.Open(world.Sandbox);
        var domain = world.Put(("default._bimi.@", "TXT", ["\"v=BIMI1; l=https://logo.@/logo.svg\""]));
        world.Site(domain, "logo", "/logo.svg", new SiteResponse { Body = EndToEnd.StackLab.Logo, Headers = LiveWorld.Type("text/plain") });
        var result = session.Invoke("Test-Bimi $d", ("d", "news." + domain)).Single<TestResult>();
        Assert.True(result.Status == TestStatus.Warning, string.Join("\n", result.Findings));
        LiveWorld.Has(result, "BimiFallback", FindingSeverity.Information);
        LiveWorld.Has(result, "LogoContentType", FindingSeverity.Warning);
        var dmarc = session.Invoke("Test-Dmarc $d", ("d", "news." + domain)).Single<TestResult>();
        LiveWorld.Has(dmarc, "DmarcInherited", FindingSeverity.Information);
    }

    [Fact]
    public async Task Mail_servers_are_probed_when_asked()
    {
        await using var session = EngineSession.Open(world.Sandbox);
        await using var server = SmtpFindingTests.MailServer(null);
        var result = session.Invoke("Test-MtaSts $d -ProbeSmtp -SmtpPort $p", ("d", world.Put()), ("p", server.Port)).Single<TestResult>();
        LiveWorld.Has(result, "MxStartTlsNotOffered", FindingSeverity.Error);
    }
}
