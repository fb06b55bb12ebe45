using System.Runtime.InteropServices;

namespace EmailSecurity.Svg.Repair;

/// <summary>The size that percentages refer to: the nearest view's (SVG 2 section 8.9).</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Viewport(double Width, double Height)
{
    /// <summary>What a percentage of neither width nor height refers to.</summary>
    public double Diagonal => Math.Sqrt(((Width * Width) + (Height * Height)) / 2);
}

/// <summary>The outline of an element that is a shape, in its own coordinates.</summary>
internal sealed class ShapeReader(RepairReport report)
{
    /// <summary>Segments of one shape at most.</summary>
    private const int MostSegments = 50_000;

    /// <summary>True for elements that are drawn themselves.</summary>
    public static bool IsShape(string name) => name is "path" or "rect" or "circle" or "ellipse" or "line" or "polyline" or "polygon";

    /// <summary>The outline; empty where the element draws nothing. A value that cannot be read is refused.</summary>
    public Outline Read(RepairNode node, Viewport view) => node.Name switch
    {
        "path" => Path(node),
        "rect" => Rectangle(node, view),
        "circle" => Ellipse(node, Length(node, "cx", view.Width), Length(node, "cy", view.Height), Length(node, "r", view.Diagonal), null),
        "ellipse" => Ellipse(node, Length(node, "cx", view.Width), Length(node, "cy", view.Height), Auto(node, "rx", view.Width) ?? -1,
            Auto(node, "ry", view.Height)),
        "line" => Lines([Length(node, "x1", view.Width), Length(node, "y1", view.Height), Length(node, "x2", view.Width),
            Length(node, "y2", view.Height)], isClosed: false),
        _ => Points(node),
    };

    /// <summary>A length of an element in user units.</summary>
    /// <param name="node">The element.</param>
    /// <param name="name">The attribute.</param>
    /// <param name="whole">What 100% is.</param>
    /// <param name="absent">The value where there is none.</param>
    public double Length(RepairNode node, string name, double whole, double absent = 0) => Auto(node, name, whole) ?? absent;

    private double? Auto(RepairNode node, string name, double whole)
    {
        var text = node[name]?.Trim();
        if (text is null or "auto")
        {
            return null;
        }

        if (Lengths.TryRead(text, whole, out var length))
        {
            return length;
        }

        // What is no length at all is as good as absent.
        if (!new NumberScanner(text).TryNumber(out _) && !text.Contains('(', StringComparison.Ordinal))
        {
            return null;
        }

        report.Refuse(LogoRepairRules.Value, node, $"{name}=\"{Lengths.Short(text)}\" of {node.Tag} is not a length that can be converted.");
        return null;
    }

    private Outline Path(RepairNode node)
    {
        var outline = PathReader.Read(node["d"] ?? "", MostSegments, out var isWhole);
        if (!isWhole)
        {
            report.Change(LogoRepairRules.Dropped, "A path was cut where its data cannot be read, as renderers do");
        }

        if (outline.Segments.Count > MostSegments)
        {
            report.Refuse(LogoRepairRules.TooComplex, node, $"A path has more than {MostSegments} segments.");
        }

        return outline;
    }

    private Outline Points(RepairNode node)
    {
        var numbers = NumberScanner.List(node["points"] ?? "");
        if (numbers is null)
        {
            report.Refuse(LogoRepairRules.Value, node, $"points of {node.Tag} cannot be read.");
            return new Outline();
        }

        return Lines(numbers, node.Name == "polygon");
    }

    private static Outline Lines(List<double> numbers, bool isClosed)
    {
        var outline = new Outline();
        for (var i = 0; i + 1 < numbers.Count; i += 2)
        {
            var point = new Point(numbers[i], numbers[i + 1]);
            if (i == 0)
            {
                outline.Move(point);
            }
            else
            {
                outline.Line(point);
            }
        }

        if (isClosed)
        {
            outline.Close();
        }

        return outline;
    }

    private Outline Rectangle(RepairNode node, Viewport view)
    {
        var (x, y) = (Length(node, "x", view.Width), Length(node, "y", view.Height));
        var (w, h) = (Length(node, "width", view.Width), Length(node, "height", view.Height));
        var (rx, ry) = (Auto(node, "rx", view.Width), Auto(node, "ry", view.Height));
        if (!(w > 0 && h > 0))
        {
            return new Outline();
        }

        return Rectangle(new Bounds(x, y, x + w, y + h), Math.Clamp(rx ?? ry ?? 0, 0, w / 2), Math.Clamp(ry ?? rx ?? 0, 0, h / 2));
    }

    /// <summary>A rectangle, its corners round where it has both radii; drawn as SVG 2 section 10.2 has it.</summary>
    public static Outline Rectangle(Bounds box, double rx = 0, double ry = 0)
    {
        if (rx <= 0 || ry <= 0)
        {
            (rx, ry) = (0, 0);
        }

        var outline = new Outline { Form = new Form(box, rx, ry, IsEllipse: false) };
        var corners = box.Corners();
        outline.Move(corners[0] + new Point(rx, 0));
        for (var i = 0; i < 4; i++)
        {
            // Towards the next corner, then around it.
            var (next, after) = (corners[(i + 1) % 4], corners[(i + 2) % 4]);
            var (arrive, leave) = (next - Along(corners[i], next, rx, ry), next + Along(next, after, rx, ry));
            if (i < 3 || rx > 0)
            {
                outline.Line(arrive);
            }

            if (rx > 0)
            {
                Arcs.Add(outline, arrive, rx, ry, 0, isLarge: false, isPositive: true, leave);
            }
        }

        outline.Close();
        return outline;
    }

    private static Point Along(Point from, Point to, double rx, double ry) => new(Math.Sign(to.X - from.X) * rx, Math.Sign(to.Y - from.Y) * ry);

    private static Outline Ellipse(RepairNode node, double cx, double cy, double rx, double? ry)
    {
        // SVG 2 section 10.4: one radius alone is both.
        var (x, y) = node.Name == "circle" ? (rx, rx) : (rx >= 0 ? rx : ry ?? 0, ry ?? Math.Max(rx, 0));
        if (!(x > 0 && y > 0))
        {
            return new Outline();
        }

        var outline = new Outline { Form = new Form(new Bounds(cx - x, cy - y, cx + x, cy + y), x, y, IsEllipse: true) };
        var start = new Point(cx + x, cy);
        outline.Move(start);
        Arcs.Sweep(outline, new Matrix(x, 0, 0, y, cx, cy), 0, 2 * Math.PI, start);
        outline.Close();
        return outline;
    }
}
