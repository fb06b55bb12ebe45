using System.Text;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;

namespace EmailSecurity.Tests.Svg;

/// <summary>What a conversion makes of each construct of design tools, and what it refuses.</summary>
public sealed class LogoConversionTests
{
    private const string Head = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 100 100\">";

    [Theory]
    // Styles: attributes, classes, ids, elements, in the order of CSS.
    [InlineData("<rect width='9' height='9' style='fill:#f00'/>", "<rect width=\"9\" height=\"9\" fill=\"#f00\"/>")]
    [InlineData("<style>.a{fill:red}</style><rect class='a' width='9' height='9' fill='blue'/>", "fill=\"#f00\"")]
    [InlineData("<style>rect{fill:red}.a{fill:lime}#b{fill:blue}</style><rect id='b' class='a' width='9' height='9'/>", "fill=\"#00f\"")]
    [InlineData("<style>.a{fill:lime}rect{fill:red}</style><rect class='a' width='9' height='9'/>", "fill=\"#0f0\"")]
    [InlineData("<style>.a{fill:lime}.b{fill:red}</style><rect class='b a' width='9' height='9'/>", "fill=\"#f00\"")]
    [InlineData("<style>rect{fill:red!important}#b{fill:blue}</style><rect id='b' width='9' height='9' style='fill:lime'/>", "fill=\"#f00\"")]
    [InlineData("<style>rect.a.b{fill:red}.a{fill:lime}</style><rect class='a b' width='9' height='9'/>", "fill=\"#f00\"")]
    [InlineData("<style>/* c */ .a , .b { fill : red ; } .a:hover{fill:blue} @font-face{font-family:x}</style><rect class='b' width='9' height='9'/>", "fill=\"#f00\"")]
    [InlineData("<style><![CDATA[.a{fill:red}]]></style><g class='a'><rect width='9' height='9'/></g>", "fill=\"#f00\"")]
    // Colors.
    [InlineData("<rect width='9' height='9' fill='rebeccapurple'/>", "fill=\"#639\"")]
    [InlineData("<rect width='9' height='9' fill='rgba(255, 0, 0, .5)'/>", "fill=\"#f00\" fill-opacity=\".5\"")]
    [InlineData("<rect width='9' height='9' fill='hsl(120 100% 25% / 20%)'/>", "fill=\"#008000\" fill-opacity=\".2\"")]
    [InlineData("<rect width='9' height='9' fill='#ff000080'/>", "fill=\"#f00\" fill-opacity=\".502\"")]
    [InlineData("<g color='#123456'><rect width='9' height='9' fill='currentColor'/></g>", "fill=\"#123456\"")]
    [InlineData("<rect width='9' height='9' style='fill:#f00;fill:color(display-p3 1 0 0)'/>", "fill=\"#f00\"")]
    // Copies and views.
    [InlineData("<defs><rect id='a' width='9' height='9'/></defs><use xlink:href='#a' x='10' fill='red'/>", "<rect x=\"10\" width=\"9\" height=\"9\" fill=\"#f00\"/>")]
    [InlineData("<symbol id='a' viewBox='0 0 10 10'><circle cx='5' cy='5' r='5'/></symbol><use href='#a' width='40' height='20'/>", "<circle cx=\"20\" cy=\"10\" r=\"10\"")]
    [InlineData("<svg x='10' y='10' width='50' height='50' viewBox='0 0 10 10'><rect width='20' height='10' fill='red'/></svg>", "M10 10H60V60H10z")]
    [InlineData("<switch><foreignObject requiredExtensions='x'/><g><rect width='9' height='9' fill='red'/></g></switch>", "fill=\"#f00\"")]
    // Transforms.
    [InlineData("<g transform='translate(10 20) scale(2)'><rect x='1' width='9' height='9' fill='red'/></g>", "<rect x=\"12\" y=\"20\" width=\"18\" height=\"18\"")]
    [InlineData("<circle cx='10' r='5' fill='red' transform='rotate(90)'/>", "<circle cx=\"0\" cy=\"10\" r=\"5\"")]
    [InlineData("<line x1='0' y1='5' x2='10' y2='5' stroke='red' stroke-width='2' transform='scale(3)'/>", "stroke-width=\"6\"")]
    [InlineData("<line x1='0' y1='50' x2='10' y2='50' stroke='red' stroke-width='2' transform='scale(4 1)'/>", "transform=\"matrix(2 0 0 .5 ")]
    // Opacity.
    [InlineData("<rect width='9' height='9' fill='red' fill-opacity='.5' opacity='.5'/>", "fill-opacity=\".25\"")]
    [InlineData("<g opacity='.5'><rect width='9' height='9' fill='red'/><rect x='20' width='9' height='9' fill='lime'/></g>", "fill=\"#0f0\" fill-opacity=\".5\"")]
    // Clips.
    [InlineData("<clipPath id='c'><rect width='50' height='50'/></clipPath><path d='M0 0h100v100H0z' fill='red' clip-path='url(#c)'/>", "M0 0H50V50H0z")]
    [InlineData("<clipPath id='c'><rect width='100' height='100'/></clipPath><circle cx='50' cy='50' r='40' fill='red' clip-path='url(#c)'/>", "<circle cx=\"50\" cy=\"50\" r=\"40\"")]
    [InlineData("<mask id='c'><path fill='#fff' d='M0 0h50v50H0z'/></mask><path d='M0 0h100v100H0z' fill='red' mask='url(#c)'/>", "M0 0H50V50H0z")]
    [InlineData("<clipPath id='c'><circle cx='50' cy='50' r='9'/></clipPath><path d='M0 0h100v100H0z' fill='red' clip-path='url(#c)'/>", "fill=\"#f00\"")]
    // Gradients.
    [InlineData("<linearGradient id='g'><stop stop-color='red'/><stop offset='1' stop-color='blue'/></linearGradient><rect width='50' height='50' fill='url(#g)'/>", "<linearGradient id=\"g1\" gradientUnits=\"userSpaceOnUse\" x1=\"0\" y1=\"0\" x2=\"50\" y2=\"0\">")]
    [InlineData("<linearGradient id='a'><stop stop-color='red'/><stop offset='1'/></linearGradient><linearGradient id='g' xlink:href='#a' gradientUnits='userSpaceOnUse' x2='10' gradientTransform='scale(2)'/><rect width='50' height='50' fill='url(#g)'/>", "x2=\"20\" y2=\"0\"")]
    [InlineData("<radialGradient id='g'><stop stop-color='red'/><stop offset='1'/></radialGradient><rect width='60' height='30' fill='url(#g)'/>", "transform=\"matrix(1.414214 0 0 .707107 ")]
    [InlineData("<linearGradient id='g' spreadMethod='repeat' x2='50%'><stop stop-color='red'/><stop offset='1'/></linearGradient><rect width='60' height='30' fill='url(#g)'/>", "<stop offset=\".5\" stop-color=\"#f00\"/>")]
    [InlineData("<rect width='9' height='9' fill='url(#no) red'/>", "fill=\"#f00\"")]
    // Paths: arcs, quadratics, shorthand.
    [InlineData("<path d='M0 0a10 10 0 0 1 10 10' fill='red'/>", "M0 0C")]
    [InlineData("<path d='M0 0q15 0 30 30' fill='red'/>", "M0 0C10 0 20 10 30 30")]
    [InlineData("<path paint-order='stroke' d='M0 0h9v9z' fill='red' stroke='blue'/>", "fill=\"none\" stroke=\"#00f\"/>\n<path d=\"M0 0H9V9z\" fill=\"#f00\"/>")]
    public void A_construct_becomes(string body, string part)
    {
        var logo = Text(Convert(Head + body.Replace('\'', '"') + "</svg>"));
        Assert.Contains(part, logo, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<text x='1' y='9'>Brand</text>", "LogoRefusedText")]
    [InlineData("<image href='data:image/png;base64,AA' width='9' height='9'/>", "LogoRefusedImage")]
    [InlineData("<use href='other.svg#a'/>", "LogoRefusedExternal")]
    [InlineData("<rect width='9' height='9' fill='url(other.svg#a)'/>", "LogoRefusedExternal")]
    [InlineData("<style>@import url(a.css);</style><rect width='9' height='9'/>", "LogoRefusedExternal")]
    [InlineData("<style>g > rect{fill:red}</style><rect width='9' height='9'/>", "LogoRefusedStyleSheet")]
    [InlineData("<style>@media (prefers-color-scheme:dark){rect{fill:red}}</style><rect width='9' height='9'/>", "LogoRefusedStyleSheet")]
    [InlineData("<rect width='9' height='9' fill='var(--brand)'/>", "LogoRefusedStyleSheet")]
    [InlineData("<filter id='f'><feGaussianBlur stdDeviation='2'/></filter><rect width='9' height='9' filter='url(#f)'/>", "LogoRefusedEffect")]
    [InlineData("<rect width='9' height='9' style='mix-blend-mode:multiply'/>", "LogoRefusedEffect")]
    [InlineData("<marker id='m'/><path d='M0 0h9' stroke='red' marker-end='url(#m)'/>", "LogoRefusedEffect")]
    [InlineData("<g opacity='.5'><rect width='9' height='9'/><rect width='9' height='9' x='5'/></g>", "LogoRefusedOpacity")]
    [InlineData("<rect width='9' height='9' fill='red' stroke='blue' opacity='.5'/>", "LogoRefusedOpacity")]
    [InlineData("<pattern id='p' width='4' height='4'/><rect width='9' height='9' fill='url(#p)'/>", "LogoRefusedPaint")]
    [InlineData("<radialGradient id='g' fx='0'><stop/><stop offset='1' stop-color='red'/></radialGradient><rect width='9' height='9' fill='url(#g)'/>", "LogoRefusedPaint")]
    [InlineData("<mask id='m'><rect width='50' height='50' fill='#888'/></mask><rect width='99' height='99' mask='url(#m)'/>", "LogoRefusedClip")]
    [InlineData("<clipPath id='c'><path d='M0 0h50v50l-25-40z'/></clipPath><path d='M0 0h80L40 20l40 60H0z' clip-path='url(#c)'/>", "LogoRefusedClip")]
    [InlineData("<rect width='9em' height='9'/>", "LogoRefusedValue")]
    [InlineData("<rect width='9' height='9' transform='translate(50%)'/>", "LogoRefusedValue")]
    [InlineData("<g id='a'><use href='#a'/><rect width='9' height='9'/></g>", "LogoRefusedReference")]
    [InlineData("", "LogoRefusedUnreadable")]
    public void What_would_look_different_is_refused(string body, string code)
    {
        var conversion = Convert(Head + body.Replace('\'', '"') + "</svg>");
        Assert.Null(conversion.Content);
        Assert.False(conversion.Result.IsValid);
        Assert.Contains(code, conversion.Result.Findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => f.Code));
        Assert.All(conversion.Result.Findings.Where(f => f.Severity == FindingSeverity.Error), f => Assert.NotEqual("", f.Fix));
    }

    [Theory]
    [InlineData("<g display='none'><text>Brand</text><image href='a.png'/></g>")]
    [InlineData("<defs><text id='t'>Brand</text><filter id='f'/></defs>")]
    [InlineData("<text visibility='hidden'>Brand</text>")]
    [InlineData("<text x='1'> </text>")]
    [InlineData("<filter id='f'><feFlood flood-opacity='0'/><feBlend in='SourceGraphic'/></filter><path d='M50 0h9v9z' fill='red' filter='url(#f)'/>")]
    [InlineData("<script>alert(1)</script><a href='https://example.com'><path d='M50 0h9v9z'/></a><animate/>")]
    public void What_is_not_seen_is_not_refused(string body) =>
        Assert.NotNull(Convert(Head + body.Replace('\'', '"') + "<rect width=\"20\" height=\"20\"/></svg>").Content);

    [Fact]
    public void The_export_of_Illustrator_is_read_with_its_entities()
    {
        const string Export = """
            <?xml version="1.0" encoding="utf-8"?>
            <!-- Generator: Adobe Illustrator 19.0.0 -->
            <!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
                <!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/">
                <!ENTITY ns_svg "http://www.w3.org/2000/svg">
            ]>
            <svg version="1.1" id="Layer_1" xmlns:x="&ns_extend;" xmlns="&ns_svg;" x="0px" y="0px" viewBox="0 0 200 100"
                 style="enable-background:new 0 0 200 100;" xml:space="preserve">
            <style type="text/css">.st0{fill:#123456;}</style>
            <metadata><x:sfw><x:slices/></x:sfw></metadata>
            <rect class="st0" width="200" height="100"/>
            </svg>
            """;
        var logo = Text(Convert(Export, title: "Brand"));
        Assert.Contains("viewBox=\"0 -50 200 200\"", logo, StringComparison.Ordinal);
        Assert.Contains("<rect width=\"200\" height=\"100\" fill=\"#123456\"/>", logo, StringComparison.Ordinal);
        Assert.Contains("<title>Brand</title>", logo, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("viewBox='0 0 40 20'", "0 -10 40 40")]
    [InlineData("viewBox='-10 -10 20 20' width='100%' height='100%' x='3'", "-10 -10 20 20")]
    [InlineData("width='30' height='60'", "-15 0 60 60")]
    [InlineData("viewBox='0 0 20 20' width='40' height='20'", "-10 -10 40 40")]
    [InlineData("viewBox='0 0 20 20' width='40' height='20' preserveAspectRatio='xMinYMid'", "0 -10 40 40")]
    [InlineData("viewBox='0 0 20 20' width='40' height='20' preserveAspectRatio='xMidYMid slice'", "0 0 20 20")]
    [InlineData("viewBox='0 0 20 20' width='40' height='20' preserveAspectRatio='none'", "0 -10 40 40")]
    [InlineData("", "0 0 10 10")]
    public void The_viewBox_is_a_square_around_what_is_shown(string root, string viewBox)
    {
        var logo = Text(Convert($"<svg xmlns='http://www.w3.org/2000/svg' {root}><path d='M0 0h10v10H0z' fill='red'/></svg>".Replace('\'', '"')));
        Assert.Contains($"viewBox=\"{viewBox}\"", logo, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_edge_of_the_view_hides_is_cut_off_where_there_is_a_margin()
    {
        var logo = Text(Convert("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 20\"><path d=\"M0-20h40v60H0z\" fill=\"red\"/></svg>"));
        Assert.Contains("M0 0H40V20H0z", logo, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<title>Own brand</title>", null, "a.svg", "Own brand")]
    [InlineData("<title>Artboard 1</title>", null, "C:\\logos\\Acme.svg", "Acme")]
    [InlineData("", null, "/logos/Acme & Co.svg", "Acme &amp; Co")]
    [InlineData("<title>Own brand</title>", "Other", "a.svg", "Other")]
    [InlineData("", null, "", "Logo")]
    public void The_title_is_the_one_asked_for_or_the_best_there_is(string title, string? wanted, string name, string expected)
    {
        var logo = Text(Convert(Head + title + "<rect width=\"9\" height=\"9\"/></svg>", name, wanted));
        Assert.Contains($"<title>{expected}</title>", logo, StringComparison.Ordinal);
    }

    [Fact]
    public void A_good_logo_stays_as_it_is()
    {
        var good = Encoding.UTF8.GetBytes(LogoTableTests.With(""));
        Assert.Equal(good, BimiLogoConversion.Convert(good, "good.svg").Content!.Value.ToArray());
    }

    [Fact]
    public void A_bomb_of_copies_is_refused()
    {
        var bomb = new StringBuilder(Head).Append("<g id=\"a0\"><rect width=\"9\" height=\"9\"/></g>");
        for (var i = 1; i <= 30; i++)
        {
            bomb.Append(Invariant($"<g id=\"a{i}\"><use href=\"#a{i - 1}\"/><use href=\"#a{i - 1}\"/></g>"));
        }

        var conversion = Convert(bomb.Append("</svg>").ToString());
        Assert.Contains(conversion.Result.Findings, f => f.Code == "LogoRefusedTooComplex");
    }

    [Fact]
    public void Depth_and_number_of_elements_are_bounded()
    {
        Assert.Contains(Convert(Head + string.Concat(Enumerable.Repeat("<g>", 300)) + "</svg>").Result.Findings, f => f.Code == "LogoRefusedTooComplex");
        Assert.Contains(Convert(Head + string.Concat(Enumerable.Repeat("<g/>", 21_000)) + "</svg>").Result.Findings, f => f.Code == "LogoRefusedTooComplex");
    }

    private static BimiLogoConversion Convert(string svg, string name = "brand.svg", string? title = null) =>
        BimiLogoConversion.Convert(Encoding.UTF8.GetBytes(svg), name, title);

    private static string Text(BimiLogoConversion conversion)
    {
        Assert.True(conversion.Content is not null, string.Join('\n', conversion.Result.Findings));
        Assert.True(conversion.Result.IsValid);
        return Encoding.UTF8.GetString(conversion.Content.Value.Span);
    }
}
