namespace EmailSecurity.Svg.Repair;

/// <summary>An area to which drawing is cut, in the root's coordinates: all that lies in one of its outlines.</summary>
/// <param name="Parts">The outlines, each with its fill rule.</param>
internal sealed record ClipArea(IReadOnlyList<(Outline Outline, bool IsEvenOdd)> Parts)
{
    /// <summary>The inside of one outline.</summary>
    public ClipArea(Outline outline)
        : this([(outline, false)])
    {
    }

    /// <summary>Cuts one shape; null where nothing of it is left.</summary>
    /// <param name="drawn">The shape.</param>
    /// <param name="isGood">False where the cut cannot be made exactly.</param>
    public Drawn? Cut(Drawn drawn, out bool isGood)
    {
        isGood = true;
        var painted = drawn.Painted();
        var near = Parts.Where(p => p.Outline.Bounds().Overlaps(painted)).ToArray();
        if (near.Length == 0)
        {
            return null;
        }

        if (near.Any(p => Covers(p.Outline, p.IsEvenOdd, painted)))
        {
            return drawn;
        }

        if (drawn.Stroke is not null)
        {
            if (drawn.Stroke.Paint is SolidPaint && drawn.Fill is null && StrokeOutline.Make(drawn) is { } filled)
            {
                return Cut(filled, out isGood);
            }

            isGood = false;
            return drawn;
        }

        if (near.Length > 1)
        {
            // Outlines that do not touch are one.
            var boxes = near.Select(p => p.Outline.Bounds()).ToArray();
            if (near.Select(p => p.IsEvenOdd).Distinct().Count() > 1 || boxes.Where((b, i) => boxes.Skip(i + 1).Any(b.Overlaps)).Any())
            {
                isGood = false;
                return drawn;
            }

            var all = new Outline();
            all.Segments.AddRange(near.SelectMany(p => p.Outline.Segments));
            near = [(all, near[0].IsEvenOdd)];
        }

        var cut = Intersect(drawn.Outline, drawn.IsEvenOdd, near[0].Outline, near[0].IsEvenOdd);
        isGood = cut is not null;
        return cut is not { } c ? drawn : c.Outline.Segments.Count == 0 ? null : drawn with { Outline = c.Outline, IsEvenOdd = c.IsEvenOdd };
    }

    /// <summary>What lies in both outlines; null where neither is convex in a way that makes it exact.</summary>
    private static (Outline Outline, bool IsEvenOdd)? Intersect(Outline a, bool isEvenOdd, Outline b, bool isOtherEvenOdd)
    {
        foreach (var (shape, rule, area) in (ReadOnlySpan<(Outline, bool, Outline)>)[(a, isEvenOdd, b), (b, isOtherEvenOdd, a)])
        {
            if (area.Form is { IsEllipse: false, RadiusX: 0 } box)
            {
                return (ConvexClip.Apply(shape, box.Box.Corners()), rule);
            }

            if (area.Form is { IsEllipse: true } round)
            {
                return (RoundClip.Apply(shape, new Matrix(round.RadiusX, 0, 0, round.RadiusY, round.Box.Centre.X, round.Box.Centre.Y)), rule);
            }

            if (area.ConvexCorners() is { } corners)
            {
                return (ConvexClip.Apply(shape, corners), rule);
            }
        }

        return null;
    }

    /// <summary>True where the whole rectangle lies in the outline: no edge runs through it, and its center is inside.</summary>
    private static bool Covers(Outline outline, bool isEvenOdd, Bounds box)
    {
        // A shape that ends where the area ends is not cut.
        var slack = Math.Max(outline.Bounds().Width, outline.Bounds().Height) * 1e-6;
        var inner = box.Grow(-Math.Min(slack, Math.Min(box.Width, box.Height) / 4));
        if (!outline.Bounds().Contains(inner))
        {
            return false;
        }

        var winding = 0;
        foreach (var (from, segment) in outline.Loops().SelectMany(l => l))
        {
            var before = from;
            var steps = segment.Kind == SegmentKind.Curve ? 32 : 1;
            for (var i = 1; i <= steps; i++)
            {
                var after = i == steps ? segment.To : Curves.At(from, segment, i / (double)steps);
                if (Crosses(before, after, inner))
                {
                    return false;
                }

                winding += Winding(before, after, inner.Centre);
                before = after;
            }
        }

        return isEvenOdd ? winding % 2 != 0 : winding != 0;
    }

    private static bool Crosses(Point a, Point b, Bounds box)
    {
        // Liang and Barsky.
        var (t0, t1) = (0.0, 1.0);
        foreach (var (p, q) in (ReadOnlySpan<(double, double)>)[(a.X - b.X, a.X - box.Left), (b.X - a.X, box.Right - a.X), (a.Y - b.Y, a.Y - box.Top),
            (b.Y - a.Y, box.Bottom - a.Y)])
        {
            if (p == 0 && q <= 0)
            {
                return false;
            }

            (t0, t1) = p < 0 ? (Math.Max(t0, q / p), t1) : p > 0 ? (t0, Math.Min(t1, q / p)) : (t0, t1);
        }

        return t0 < t1;
    }

    private static int Winding(Point a, Point b, Point p) =>
        (a.Y <= p.Y) == (b.Y <= p.Y) ? 0 : (b - a).Cross(p - a) > 0 == b.Y > a.Y ? Math.Sign(b.Y - a.Y) : 0;
}
