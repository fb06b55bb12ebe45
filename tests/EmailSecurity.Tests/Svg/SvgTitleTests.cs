using EmailSecurity.Svg;

namespace EmailSecurity.Tests.Svg;

/// <summary>Titles that a design tool or a template put there, beside brands that look like them.</summary>
public class SvgTitleTests
{
    [Theory]
    [InlineData("Untitled"), InlineData("untitled-1"), InlineData("Untitled Document"), InlineData("Unbenannt-2"), InlineData("Sans titre")]
    [InlineData("Layer 1"), InlineData("Layer_1"), InlineData("layer"), InlineData("Ebene 1"), InlineData("Artboard 1"), InlineData("Artboard 1 copy 3"),
        InlineData("Artboard 1@2x")]
    [InlineData("Group"), InlineData("Group 12"), InlineData("Page 1"), InlineData("Frame 1"), InlineData("Circle 2"), InlineData("Asset 4"),
        InlineData("path"), InlineData("line"), InlineData("Rectangle Copy 2")]
    [InlineData("image"), InlineData("Image 3"), InlineData("logo"), InlineData("Logo (1)"), InlineData("LOGO"), InlineData("icon"), InlineData("svg"),
        InlineData("drawing")]
    [InlineData("logo.svg"), InlineData("Acme_Logo_final.svg"), InlineData("acme.ai"), InlineData("artwork.PNG")]
    [InlineData("bimi-svg-tiny-ps"), InlineData("BIMI SVG Tiny PS"), InlineData("bimi_logo"), InlineData("title"), InlineData("Your Company"),
        InlineData("Company Name"), InlineData("brand"), InlineData("Lorem ipsum")]
    [InlineData("---"), InlineData("."), InlineData("無題")]
    public void Placeholder_is_told(string title) => Assert.True(SvgTitles.IsPlaceholder(title));

    [Theory]
    [InlineData("Example"), InlineData("Acme logo"), InlineData("The Acme Group"), InlineData("EmailSecurity sample logo")]
    [InlineData("LINE"), InlineData("Line"), InlineData("Circle"), InlineData("Canvas"), InlineData("ICON"),
        InlineData("Frame")] // words of the tools that are brands
    [InlineData("3M"), InlineData("360"), InlineData("Studio 54"), InlineData("Booking.com"), InlineData("node.js"), InlineData("1&1"),
        InlineData("Layer Cake"), InlineData("Title Nine"), InlineData("X"), InlineData("楽天")]
    public void Brand_is_left_alone(string title) => Assert.False(SvgTitles.IsPlaceholder(title));
}
