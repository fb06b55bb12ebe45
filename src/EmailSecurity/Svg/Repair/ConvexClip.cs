namespace EmailSecurity.Svg.Repair;

/// <summary>
/// Cuts an outline to a convex polygon, exactly: curves stay curves. What lies outside an edge is laid onto its line, where it covers nothing, so that how
/// often the outline winds around each point inside stays what it was, whatever its fill rule.
/// </summary>
internal static class ConvexClip
{
    /// <summary>The part of an outline in a convex polygon.</summary>
    public static Outline Apply(Outline outline, Point[] corners)
    {
        var isPositive = Area(corners) > 0;
        for (var i = 0; i < corners.Length; i++)
        {
            var (from, to) = (corners[i], corners[(i + 1) % corners.Length]);
            var normal = isPositive ? new Point(from.Y - to.Y, to.X - from.X) : new Point(to.Y - from.Y, from.X - to.X);
            if (normal.Length > 0)
            {
                outline = HalfPlane(outline, from, normal * (1 / normal.Length));
            }
        }

        return outline;
    }

    private static double Area(Point[] corners)
    {
        double area = 0;
        for (var i = 0; i < corners.Length; i++)
        {
            area += corners[i].Cross(corners[(i + 1) % corners.Length]);
        }

        return area;
    }

    // Keeps the side to which the normal points.
    private static Outline HalfPlane(Outline outline, Point on, Point normal)
    {
        double Height(Point p) => (p - on).Dot(normal);
        Point Foot(Point p) => p - (normal * Height(p));
        var slack = Math.Max(outline.Bounds().Width, outline.Bounds().Height) * 1e-9;
        var result = new Outline();
        foreach (var loop in outline.Loops())
        {
            if (loop.TrueForAll(p => Height(p.Segment.To) <= slack && Height(p.Segment.First) <= slack && Height(p.Segment.Second) <= slack))
            {
                continue;
            }

            var isOpen = false;
            foreach (var (from, segment) in loop)
            {
                if (!isOpen)
                {
                    result.Move(Height(from) >= 0 ? from : Foot(from));
                    isOpen = true;
                }

                foreach (var (start, part) in Parts(from, segment, Height))
                {
                    var middle = part.Kind == SegmentKind.Curve ? Curves.At(start, part, 0.5) : start.Towards(part.To, 0.5);
                    Append(result, Height(middle) >= 0 ? part : Line(Foot(part.To)), Height, Foot);
                }
            }

            result.Close();
        }

        return result;
    }

    private static Segment Line(Point to) => new(SegmentKind.Line, to, to, to);

    private static IEnumerable<(Point From, Segment Segment)> Parts(Point from, Segment segment, Func<Point, double> height)
    {
        if (segment.Kind == SegmentKind.Curve
            && Math.Min(Math.Min(height(from), height(segment.To)), Math.Min(height(segment.First), height(segment.Second))) < 0)
        {
            var t0 = 0.0;
            foreach (var t in Curves.Crossings(t => height(Curves.At(from, segment, t))).Append(1))
            {
                yield return Curves.Part(from, segment, t0, t);
                t0 = t;
            }
        }
        else if (segment.Kind != SegmentKind.Curve && (height(from) < 0) != (height(segment.To) < 0))
        {
            var t = height(from) / (height(from) - height(segment.To));
            yield return Curves.Part(from, segment, 0, t);
            yield return Curves.Part(from, segment, t, 1);
        }
        else
        {
            yield return (from, segment.Kind == SegmentKind.Curve ? segment : Line(segment.To));
        }
    }

    private static void Append(Outline result, Segment part, Func<Point, double> height, Func<Point, Point> foot)
    {
        // Ends that lie on the line are put onto it exactly.
        var to = height(part.To) < 0 ? foot(part.To) : part.To;
        if (part.Kind == SegmentKind.Curve)
        {
            result.Curve(part.First, part.Second, to);
        }
        else if (to != result.Pen)
        {
            result.Line(to);
        }
    }
}
