namespace EmailSecurity.Svg.Repair;

/// <summary>Reads path data, SVG 2 section 9.3: every command, arcs among them, becomes lines and cubic curves.</summary>
internal static class PathReader
{
    /// <summary>Reads path data; up to the first mistake, as renderers do (SVG 2 section 9.5.4).</summary>
    /// <param name="data">The data.</param>
    /// <param name="most">Segments at most.</param>
    /// <param name="isWhole">False where a mistake ended it.</param>
    public static Outline Read(string data, int most, out bool isWhole)
    {
        var outline = new Outline();
        var scanner = new NumberScanner(data);
        var (command, control, isQuadratic) = ('\0', default(Point), false);
        isWhole = true;
        while (true)
        {
            scanner.SkipComma();
            if (scanner.AtEnd || outline.Segments.Count > most)
            {
                break;
            }

            if (char.IsAsciiLetter(scanner.Next))
            {
                command = scanner.Next;
                scanner.Position++;
            }
            else if (command is 'M' or 'm')
            {
                command = command == 'M' ? 'L' : 'l';
            }
            else if (command is '\0' or 'z' or 'Z')
            {
                isWhole = false;
                break;
            }

            if (outline.Segments.Count == 0 && command is not ('M' or 'm'))
            {
                isWhole = false;
                break;
            }

            if (!Step(ref scanner, command, outline, ref control, ref isQuadratic))
            {
                isWhole = false;
                break;
            }
        }

        return outline;
    }

    // The control point that S and T mirror is kept from command to command.
    private static bool Step(ref NumberScanner scanner, char command, Outline outline, ref Point control, ref bool isQuadratic)
    {
        var pen = outline.Pen;
        var origin = char.IsAsciiLetterLower(command) ? pen : default;
        Span<double> n = stackalloc double[7];
        var kind = char.ToUpperInvariant(command);
        if (!TryNumbers(ref scanner, kind, n))
        {
            return false;
        }

        Point P(scoped ReadOnlySpan<double> numbers, int i) => origin + new Point(numbers[i], numbers[i + 1]);
        var (wasCurve, wasQuadratic) = (control != pen && !isQuadratic, isQuadratic);
        isQuadratic = false;
        switch (kind)
        {
            case 'M':
                outline.Move(P(n, 0));
                break;
            case 'L':
                outline.Line(P(n, 0));
                break;
            case 'H':
                outline.Line(new Point(origin.X + n[0], pen.Y));
                break;
            case 'V':
                outline.Line(new Point(pen.X, origin.Y + n[0]));
                break;
            case 'Z':
                outline.Close();
                break;
            case 'A':
                Arcs.Add(outline, pen, n[0], n[1], n[2], n[3] != 0, n[4] != 0, P(n, 5));
                break;
            case 'C':
                outline.Curve(P(n, 0), P(n, 2), P(n, 4));
                control = P(n, 2);
                return true;
            case 'S':
                outline.Curve(wasCurve ? (pen * 2) - control : pen, P(n, 0), P(n, 2));
                control = P(n, 0);
                return true;
            default:
                control = kind == 'Q' ? P(n, 0) : wasQuadratic ? (pen * 2) - control : pen;
                var to = P(n, kind == 'Q' ? 2 : 0);
                outline.Curve(pen.Towards(control, 2 / 3.0), to.Towards(control, 2 / 3.0), to);
                isQuadratic = true;
                return true;
        }

        control = outline.Pen;
        return true;
    }

    private static bool TryNumbers(ref NumberScanner scanner, char kind, scoped Span<double> numbers)
    {
        var count = kind switch { 'M' or 'L' or 'T' => 2, 'H' or 'V' => 1, 'C' => 6, 'S' or 'Q' => 4, 'A' => 7, 'Z' => 0, _ => -1 };
        for (var i = 0; i < count; i++)
        {
            scanner.SkipComma();
            if (kind == 'A' && i is 3 or 4)
            {
                // A flag is one digit and may run into the next number.
                if (scanner.Next is not ('0' or '1'))
                {
                    return false;
                }

                numbers[i] = scanner.Next - '0';
                scanner.Position++;
            }
            else if (!scanner.TryNumber(out numbers[i]))
            {
                return false;
            }
        }

        return count >= 0;
    }
}
