namespace EmailSecurity.Svg.Repair;

/// <summary>
/// Cuts an outline to an ellipse, exactly: what lies outside is laid onto the ellipse, along rays from its center, where it covers nothing, so that how often
/// the outline winds around each point inside stays what it was.
/// </summary>
internal static class RoundClip
{
    /// <summary>The part of an outline in an ellipse.</summary>
    /// <param name="outline">The outline.</param>
    /// <param name="circle">From the unit circle to the ellipse.</param>
    public static Outline Apply(Outline outline, Matrix circle)
    {
        var unit = outline.Transform(circle.Inverse());
        var result = new Outline();
        foreach (var loop in unit.Loops())
        {
            var isOpen = false;
            foreach (var (from, segment) in loop)
            {
                if (!isOpen)
                {
                    result.Move(from.Length <= 1 ? from : OnCircle(from));
                    isOpen = true;
                }

                var t0 = 0.0;
                foreach (var t in Curves.Crossings(t => 1 - Lengthened(At(from, segment, t))).Append(1))
                {
                    Append(result, from, segment, t0, t);
                    t0 = t;
                }
            }

            result.Close();
        }

        return result.Transform(circle);
    }

    private static double Lengthened(Point p) => p.Dot(p);

    private static Point At(Point from, in Segment s, double t) => s.Kind == SegmentKind.Curve ? Curves.At(from, s, t) : from.Towards(s.To, t);

    private static Point OnCircle(Point p) => p.Length > 0 ? p * (1 / p.Length) : new Point(1, 0);

    private static void Append(Outline result, Point from, in Segment segment, double t0, double t1)
    {
        if (t1 - t0 < 1e-12)
        {
            return;
        }

        var (start, part) = Curves.Part(from, segment, t0, t1);
        if (At(start, part, 0.5).Length <= 1)
        {
            var to = part.To.Length > 1 ? OnCircle(part.To) : part.To;
            if (part.Kind == SegmentKind.Curve)
            {
                result.Curve(part.First, part.Second, to);
            }
            else
            {
                result.Line(to);
            }

            return;
        }

        // The angle that the part turns about the center, in steps small enough that none is more than half a turn.
        const int Steps = 32;
        double sweep = 0;
        var before = At(start, part, 0);
        for (var i = 1; i <= Steps; i++)
        {
            var after = At(start, part, i / (double)Steps);
            sweep += Math.Atan2(before.Cross(after), before.Dot(after));
            before = after;
        }

        var begin = OnCircle(start);
        if (Math.Abs(sweep) > 1e-12)
        {
            Arcs.Sweep(result, Matrix.Identity, Math.Atan2(begin.Y, begin.X), sweep, OnCircle(part.To));
        }
    }
}
