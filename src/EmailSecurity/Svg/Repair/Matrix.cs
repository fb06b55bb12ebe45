using System.Runtime.InteropServices;

namespace EmailSecurity.Svg.Repair;

/// <summary>A point, in whatever system of coordinates is spoken of.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Point(double X, double Y)
{
    public static Point operator +(Point a, Point b) => new(a.X + b.X, a.Y + b.Y);

    public static Point operator -(Point a, Point b) => new(a.X - b.X, a.Y - b.Y);

    public static Point operator *(Point a, double k) => new(a.X * k, a.Y * k);

    /// <summary>Distance from the origin.</summary>
    public double Length => Math.Sqrt((X * X) + (Y * Y));

    /// <summary>The z of the cross product.</summary>
    public double Cross(Point other) => (X * other.Y) - (Y * other.X);

    /// <summary>The dot product.</summary>
    public double Dot(Point other) => (X * other.X) + (Y * other.Y);

    /// <summary>The point that lies at <paramref name="t"/> of the way to another.</summary>
    public Point Towards(Point other, double t) => new(X + ((other.X - X) * t), Y + ((other.Y - Y) * t));
}

/// <summary>An affine transformation, SVG 2 section 8.5: <c>matrix(a b c d e f)</c>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Matrix(double A, double B, double C, double D, double E, double F)
{
    /// <summary>Less than this is not a difference that anyone sees: one in ten thousand of the whole drawing.</summary>
    private const double Visible = 1e-4;

    public static readonly Matrix Identity = new(1, 0, 0, 1, 0, 0);

    /// <summary>The right one first, then the left one.</summary>
    public static Matrix operator *(Matrix m, Matrix n) => new(
        (m.A * n.A) + (m.C * n.B), (m.B * n.A) + (m.D * n.B), (m.A * n.C) + (m.C * n.D), (m.B * n.C) + (m.D * n.D),
        (m.A * n.E) + (m.C * n.F) + m.E, (m.B * n.E) + (m.D * n.F) + m.F);

    public static Matrix Translate(double x, double y) => new(1, 0, 0, 1, x, y);

    public static Matrix Scale(double x, double y) => new(x, 0, 0, y, 0, 0);

    /// <summary>The signed factor by which areas grow.</summary>
    public double Determinant => (A * D) - (B * C);

    /// <summary>The factor by which lengths grow where that is the same in all directions.</summary>
    public double Factor => Math.Sqrt(Math.Abs(Determinant));

    /// <summary>True where it flattens everything to a line, so that nothing is drawn.</summary>
    public bool IsSingular => !double.IsFinite(Determinant) || Math.Abs(Determinant) < 1e-12;

    /// <summary>True where circles stay circles: moved, turned, mirrored, or scaled alike in both directions.</summary>
    public bool IsSimilarity
    {
        get
        {
            var size = Math.Abs(A) + Math.Abs(B) + Math.Abs(C) + Math.Abs(D);
            return Math.Min(Math.Abs(A - D) + Math.Abs(B + C), Math.Abs(A + D) + Math.Abs(B - C)) <= size * Visible;
        }
    }

    /// <summary>True where upright rectangles stay upright.</summary>
    public bool IsUpright => (Math.Abs(B) + Math.Abs(C) < 1e-9) || (Math.Abs(A) + Math.Abs(D) < 1e-9);

    /// <summary>The one that undoes it; not to be asked of a singular one.</summary>
    public Matrix Inverse()
    {
        var k = 1 / Determinant;
        return new Matrix(D * k, -B * k, -C * k, A * k, ((C * F) - (D * E)) * k, ((B * E) - (A * F)) * k);
    }

    public Point Apply(Point p) => new((A * p.X) + (C * p.Y) + E, (B * p.X) + (D * p.Y) + F);

    /// <summary>A direction, which no translation changes.</summary>
    public Point Turn(Point p) => new((A * p.X) + (C * p.Y), (B * p.X) + (D * p.Y));
}

/// <summary>An upright rectangle; empty until something is added.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Bounds(double Left, double Top, double Right, double Bottom)
{
    public static readonly Bounds Empty = new(double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity, double.NegativeInfinity);

    public double Width => Right - Left;

    public double Height => Bottom - Top;

    public bool IsEmpty => !(Right >= Left && Bottom >= Top);

    public Point Centre => new((Left + Right) / 2, (Top + Bottom) / 2);

    public Bounds Add(Point p) => new(Math.Min(Left, p.X), Math.Min(Top, p.Y), Math.Max(Right, p.X), Math.Max(Bottom, p.Y));

    public Bounds Add(Bounds b) => b.IsEmpty ? this
        : new(Math.Min(Left, b.Left), Math.Min(Top, b.Top), Math.Max(Right, b.Right), Math.Max(Bottom, b.Bottom));

    public Bounds Grow(double by) => IsEmpty ? this : new(Left - by, Top - by, Right + by, Bottom + by);

    /// <summary>True where the other lies in it.</summary>
    public bool Contains(Bounds b) => Left <= b.Left && Top <= b.Top && Right >= b.Right && Bottom >= b.Bottom;

    /// <summary>True where the two share more than an edge.</summary>
    public bool Overlaps(Bounds b) => Left < b.Right && b.Left < Right && Top < b.Bottom && b.Top < Bottom;

    /// <summary>The four corners in turn.</summary>
    public Point[] Corners() => [new(Left, Top), new(Right, Top), new(Right, Bottom), new(Left, Bottom)];
}
