namespace EmailSecurity.Svg.Repair;

/// <summary>Lengths, numbers and transforms as attributes and style properties have them.</summary>
internal static class Lengths
{
    /// <summary>Reads a length in user units, CSS Values 4 section 6.2 at 96 pixels to the inch; false where it depends on a font or is none.</summary>
    public static bool TryRead(string text, double whole, out double length)
    {
        var scanner = new NumberScanner(text.AsSpan().Trim());
        if (!scanner.TryNumber(out length))
        {
            return false;
        }

        var unit = scanner.Rest.Trim().ToString().ToLowerInvariant();
        var pixels = unit == "%" ? length * whole / 100 : new SvgLength(length, unit).Pixels;
        length = pixels ?? 0;
        return pixels is not null && double.IsFinite(length);
    }

    /// <summary>Reads an opacity or offset: a number or a percentage, between 0 and 1.</summary>
    public static bool TryShare(string text, out double share)
    {
        var scanner = new NumberScanner(text.AsSpan().Trim());
        var isGood = scanner.TryNumber(out share);
        share = Math.Clamp(scanner.Take('%') ? share / 100 : share, 0, 1);
        return isGood && scanner.AtEnd;
    }

    /// <summary>Reads a list of transforms, SVG 2 section 8.5, or CSS's with units of px and deg; false where one cannot be read.</summary>
    public static bool TryTransform(string text, out Matrix matrix)
    {
        matrix = Matrix.Identity;
        var scanner = new NumberScanner(text.AsSpan().Trim());
        if (scanner.Rest is "none")
        {
            return true;
        }

        Span<double> n = stackalloc double[6];
        while (!scanner.AtEnd)
        {
            var name = scanner.Word();
            scanner.SkipSpace();
            if (!scanner.Take('('))
            {
                return false;
            }

            var count = 0;
            scanner.SkipSpace();
            while (count < 6 && TryArgument(ref scanner, out n[count]))
            {
                count++;
                scanner.SkipComma();
            }

            if (!scanner.Take(')') || One(name.ToString(), n[..count]) is not { } one)
            {
                return false;
            }

            matrix *= one;
            scanner.SkipComma();
        }

        return true;
    }

    private static bool TryArgument(ref NumberScanner scanner, out double number)
    {
        if (!scanner.TryNumber(out number))
        {
            return false;
        }

        var unit = scanner.Word();
        number *= unit is "rad" ? 180 / Math.PI : unit is "turn" ? 360 : 1;
        return unit is "" or "px" or "deg" or "rad" or "turn";
    }

    private static Matrix? One(string name, ReadOnlySpan<double> n) => (name, n.Length) switch
    {
        ("matrix", 6) => new Matrix(n[0], n[1], n[2], n[3], n[4], n[5]),
        ("translate", 1 or 2) => Matrix.Translate(n[0], n.Length > 1 ? n[1] : 0),
        ("translateX", 1) => Matrix.Translate(n[0], 0),
        ("translateY", 1) => Matrix.Translate(0, n[0]),
        ("scale", 1 or 2) => Matrix.Scale(n[0], n.Length > 1 ? n[1] : n[0]),
        ("rotate", 1) => Turn(n[0]),
        ("rotate", 3) => Matrix.Translate(n[1], n[2]) * Turn(n[0]) * Matrix.Translate(-n[1], -n[2]),
        ("skewX", 1) => new Matrix(1, 0, Math.Tan(n[0] * Math.PI / 180), 1, 0, 0),
        ("skewY", 1) => new Matrix(1, Math.Tan(n[0] * Math.PI / 180), 0, 1, 0, 0),
        _ => null,
    };

    private static Matrix Turn(double degrees)
    {
        // Quarter turns are exact, so that upright shapes stay upright.
        var (sin, cos) = (degrees % 360) switch
        {
            0 => (0, 1),
            90 or -270 => (1, 0),
            180 or -180 => (0, -1),
            270 or -90 => (-1, 0),
            _ => Math.SinCos(degrees * Math.PI / 180),
        };
        return new Matrix(cos, sin, -sin, cos, 0, 0);
    }

    /// <summary>A value for a message.</summary>
    public static string Short(string text) => text.Length > 60 ? text[..60] + "..." : text;
}
