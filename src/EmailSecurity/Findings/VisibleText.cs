using System.Buffers;
using System.Globalization;
using System.Text;

namespace EmailSecurity.Findings;

/// <summary>
/// Text that may come from a stranger, made safe to show: DNS, servers, certificates and files can hold characters that drive a terminal (ESC, U+009B), turn a
/// line around (U+202E), hide (U+200B) or begin a new line of a log. Each is written as <c>\u001B</c> instead. All that this module reports passes here.
/// </summary>
public static class VisibleText
{
    private const string Ascii =
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

    private static readonly SearchValues<char> Plain = SearchValues.Create(Ascii);
    private static readonly SearchValues<char> PlainLines = SearchValues.Create(Ascii + "\r\n\t");

    /// <summary>The text with every control, format and invisible character, line end, line or paragraph separator and lone surrogate written out.</summary>
    /// <param name="text">Any text; null for none.</param>
    public static string Of(string? text) => Write(text ?? "", keepsLines: false);

    /// <summary>The same, for a text of several lines: line ends and tabs stay.</summary>
    /// <param name="text">Any text; null for none.</param>
    public static string OfLines(string? text) => Write(text ?? "", keepsLines: true);

    /// <summary>Whether <see cref="Of"/> changes nothing.</summary>
    public static bool IsVisible(string text) => ReferenceEquals(text, Of(text));

    private static string Write(string text, bool keepsLines)
    {
        var at = text.AsSpan().IndexOfAnyExcept(keepsLines ? PlainLines : Plain);
        if (at < 0)
        {
            return text; // nearly always
        }

        StringBuilder? written = null;
        while (at < text.Length)
        {
            var isWhole = Rune.TryGetRuneAt(text, at, out var rune);
            var length = isWhole ? rune.Utf16SequenceLength : 1;
            if (isWhole && (IsVisible(rune) || (keepsLines && rune.Value is '\r' or '\n' or '\t')))
            {
                written?.Append(text, at, length);
            }
            else
            {
                written ??= new StringBuilder(text, 0, at, text.Length + 16);
                foreach (var unit in text.AsSpan(at, length))
                {
                    written.Append("\\u").Append(((int)unit).ToString("X4", CultureInfo.InvariantCulture));
                }
            }

            at += length;
        }

        return written?.ToString() ?? text;
    }

    private static bool IsVisible(Rune rune) => !IsIgnorable(rune.Value) && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);

    // Unicode's Default_Ignorable_Code_Point beside the format characters: fillers and selectors that show nothing, so that two names look the same. The two
    // selectors that choose between text and emoji (U+FE0E, U+FE0F) stand in what people write.
    private static bool IsIgnorable(int rune) => rune is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2065 or 0x3164
        or (>= 0xFE00 and <= 0xFE0D) or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF);
}
