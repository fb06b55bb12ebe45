using System.Text;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Svg;

namespace EmailSecurity.Tests.Svg;

public class LogoTests
{
    private static readonly string Repository = FindRepository();

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EmailSecurity.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? "";
    }

    internal static string Vector(string path)
    {
        var full = Path.Combine(Repository, "..", "shared", "vectors", path);
        Assert.SkipUnless(File.Exists(full), $"shared/vectors/{path} is not here");
        return full;
    }

    [Fact]
    public void Every_finding_is_reported_at_once_with_its_place()
    {
        var result = LogoTableTests.Check("<svg xmlns=\"http://www.w3.org/2000/svg\"\n  baseProfile=\"tiny\" x=\"0\">\n<g>\n  <\u0073cript/>\n\t\u00e9<rect style=\"a\"/></g>\n</svg>");
        var places = result.Findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => $"{f.Line}:{f.Column} {f.Code}");
        Assert.Equal(
            ["1:1 SvgVersionMissing", "1:1 SvgTitleMissing", "2:3 SvgBaseProfileWrong", "2:22 SvgRootPosition", "4:3 SvgElementForbidden", "5:2 SvgTextMisplaced", "5:9 SvgStyleAttribute"],
            places);
    }

    [Fact]
    public void The_logo_says_what_was_read()
    {
        var result = LogoTableTests.Check(LogoTableTests.With("<defs><linearGradient id=\"a\"><stop stop-color=\"red\"/></linearGradient></defs>"));
        var logo = Assert.IsType<BimiLogo>(result.Value);
        Assert.Equal(("logo.svg", "Example", "A mark", 3, false), (logo.Name, logo.Title, logo.Description, logo.Colours, logo.IsCompressed));
        Assert.Equal((new SvgLength(96, ""), new SvgLength(96, ""), new SvgViewBox(0, 0, 96, 96)), (logo.Width, logo.Height, logo.ViewBox));
        Assert.Equal(logo.Size, logo.UncompressedSize);
    }

    [Fact]
    public void Compressed_logo_is_the_same_logo()
    {
        var svg = Encoding.UTF8.GetBytes(LogoTableTests.With(""));
        var result = BimiLogo.Check(LogoBoundsTests.Gzip(svg));
        Assert.Equal(TestStatus.Pass, result.Status);
        var logo = Assert.IsType<BimiLogo>(result.Value);
        Assert.True(logo.IsCompressed);
        Assert.Equal(svg, logo.Content.ToArray());
    }

    [Fact]
    public void Damaged_gzip_is_named()
    {
        var gzip = LogoBoundsTests.Gzip(Encoding.UTF8.GetBytes(LogoTableTests.With("")));
        foreach (var bytes in new[] { gzip[..(gzip.Length / 2)], gzip[..^2], gzip[..4], [.. gzip, 1, 2, 3] })
        {
            Assert.Contains(BimiLogo.Check(bytes).Findings, f => f.Code == "SvgGzipDamaged");
        }
    }

    [Fact]
    public void Utf16_is_refused_but_read_on()
    {
        var result = BimiLogo.Check(Encoding.Unicode.GetBytes("\uFEFF" + LogoTableTests.With("<script/>")));
        Assert.Equal(["SvgEncodingNotUtf8", "SvgElementForbidden"], result.Findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => f.Code));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_named_with_their_place()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("<svg>\n<title>"), 0xE9, .. Encoding.UTF8.GetBytes("</title></svg>")];
        var finding = Assert.Single(BimiLogo.Check(bytes).Findings);
        Assert.Equal(("SvgEncodingNotUtf8", 2, 8), (finding.Code, finding.Line, finding.Column));
    }

    [Fact]
    public void Example_of_the_draft_is_valid()
    {
        // The shape of the example in draft-svg-tiny-ps-abrotman section 5: no viewBox, sizes in px, two discouraged attributes with the one value allowed.
        var result = LogoTableTests.Check("<?xml version=\"1.0\"?><svg width=\"400px\" height=\"400px\" xmlns=\"http://www.w3.org/2000/svg\" version=\"1.2\" baseProfile=\"tiny-ps\" zoomAndPan=\"disable\" externalResourcesRequired=\"false\"><title>Example</title><rect width=\"9\" height=\"9\" fill=\"teal\" stroke=\"gray\"/></svg>");
        Assert.Equal(TestStatus.Warning, result.Status);
        Assert.Equal(["SvgViewBoxMissing", "SvgAttributeDiscouraged", "SvgAttributeDiscouraged"], result.Findings.Where(f => f.Severity == FindingSeverity.Warning).Select(f => f.Code));
    }

    [Theory]
    [InlineData("96", "96", "Gmail Apple Yahoo Fastmail")]
    [InlineData("96px", "1in", "Gmail Apple Yahoo Fastmail")]
    [InlineData("95", "96", "Apple Yahoo Fastmail")]
    [InlineData("100%", "100%", "Yahoo Fastmail")]
    [InlineData("", "", "Gmail Apple Yahoo Fastmail")] // no size: Google's recommendation, no more
    [InlineData("512px", "512px", "Gmail Apple Yahoo Fastmail")]
    [InlineData("96", "95.5", "Apple Yahoo Fastmail")]
    [InlineData("10em", "10em", "Yahoo Fastmail")]
    public void Provider_verdicts_follow_the_size(string width, string height, string accepting)
    {
        var size = width.Length == 0 ? "" : $"width=\"{width}\" height=\"{height}\" ";
        var logo = (BimiLogo)LogoTableTests.Check(LogoTableTests.With("").Replace("width=\"96\" height=\"96\" v", size + "v", StringComparison.Ordinal)).Value!;
        Assert.Equal(accepting, string.Join(' ', logo.Providers.Where(p => p.Accepted).Select(p => p.Provider)));
        Assert.All(logo.Providers, p => Assert.Equal(p.Accepted, p.Reasons.Count == 0));
    }

    [Fact]
    public void No_size_is_advice_and_no_refusal()
    {
        var result = LogoTableTests.Check(LogoTableTests.With("").Replace("width=\"96\" height=\"96\" v", "v", StringComparison.Ordinal));
        var gmail = ((BimiLogo)result.Value!).Providers.Single(p => p.Provider == "Gmail");
        Assert.True(gmail.Accepted);
        Assert.Equal(2, gmail.Advice.Count);
        Assert.Equal(TestStatus.Pass, result.Status);
        Assert.Equal("SvgSizeMissing", Assert.Single(result.Findings).Code);
        Assert.Empty(((BimiLogo)LogoTableTests.Check(LogoTableTests.With("")).Value!).Providers.SelectMany(p => p.Advice));
    }

    [Theory]
    [InlineData(MarkCertificateKind.Vmc, "Gmail: eligible, with the blue checkmark of a VMC|Apple: eligible|Yahoo: eligible|Fastmail: eligible")]
    [InlineData(MarkCertificateKind.Cmc,
        "Gmail: eligible, without the blue checkmark, because the certificate is a CMC|Apple: may not be shown, because Apple documents only VMCs and " +
            "the certificate is a CMC|Yahoo: eligible|Fastmail: eligible")]
    [InlineData(MarkCertificateKind.Unknown, "Gmail: eligible|Apple: eligible if the certificate is a VMC|Yahoo: eligible|Fastmail: eligible")]
    [InlineData(null, "Gmail: not shown (there is no valid mark certificate)|Apple: not shown (there is no valid VMC)|Yahoo: eligible|Fastmail: eligible")]
    public void Providers_tell_a_cmc_from_a_vmc(MarkCertificateKind? kind, string verdicts) =>
        Assert.Equal(verdicts.Split('|'),
            BimiVerdicts.Say((BimiLogo)LogoTableTests.Check(LogoTableTests.With("")).Value!, isEnforced: true, isPartial: false, kind));

    [Fact]
    public void Providers_differ_on_size_in_bytes_and_agree_on_errors()
    {
        var large = (BimiLogo)LogoTableTests.Check(LogoTableTests.With("<!--" + new string(' ', 33000) + "-->")).Value!;
        Assert.Equal(["Apple", "Yahoo"], large.Providers.Where(p => p.Accepted).Select(p => p.Provider));
        var wrong = (BimiLogo)LogoTableTests.Check(LogoTableTests.With("<script/>")).Value!;
        Assert.DoesNotContain(wrong.Providers, p => p.Accepted);
    }

    [Fact]
    public void Sample_logo_of_the_project_passes_everywhere()
    {
        var path = Path.Combine(Repository, "assets", "logo.svg");
        Assert.SkipUnless(File.Exists(path), "assets/logo.svg is not here");
        var result = BimiLogo.Check(File.ReadAllBytes(path));
        Assert.Equal(TestStatus.Pass, result.Status);
        Assert.Empty(result.Findings);
        Assert.All(((BimiLogo)result.Value!).Providers, p => Assert.True(p.Accepted));
    }

    [Theory]
    [InlineData("good.svg", TestStatus.Pass, true), InlineData("illustrator-id.svg", TestStatus.Pass, true),
        InlineData("text-el.svg", TestStatus.Pass, true), InlineData("logo [1].svg", TestStatus.Pass, true)]
    [InlineData("size-px.svg", TestStatus.Pass, true), InlineData("size-small.svg", TestStatus.Warning, false),
        InlineData("size-percent.svg", TestStatus.Warning, false)]
    [InlineData("noviewbox.svg", TestStatus.Warning, true), InlineData("nonsquare.svg", TestStatus.Warning, true),
        InlineData("onecolor.svg", TestStatus.Warning, true), InlineData("big.svg", TestStatus.Warning, false)]
    [InlineData("style-attr.svg", TestStatus.Fail, false), InlineData("tiny.svg", TestStatus.Fail, false),
        InlineData("title-empty.svg", TestStatus.Fail, false)]
    public void Logos_as_design_tools_export_them(string file, TestStatus status, bool isGmailContent)
    {
        var path = Path.Combine(Repository, "..", "shared", "cases", "svg", file);
        Assert.SkipUnless(File.Exists(path), $"shared/cases/svg/{file} is not here");
        var result = BimiLogo.Check(File.ReadAllBytes(path));
        Assert.Equal(status, result.Status);
        Assert.Equal(isGmailContent, ((BimiLogo)result.Value!).Providers.Single(p => p.Provider == "Gmail").Accepted);
    }

    [Theory]
    [InlineData("svg/cnn.svg", "CNN", TestStatus.Warning)]
    [InlineData("svg/xometry_cmc.svg", "Xometry", TestStatus.Pass)]
    public void Logos_in_use_are_valid(string path, string title, TestStatus status)
    {
        var result = BimiLogo.Check(File.ReadAllBytes(Vector(path)));
        Assert.Equal((status, title), (result.Status, ((BimiLogo)result.Value!).Title));
        // Certified logos in use that have no width and height.
        Assert.True(((BimiLogo)result.Value!).Providers.Single(p => p.Provider == "Gmail").Accepted);
    }
}
