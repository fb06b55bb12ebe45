using System.Text;

namespace EmailSecurity.Svg;

/// <summary>The elements of SVG Tiny Portable/Secure, draft-svg-tiny-ps-abrotman section 2 and its schema.</summary>
internal enum SvgElement : byte
{
    None,
    Svg,
    Title,
    Desc,
    Metadata,
    Path,
    Rect,
    Circle,
    Line,
    Ellipse,
    Polyline,
    Polygon,
    SolidColor,
    TextArea,
    LinearGradient,
    RadialGradient,
    Text,
    G,
    Defs,
    Use,
    Stop,
}

/// <summary>The grammar of a value. The first five are the schema's; the rest are strings there, and SVG Tiny 1.2 says what they hold.</summary>
internal enum SvgValueKind : byte
{
    Token,
    NcName,
    NmTokens,
    Language,
    AspectRatio,
    AnyText,
    Base,
    Href,
    Paint,
    Colour,
    Number,
    NumberOrInherit,
    Length,
    ViewBox,
    PathData,
    Points,
    Transform,
    DashArray,
}

/// <summary>An attribute of the profile.</summary>
/// <param name="Name">Name; <c>xml:</c> names with their prefix.</param>
/// <param name="Elements">Bit set over <see cref="SvgElement"/>: where it may stand.</param>
/// <param name="Kind">Grammar of its value.</param>
/// <param name="Tokens">The only values allowed, where <see cref="Kind"/> is <see cref="SvgValueKind.Token"/>.</param>
internal sealed record SvgAttributeRule(string Name, uint Elements, SvgValueKind Kind, byte[][] Tokens)
{
    /// <summary>Place in the table.</summary>
    public int Index { get; init; }

    /// <summary>The name as bytes.</summary>
    public byte[] Bytes { get; } = Encoding.ASCII.GetBytes(Name);

    /// <summary>draft-svg-tiny-ps-abrotman section 2.3: should not be there, and where it is, has the one value.</summary>
    public bool IsDiscouraged { get; init; }
}

/// <summary>The profile's element, attribute and content tables, in the terms of its RELAX NG schema.</summary>
internal static class SvgSchema
{
    private const uint Core = All & ~(1u << (int)SvgElement.Metadata);
    private const uint All = ((1u << ((int)SvgElement.Stop + 1)) - 1) & ~1u;
    private static readonly uint Styled = Core & ~Set(SvgElement.Desc, SvgElement.Title);
    private static readonly uint Described = Set(SvgElement.Desc, SvgElement.Title);
    private static readonly uint Transformed = Set(SvgElement.Path, SvgElement.Rect, SvgElement.Circle, SvgElement.Line, SvgElement.Ellipse,
        SvgElement.Polyline, SvgElement.Polygon, SvgElement.TextArea, SvgElement.Text, SvgElement.G, SvgElement.Use);
    private static readonly uint Gradients = Set(SvgElement.LinearGradient, SvgElement.RadialGradient);
    private static readonly uint Root = Set(SvgElement.Svg);

    /// <summary>What may stand in <c>g</c> and <c>defs</c>, any number, any order; the root takes <c>desc</c> and <c>metadata</c> as well, after its
    /// title.</summary>
    private static readonly uint Drawable = Transformed | Gradients | Set(SvgElement.SolidColor, SvgElement.Defs);

    private static readonly string[] ElementNames =
        ["", "svg", "title", "desc", "metadata", "path", "rect", "circle", "line", "ellipse", "polyline", "polygon", "solidColor", "textArea",
         "linearGradient", "radialGradient", "text", "g", "defs", "use", "stop"];

    /// <summary>Every attribute.</summary>
    public static readonly SvgAttributeRule[] Attributes = MakeAttributes();

    private static readonly SvgNameTable ElementTable = new(ElementNames);
    private static readonly SvgNameTable AttributeTable = new(Array.ConvertAll(Attributes, a => a.Name));

    /// <summary>Bit set of elements.</summary>
    public static uint Set(params SvgElement[] elements)
    {
        uint set = 0;
        foreach (var element in elements)
        {
            set |= 1u << (int)element;
        }

        return set;
    }

