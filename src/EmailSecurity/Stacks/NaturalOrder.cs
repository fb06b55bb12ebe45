using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace EmailSecurity.Stacks;

/// <summary>Runs of digits compare as numbers, the rest by code point: the order that octoDNS wants its keys in.</summary>
internal sealed partial class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (a, b) = (Digits().Split(x ?? ""), Digits().Split(y ?? ""));
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            // Odd parts are the digits.
            var order = i % 2 == 0
                ? string.CompareOrdinal(a[i], b[i])
                : BigInteger.Parse(a[i], CultureInfo.InvariantCulture).CompareTo(BigInteger.Parse(b[i], CultureInfo.InvariantCulture));
            if (order != 0)
            {
                return order;
            }
        }

        return a.Length.CompareTo(b.Length);
    }

    [GeneratedRegex("(?<digits>[0-9]+)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Digits();
}
