using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.MtaSts;
using EmailSecurity.Sandbox.Edge;

namespace EmailSecurity.Tests.Live;

/// <summary>What a sender finds in records and policies that it can read, and in how they fit the mail servers.</summary>
public sealed class MtaStsFindingTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_domain_in_order_passes_and_brings_its_policy()
    {
        var domain = world.Put();
        var result = await world.Checks().TestMtaStsAsync(domain, Token);
        Assert.Equal((TestStatus.Pass, domain, "MtaSts"), (result.Status, result.Domain, result.Mechanism));
        Assert.Equal(MtaStsMode.Enforce, Assert.IsType<MtaStsPolicy>(result.Value).Mode);
        Assert.Contains("more days", LiveWorld.Has(result, "PolicyCertificate", FindingSeverity.Information).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"v=STSv1; id=1;\"|\"v=STSv1; id=2;\"", "MtaStsRecordMultiple")]
    [InlineData("\"v=STSv1;\"", "MtaStsRecordIdMissing")]
    [InlineData("\"v=STSv1; id=not-alphanumeric;\"", "MtaStsRecordIdInvalid")]
    [InlineData("\"v=STSv1; id=1;;\"", "MtaStsRecordFieldEmpty")]
    [InlineData("\"v=STSv1; id=1 \"", "MtaStsRecordTrailingSpace")]
    [InlineData("\"v=STSv1; id=1; x=a b;\"", "MtaStsRecordFieldValueInvalid")]
    public async Task A_record_that_senders_refuse(string values, string code)
    {
        var result = await world.Checks().TestMtaStsAsync(world.Put(("_mta-sts.@", "TXT", values.Split('|'))), Token);
        Assert.Equal(TestStatus.Fail, result.Status);
        LiveWorld.Has(result, code, FindingSeverity.Error);
    }

    [Theory]
    [InlineData("", "PolicyEmpty")]
    [InlineData("mode: none\nmax_age: 1\n", "PolicyVersionMissing")]
    [InlineData("version: STSv2\nmode: none\nmax_age: 86400\n", "PolicyVersionUnknown")]
    [InlineData("version: STSv1\nmax_age: 86400\n", "PolicyModeMissing")]
    [InlineData("version: STSv1\nmode: strict\nmx: mx1.@\nmax_age: 86400\n", "PolicyModeUnknown")]
    [InlineData("version: STSv1\nmode: enforce\nmax_age: 86400\n", "PolicyMxMissing")]
    [InlineData("version: STSv1\nmode: enforce\nmx: 192.0.2.1\nmax_age: 86400\n", "PolicyMxInvalid")]
    [InlineData("version: STSv1\nmode: enforce\nmx: mx1.@\n", "PolicyMaxAgeMissing")]
    [InlineData("version: STSv1\nmode: enforce\nmx: mx1.@\nmax_age: soon\n", "PolicyMaxAgeMalformed")]
    [InlineData("version: STSv1\nmode: enforce\nmx: mx1.@\nmax_age: 31557601\n", "PolicyMaxAgeTooLarge")]
    [InlineData("\ufeffversion: STSv1\nmode: enforce\nmx: mx1.@\nmax_age: 86400\n", "PolicyByteOrderMark")]
    public async Task A_policy_that_senders_refuse(string text, string code)
    {
        var domain = world.Put();
        world.PolicyText(domain, text);
        var result = await world.Checks().TestMtaStsAsync(domain, Token);
        Assert.Equal(TestStatus.Fail, result.Status);
        LiveWorld.Has(result, code, FindingSeverity.Error);
    }

    [Fact]
    public async Task A_policy_that_is_not_utf8_is_refused()
    {
        var domain = world.Put();
        world.Site(domain, "mta-sts", "/.well-known/mta-sts.txt", new SiteResponse { BodyBase64 = Convert.ToBase64String([.. "version: STSv1\nmode: none\nmax_age: 86400\nx: "u8, 0xe9, 0xff, (byte)'\n']), Headers = LiveWorld.Type("text/plain") });
        var result = await world.Checks().TestMtaStsAsync(domain, Token);
        Assert.Equal(TestStatus.Fail, result.Status);
        var error = Assert.Single(result.Findings, f => f.Severity == FindingSeverity.Error);
        Assert.Contains("UTF-8", error.Message + error.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html; charset=utf-8"), InlineData("application/octet-stream")]
    public async Task Another_content_type_warns_and_the_policy_holds(string type)
    {
        var domain = world.Put();
        world.Site(domain, "mta-sts", "/.well-known/mta-sts.txt", new SiteResponse { Body = LiveWorld.Policy.Replace("@", domain, StringComparison.Ordinal), Headers = LiveWorld.Type(type) });
        var result = await world.Checks().TestMtaStsAsync(domain, Token);
        Assert.Equal(TestStatus.Warning, result.Status);
        LiveWorld.Has(result, "PolicyContentType", FindingSeverity.Warning);
        Assert.NotNull(result.Value);
    }

    [Fact]
    public async Task A_certificate_that_ends_soon_warns()
    {
        var domain = world.Put();
        world.Site(domain, "mta-sts", "/.well-known/mta-sts.txt", new SiteResponse { Body = LiveWorld.Policy.Replace("@", domain, StringComparison.Ordinal), Headers = LiveWorld.Type("text/plain") }, s => s with { Certificate = new SiteCertificate { NotAfter = DateTimeOffset.UtcNow.AddDays(5) } });
        var result = await world.Checks().TestMtaStsAsync(domain, Token);
        Assert.Equal(TestStatus.Warning, result.Status);
        LiveWorld.Has(result, "PolicyCertificateExpiresSoon", FindingSeverity.Warning);
    }

    [Theory]
    [InlineData("enforce", TestStatus.Fail, FindingSeverity.Error)]
    [InlineData("testing", TestStatus.Warning, FindingSeverity.Warning)]
    public async Task An_mx_that_no_pattern_covers(string mode, TestStatus status, FindingSeverity severity)
    {
        // A wildcard is one label: mx.deep.wild is not covered (RFC 8461 section 4.1).
        var domain = world.Put(("@", "MX", ["10 mx1.@.", "20 MX2.wild.@.", "30 mx.deep.wild.@."]));
        world.PolicyText(domain, $"version: STSv1\nmode: {mode}\nmx: mx1.@\nmx: *.wild.@\nmax_age: 604800\n");
        var result = await world.Checks().TestMtaStsAsync(domain, Token);
        Assert.Equal(status, result.Status);
        Assert.Equal($"mx.deep.wild.{domain}", LiveWorld.Has(result, "MxNotCovered", severity).Location);
    }

    [Fact]
    public async Task Mode_none_asks_for_no_coverage()
    {
        var domain = world.Put();
        world.PolicyText(domain, "version: STSv1\nmode: none\nmax_age: 86400\n");
        Assert.DoesNotContain((await world.Checks().TestMtaStsAsync(domain, Token)).Findings, f => f.Code == "MxNotCovered");
    }

    [Theory]
    [InlineData("MxAbsent", "")]
    [InlineData("MxNull", "0 .")]
    public async Task Domains_without_mail_servers_are_told(string code, string mx) =>
        LiveWorld.Has(await world.Checks().TestMtaStsAsync(world.Put(("@", "MX", [mx])), Token), code, FindingSeverity.Information);

    [Fact]
    public async Task A_pattern_that_matches_no_mx_is_told()
    {
        var domain = world.Put();
        world.PolicyText(domain, LiveWorld.Policy + "mx: old.@\r\n");
        LiveWorld.Has(await world.Checks().TestMtaStsAsync(domain, Token), "MxPatternUnused", FindingSeverity.Information);
    }

    [Fact]
    public async Task A_signed_zone_is_told() =>
        LiveWorld.Has(await world.Checks().TestMtaStsAsync(world.Put(("@", "SECURE", []), ("@", "MX", ["10 mx1.@."])), Token), "DnssecValidated", FindingSeverity.Information);

    [Theory]
    [InlineData("0 issue \"letsencrypt.org\"", "CaaForbidsAmazon")]
    [InlineData("0 issue \";\"", "CaaForbidsAmazon")]
    [InlineData("0 issue \"letsencrypt.org\"|0 issue \"amazonaws.com\"", null)]
    [InlineData("0 issuewild \"letsencrypt.org\"", null)]
    [InlineData("0 iodef \"mailto:x@x.example\"", null)]
    public async Task Caa_that_would_stop_acm_is_told(string values, string? code)
    {
        var domain = world.Put(("@", "CAA", values.Replace("@", "@@", StringComparison.Ordinal).Split('|')), ("@", "MX", ["10 mx1.@."]));
        var result = await world.Checks(new LiveOptions { CheckCaa = true }).TestMtaStsAsync(domain, Token);
        if (code is null)
        {
            Assert.DoesNotContain(result.Findings, f => f.Code.StartsWith("Caa", StringComparison.Ordinal));
        }
        else
        {
            Assert.Equal(domain, LiveWorld.Has(result, code, FindingSeverity.Information).Location);
        }
    }

    [Fact]
    public async Task Caa_that_cannot_be_looked_up_warns() =>
        LiveWorld.Has(await world.Checks(new LiveOptions { CheckCaa = true }).TestMtaStsAsync(world.Put(("@", "SERVFAIL", ["CAA"])), Token), "CaaServFail", FindingSeverity.Warning);

    [Theory]
    [InlineData("mailto:x@none.@", "ReportReceiverTakesNoMail")]
    [InlineData("mailto:x@null.@", "ReportReceiverTakesNoMail")]
    [InlineData("mailto:x@down.@", "ReportReceiverServFail")]
    [InlineData("mailto:x@six.@", null)]
    [InlineData("mailto:x@four.@", null)]
    [InlineData("https://reports.@/v1", null)]
    public async Task Receivers_of_reports_are_looked_at(string uri, string? code)
    {
        // The sign by its number: in these zones it stands for the domain.
        var text = uri.Replace("x@", "x\\064", StringComparison.Ordinal);
        var domain = world.Put(("six.@", "AAAA", ["2001:db8::1"]), ("four.@", "A", ["192.0.2.1"]), ("null.@", "MX", ["0 ."]), ("down.@", "SERVFAIL", ["MX"]), ("_smtp._tls.@", "TXT", [$"\"v=TLSRPTv1; rua={text}\""]));
        world.Site(domain, "reports", "/other", new SiteResponse { Body = "x" });
        var result = await world.Checks(new LiveOptions { CheckReceivers = true }).TestTlsRptAsync(domain, Token);
        if (code is null)
        {
            Assert.True(result.Status == TestStatus.Pass, string.Join("\n", result.Findings));
        }
        else
        {
            Assert.Equal(TestStatus.Warning, result.Status);
            LiveWorld.Has(result, code, FindingSeverity.Warning);
        }
    }
}
