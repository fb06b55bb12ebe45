namespace EmailSecurity.Svg.Repair;

/// <summary>
/// Turns the stroke of straight lines into a filled outline (SVG 2 section 13.5): a piece for each line, corner and cap, all wound the same way, so that they
/// add up without cancelling one another.
/// </summary>
internal static class StrokeOutline
{
    /// <summary>The shape whose fill is the stroke; null for strokes that are dashed, or whose width depends on the screen.</summary>
    public static Drawn? Make(Drawn drawn)
    {
        var stroke = drawn.Stroke!;
        if (stroke.Dashes.Count > 0 || stroke.IsFixed || drawn.Frame.IsSingular || (stroke.Cap != "butt" && HasPoint(drawn.Outline)))
        {
            return null;
        }

        var local = drawn.Outline.Transform(drawn.Frame.Inverse());
        var result = new Outline();
        var tolerance = stroke.Width / 400;
        foreach (var (points, isClosed) in Flatten(local, tolerance))
        {
            if (result.Segments.Count > 20_000)
            {
                return null;
            }

            Stroke(result, points, isClosed, stroke);
        }

        return drawn with { Outline = result.Transform(drawn.Frame), IsEvenOdd = false, Fill = stroke.Paint, FillOpacity = stroke.Opacity, Stroke = null };
    }

    // A dot of a cap alone.
    private static bool HasPoint(Outline outline) =>
        outline.Segments.Where((s, i) => i > 0 && outline.Segments[i - 1].Kind == SegmentKind.Move && s.To == outline.Segments[i - 1].To).Any();

    private static IEnumerable<(List<(Point At, bool IsSmooth)> Points, bool IsClosed)> Flatten(Outline outline, double tolerance)
    {
        List<(Point From, Segment Segment)> pieces = [];
        var pen = default(Point);
        foreach (var s in outline.Segments.Append(new Segment(SegmentKind.Move, default, default, default)))
        {
            if (s.Kind != SegmentKind.Move && s.To != pen)
            {
                pieces.Add((pen, s));
            }

            if (s.Kind is SegmentKind.Move or SegmentKind.Close && pieces.Count > 0)
            {
                yield return (Points(pieces, s.Kind == SegmentKind.Close, tolerance), s.Kind == SegmentKind.Close);
                pieces = [];
            }

            pen = s.To;
        }
    }

    private static List<(Point At, bool IsSmooth)> Points(List<(Point From, Segment Segment)> pieces, bool isClosed, double tolerance)
    {
        List<(Point At, bool IsSmooth)> points = [(pieces[0].From, isClosed && IsSmooth(pieces[^1], pieces[0]))];
        for (var p = 0; p < pieces.Count; p++)
        {
            var (from, s) = pieces[p];
            var bend = s.Kind == SegmentKind.Curve ? ((s.First * 2) - from - s.Second).Length + ((s.Second * 2) - s.First - s.To).Length : 0;
            var steps = (int)Math.Clamp(Math.Ceiling(Math.Sqrt(bend / Math.Max(tolerance, 1e-9))), 1, 200);
            for (var i = 1; i < steps; i++)
            {
                Add(points, Curves.At(from, s, i / (double)steps), isSmooth: true);
            }

            Add(points, s.To, p + 1 < pieces.Count && IsSmooth(pieces[p], pieces[p + 1]));
        }

        if (isClosed && points.Count > 1 && (points[^1].At - points[0].At).Length < 1e-12)
        {
            points.RemoveAt(points.Count - 1);
        }

        return points;
    }

    // No corner: the one ends in the direction in which the other begins.
    private static bool IsSmooth((Point From, Segment Segment) a, (Point From, Segment Segment) b)
    {
        var (end, start) = (StrokeBounds.End(a), StrokeBounds.Start(b));
        return end.Dot(start) > 0 && Math.Abs(end.Cross(start)) < 0.02 * end.Length * start.Length;
    }

    private static void Add(List<(Point At, bool)> points, Point to, bool isSmooth)
    {
        if ((points[^1].At - to).Length > 1e-12)
        {
            points.Add((to, isSmooth));
        }
    }

    private static void Stroke(Outline result, List<(Point At, bool IsSmooth)> points, bool isClosed, RepairStroke stroke)
    {
        var half = stroke.Width / 2;
        var last = isClosed ? points.Count : points.Count - 1;
        for (var i = 0; i < last; i++)
        {
            var (a, b) = (points[i].At, points[(i + 1) % points.Count].At);
            var along = (b - a) * (half / (b - a).Length);
            var side = new Point(-along.Y, along.X);
            var (from, to) = (a, b);
            if (!isClosed && stroke.Cap == "square")
            {
                (from, to) = (i == 0 ? a - along : a, i == last - 1 ? b + along : b);
            }

            Piece(result, from - side, to - side, to + side, from + side);
            if (i > 0 || isClosed)
            {
                Corner(result, points[(i + points.Count - 1) % points.Count].At, points[i], b, half, stroke);
            }
        }

        if (!isClosed && stroke.Cap == "round")
        {
            Disc(result, points[0].At, half);
            Disc(result, points[^1].At, half);
        }
    }

    private static void Corner(Outline result, Point before, (Point At, bool IsSmooth) at, Point after, double half, RepairStroke stroke)
    {
        var (a, b) = (at.At - before, after - at.At);
        (a, b) = (a * (1 / a.Length), b * (1 / b.Length));
        var turn = a.Cross(b);
        var sine = Math.Sqrt(Math.Max(0, (1 + a.Dot(b)) / 2));
        // A tight curve is round outside, as the curve itself would be.
        if (at.IsSmooth ? a.Dot(b) < 0.98 : stroke.Join == "round")
        {
            Disc(result, at.At, half);
            return;
        }

        // The outer side is opposite to the turn.
        var k = turn > 0 ? half : -half;
        var (p, q) = (at.At + new Point(a.Y * k, -a.X * k), at.At + new Point(b.Y * k, -b.X * k));
        var tip = at.At + ((a - b) * (sine > 1e-9 ? half / sine / Math.Max((a - b).Length, 1e-12) : 0));
        if ((stroke.Join == "miter" || at.IsSmooth) && sine > 1e-6 && 1 / sine <= stroke.MiterLimit && (a - b).Length > 1e-9)
        {
            Piece(result, at.At, p, tip, q);
        }
        else
        {
            Piece(result, at.At, p, q);
        }
    }

    private static void Disc(Outline result, Point centre, double radius)
    {
        var start = centre + new Point(radius, 0);
        result.Move(start);
        Arcs.Sweep(result, new Matrix(radius, 0, 0, radius, centre.X, centre.Y), 0, 2 * Math.PI, start);
        result.Close();
    }

    // Wound as a disc is.
    private static void Piece(Outline result, params ReadOnlySpan<Point> points)
    {
        double area = 0;
        for (var i = 0; i < points.Length; i++)
        {
            area += points[i].Cross(points[(i + 1) % points.Length]);
        }

        for (var i = 0; i < points.Length; i++)
        {
            var point = points[area >= 0 ? i : points.Length - 1 - i];
            if (i == 0)
            {
                result.Move(point);
            }
            else
            {
                result.Line(point);
            }
        }

        result.Close();
    }
}
