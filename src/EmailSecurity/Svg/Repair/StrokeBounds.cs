namespace EmailSecurity.Svg.Repair;

/// <summary>How far a stroke reaches (SVG 2 section 13.5): half its width, further at its caps and at the tips of its corners.</summary>
internal static class StrokeBounds
{
    /// <summary>The rectangle around the stroke of an outline in the root's coordinates; never too small.</summary>
    public static Bounds Of(Outline outline, RepairStroke stroke, Matrix frame)
    {
        var scale = stroke.IsFixed ? 1 : Math.Max(Math.Sqrt((frame.A * frame.A) + (frame.B * frame.B)), Math.Sqrt((frame.C * frame.C) + (frame.D * frame.D)));
        if (!frame.IsSimilarity && !stroke.IsFixed)
        {
            scale *= Math.Sqrt(2);
        }

        var half = stroke.Width / 2 * scale;
        var bounds = outline.Bounds().Grow(half * (stroke.Cap == "square" ? Math.Sqrt(2) : 1));
        if (stroke.Join != "miter")
        {
            return bounds;
        }

        var isClosed = false;
        var pen = default(Point);
        List<(Point From, Segment Segment)> pieces = [];
        foreach (var s in outline.Segments.Append(new Segment(SegmentKind.Move, default, default, default)))
        {
            if (s.Kind == SegmentKind.Move)
            {
                bounds = Corners(bounds, pieces, isClosed, half, stroke.MiterLimit);
                (pieces, isClosed, pen) = ([], false, s.To);
                continue;
            }

            isClosed |= s.Kind == SegmentKind.Close;
            if (s.To != pen)
            {
                pieces.Add((pen, s));
            }

            pen = s.To;
        }

        return bounds;
    }

    private static Bounds Corners(Bounds bounds, List<(Point From, Segment Segment)> pieces, bool isClosed, double half, double limit)
    {
        for (var i = isClosed ? 0 : 1; i < pieces.Count; i++)
        {
            var (before, after) = (pieces[(i + pieces.Count - 1) % pieces.Count], pieces[i]);
            var (a, b) = (End(before), Start(after));
            if (a.Length < 1e-12 || b.Length < 1e-12)
            {
                continue;
            }

            (a, b) = (a * (1 / a.Length), b * (1 / b.Length));
            // The sine of half the angle between the edges.
            var sine = Math.Sqrt(Math.Max(0, (1 + a.Dot(b)) / 2));
            var outward = a - b;
            if (sine > 1e-6 && 1 / sine <= limit && outward.Length > 1e-9)
            {
                bounds = bounds.Add(after.From + (outward * (half / sine / outward.Length)));
            }
        }

        return bounds;
    }

    /// <summary>The direction in which a piece ends.</summary>
    public static Point End((Point From, Segment Segment) p) => p.Segment.Kind != SegmentKind.Curve ? p.Segment.To - p.From
        : p.Segment.To != p.Segment.Second ? p.Segment.To - p.Segment.Second
        : p.Segment.To != p.Segment.First ? p.Segment.To - p.Segment.First : p.Segment.To - p.From;

    /// <summary>The direction in which a piece begins.</summary>
    public static Point Start((Point From, Segment Segment) p) => p.Segment.Kind != SegmentKind.Curve ? p.Segment.To - p.From
        : p.Segment.First != p.From ? p.Segment.First - p.From
        : p.Segment.Second != p.From ? p.Segment.Second - p.From : p.Segment.To - p.From;
}
