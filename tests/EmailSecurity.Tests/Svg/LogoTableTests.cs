using System.Text;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Svg;

/// <summary>One line a case: what is wrong, the code that says so. Sections: PS is draft-svg-tiny-ps-abrotman, Tiny is SVG Tiny 1.2.</summary>
public class LogoTableTests
{
    private const string Ns = "xmlns=\"http://www.w3.org/2000/svg\"";
    private const string Root = "<svg " + Ns + " version=\"1.2\" baseProfile=\"tiny-ps\" width=\"96\" height=\"96\" viewBox=\"0 0 96 96\"";
    private const string Head = "<title>Example</title><desc>A mark</desc>";
    private const string Shapes = "<rect width=\"96\" height=\"96\" fill=\"#fff\"/><circle cx=\"48\" cy=\"48\" r=\"40\" fill=\"#135\"/>";

    /// <summary>A good logo with more in it.</summary>
    internal static string With(string content, string rootAttributes = "") => $"{Root}{rootAttributes}>{Head}{Shapes}{content}</svg>";

    internal static TestResult Check(string svg) => BimiLogo.Check(Encoding.UTF8.GetBytes(svg), "logo.svg");

    public static TheoryData<string, string> Good => new()
    {
        { "plain", With("") },
        { "XML declaration", "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n" + With("") },
        { "lower-case encoding, comment before the root", "<?xml version='1.0' encoding='utf-8'?><!-- made by hand -->" + With("") },
        { "byte order mark", "\uFEFF" + With("") },
        { "trailing white space and comment", With("") + "\n<!-- end -->\n" },
        { "groups", With("<g><g fill=\"none\" stroke=\"#123456\"><path d=\"M0,0 10-5.5.5.5l1e2 3zm1 1h4v-2c1 2 3 4 5 6s1 2 3 4q1 2 3 4t5 6Z\"/></g></g>") },
        { "gradients", With("<defs><linearGradient id=\"a\" gradientUnits=\"userSpaceOnUse\" x1=\"0\" x2=\"9\"><stop offset=\"0\" stop-color=\"red\"/><stop offset=\"1\"/></linearGradient></defs><rect fill=\"url(#a)\" width=\"9\" height=\"9\"/>") },
        { "gradient with fallback", With("<radialGradient id=\"r\" cx=\"1\" cy=\"1\" r=\"1\"/><circle r=\"1\" fill=\"url('#r') none\"/>") },
        { "solidColor", With("<solidColor id=\"s\" solid-color=\"teal\"/><line x1=\"0\" y1=\"0\" x2=\"5\" y2=\"5\" stroke=\"url(#s)\"/>") },
        { "use", With("<defs><rect id=\"r\" width=\"5\" height=\"5\"/></defs><use href=\"#r\" x=\"5\" y=\"5\"/>") },
        { "text", With("<text x=\"1\" y=\"2\" font-family=\"Arial\" font-size=\"12\" text-anchor=\"middle\">A &amp; B</text><textArea width=\"auto\" height=\"10\">x</textArea>") },
        { "polygons", With("<polygon points=\"0,0 1,0 1,1\"/><polyline fill=\"none\" stroke=\"currentColor\" points=\"0 0 1 1\" stroke-dasharray=\"1, 2\"/><ellipse rx=\"1\" ry=\"2\"/>") },
        { "transforms", With("<g transform=\"translate(1 2) rotate(30, 1, 2) scale(.5) matrix(1 0 0 1 0 0) skewX(3)\"><rect width=\"1\" height=\"1\"/></g>") },
        { "metadata text", With("<metadata>made here</metadata>") },
        { "desc may follow anything but the title", $"{Root}><title>T</title>{Shapes}<desc>d</desc></svg>" },
        { "unused namespaces", With("", " xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:i=\"urn:editor\" xml:space=\"preserve\" xml:lang=\"en-GB\"") },
        { "preserveAspectRatio", With("", " preserveAspectRatio=\"xMidYMid meet\"") },
        { "colours", With("<rect fill=\"rgb(1, 2, 3)\"/><rect fill=\"rgb(10%,20%,30%)\"/><rect fill=\"#ABC\"/><rect fill=\"inherit\"/><rect fill=\"ButtonFace\"/>") },
        { "no size at all", $"<svg {Ns} version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 9 9\">{Head}{Shapes}</svg>" },
        { "CDATA title", $"{Root}><title><![CDATA[A & B]]></title><desc>d</desc>{Shapes}</svg>" },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void Good_logo_passes(string what, string svg)
    {
        var result = Check(svg);
        Assert.True(result.Status == TestStatus.Pass, $"{what}: {string.Join("; ", result.Findings)}");
        Assert.IsType<BimiLogo>(result.Value);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        // The file, PS 2 and XML 1.0.
        { "SvgEmpty", "" },
        { "SvgNotWellFormed", "   " }, // XML 2.1
        { "SvgNotWellFormed", "not xml" },
        { "SvgNotWellFormed", $"{Root}>{Head}{Shapes}" }, // not closed
        { "SvgNotWellFormed", $"{Root}>{Head}<g></svg></g>" }, // crossed
        { "SvgNotWellFormed", With("") + "<svg/>" }, // two roots
        { "SvgNotWellFormed", With("") + "text" },
        { "SvgNotWellFormed", With("<rect width=5/>") },
        { "SvgNotWellFormed", With("<rect width=\"1\" width=\"2\"/>") }, // XML 3.1
        { "SvgNotWellFormed", With("<rect width=\"1\"height=\"2\"/>") },
        { "SvgNotWellFormed", With("<text>a & b</text>") },
        { "SvgNotWellFormed", With("<text>&#0;</text>") }, // XML 4.1
        { "SvgNotWellFormed", With("<text>]]></text>") }, // XML 2.4
        { "SvgNotWellFormed", With("<!-- a -- b -->") }, // XML 2.5
        { "SvgNotWellFormed", With("<text>\u0001</text>") }, // XML 2.2
        { "SvgNotWellFormed", " <?xml version=\"1.0\"?>" + With("") }, // XML 2.8
        { "SvgNotWellFormed", "<?xml encoding=\"UTF-8\"?>" + With("") },
        { "SvgNamespaceNotDeclared", With("<i:rect/>") },
        { "SvgNamespaceNotDeclared", With("<rect i:x=\"1\"/>") },
        { "SvgEncodingNotUtf8", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + With("") },
        { "SvgDocType", "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">" + With("") }, // PS 2.3
        { "SvgEntityDeclaration", "<!DOCTYPE svg [<!ENTITY e \"]>\">]>" + With("") },
        { "SvgEntityReference", With("<text>&nbsp;</text>") }, // XML 4.1
        { "SvgEntityReference", With("<rect id=\"&e;\"/>") },
        { "SvgProcessingInstruction", "<?xml-stylesheet href=\"a.css\"?>" + With("") }, // PS 2.3

        // The root, PS 2.1.
        { "SvgRootNotSvg", "<html><body/></html>" },
        { "SvgNamespaceMissing", With("").Replace(Ns, "", StringComparison.Ordinal) },
        { "SvgNamespaceMissing", With("").Replace("2000/svg", "2000/SVG", StringComparison.Ordinal) },
        { "SvgVersionMissing", With("").Replace(" version=\"1.2\"", "", StringComparison.Ordinal) },
        { "SvgVersionWrong", With("").Replace("\"1.2\"", "\"1.1\"", StringComparison.Ordinal) },
        { "SvgBaseProfileMissing", With("").Replace(" baseProfile=\"tiny-ps\"", "", StringComparison.Ordinal) },
        { "SvgBaseProfileWrong", With("").Replace("tiny-ps", "tiny", StringComparison.Ordinal) },
        { "SvgBaseProfileWrong", With("").Replace("tiny-ps", "Tiny-PS", StringComparison.Ordinal) },
        { "SvgRootPosition", With("", " x=\"0\"") }, // PS 6.2
        { "SvgRootPosition", With("", " y=\"0px\"") },
        { "SvgViewBoxMalformed", With("").Replace("0 0 96 96", "0 0 96", StringComparison.Ordinal) }, // Tiny 7.8
        { "SvgViewBoxMalformed", With("").Replace("0 0 96 96", "0 0 0 96", StringComparison.Ordinal) },
        { "SvgValueNotAllowed", With("", " preserveAspectRatio=\"xMinYMin slice\"") }, // PS 2.2
        { "SvgValueNotAllowed", With("", " zoomAndPan=\"magnify\"") }, // PS 2.3
        { "SvgValueNotAllowed", With("", " externalResourcesRequired=\"true\"") },

        // Title and description, PS 2.1.
        { "SvgTitleMissing", $"{Root}>{Shapes}</svg>" },
        { "SvgTitleNotFirst", $"{Root}><desc>d</desc><title>T</title>{Shapes}</svg>" },
        { "SvgTitleRepeated", With("<title>again</title>") },
        { "SvgTitleEmpty", $"{Root}><title> \n</title>{Shapes}</svg>" },
        { "SvgTitleEmpty", $"{Root}><title/>{Shapes}</svg>" },
        { "SvgDescriptionEmpty", With("<desc> </desc>") },
        { "SvgElementMisplaced", With("<g><title>t</title></g>") },

        // Elements, PS 2.2 and 2.3.
        { "SvgElementForbidden", With("<image width=\"1\" height=\"1\"/>") }, // Tiny 5.7
        { "SvgElementForbidden", With("<switch><rect/></switch>") }, // Tiny 5.8.2
        { "SvgElementForbidden", With("<video/>") }, // Tiny 12
        { "SvgElementForbidden", With("<handler/>") }, // Tiny 13
        { "SvgElementForbidden", With("<a><rect/></a>") }, // Tiny 14
        { "SvgElementForbidden", With("<g><g><script>x()</script></g></g>") }, // Tiny 15
        { "SvgElementForbidden", With("<rect><animate attributeName=\"x\"/></rect>") }, // Tiny 16
        { "SvgElementForbidden", With("<rect><set/></rect>") },
        { "SvgElementForbidden", With("<foreignObject/>") },
        { "SvgElementUnknown", With("<style>rect{}</style>") }, // Tiny 6.2
        { "SvgElementUnknown", With("<SCRIPT/>") },
        { "SvgElementUnknown", With("<clipPath id=\"c\"><rect/></clipPath>") },
        { "SvgElementUnknown", With("<text><tspan>x</tspan></text>") },
        { "SvgElementUnknown", With("<defs><font/></defs>") }, // Tiny 17
        { "SvgElementForeign", With("<i:x xmlns:i=\"urn:editor\"/>") },
        { "SvgElementForeign", With("<metadata><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"/></metadata>") },
        { "SvgElementMisplaced", With("<stop/>") },
        { "SvgElementMisplaced", With("<rect><circle/></rect>") },
        { "SvgElementMisplaced", With("<g><desc>d</desc></g>") },
        { "SvgElementMisplaced", With("<svg/>") },
        { "SvgTextMisplaced", With("stray") },
        { "SvgTextMisplaced", With("<rect>&#65;</rect>") },

        // Attributes, PS 2.2 and 2.3.
        { "SvgStyleAttribute", With("<rect style=\"fill:#fff\"/>") },
        { "SvgAttributeForbidden", With("<rect onclick=\"x()\"/>") }, // Tiny 13, 15
        { "SvgAttributeForbidden", With("", " onload=\"x()\"") },
        { "SvgAttributeUnknown", With("<rect visibility=\"hidden\"/>") },
        { "SvgAttributeUnknown", With("<circle d=\"M0 0\"/>") },
        { "SvgAttributeUnknown", With("<metadata id=\"m\">x</metadata>") },
        { "SvgAttributeForeign", With("<rect i:label=\"x\" xmlns:i=\"urn:editor\"/>") },
        { "SvgValueNotAllowed", With("<rect fill-rule=\"odd\"/>") },
        { "SvgValueNotAllowed", With("<rect id=\"1a\"/>") },
        { "SvgValueNotAllowed", With("<text font-weight=\"700\">x</text>") },
        { "SvgValueNotAllowed", With("<rect class=\"\"/>") },
        { "SvgValueNotAllowed", With("", " font-weight=\"inherit\"") },
        { "SvgTwoIds", With("<rect id=\"a\" xml:id=\"b\"/>") },

        // References, PS 2.3 and Tiny 14.1.
        { "SvgExternalReference", With("<use href=\"http://example.com/a.svg#b\"/>") },
        { "SvgExternalReference", With("<use href=\"b.svg#b\"/>") },
        { "SvgExternalReference", With("<rect fill=\"url(http://example.com/a.svg#b)\"/>") },
        { "SvgExternalReference", With("<rect stroke=\"URL( 'data:image/svg+xml,x' ) #fff\"/>") },
        { "SvgExternalReference", With("<rect fill=\"&#117;rl(//example.com/#b)\"/>") },
        { "SvgExternalReference", With("<g xml:base=\"http://example.com/\"/>") },
        { "SvgXLinkAttribute", With("<use xlink:href=\"#r\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"/>") },
        { "SvgExternalReference", With("<use l:href=\"a.svg#r\" xmlns:l=\"http://www.w3.org/1999/xlink\"/>") },
        { "SvgUseCircular", With("<g id=\"g\"><use href=\"#g\"/></g>") }, // Tiny 5.6
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_logo_fails_with_its_code(string code, string svg)
    {
        var result = Check(svg);
        Assert.False(result.IsValid);
        Assert.Contains(result.Findings, f => f.Code == code && f.Severity == FindingSeverity.Error);
        Assert.All(result.Findings, f => Assert.True(f.Message.Length > 0 && f.Standard.Length > 0 && f.Section.Length > 0 && f.Location == "logo.svg"));
        Assert.All(result.Findings, f => Assert.NotEmpty(f.Fix));
    }

    public static TheoryData<string, string> Doubtful => new()
    {
        { "SvgTitleLong", $"{Root}><title>{new string('x', 65)}</title>{Shapes}</svg>" }, // PS 2.1
        { "SvgSizeOver32K", With("<!--" + new string(' ', 33000) + "-->") }, // PS 2.4
        { "SvgOneColour", $"{Root}>{Head}<rect width=\"96\" height=\"96\"/></svg>" }, // PS 2.4
        { "SvgNothingPainted", $"{Root}>{Head}</svg>" },
        { "SvgNotSquare", With("").Replace("0 0 96 96", "0 0 96 48", StringComparison.Ordinal) },
        { "SvgViewBoxMissing", With("").Replace(" viewBox=\"0 0 96 96\"", "", StringComparison.Ordinal) },
        { "SvgSizeRelative", With("").Replace("width=\"96\" height=\"96\" v", "width=\"100%\" height=\"100%\" v", StringComparison.Ordinal) },
        { "SvgSizeSmall", With("").Replace("width=\"96\" height=\"96\" v", "width=\"95\" height=\"95\" v", StringComparison.Ordinal) }, // Gmail
        { "SvgTitlePlaceholder", With("").Replace("<title>Example</title>", "<title>Layer 1</title>", StringComparison.Ordinal) }, // PS 2.1
        { "SvgSizeMalformed", With("").Replace("width=\"96\" height=\"96\" v", "width=\"wide\" height=\"96\" v", StringComparison.Ordinal) },
        { "SvgAttributeDiscouraged", With("", " zoomAndPan=\"disable\"") }, // PS 2.3
        { "SvgEncodingDeclaration", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + With("") },
        { "SvgValueMalformed", With("").Replace("tiny-ps", " tiny-ps", StringComparison.Ordinal) },
        { "SvgValueMalformed", With("<rect fill=\"orange\"/>") }, // Tiny 11.13
        { "SvgValueMalformed", With("<rect width=\"50%\"/>") }, // Tiny 7.11
        { "SvgValueMalformed", With("<path d=\"L 1 2\"/>") }, // Tiny 8.3
        { "SvgValueMalformed", With("<path d=\"M 1\"/>") },
        { "SvgValueMalformed", With("<polygon points=\"1 2 3\"/>") }, // Tiny 9.7
        { "SvgValueMalformed", With("<g transform=\"rotate(1 2)\"/>") }, // Tiny 7.6
        { "SvgArcInPath", With("<path d=\"M0 0a1 1 0 01.5.5\"/>") }, // Tiny 8.3
        { "SvgXmlBase", With("<g xml:base=\"a/\"/>") },
        { "SvgReferenceUnresolved", With("<use href=\"#none\"/>") },
        { "SvgReferenceUnresolved", With("<rect fill=\"url(#none)\"/>") },
        { "SvgReferenceWrongKind", With("<g id=\"g\"/><rect fill=\"url(#g)\"/>") },
        { "SvgIdRepeated", With("<g id=\"g\"/><g id=\"g\"/>") },
    };

    [Theory]
    [MemberData(nameof(Doubtful))]
    public void Doubtful_logo_is_valid_with_a_warning(string code, string svg)
    {
        var result = Check(svg);
        Assert.True(result.Status == TestStatus.Warning, string.Join("; ", result.Findings));
        Assert.Contains(result.Findings, f => f.Code == code && f.Severity == FindingSeverity.Warning);
    }
}
