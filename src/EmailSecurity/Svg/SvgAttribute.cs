using System.Buffers;

namespace EmailSecurity.Svg;

/// <summary>One attribute of a start tag, as offsets into the text.</summary>
internal readonly record struct SvgAttribute(int Name, int NameLength, int Colon, int Value, int ValueLength, bool HasReference)
{
    private static readonly SearchValues<byte> Quoted = SearchValues.Create("\"<&"u8);
    private static readonly SearchValues<byte> Apostrophed = SearchValues.Create("'<&"u8);

    /// <summary>Length of the prefix; 0 for none.</summary>
    public int PrefixLength => Colon < 0 ? 0 : Colon;

    /// <summary>Offset of the local name.</summary>
    public int Local => Name + Colon + 1;

    /// <summary>Length of the local name.</summary>
    public int LocalLength => NameLength - Colon - 1;

    /// <summary>Reads one attribute; on trouble returns what it is, with <paramref name="end"/> at the place.</summary>
    public static string Read(ReadOnlySpan<byte> text, int name, out SvgAttribute attribute, out int end)
    {
        attribute = default;
        end = SvgNames.SkipName(text, name, out var colon);
        if (end == name)
        {
            return "a character is where an attribute name should start";
        }

        if (colon == -2)
        {
            return "a name can contain one colon, between prefix and local name";
        }

        var nameLength = end - name;
        end = SvgText.SkipWhiteSpace(text, end);
        if (SvgText.At(text, end) != '=')
        {
            return "an attribute has no value";
        }

        end = SvgText.SkipWhiteSpace(text, end + 1);
        var quote = SvgText.At(text, end);
        if (quote is not ((byte)'"' or (byte)'\''))
        {
            return "an attribute value is not quoted";
        }

        var value = ++end;
        var hasReference = false;
        while (true)
        {
            var step = text[end..].IndexOfAny(quote == '"' ? Quoted : Apostrophed);
            if (step < 0)
            {
                end = value;
                return "an attribute value is not closed";
            }
            end += step;
            if (text[end] == quote)
            {
                break;
            }

            if (text[end] == '<')
            {
                return "'<' is not allowed in an attribute value; write &lt;";
            }

            hasReference = true;
            var used = SvgEntity.ReadReference(text[end..], out _);
            if (used == 0)
            {
                return "'&' starts no reference; write &amp; for the character itself";
            }

            end += used;
        }
        attribute = new SvgAttribute(name, nameLength, colon, value, end - value, hasReference);
        end++;
        return "";
    }
}
