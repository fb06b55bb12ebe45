namespace EmailSecurity.Svg.Repair;

/// <summary>The mathematics of cubic curves.</summary>
internal static class Curves
{
    /// <summary>The point at a parameter.</summary>
    public static Point At(Point from, in Segment s, double t)
    {
        var u = 1 - t;
        return (from * (u * u * u)) + (s.First * (3 * u * u * t)) + (s.Second * (3 * u * t * t)) + (s.To * (t * t * t));
    }

    /// <summary>The part between two parameters (de Casteljau).</summary>
    public static (Point From, Segment Segment) Part(Point from, in Segment s, double t0, double t1)
    {
        if (s.Kind != SegmentKind.Curve)
        {
            var (a, b) = (from.Towards(s.To, t0), from.Towards(s.To, t1));
            return (a, new Segment(SegmentKind.Line, b, b, b));
        }

        var (start, end) = (t0 <= 0 ? from : At(from, s, t0), t1 >= 1 ? s.To : At(from, s, t1));
        var k = (t1 - t0) / 3;
        return (start, new Segment(SegmentKind.Curve, start + (Slope(from, s, t0) * k), end - (Slope(from, s, t1) * k), end));
    }

    /// <summary>The derivative at a parameter.</summary>
    public static Point Slope(Point from, in Segment s, double t)
    {
        var u = 1 - t;
        return ((s.First - from) * (3 * u * u)) + ((s.Second - s.First) * (6 * u * t)) + ((s.To - s.Second) * (3 * t * t));
    }

    /// <summary>Adds the points at which the curve turns back.</summary>
    public static Bounds AddExtremes(Bounds bounds, Point from, in Segment s)
    {
        Span<double> roots = stackalloc double[4];
        var count = Extremes(from.X, s.First.X, s.Second.X, s.To.X, roots);
        count += Extremes(from.Y, s.First.Y, s.Second.Y, s.To.Y, roots[count..]);
        for (var i = 0; i < count; i++)
        {
            bounds = bounds.Add(At(from, s, roots[i]));
        }

        return bounds;
    }

    private static int Extremes(double p0, double p1, double p2, double p3, Span<double> roots)
    {
        // The derivative is a quadratic.
        var (a, b, c) = (-p0 + (3 * p1) - (3 * p2) + p3, 2 * (p0 - (2 * p1) + p2), p1 - p0);
        return Quadratic(a, b, c, roots);
    }

    private static int Quadratic(double a, double b, double c, Span<double> roots)
    {
        var count = 0;
        if (Math.Abs(a) < 1e-12)
        {
            return Math.Abs(b) < 1e-12 ? 0 : Keep(-c / b, roots, 0);
        }

        var d = (b * b) - (4 * a * c);
        if (d < 0)
        {
            return 0;
        }

        var q = -0.5 * (b + (b < 0 ? -Math.Sqrt(d) : Math.Sqrt(d)));
        count = Keep(q / a, roots, count);
        return Math.Abs(q) < 1e-15 ? count : Keep(c / q, roots, count);
    }

    private static int Keep(double t, Span<double> roots, int count)
    {
        if (t is > 0 and < 1)
        {
            roots[count++] = t;
        }

        return count;
    }

    /// <summary>Parameters, in order, at which a function of the curve changes its sign. Between two of them it has one sign.</summary>
    /// <param name="value">The function of the parameter; a polynomial of degree six at most.</param>
    public static List<double> Crossings(Func<double, double> value)
    {
        const int Steps = 64;
        List<double> found = [];
        var (t0, v0) = (0.0, value(0));
        for (var i = 1; i <= Steps; i++)
        {
            var (t1, v1) = (i / (double)Steps, value(i / (double)Steps));
            if ((v0 < 0) != (v1 < 0))
            {
                found.Add(Bisect(value, t0, t1, v0 < 0));
            }

            (t0, v0) = (t1, v1);
        }

        return found;
    }

    private static double Bisect(Func<double, double> value, double low, double high, bool isNegative)
    {
        for (var i = 0; i < 50; i++)
        {
            var middle = (low + high) / 2;
            if ((value(middle) < 0) == isNegative)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return (low + high) / 2;
    }
}
