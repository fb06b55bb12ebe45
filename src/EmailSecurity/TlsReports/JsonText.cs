using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EmailSecurity.TlsReports;

/// <summary>Texts of a JSON reader, also those that are no Unicode.</summary>
internal static class JsonText
{
    /// <summary>The string or property name that the reader stands on; octets that are no UTF-8 and lone surrogates become U+FFFD.</summary>
    public static string Of(ref Utf8JsonReader reader)
    {
        _ = TryOf(ref reader, out var text);
        return text;
    }

    /// <summary>The string or property name that the reader stands on.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="text">The text; octets that are no UTF-8 and lone surrogates are U+FFFD in it.</param>
    /// <returns>False where it is no Unicode.</returns>
    public static bool TryOf(ref Utf8JsonReader reader, out string text)
    {
        try
        {
            text = reader.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException) // no UTF-8, or an escape that stands for a lone surrogate
        {
            text = Unescape(Encoding.UTF8.GetString(reader.ValueSpan));
            return false;
        }
    }

    /// <summary>The text with the control characters that stand raw within its strings written as escapes (RFC 8259 section 7 wants them so).</summary>
    public static ReadOnlyMemory<byte> WithoutRawControls(ReadOnlyMemory<byte> json)
    {
        ArrayBufferWriter<byte>? written = null;
        var text = json.Span;
        var (isText, from) = (false, 0);
        for (var at = 0; at < text.Length; at++)
        {
            if (isText && text[at] < ' ')
            {
                written ??= new ArrayBufferWriter<byte>(json.Length + 64);
                written.Write(text[from..at]);
                written.Write(Encoding.ASCII.GetBytes(Invariant($"\\u{text[at]:X4}")));
                from = at + 1;
            }
            else if (isText && text[at] == '\\')
            {
                at++;
            }
            else if (text[at] == '"')
            {
                isText = !isText;
            }
        }

        written?.Write(text[from..]);
        return written?.WrittenMemory ?? json;
    }

    // The reader has seen that each backslash begins an escape of RFC 8259 section 7.
    private static string Unescape(string raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\' || i + 1 >= raw.Length)
            {
                text.Append(raw[i]);
                continue;
            }

            switch (raw[++i])
            {
                case 'u' when i + 4 < raw.Length:
                    text.Append((char)Convert.ToUInt16(raw.Substring(i + 1, 4), 16));
                    i += 4;
                    break;
                case 'n': text.Append('\n'); break;
                case 'r': text.Append('\r'); break;
                case 't': text.Append('\t'); break;
                case 'b': text.Append('\b'); break;
                case 'f': text.Append('\f'); break;
                default: text.Append(raw[i]); break;
            }
        }

        return ReplaceLoneSurrogates(text.ToString());
    }

    private static string ReplaceLoneSurrogates(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
