using System.Runtime.InteropServices;

namespace EmailSecurity.Svg.Repair;

/// <summary>What a shape is filled or stroked with.</summary>
internal abstract record RepairPaint;

/// <summary>One color.</summary>
internal sealed record SolidPaint(Colour Colour) : RepairPaint;

/// <summary>A gradient, and how its space lies in the root's coordinates.</summary>
internal sealed record GradientPaint(Gradient Gradient, Matrix ToRoot) : RepairPaint;

/// <summary>A color at a place of a gradient, from 0 to 1.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GradientStop(double Offset, Colour Colour);

/// <summary>How a gradient goes on beyond its ends (SVG 2 section 14.2.2.1).</summary>
internal enum GradientSpread
{
    Pad,
    Reflect,
    Repeat,
}

/// <summary>A gradient in its own space: a line from one point to another, or circles around <see cref="From"/> up to <see cref="Radius"/>.</summary>
internal sealed record Gradient(bool IsRadial, Point From, Point To, double Radius, IReadOnlyList<GradientStop> Stops, GradientSpread Spread);

/// <summary>How a shape's outline is drawn; lengths in the coordinates of the element.</summary>
internal sealed record RepairStroke
{
    public required RepairPaint Paint { get; init; }

    public required double Opacity { get; init; }

    public required double Width { get; init; }

    public required string Cap { get; init; }

    public required string Join { get; init; }

    public required double MiterLimit { get; init; }

    public required IReadOnlyList<double> Dashes { get; init; }

    public required double DashOffset { get; init; }

    /// <summary>True where the width is in pixels of the screen, whatever the scale (vector-effect).</summary>
    public required bool IsFixed { get; init; }
}

/// <summary>A shape as it is drawn, in the order of drawing.</summary>
internal sealed record Drawn
{
    /// <summary>Its element.</summary>
    public required RepairNode Node { get; init; }

    /// <summary>Its outline in the root's coordinates.</summary>
    public required Outline Outline { get; init; }

    /// <summary>True where fill-rule is evenodd.</summary>
    public required bool IsEvenOdd { get; init; }

    /// <summary>From the element's coordinates, in which its stroke has its width, to the root's.</summary>
    public required Matrix Frame { get; init; }

    public RepairPaint? Fill { get; init; }

    public double FillOpacity { get; init; } = 1;

    public RepairStroke? Stroke { get; init; }

    /// <summary>True where the stroke lies under the fill (paint-order).</summary>
    public bool IsStrokeFirst { get; init; }

    /// <summary>How many paints lie over one another.</summary>
    public int Layers => (Fill is null ? 0 : 1) + (Stroke is null ? 0 : 1);

    /// <summary>The rectangle around all that it paints.</summary>
    public Bounds Painted()
    {
        var bounds = Fill is null && Stroke is null ? Bounds.Empty : Outline.Bounds();
        return Stroke is null ? bounds : bounds.Add(StrokeBounds.Of(Outline, Stroke, Frame));
    }

    /// <summary>The same with its paints less opaque.</summary>
    public Drawn Fade(double opacity) =>
        this with { FillOpacity = FillOpacity * opacity, Stroke = Stroke is null ? null : Stroke with { Opacity = Stroke.Opacity * opacity } };
}
