using System.Runtime.InteropServices;

namespace EmailSecurity.Svg.Repair;

/// <summary>What a segment of an outline is.</summary>
internal enum SegmentKind : byte
{
    Move,
    Line,
    Curve,
    Close,
}

/// <summary>A piece of an outline: where it goes, and for a curve its two control points.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Segment(SegmentKind Kind, Point First, Point Second, Point To);

/// <summary>A shape that stays what it is when moved and scaled: an ellipse (its corner radii are half its sides), or a rectangle.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Form(Bounds Box, double RadiusX, double RadiusY, bool IsEllipse)
{
    /// <summary>The form after a transformation; null where it is none any more.</summary>
    public static Form? Transform(Form? form, Matrix m)
    {
        if (form is not { } f || !(m.IsUpright || (m.IsSimilarity && f.IsEllipse && Math.Abs(f.RadiusX - f.RadiusY) < 1e-9)))
        {
            return null;
        }

        if (!m.IsUpright)
        {
            var (centre, radius) = (m.Apply(f.Box.Centre), f.RadiusX * m.Factor);
            return new Form(Bounds.Empty.Add(centre).Grow(radius), radius, radius, IsEllipse: true);
        }

        var box = Bounds.Empty.Add(m.Apply(new Point(f.Box.Left, f.Box.Top))).Add(m.Apply(new Point(f.Box.Right, f.Box.Bottom)));
        return new Form(box, (Math.Abs(m.A) * f.RadiusX) + (Math.Abs(m.C) * f.RadiusY), (Math.Abs(m.B) * f.RadiusX) + (Math.Abs(m.D) * f.RadiusY), f.IsEllipse);
    }
}

/// <summary>The geometry of a shape: lines and cubic curves. Each subpath begins with a move.</summary>
internal sealed class Outline
{
    /// <summary>The segments.</summary>
    public List<Segment> Segments { get; } = [];

    /// <summary>The shape that it is, where it is one that SVG has an element for.</summary>
    public Form? Form { get; init; }

    /// <summary>Where the pen is.</summary>
    public Point Pen { get; private set; }

    private Point start;

    public void Move(Point to)
    {
        // A move straight after another draws nothing.
        if (Segments.Count > 0 && Segments[^1].Kind == SegmentKind.Move)
        {
            Segments.RemoveAt(Segments.Count - 1);
        }

        Add(SegmentKind.Move, to, to, to);
        start = to;
    }

    public void Line(Point to) => Add(SegmentKind.Line, to, to, to);

    public void Curve(Point first, Point second, Point to) => Add(SegmentKind.Curve, first, second, to);

    public void Close()
    {
        if (Segments.Count > 0 && Segments[^1].Kind != SegmentKind.Close)
        {
            Add(SegmentKind.Close, start, start, start);
        }
    }

    private void Add(SegmentKind kind, Point first, Point second, Point to)
    {
        // SVG 2 section 9.3.4: what follows a close without a move begins where the closed subpath began.
        if (kind is SegmentKind.Line or SegmentKind.Curve && (Segments.Count == 0 || Segments[^1].Kind == SegmentKind.Close))
        {
            Segments.Add(new Segment(SegmentKind.Move, Pen, Pen, Pen));
            start = Pen;
        }

        Segments.Add(new Segment(kind, first, second, to));
        Pen = to;
    }

    /// <summary>The outline after a transformation.</summary>
    public Outline Transform(Matrix m)
    {
        var result = new Outline { Form = Repair.Form.Transform(Form, m) };
        foreach (var s in Segments)
        {
            result.Segments.Add(new Segment(s.Kind, m.Apply(s.First), m.Apply(s.Second), m.Apply(s.To)));
        }

        return result;
    }

    /// <summary>Every piece that is drawn, with where it begins; a close that has a length is a line.</summary>
    public IEnumerable<(Point From, Segment Segment)> Pieces()
    {
        var pen = default(Point);
        foreach (var s in Segments)
        {
            if (s.Kind is SegmentKind.Line or SegmentKind.Curve || (s.Kind == SegmentKind.Close && s.To != pen))
            {
                yield return (pen, s);
            }

            pen = s.To;
        }
    }

    /// <summary>The smallest upright rectangle around it, without any stroke.</summary>
    public Bounds Bounds()
    {
        // A subpath that is closed where it began is a point.
        var bounds = Segments.Where(s => s.Kind == SegmentKind.Close).Aggregate(Repair.Bounds.Empty, (b, s) => b.Add(s.To));
        foreach (var (from, s) in Pieces())
        {
            bounds = bounds.Add(from).Add(s.To);
            if (s.Kind == SegmentKind.Curve)
            {
                bounds = Curves.AddExtremes(bounds, from, s);
            }
        }

        return bounds;
    }

    /// <summary>The subpaths as they are filled: each without its move, ending where it begins.</summary>
    public List<List<(Point From, Segment Segment)>> Loops()
    {
        List<List<(Point, Segment)>> loops = [];
        List<(Point, Segment)> loop = [];
        var (pen, begin) = (default(Point), default(Point));
        foreach (var s in Segments.Append(new Segment(SegmentKind.Move, default, default, default)))
        {
            if (s.Kind is SegmentKind.Line or SegmentKind.Curve)
            {
                loop.Add((pen, s));
                pen = s.To;
                continue;
            }

            if (loop.Count > 0)
            {
                if (pen != begin)
                {
                    loop.Add((pen, new Segment(SegmentKind.Line, begin, begin, begin)));
                }

                loops.Add(loop);
                loop = [];
            }

            (pen, begin) = s.Kind == SegmentKind.Move ? (s.To, s.To) : (begin, begin);
        }

        return loops;
    }

    /// <summary>The corners where it is one convex polygon, in turn; null where it is none.</summary>
    public Point[]? ConvexCorners()
    {
        if (Loops() is not [var loop] || loop.Exists(p => p.Segment.Kind == SegmentKind.Curve) || loop.Count > 64)
        {
            return null;
        }

        var size = Bounds();
        var least = Math.Max(size.Width, size.Height) * 1e-9;
        var points = loop.Select(p => p.From).Where((p, i) => (p - loop[(i + 1) % loop.Count].From).Length > least).ToArray();
        double turned = 0;
        var sign = 0;
        for (var i = 0; i < points.Length; i++)
        {
            var (a, b) = (points[(i + 1) % points.Length] - points[i], points[(i + 2) % points.Length] - points[(i + 1) % points.Length]);
            var cross = a.Cross(b) / (a.Length * b.Length);
            turned += Math.Atan2(a.Cross(b), a.Dot(b));
            var s = Math.Abs(cross) < 1e-9 ? 0 : Math.Sign(cross);
            if (s != 0 && sign != 0 && s != sign)
            {
                return null;
            }

            sign = sign == 0 ? s : sign;
        }

        // Once around, not twice as a pentagram.
        return points.Length >= 3 && sign != 0 && Math.Abs(Math.Abs(turned) - (2 * Math.PI)) < 1e-3 ? points : null;
    }
}