    /// <summary>The name of an element.</summary>
    public static string NameOf(SvgElement element) => ElementNames[(int)element];

    /// <summary>The element of that local name; None where the profile has no such.</summary>
    public static SvgElement FindElement(ReadOnlySpan<byte> name)
    {
        var index = ElementTable.Find(name);
        return index > 0 ? (SvgElement)index : SvgElement.None;
    }

    /// <summary>The attribute of that name (<c>xml:</c> names with their prefix); null where the profile has no such.</summary>
    public static SvgAttributeRule? FindAttribute(ReadOnlySpan<byte> name)
    {
        var index = AttributeTable.Find(name);
        return index >= 0 ? Attributes[index] : null;
    }

    /// <summary>Elements that may stand in this one.</summary>
    public static uint ChildrenOf(SvgElement element) => element switch
    {
        SvgElement.Svg => Drawable | Set(SvgElement.Title, SvgElement.Desc, SvgElement.Metadata),
        SvgElement.G or SvgElement.Defs => Drawable,
        SvgElement.LinearGradient or SvgElement.RadialGradient => 1u << (int)SvgElement.Stop,
        _ => 0,
    };

    /// <summary>True where text other than white space may stand in the element.</summary>
    public static bool TakesText(SvgElement element) =>
        element is SvgElement.Title or SvgElement.Desc or SvgElement.Metadata or SvgElement.Text or SvgElement.TextArea;

    /// <summary>True for what paints something itself.</summary>
    public static bool IsShape(SvgElement element) =>
        element is (>= SvgElement.Path and <= SvgElement.Polygon) or SvgElement.Text or SvgElement.TextArea;

