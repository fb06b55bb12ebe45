using EmailSecurity.Findings;
using static EmailSecurity.Findings.FindingSeverity;

namespace EmailSecurity.Svg.Repair;

/// <summary>What a conversion to SVG Tiny Portable/Secure changes without any difference to see, and what it refuses because there would be one.</summary>
internal static class LogoRepairRules
{
    private const string Profile = SvgRules.Profile;

    // Changed; looks the same.
    public static readonly Rule Styles = new("LogoChangedStyles", Information, Profile, "2.2");
    public static readonly Rule Copies = new("LogoChangedCopies", Information, Profile, "2.2");
    public static readonly Rule Dropped = new("LogoChangedDropped", Information, Profile, "2.3");
    public static readonly Rule Clips = new("LogoChangedClips", Information, Profile, "2.2");
    public static readonly Rule Opacity = new("LogoChangedOpacity", Information, Profile, "2.2");
    public static readonly Rule Gradients = new("LogoChangedGradients", Information, Profile, "2.2");
    public static readonly Rule Frame = new("LogoChangedFrame", Information, Profile, "2.4");
    public static readonly Rule Title = new("LogoChangedTitle", Information, Profile, "2.1",
        "Set your brand with -Title: screen readers say it, and the issuer of a mark certificate compares it.");
    public static readonly Rule Precision = new("LogoChangedPrecision", Information, Profile, "2.4",
        "Look at the result at the largest size that you need.");

    // Refused; would look different, or could.
    public static readonly Rule Unreadable = new("LogoRefusedUnreadable", Error, Profile, "2.1", "Export the logo from your design tool as SVG.");
    public static readonly Rule Text = new("LogoRefusedText", Error, Profile, "2.2",
        "Turn the text into outlines and export again: Illustrator: Type > Create Outlines; Inkscape: Path > Object to Path; Figma: Flatten; " +
        "Sketch: Layer > Convert to Outlines.");
    public static readonly Rule Image = new("LogoRefusedImage", Error, Profile, "2.3",
        "Redraw the picture as vector shapes, or trace it: Illustrator: Image Trace; Inkscape: Path > Trace Bitmap.");
    public static readonly Rule External = new("LogoRefusedExternal", Error, Profile, "2.3",
        "Put what is referred to into the file itself, and export again.");
    public static readonly Rule StyleSheet = new("LogoRefusedStyleSheet", Error, Profile, "2.2",
        "Export again with presentation attributes: Illustrator: Styling: Presentation Attributes; Inkscape: Plain SVG or Optimized SVG.");
    public static readonly Rule Effect = new("LogoRefusedEffect", Error, Profile, "2.2",
        "Remove the effect, or turn its result into plain shapes: Illustrator: Object > Flatten Transparency, or Object > Expand Appearance.");
    public static readonly Rule Clip = new("LogoRefusedClip", Error, Profile, "2.2",
        "Apply it in your design tool: Illustrator: Pathfinder > Crop; Inkscape: Path > Intersection; Figma: Intersect selection, then Flatten.");
    public static readonly Rule Blend = new("LogoRefusedOpacity", Error, Profile, "2.2",
        "Give each shape a solid color that looks the same, or unite the shapes of the group: Illustrator: Object > Flatten Transparency.");
    public static readonly Rule Paint = new("LogoRefusedPaint", Error, Profile, "2.2",
        "Use a solid color, or a linear or radial gradient with its focus at its center.");
    public static readonly Rule Value = new("LogoRefusedValue", Error, Profile, "2.2", "Correct the value, or export the logo again.");
    public static readonly Rule Reference = new("LogoRefusedReference", Error, Profile, "2.2",
        "Define what is referred to, or remove the reference, and export again.");
    public static readonly Rule TooComplex = new("LogoRefusedTooComplex", Error, Profile, "2.4",
        "Simplify the drawing: a logo that is shown at the size of a thumb needs few shapes.");
}
