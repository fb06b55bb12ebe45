using EmailSecurity.Findings;

namespace EmailSecurity.Svg;

/// <summary>What is outside the profile that people do put into logos, and why each is refused.</summary>
internal static class SvgForbidden
{
    /// <summary>Why the profile has no such element, and how to fix it; the rule says whether it is the draft's own prohibition.</summary>
    public static (Rule Rule, string Reason, string? Fix) Element(string name) => name switch
    {
        "image" => (SvgRules.ElementForbidden, "the profile forbids raster and embedded images (SVG Tiny 1.2 section 5.7)",
            "Redraw the image as vector shapes."),
        "switch" => (SvgRules.ElementForbidden, "the profile forbids conditional processing (SVG Tiny 1.2 section 5.8.2)",
            "Keep one of the alternatives and remove the switch around it."),
        "audio" or "video" or "animation" => (SvgRules.ElementForbidden, "the profile forbids multimedia (SVG Tiny 1.2 section 12)", null),
        "handler" or "listener" => (SvgRules.ElementForbidden, "the profile forbids interactivity and scripts (SVG Tiny 1.2 sections 13 and 15)", null),
        "a" => (SvgRules.ElementForbidden, "the profile forbids links (SVG Tiny 1.2 section 14.2)", "Keep what is inside and remove the link around it."),
        "script" => (SvgRules.ElementForbidden, "the profile forbids scripts (SVG Tiny 1.2 section 15)", null),
        "animate" or "animateColor" or "animateMotion" or "animateTransform" or "set" or "mpath" or "discard"
            => (SvgRules.ElementForbidden, "the profile forbids animation (SVG Tiny 1.2 section 16)", null),
        "foreignObject" => (SvgRules.ElementForbidden, "the profile forbids content of other languages", null),
        "prefetch" => (SvgRules.ElementForbidden, "the profile forbids external resources (SVG Tiny 1.2 section 12.6)", null),
        "style" => (SvgRules.ElementUnknown, "SVG Tiny 1.2 has no style sheets (section 6.2)",
            "Write the properties as attributes on the elements: fill=\"#fff\", stroke=\"none\"."),
        "tspan" or "tbreak" => (SvgRules.ElementUnknown, "text in the profile contains only characters",
            "Turn the text into paths, or use one text element for each piece."),
        "font" or "font-face" or "glyph" or "missing-glyph" or "hkern" or "font-face-src" or "font-face-uri"
            => (SvgRules.ElementUnknown, "the profile's schema allows no fonts", "Turn the text into paths."),
        "clipPath" or "mask" or "filter" or "pattern" or "marker" or "symbol" or "textPath"
            => (SvgRules.ElementUnknown, "SVG Tiny 1.2 has no such feature",
                "Draw the result as plain shapes, or use your drawing program to convert the effect to shapes (\"Expand\" in Illustrator)."),
        _ => (SvgRules.ElementUnknown, "SVG Tiny Portable/Secure has no such element", null),
    };

    /// <summary>True for attributes that run or wait for something: event attributes, and those of animation and interaction.</summary>
    public static bool IsEventAttribute(ReadOnlySpan<byte> name) =>
        (name.Length > 2 && (name[0] | 0x20) == 'o' && (name[1] | 0x20) == 'n') || name.SequenceEqual("pointer-events"u8) || name.StartsWith("nav-"u8)
            || name.SequenceEqual("target"u8);

    /// <summary>Reports a processing instruction.</summary>
    public static void ReportInstruction(int start, int name, int nameEnd, in SvgReport report)
    {
        if (report.Take(SvgRules.Instruction))
        {
            report.Report(SvgRules.Instruction, start, $"The processing instruction <?{report.Show(name, nameEnd)}?> is not allowed in a logo.");
        }
    }

    /// <summary>Reports a document type, and the entities that it declares.</summary>
    public static void ReportDocType(int start, int content, int contentEnd, in SvgReport report)
    {
        report.Report(SvgRules.DocType, start, "A DOCTYPE declaration is not allowed in a logo: it can name external files and define entities.");
        var entity = report.Text[content..contentEnd].IndexOf("<!ENTITY"u8);
        if (entity >= 0)
        {
            report.Report(SvgRules.EntityDeclared, content + entity, "The DOCTYPE declares entities, which are not allowed in a logo.");
        }
    }
}