    private static SvgAttributeRule[] MakeAttributes()
    {
        var list = new List<SvgAttributeRule>();
        void Add(uint elements, SvgValueKind kind, string names, string tokens = "", bool discouraged = false)
        {
            var values = tokens.Length == 0 ? [] : Array.ConvertAll(tokens.Split('|'), Encoding.ASCII.GetBytes);
            foreach (var name in names.Split(' '))
            {
                list.Add(new SvgAttributeRule(name, elements, kind, values) { Index = list.Count, IsDiscouraged = discouraged });
            }
        }

        // On everything but metadata.
        Add(Core, SvgValueKind.NcName, "id xml:id");
        Add(Core, SvgValueKind.Base, "xml:base");
        Add(Core, SvgValueKind.Language, "xml:lang");
        Add(Core, SvgValueKind.Token, "xml:space", "default|preserve");
        Add(Core, SvgValueKind.NmTokens, "class");
        Add(Core, SvgValueKind.AnyText, "role rel rev typeof content datatype resource about property");

        // Properties.
        Add(Styled, SvgValueKind.Paint, "fill stroke");
        Add(Styled, SvgValueKind.Colour, "color solid-color stop-color");
        Add(Styled, SvgValueKind.NumberOrInherit, "fill-opacity stroke-opacity solid-opacity stop-opacity stroke-miterlimit stroke-width stroke-dashoffset");
        Add(Styled, SvgValueKind.DashArray, "stroke-dasharray");
        Add(Styled, SvgValueKind.AnyText, "font-family font-size line-increment");
        Add(Styled, SvgValueKind.Token, "fill-rule", "nonzero|evenodd|inherit");
        Add(Styled, SvgValueKind.Token, "stroke-linecap", "butt|round|square|inherit");
        Add(Styled, SvgValueKind.Token, "stroke-linejoin", "miter|round|bevel|inherit");
        Add(Styled, SvgValueKind.Token, "color-rendering", "auto|optimizeSpeed|optimizeQuality|inherit");
        Add(Styled, SvgValueKind.Token, "vector-effect", "none|non-scaling-stroke|inherit");
        Add(Styled, SvgValueKind.Token, "direction", "ltr|rtl|inherit");
        Add(Styled, SvgValueKind.Token, "unicode-bidi", "normal|embed|bidi-override|inherit");
        Add(Styled, SvgValueKind.Token, "display-align", "auto|before|center|after|inherit");
        Add(Styled, SvgValueKind.Token, "font-style", "normal|italic|oblique|inherit");
        Add(Styled, SvgValueKind.Token, "font-variant", "normal|small-caps|inherit");
        // The schema leaves "inherit" out on the root, which has nothing to inherit from: SvgValues.CheckToken. Numeric weights are not in it.
        Add(Styled, SvgValueKind.Token, "font-weight", "normal|bold|bolder|lighter|inherit");
        Add(Styled, SvgValueKind.Token, "text-anchor", "start|middle|end|inherit");
        Add(Styled, SvgValueKind.Token, "text-align", "start|center|end|inherit");

        // On title and desc only; strange, but so the schema has it.
        Add(Described, SvgValueKind.Token, "display", "inline|block|list-item|run-in|compact|marker|table|inline-table|table-row-group|table-header-group|" +
            "table-footer-group|table-row|table-column-group|table-column|table-cell|table-caption|none|inherit");
        Add(Described, SvgValueKind.Token, "visibility", "visible|hidden|collapse|inherit");
        Add(Described, SvgValueKind.Token, "image-rendering", "auto|optimizeSpeed|optimizeQuality|inherit");
        Add(Described, SvgValueKind.Token, "shape-rendering", "auto|optimizeSpeed|crispEdges|geometricPrecision|inherit");
        Add(Described, SvgValueKind.Token, "text-rendering", "auto|optimizeSpeed|optimizeLegibility|geometricPrecision|inherit");
        Add(Described, SvgValueKind.Token, "buffered-rendering", "auto|dynamic|static|inherit");
        Add(Described, SvgValueKind.Paint, "viewport-fill");
        Add(Described, SvgValueKind.NumberOrInherit, "viewport-fill-opacity");

        Add(Described | Transformed, SvgValueKind.AnyText, "requiredFonts systemLanguage");
        Add(Transformed, SvgValueKind.Transform, "transform");

        // Geometry.
        Add(Set(SvgElement.Rect, SvgElement.TextArea, SvgElement.Text, SvgElement.Use), SvgValueKind.Length, "x y");
        Add(Set(SvgElement.Svg, SvgElement.Rect, SvgElement.TextArea), SvgValueKind.Length, "width height");
        Add(Set(SvgElement.Rect, SvgElement.Ellipse), SvgValueKind.Length, "rx ry");
        Add(Set(SvgElement.Circle, SvgElement.Ellipse, SvgElement.RadialGradient), SvgValueKind.Length, "cx cy");
        Add(Set(SvgElement.Circle, SvgElement.RadialGradient), SvgValueKind.Length, "r");
        Add(Set(SvgElement.Line, SvgElement.LinearGradient), SvgValueKind.Length, "x1 y1 x2 y2");
        Add(Set(SvgElement.Polyline, SvgElement.Polygon), SvgValueKind.Points, "points");
        Add(Set(SvgElement.Path), SvgValueKind.PathData, "d");
        Add(Set(SvgElement.Path), SvgValueKind.Number, "pathLength");
        Add(Set(SvgElement.Stop), SvgValueKind.Number, "offset");
        Add(Gradients, SvgValueKind.Token, "gradientUnits", "userSpaceOnUse|objectBoundingBox");
        Add(Set(SvgElement.Text), SvgValueKind.AnyText, "rotate");
        Add(Set(SvgElement.Text), SvgValueKind.Token, "editable", "none");
        Add(Set(SvgElement.Use), SvgValueKind.Href, "href");

        // The root.
        Add(Root, SvgValueKind.Token, "version", "1.2");
        Add(Root, SvgValueKind.Token, "baseProfile", "tiny-ps");
        Add(Root, SvgValueKind.ViewBox, "viewBox");
        Add(Root, SvgValueKind.AspectRatio, "preserveAspectRatio");
        Add(Root, SvgValueKind.AnyText, "contentScriptType");
        Add(Root, SvgValueKind.Token, "externalResourcesRequired focusable", "false", discouraged: true);
        Add(Root, SvgValueKind.Token, "playbackOrder", "all", discouraged: true);
        Add(Root, SvgValueKind.Token, "snapshotTime", "none", discouraged: true);
        Add(Root, SvgValueKind.Token, "timelineBegin", "onLoad", discouraged: true);
        Add(Root, SvgValueKind.Token, "zoomAndPan", "disable", discouraged: true);
        return [.. list];
    }
}
