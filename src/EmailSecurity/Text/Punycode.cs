using System.Text;

namespace EmailSecurity.Text;

/// <summary>Punycode (RFC 3492), encoding only.</summary>
internal static class Punycode
{
    // RFC 3492 section 5: parameter values.
    private const int Base = 36;
    private const int TMin = 1;
    private const int TMax = 26;
    private const int Skew = 38;
    private const int Damp = 700;
    private const int InitialBias = 72;
    private const int InitialN = 128;

    /// <summary>Appends <c>xn--</c> and the encoded label; false where it would be longer than a label may be.</summary>
    internal static bool TryEncode(ReadOnlySpan<char> label, StringBuilder output)
    {
        var points = new List<int>(label.Length);
        foreach (var rune in label.EnumerateRunes())
        {
            points.Add(rune.Value);
        }
        // A label holds at most 63 octets, and each code point takes at least one.
        if (points.Count > 59)
        {
            return false;
        }

        output.Append("xn--");
        var basic = 0;
        foreach (var point in points)
        {
            if (point >= InitialN)
            {
                continue;
            }

            output.Append((char)point);
            basic++;
        }
        if (basic > 0)
        {
            output.Append('-');
        }

        // RFC 3492 section 6.3. At most 59 code points below 0x110000: delta stays far below int.MaxValue.
        var (n, delta, bias, handled) = (InitialN, 0, InitialBias, basic);
        while (handled < points.Count)
        {
            var m = int.MaxValue;
            foreach (var point in points)
            {
                if (point >= n && point < m)
                {
                    m = point;
                }
            }
            delta += (m - n) * (handled + 1);
            n = m;
            foreach (var point in points)
            {
                if (point < n)
                {
                    delta++;
                }

                if (point != n)
                {
                    continue;
                }

                var q = delta;
                for (var k = Base; ; k += Base)
                {
                    var t = k <= bias ? TMin : k >= bias + TMax ? TMax : k - bias;
                    if (q < t)
                    {
                        break;
                    }

                    output.Append(Digit(t + ((q - t) % (Base - t))));
                    q = (q - t) / (Base - t);
                }
                output.Append(Digit(q));
                bias = Adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled++;
            }
            delta++;
            n++;
        }
        return true;
    }

    private static char Digit(int value) => (char)(value < 26 ? 'a' + value : '0' + value - 26);

    // RFC 3492 section 6.1.
    private static int Adapt(int delta, int count, bool first)
    {
        delta = first ? delta / Damp : delta / 2;
        delta += delta / count;
        var k = 0;
        while (delta > (Base - TMin) * TMax / 2)
        {
            delta /= Base - TMin;
            k += Base;
        }
        return k + ((Base - TMin + 1) * delta / (delta + Skew));
    }
}
