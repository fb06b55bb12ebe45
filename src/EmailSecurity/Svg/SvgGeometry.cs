namespace EmailSecurity.Svg;

/// <summary>The grammars of path data, points, transforms and lists of numbers in SVG Tiny 1.2. Each check returns what is wrong, or null.</summary>
internal static class SvgGeometry
{
    /// <summary>SVG Tiny 1.2 section 8.3.9: the grammar of path data, without SVG 1.1's arcs.</summary>
    public static string? CheckPath(ReadOnlySpan<byte> value, out int offset, out bool hasArc)
    {
        var scanner = new SvgScanner(value);
        offset = 0;
        hasArc = false;
        scanner.SkipWhiteSpace();
        var first = true;
        while (!scanner.AtEnd)
        {
            offset = scanner.Position;
            var command = (byte)(scanner.Next | 0x20);
            if (first && command != 'm')
            {
                return "path data starts with a moveto (M)";
            }

            first = false;
            var count = command switch
            {
                (byte)'m' or (byte)'l' or (byte)'t' => 2,
                (byte)'h' or (byte)'v' => 1,
                (byte)'c' => 6,
                (byte)'s' or (byte)'q' => 4,
                (byte)'z' => 0,
                (byte)'a' => 7,
                _ => -1,
            };
            if (count < 0)
            {
                return "path data contains something that is not a command";
            }

            scanner.Position++;
            scanner.SkipWhiteSpace();
            if (count == 0)
            {
                continue;
            }

            hasArc |= count == 7;
            bool comma;
            do
            {
                for (var i = 0; i < count; i++)
                {
                    if (i > 0)
                    {
                        scanner.SkipComma();
                    }

                    offset = scanner.Position;
                    // SVG 1.1's arc flags are one digit and may run into the next number.
                    if (count == 7 && i is 3 or 4)
                    {
                        if (scanner.Next is not ((byte)'0' or (byte)'1'))
                        {
                            return "an arc's flag is neither 0 nor 1";
                        }

                        scanner.Position++;
                    }
                    else if (!scanner.SkipNumber())
                    {
                        return "a path command has too few numbers";
                    }
                }
                comma = scanner.SkipComma();
                offset = scanner.Position;
            }
            while (comma || StartsNumber(scanner.Next));
        }
        return null;
    }

    private static bool StartsNumber(byte c) => c is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.';

    /// <summary>SVG Tiny 1.2 section 9.7.1: pairs of coordinates.</summary>
    public static string? CheckPoints(ReadOnlySpan<byte> value)
    {
        var count = CountNumbers(value);
        return count < 0 ? "points contains something that is not a number" : count % 2 != 0 ? "points contains an odd number of coordinates" : null;
    }

    /// <summary>How many numbers the list holds; -1 where it holds anything else.</summary>
    public static int CountNumbers(ReadOnlySpan<byte> value)
    {
        var scanner = new SvgScanner(value);
        var count = 0;
        scanner.SkipWhiteSpace();
        while (!scanner.AtEnd)
        {
            if (!scanner.SkipNumber())
            {
                return -1;
            }

            count++;
            if (scanner.SkipComma() && scanner.AtEnd)
            {
                return -1;
            }
        }
        return count;
    }

    /// <summary>SVG Tiny 1.2 section 7.6: a list of transforms, <c>ref(...)</c> or <c>none</c>.</summary>
    public static string? CheckTransform(ReadOnlySpan<byte> value)
    {
        value = SvgText.Trim(value);
        if (value.SequenceEqual("none"u8))
        {
            return null;
        }

        var scanner = new SvgScanner(value);
        while (!scanner.AtEnd)
        {
            var name = scanner.ReadLetters();
            if (name.SequenceEqual("ref"u8))
            {
                return null;
            }

            var (least, most) = Arguments(name);
            scanner.SkipWhiteSpace();
            if (most == 0)
            {
                return "transform uses a function that SVG Tiny 1.2 does not define";
            }

            if (scanner.Next != '(')
            {
                return "a transform function has no opening bracket";
            }

            scanner.Position++;
            scanner.SkipWhiteSpace();
            var count = 0;
            while (scanner.SkipNumber())
            {
                count++;
                scanner.SkipComma();
            }
            if (scanner.Next != ')')
            {
                return "a transform function contains something that is not a number, or is not closed";
            }

            if (count != least && count != most)
            {
                return "a transform function has the wrong number of numbers";
            }

            scanner.Position++;
            scanner.SkipComma();
        }
        return null;
    }

    private static (int Least, int Most) Arguments(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("matrix"u8) ? (6, 6)
        : name.SequenceEqual("translate"u8) || name.SequenceEqual("scale"u8) ? (1, 2)
        : name.SequenceEqual("rotate"u8) ? (1, 3)
        : name.SequenceEqual("skewX"u8) || name.SequenceEqual("skewY"u8) ? (1, 1)
        : (0, 0);
}
