using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace EmailSecurity.Svg;

/// <summary>Characters and white space of XML 1.0 over UTF-8 bytes.</summary>
internal static class SvgText
{
    /// <summary>XML 1.0 production 3, S.</summary>
    public static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n"u8);

    // XML 1.0 production 2: no control character but tab, carriage return and line feed.
    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]);

    // The first two bytes of U+FFFE and U+FFFF, and of 62 characters that are allowed.
    private static ReadOnlySpan<byte> Noncharacter => [0xEF, 0xBF];

    /// <summary>The byte there; 0 beyond the end.</summary>
    public static byte At(ReadOnlySpan<byte> text, int at) => (uint)at < (uint)text.Length ? text[at] : (byte)0;

    /// <summary>Offset of the first byte from there on that is not white space.</summary>
    public static int SkipWhiteSpace(ReadOnlySpan<byte> text, int at)
    {
        while (IsWhiteSpace(At(text, at)))
        {
            at++;
        }

        return at;
    }

    public static bool IsWhiteSpace(byte c) => c is (byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r';

    /// <summary>Offset of the first byte that is not UTF-8 or not an XML character; -1 where all is well.</summary>
    public static int FindIllegal(ReadOnlySpan<byte> text, out string problem)
    {
        problem = "";
        var at = -1;
        if (!Ascii7(text) && !Utf8.IsValid(text))
        {
            problem = "the text is not UTF-8";
            at = 0;
            while (at < text.Length && Rune.DecodeFromUtf8(text[at..], out _, out var used) == OperationStatus.Done)
            {
                at += used;
            }
        }
        var control = text.IndexOfAny(Controls);
        if (control >= 0 && (at < 0 || control < at))
        {
            problem = $"the control character U+{text[control]:X4} is not allowed in XML";
            at = control;
        }
        // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
        for (var i = text.IndexOf(Noncharacter); i >= 0 && i + 2 < text.Length && (at < 0 || i < at);)
        {
            if (text[i + 2] >= 0xBE)
            {
                problem = $"U+{(text[i + 2] == 0xBE ? "FFFE" : "FFFF")} is not allowed in XML";
                return i;
            }
            var next = text[(i + 2)..].IndexOf(Noncharacter);
            i = next < 0 ? -1 : i + 2 + next;
        }
        return at;
    }

    private static bool Ascii7(ReadOnlySpan<byte> text) => System.Text.Ascii.IsValid(text);

    /// <summary>The value without white space at its ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value)
    {
        var start = 0;
        while (start < value.Length && IsWhiteSpace(value[start]))
        {
            start++;
        }

        var end = value.Length;
        while (end > start && IsWhiteSpace(value[end - 1]))
        {
            end--;
        }

        return value[start..end];
    }

    /// <summary>Text for a message: at most 60 characters, nothing a terminal would act on.</summary>
    public static string Show(ReadOnlySpan<byte> value)
    {
        var text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, 240)]);
        var shown = new StringBuilder();
        foreach (var c in text)
        {
            if (shown.Length >= 60)
            {
                return shown.Append("...").ToString();
            }

            shown.Append(char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator ? ' ' : c);
        }
        return value.Length > 240 ? shown.Append("...").ToString() : shown.ToString();
    }
}
