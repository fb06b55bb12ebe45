using System.IO.Compression;
using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Tests.Svg;

namespace EmailSecurity.Tests.Live;

/// <summary>What web hosts send in place of the file: named as what it is, not as a broken policy.</summary>
public sealed class ContentFindingTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    private const string Policy = "version: STSv1\nmode: enforce\nmx: mx1.example.com\nmax_age: 604800\n";

    [Theory]
    [InlineData("gzip", true), InlineData("br", false), InlineData("deflate", false), InlineData("zstd", false), InlineData("GZIP", true), InlineData("", true)]
    public void Compressed_although_nobody_asked(string coding, bool isGzip)
    {
        var body = isGzip ? Gzip(Policy) : Encoding.UTF8.GetBytes(Policy);
        foreach (var prefix in (string[])["Policy", "MarkCertificate"])
        {
            var finding = Of(prefix, body, coding)!;
            Assert.Equal((prefix + "ContentEncoding", FindingSeverity.Error), (finding.Code, finding.Severity));
            Assert.Contains(coding.Length > 0 ? $"Content-Encoding: {coding}" : "gzip", finding.Message, StringComparison.Ordinal);
            Assert.Contains("uncompressed", finding.Fix, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Policy", ""), InlineData("Policy", "identity"), InlineData("Policy", "Identity"), InlineData("MarkCertificate", "")]
    public void As_it_is(string prefix, string coding) => Assert.Null(Of(prefix, Encoding.UTF8.GetBytes(Policy), coding));

    [Theory]
    [InlineData("gzip", null), InlineData("", null), InlineData("br", "LogoContentEncoding"), InlineData("deflate", "LogoContentEncoding")]
    public void A_logo_may_be_svgz(string coding, string? code) => Assert.Equal(code, Of("Logo", Gzip(LogoTableTests.With("")), coding)?.Code);

    [Theory]
    [InlineData("<!DOCTYPE html><html>Just a moment...</html>", "bot check")]
    [InlineData("<html><head><title>Attention Required! | Cloudflare</title></head></html>", "bot check")]
    [InlineData("\ufeff \r\n<HTML><body>Please complete the CAPTCHA</body></HTML>", "bot check")]
    [InlineData("<!doctype html><title>example.com domain is parked</title>", "parking page")]
    [InlineData("<!-- made by a tool --><html><title>Login</title></html>", "sign-in page")]
    [InlineData("<html><title>404 Not Found</title><h1>nginx</h1></html>", "error page")]
    [InlineData("<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\" \"y\"><html xmlns=\"http://www.w3.org/1999/xhtml\"><title>Home</title></html>", "web page")]
    [InlineData("<html><title>Welcome to nginx!</title></html>", "hosting account")]
    [InlineData("<script>location='/x'</script>", "web page")]
    public void A_web_page_is_named(string html, string what)
    {
        foreach (var prefix in (string[])["Policy", "Logo", "MarkCertificate"])
        {
            var finding = Of(prefix, Encoding.UTF8.GetBytes(html), "")!;
            Assert.Equal((prefix + "IsWebPage", FindingSeverity.Error), (finding.Code, finding.Severity));
            Assert.Contains(what, finding.Message, StringComparison.Ordinal);
            Assert.NotEqual("", finding.Fix);
        }
    }

    [Theory]
    [InlineData("version: STSv1\n"), InlineData(""), InlineData("not html < at all"), InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
    [InlineData("<?xml version=\"1.0\"?><!-- <html> --><svg xmlns=\"http://www.w3.org/2000/svg\"/>"), InlineData("<!-- never closed"),
        InlineData("<?xml never closed"), InlineData("-----BEGIN CERTIFICATE-----\n")]
    public void What_is_no_web_page_is_left_to_its_own_check(string body) => Assert.Null(WebPage.Recognize(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData(403, "challenge", "", "bot check", "Exempt")]
    [InlineData(202, "captcha", "", "bot check", "Exempt")]
    [InlineData(503, "", "<html><title>Just a moment...</title></html>", "bot check", "Exempt")]
    [InlineData(429, "", "", "too many requests", "rate limit")]
    [InlineData(525, "", "", "TLS connection", "origin")]
    [InlineData(522, "", "", "cannot reach", "origin")]
    [InlineData(206, "", "", "part of the file", "whole file")]
    [InlineData(203, "", "", "proxy", "proxy")]
    [InlineData(403, "", "", "access is refused", "everyone")]
    public void A_status_says_what_it_can(int status, string challenge, string body, string what, string fix)
    {
        var finding = LiveFindings.Fetch(LiveRules.Policy, new Uri("https://mta-sts.example.com/x"),
            new FetchResult { Outcome = FetchOutcome.Response, StatusCode = status, Challenge = challenge, Body = Encoding.UTF8.GetBytes(body) },
            Consequence.NoPolicy)!;
        Assert.Contains(what, finding.Message, StringComparison.Ordinal);
        Assert.Contains(fix, finding.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip", "PolicyContentEncoding"), InlineData("html", "PolicyIsWebPage")]
    public async Task The_cause_is_told_alone(string manner, string code)
    {
        var domain = world.Put();
        var text = LiveWorld.Policy.Replace("@", domain, StringComparison.Ordinal);
        world.Site(domain, "mta-sts", "/.well-known/mta-sts.txt", manner == "gzip"
            ? new SiteResponse
            {
                BodyBase64 = Convert.ToBase64String(Gzip(text)),
                Headers = new Dictionary<string,
                string>(StringComparer.OrdinalIgnoreCase)
                { ["Content-Type"] = "text/plain", ["Content-Encoding"] = "gzip" }
            }
            : new SiteResponse { Body = "<!DOCTYPE html><html>Just a moment...</html>", Headers = LiveWorld.Type("text/html; charset=UTF-8") });
        var result = await world.Checks().TestMtaStsAsync(domain, TestContext.Current.CancellationToken);
        Assert.Equal(code, Assert.Single(result.Findings, f => f.Severity != FindingSeverity.Information).Code);
        Assert.Null(result.Value);
    }

    [Theory]
    [InlineData("cf-mitigated", "challenge"), InlineData("x-amzn-waf-action", "challenge")]
    public async Task A_bot_check_is_known_by_its_header(string header, string value)
    {
        var domain = world.Put();
        world.Site(domain, "mta-sts", "/.well-known/mta-sts.txt",
            new SiteResponse { Status = 403, Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [header] = value } });
        var result = await world.Checks().TestMtaStsAsync(domain, TestContext.Current.CancellationToken);
        Assert.Contains("bot check", LiveWorld.Has(result, "PolicyForbidden", FindingSeverity.Error).Message, StringComparison.Ordinal);
    }

    private static Finding? Of(string prefix, byte[] body, string coding) => ContentFindings.Of(
        prefix switch { "Policy" => LiveRules.Policy, "Logo" => LiveRules.Logo, _ => LiveRules.MarkCertificate },
        prefix switch { "Policy" => LiveRules.PolicyContent, "Logo" => LiveRules.LogoContent, _ => LiveRules.MarkCertificateContent },
        new Uri("https://host.example.com/file"),
        new FetchResult { Outcome = FetchOutcome.Response, StatusCode = 200, Body = body, ContentEncoding = coding }, Consequence.NoPolicy);

    private static byte[] Gzip(string text)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return stream.ToArray();
    }
}
