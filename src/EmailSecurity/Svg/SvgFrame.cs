using System.Runtime.InteropServices;

namespace EmailSecurity.Svg;

/// <summary>An element that is open: its name, what it is, and what its children inherit.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SvgFrame
{
    /// <summary>Offset of the name.</summary>
    public int Name;

    /// <summary>Length of the name.</summary>
    public int NameLength;

    /// <summary>Which element of the profile it is.</summary>
    public SvgElement Element;

    /// <summary>The namespace of names without a prefix.</summary>
    public SvgNamespace DefaultNamespace;

    /// <summary>How many namespace declarations were open before it.</summary>
    public int Bindings;

    /// <summary>True for an element that the profile does not have.</summary>
    public bool IsRefused;

    /// <summary>True for what is not SVG, and all inside it.</summary>
    public bool IsForeign;

    /// <summary>True after its first child.</summary>
    public bool HasChild;

    /// <summary>The number of its id; -1 for none.</summary>
    public int Target;

    /// <summary>What it is filled with.</summary>
    public int Fill;

    /// <summary>What it is stroked with.</summary>
    public int Stroke;

    /// <summary>Its color.</summary>
    public int Colour;

    /// <summary>Its tag, for a message.</summary>
    public readonly string Tag(in SvgReport report) => $"<{report.Show(Name, Name + NameLength)}>";
}
