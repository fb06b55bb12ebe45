using System.Text;
using EmailSecurity.Text;

namespace EmailSecurity.Svg.Repair;

/// <summary>The characters of a file: its encoding, and the DOCTYPE that older exports begin with.</summary>
internal static class RepairEncoding
{
    /// <summary>The text; null where the bytes are none, which the report says with what they are.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes, RepairReport report)
    {
        if (Picture(bytes) is { } picture)
        {
            report.Refuse(LogoRepairRules.Image, null, $"The file is a {picture}, not an SVG.");
            return null;
        }

        if (ByteOrderMark.IsUtf16(bytes) || bytes is [(byte)'<', 0, ..] or [0, (byte)'<', ..])
        {
            report.Change(LogoRepairRules.Dropped, "The encoding is now UTF-8; it was UTF-16");
            return (bytes[0] is 0xFF or (byte)'<' ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(bytes).TrimStart('\uFEFF');
        }

        var head = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 200)]);
        if (head.StartsWith("<?xml", StringComparison.Ordinal) && Latin(head[..Math.Max(0, head.IndexOf("?>", StringComparison.Ordinal))]))
        {
            report.Change(LogoRepairRules.Dropped, "The encoding is now UTF-8; it was ISO-8859-1");
            return Encoding.Latin1.GetString(bytes);
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF').TrimStart();
        }
        catch (ArgumentException)
        {
            report.Refuse(LogoRepairRules.Unreadable, null, "The file is not text in UTF-8.");
            return null;
        }
    }

    private static bool Latin(string declaration) =>
        declaration.Contains("iso-8859-1\"", StringComparison.OrdinalIgnoreCase) || declaration.Contains("windows-1252\"", StringComparison.OrdinalIgnoreCase)
        || declaration.Contains("iso-8859-1'", StringComparison.OrdinalIgnoreCase);

    private static string? Picture(ReadOnlySpan<byte> bytes) =>
        bytes is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] ? "PNG picture"
        : bytes is [0xFF, 0xD8, 0xFF, ..] ? "JPEG picture"
        : bytes.StartsWith("GIF8"u8) ? "GIF picture"
        : bytes.StartsWith("RIFF"u8) ? "WebP picture"
        : bytes.StartsWith("%PDF"u8) ? "PDF document (or an Illustrator file)"
        : bytes.StartsWith("%!PS"u8) ? "PostScript file"
        : null;

    /// <summary>
    /// The text without its DOCTYPE. Illustrator declares namespaces there as entities with plain values; those are written out where they are used, at most
    /// once each in depth, so that they cannot multiply.
    /// </summary>
    public static string WithoutDocType(string text, RepairReport report)
    {
        var start = text.IndexOf("<!DOCTYPE", StringComparison.Ordinal);
        var root = text.IndexOf("<svg", StringComparison.Ordinal);
        if (start < 0 || (root >= 0 && root < start))
        {
            return text;
        }

        var end = text.IndexOf('>', start);
        var open = text.IndexOf('[', start);
        if (open >= 0 && open < end)
        {
            end = text.IndexOf("]>", open, StringComparison.Ordinal);
            end = end < 0 ? text.IndexOf('>', text.IndexOf(']', open) is var close && close < 0 ? open : close) : end + 1;
        }

        if (end < 0)
        {
            return text;
        }

        report.Change(LogoRepairRules.Dropped, "The DOCTYPE was removed");
        var rest = new StringBuilder(text, end + 1, text.Length - end - 1, text.Length);
        foreach (var (name, value) in Entities(text[start..end]).Take(32))
        {
            // An entity in an entity is left as it is, and the file is then not well-formed.
            rest.Replace($"&{name};", value);
            if (rest.Length > SvgRepair.MaximumSize)
            {
                break;
            }
        }

        return text[..start] + rest;
    }

    private static IEnumerable<(string Name, string Value)> Entities(string docType)
    {
        const string Mark = "<!ENTITY ";
        for (var at = docType.IndexOf(Mark, StringComparison.Ordinal); at >= 0; at = docType.IndexOf(Mark, at + 1, StringComparison.Ordinal))
        {
            var words = docType[(at + Mark.Length)..].TrimStart();
            var space = words.IndexOfAny([' ', '\t', '\n', '\r']);
            var value = space < 0 ? "" : words[space..].TrimStart();
            var close = value.Length > 1 && value[0] is '"' or '\'' ? value.IndexOf(value[0], 1) : -1;
            if (space is > 0 and < 64 && close > 0 && close < 256 && value.AsSpan(1, close - 1).IndexOfAny("&<%\"") < 0)
            {
                yield return (words[..space], value[1..close]);
            }
        }
    }
}
