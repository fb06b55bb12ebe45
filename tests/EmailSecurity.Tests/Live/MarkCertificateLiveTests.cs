using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.Marks;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Tests.Marks;
using EmailSecurity.Tests.Svg;
using EmailSecurity.Text;
using Microsoft.Extensions.Time.Testing;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Live;

/// <summary>The chains of the offline table, each published beside a record and a DMARC policy and looked at as a mailbox provider does.</summary>
public sealed class MarkCertificateLiveTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    // What the table asks and a provider does not: of no domain, without trust, of a file larger than is fetched.
    private static readonly HashSet<string> NotLive = ["no domain asked", "untrusted root, trust not required", "too large"];

    private static readonly string[] OfTheRest = ["LogoNotFound", "DmarcRecordServFail"];

    public static IEnumerable<string> Codes => Names().SelectMany(n => MarkCertificateTests.Cases[n].Expected.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(c => c.TrimStart('~'));

    public static IEnumerable<string> Names() => MarkCertificateTests.Cases.Keys.Where(n => !NotLive.Contains(n));

    public static TheoryData<string> EveryName() => [.. Names()];

    [Theory, MemberData(nameof(EveryName))]
    public async Task Each_chain_draws_the_same_findings_live(string name)
    {
        var test = MarkCertificateTests.Cases[name];
        var asked = new MarkCertificateOptions { At = MarkFactory.At, Domain = "example.com", TrustedRoots = MarkCertificateTests.Roots };
        asked = test.Ask?.Invoke(asked) ?? asked;
        Assert.True(DomainName.TryNormalize(asked.Domain ?? "example.com", out var domain));
        var zone = domain.EndsWith("example.com", StringComparison.Ordinal) ? "example.com" : domain;
        // A provider does not know the organisational domain only where DMARC cannot be looked up.
        var isKnown = asked.OrganizationalDomain is not null || domain == zone;
        world.Zone(zone,
            ($"{asked.Selector}._bimi.{domain}", "TXT", [$"\"v=BIMI1; l=https://logo.{zone}/logo.svg; a=https://mark.{zone}/mark.pem\""]),
            ($"_dmarc.{asked.OrganizationalDomain ?? domain}", isKnown ? "TXT" : "SERVFAIL", isKnown ? ["\"v=DMARC1; p=reject\""] : []));
        world.Site(zone, "logo", "/logo.svg", asked.Logo is { } logo ? Bytes(logo, "image/svg+xml") : new SiteResponse { Status = 404 });
        world.Site(zone, "mark", "/mark.pem", Bytes(test.File(), "application/x-pem-file"));

        var with = world.Edge;
        using var checks = new LiveChecks(with.Resolver, with.Fetcher, with.SmtpProbe, new FakeTimeProvider(MarkFactory.At), new LiveOptions { Selector = asked.Selector, MarkRoots = asked.TrustedRoots });
        var result = await checks.TestBimiAsync(domain, TestContext.Current.CancellationToken);

        var found = result.Findings.Where(f => f.Severity != FindingSeverity.Information && !OfTheRest.Contains(f.Code) && !f.Code.StartsWith("Svg", StringComparison.Ordinal)).ToArray();
        Assert.Equal(
            test.Expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            found.Select(f => (f.Severity == FindingSeverity.Error ? "" : "~") + f.Code).Order(StringComparer.Ordinal));
        Assert.All(found, f =>
        {
            Assert.NotNull(f.Location);
            Assert.NotEqual("", f.Fix);
            Assert.True(f.Severity != FindingSeverity.Error || f.Message.EndsWith(Consequence.NoCertifiedLogo, StringComparison.Ordinal), f.Message);
        });
    }

    [Theory]
    [InlineData("v=DMARC1; p=reject", "96", TestStatus.Pass,
        "Gmail: eligible, with the blue checkmark of a VMC. Apple: eligible. Yahoo: eligible. Fastmail: eligible.")]
    [InlineData("v=DMARC1; p=reject; pct=50", "96", TestStatus.Warning, "Gmail: not shown (DMARC does not cover all mail). Apple: eligible.")]
    [InlineData("v=DMARC1; p=none", "96", TestStatus.Fail, "Gmail: not shown (DMARC does not enforce). Apple: not shown (DMARC does not enforce).")]
    [InlineData("v=DMARC1; p=reject", "32", TestStatus.Warning,
        "Gmail: not shown (width is 32 pixels, less than 96; height is 32 pixels, less than 96). Apple: eligible.")]
    public void A_good_certificate_satisfies_the_providers_that_ask_for_one(string dmarc, string size, TestStatus status, string verdicts)
    {
        var domain = world.Put(("_dmarc.@", "TXT", [LiveWorld.Txt(dmarc)]));
        var logo = LogoTableTests.With("").Replace("width=\"96\" height=\"96\" v", $"width=\"{size}\" height=\"{size}\" v", StringComparison.Ordinal);
        var factory = new MarkFactory();
        var now = DateTimeOffset.UtcNow;
        var leaf = factory.Leaf.With(MarkFactory.Names(domain)).With(MarkFactory.Logo(svg: logo)) with { NotBefore = now.AddDays(-30), NotAfter = now.AddDays(300) };
        var chain = factory.Chain(leaf);
        world.Site(domain, "logo", "/logo.svg", new SiteResponse { Body = logo, Headers = LiveWorld.Type("image/svg+xml") });
        world.Site(domain, "mark", "/mark.pem", Bytes(MarkFactory.Pem(chain[..2]), "application/x-pem-file"));
        var root = Path.GetTempFileName();
        File.WriteAllBytes(root, MarkFactory.Pem(chain[2]));
        foreach (var command in (string[])["Test-Bimi $d -MarkRoot $r", "Test-EmailSecurity $d -MarkRoot $r"])
        {
            var result = world.Engine.Invoke(command, ("d", domain), ("r", root)).Objects.Select(o => (TestResult)o.BaseObject).Single(r => r.Mechanism == "Bimi");
            Assert.True(result.Status == status, string.Join("\n", result.Findings));
            Assert.Contains(verdicts, LiveWorld.Has(result, "BimiProviders", FindingSeverity.Information).Message, StringComparison.Ordinal);
        }

        File.Delete(root);
    }

    [Fact]
    public void Without_a_certificate_two_of_four_providers_are_left()
    {
        var domain = world.Put(("default._bimi.@", "TXT", ["\"v=BIMI1; l=https://logo.@/logo.svg\""]));
        world.Site(domain, "logo", "/logo.svg", new SiteResponse { Body = LogoTableTests.With(""), Headers = LiveWorld.Type("image/svg+xml") });
        var result = world.Engine.Invoke("Test-Bimi $d", ("d", domain)).Single<TestResult>();
        Assert.True(result.Status == TestStatus.Pass, string.Join("\n", result.Findings));
        var message = LiveWorld.Has(result, "BimiProviders", FindingSeverity.Information).Message;
        Assert.Contains("Gmail: not shown (there is no valid mark certificate). Apple: not shown (there is no valid VMC). Yahoo: eligible.", message,
            StringComparison.Ordinal);
    }

    private static SiteResponse Bytes(ReadOnlyMemory<byte> body, string type) => new() { BodyBase64 = Convert.ToBase64String(body.Span), Headers = LiveWorld.Type(type) };
}
