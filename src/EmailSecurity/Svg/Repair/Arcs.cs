namespace EmailSecurity.Svg.Repair;

/// <summary>Elliptical arcs as cubic curves: SVG Tiny 1.2 has no arcs (section 8.3).</summary>
internal static class Arcs
{
    /// <summary>The part of a circle that one curve stands for, in radians: off by less than one in 300,000 of the radius.</summary>
    private const double Most = Math.PI / 4;

    /// <summary>Adds an arc, SVG 2 appendix B.2.4.</summary>
    public static void Add(Outline outline, Point from, double rx, double ry, double degrees, bool isLarge, bool isPositive, Point to)
    {
        (rx, ry) = (Math.Abs(rx), Math.Abs(ry));
        if (rx < 1e-12 || ry < 1e-12)
        {
            outline.Line(to);
            return;
        }

        if (from == to)
        {
            return;
        }

        var angle = degrees * Math.PI / 180;
        var (sin, cos) = Math.SinCos(angle);
        var half = (from - to) * 0.5;
        var (x, y) = ((cos * half.X) + (sin * half.Y), (cos * half.Y) - (sin * half.X));
        var reach = (x * x / (rx * rx)) + (y * y / (ry * ry));
        if (reach > 1)
        {
            (rx, ry) = (rx * Math.Sqrt(reach), ry * Math.Sqrt(reach));
        }

        var rest = Math.Max(0, (1 / Math.Max(reach, 1e-300)) - 1);
        var k = reach >= 1 ? 0 : Math.Sqrt(rest) * (isLarge == isPositive ? -1 : 1);
        var (cx, cy) = (k * rx * y / ry, -k * ry * x / rx);
        var centre = from.Towards(to, 0.5) + new Point((cos * cx) - (sin * cy), (sin * cx) + (cos * cy));
        var begin = Math.Atan2((y - cy) / ry, (x - cx) / rx);
        var sweep = Math.Atan2((-y - cy) / ry, (-x - cx) / rx) - begin;
        if (isPositive != sweep > 0)
        {
            sweep += isPositive ? 2 * Math.PI : -2 * Math.PI;
        }

        Sweep(outline, new Matrix(cos * rx, sin * rx, -sin * ry, cos * ry, centre.X, centre.Y), begin, sweep, to);
    }

    /// <summary>Adds the part of the unit circle, transformed, from an angle on; the last point is given, so that no rounding opens a gap.</summary>
    public static void Sweep(Outline outline, Matrix circle, double begin, double sweep, Point to)
    {
        var count = Math.Max(1, (int)Math.Ceiling((Math.Abs(sweep) / Most) - 1e-9));
        var step = sweep / count;
        var k = 4 / 3.0 * Math.Tan(step / 4);
        for (var i = 0; i < count; i++)
        {
            var (a, b) = (Unit(begin + (step * i)), Unit(begin + (step * (i + 1))));
            var (first, second) = (new Point(a.X - (k * a.Y), a.Y + (k * a.X)), new Point(b.X + (k * b.Y), b.Y - (k * b.X)));
            outline.Curve(circle.Apply(first), circle.Apply(second), i == count - 1 ? to : circle.Apply(b));
        }
    }

    private static Point Unit(double angle) => new(Math.Cos(angle), Math.Sin(angle));
}
