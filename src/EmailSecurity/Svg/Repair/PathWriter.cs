using System.Text;

namespace EmailSecurity.Svg.Repair;

/// <summary>Numbers rounded to a number of decimals, and path data in as few characters as they take.</summary>
/// <param name="decimals">Digits after the point.</param>
internal sealed class PathWriter(int decimals)
{
    private readonly double unit = Math.Pow(10, decimals);

    /// <summary>A number, rounded.</summary>
    /// <param name="value">The number.</param>
    /// <param name="more">Digits beyond the usual.</param>
    public string Number(double value, int more = 0) =>
        Format((long)Math.Round(value * unit * Math.Pow(10, more), MidpointRounding.AwayFromZero), decimals + more);

    /// <summary>The radius of a corner, rounded, and not more than half of the side that is written beside it.</summary>
    public string Radius(double radius, double side) => Format(Math.Min(Scaled(radius), Scaled(side) / 2), decimals);

    private long Scaled(double value) => (long)Math.Round(value * unit, MidpointRounding.AwayFromZero);

    /// <summary>A whole number of the smallest steps as a decimal number, without zeros that say nothing.</summary>
    private static string Format(long value, int digits)
    {
        if (value == 0)
        {
            return "0";
        }

        var text = Math.Abs(value).ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        var (whole, part) = (text[..^digits], text[^digits..].TrimEnd('0'));
        return (value < 0 ? "-" : "") + (whole == "0" && part.Length > 0 ? "" : whole) + (part.Length > 0 ? "." + part : "");
    }

    /// <summary>True where rounding takes a segment away that has a length to someone who rounds less: corners of strokes point where it points.</summary>
    public bool Loses(Outline outline, PathWriter finer) =>
        outline.Pieces().Any(p => IsNothing(p.From, p.Segment) && !finer.IsNothing(p.From, p.Segment));

    private bool IsNothing(Point from, in Segment s) =>
        Round(from) is var at && Round(s.To) == at && (s.Kind != SegmentKind.Curve || (Round(s.First) == at && Round(s.Second) == at));

    /// <summary>The outline as path data.</summary>
    /// <param name="outline">The outline.</param>
    /// <param name="keepsPoints">True where lines without a length matter, as they do to caps.</param>
    public string Path(Outline outline, bool keepsPoints)
    {
        var text = new StringBuilder();
        var state = new PenState();
        foreach (var s in outline.Segments)
        {
            Step(text, ref state, s, keepsPoints);
        }

        return text.ToString();
    }

    private void Step(StringBuilder text, ref PenState state, in Segment s, bool keepsPoints)
    {
        var to = Round(s.To);
        switch (s.Kind)
        {
            case SegmentKind.Move:
                // Written when something is drawn from there.
                (state.Move, state.Pen, state.Start, state.Control) = (to, to, to, to);
                return;
            case SegmentKind.Close:
                // A subpath without a length is a dot where its caps are round or square.
                if (state.Move is not null && keepsPoints)
                {
                    Begin(text, ref state);
                }

                if (state.Move is null)
                {
                    // A line back to where the subpath began is what the close draws.
                    text.Length = state.Return ?? text.Length;
                    text.Append('z');
                    (state.Pen, state.Written, state.Command, state.Control) = (state.Start, state.Start, 'z', state.Start);
                }

                return;
            case SegmentKind.Line:
                if (to == state.Pen && !(keepsPoints && state.Move is not null))
                {
                    return;
                }

                Begin(text, ref state);
                state.Return = to == state.Start && to != state.Pen ? text.Length : null;
                var (command, values) = to.Y == state.Pen.Y ? ('h', (long[])[to.X]) : to.X == state.Pen.X ? ('v', [to.Y]) : ('l', [to.X, to.Y]);
                Append(text, ref state, command, values);
                (state.Pen, state.Control) = (to, to);
                return;
            default:
                var (first, second) = (Round(s.First), Round(s.Second));
                if (first == state.Pen && second == state.Pen && to == state.Pen)
                {
                    return;
                }

                Begin(text, ref state);
                state.Return = null;
                var isSmooth = state.Control is { } c && first.X == (2 * state.Pen.X) - c.X && first.Y == (2 * state.Pen.Y) - c.Y;
                Append(text, ref state, isSmooth ? 's' : 'c', isSmooth ? [second.X, second.Y, to.X, to.Y] : [first.X, first.Y, second.X, second.Y, to.X, to.Y]);
                (state.Pen, state.Control) = (to, second);
                return;
        }
    }

    private void Begin(StringBuilder text, ref PenState state)
    {
        if (state.Move is not { } move)
        {
            return;
        }

        // From where the last subpath was written to.
        var pen = state.Pen;
        state.Pen = state.Written;
        Append(text, ref state, 'm', [move.X, move.Y]);
        (state.Pen, state.Start, state.Move, state.Return) = (pen, move, null, null);
    }

    private void Append(StringBuilder text, ref PenState state, char command, long[] values)
    {
        var absolute = Words(state, char.ToUpperInvariant(command), values, default);
        var relative = Words(state, command, values, state.Pen);
        var isShorter = text.Length > 0 && relative.Length < absolute.Length;
        text.Append(isShorter ? relative : absolute);
        state.Command = isShorter ? command : char.ToUpperInvariant(command);
        state.HasPoint = LastHasPoint(text);
        state.Written = command switch
        {
            'h' => (values[0], state.Pen.Y),
            'v' => (state.Pen.X, values[0]),
            _ => (values[^2], values[^1]),
        };
    }

    private string Words(in PenState state, char command, long[] values, (long X, long Y) from)
    {
        // A command that is repeated is left out; after a move the repetition would be a line.
        var text = new StringBuilder();
        var (isFirst, hasPoint) = (command != state.Command || command is 'm' or 'M', state.HasPoint);
        if (isFirst)
        {
            text.Append(command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            var isY = values.Length == 1 ? command is 'v' or 'V' : i % 2 == 1;
            var word = Format(values[i] - (isY ? from.Y : from.X), decimals);
            if (!(isFirst && i == 0) && word[0] != '-' && !(word[0] == '.' && hasPoint))
            {
                text.Append(' ');
            }

            text.Append(word);
            hasPoint = word.Contains('.', StringComparison.Ordinal);
        }

        return text.ToString();
    }

    private static bool LastHasPoint(StringBuilder text)
    {
        for (var i = text.Length - 1; i >= 0 && (char.IsAsciiDigit(text[i]) || text[i] == '.'); i--)
        {
            if (text[i] == '.')
            {
                return true;
            }
        }

        return false;
    }

    private (long X, long Y) Round(Point p) => (Scaled(p.X), Scaled(p.Y));

    private struct PenState
    {
        public (long X, long Y) Pen;
        public (long X, long Y) Written;
        public (long X, long Y) Start;
        public (long X, long Y)? Control;
        public (long X, long Y)? Move;
        public int? Return;
        public char Command;
        public bool HasPoint;
    }
}
