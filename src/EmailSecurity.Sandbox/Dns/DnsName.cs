using System.Text;

namespace EmailSecurity.Sandbox.Dns;

/// <summary>
/// Domain names as the sandbox keeps them: lower case, no final dot, escapes (<c>\052</c>) decoded, the root as the empty string.
/// </summary>
public static class DnsName
{
    /// <summary>Longest name in presentation form without its final dot (RFC 1035 section 2.3.4: 255 octets on the wire).</summary>
    public const int MaxLength = 253;

    /// <summary>The kept form of a name.</summary>
    /// <exception cref="FormatException">A label is empty or over 63 octets, or the name is over 255 octets.</exception>
    public static string Parse(string text, PresentationForm form = PresentationForm.Route53)
    {
        var name = ToLowerAscii(Unescape(text, form));
        if (name.EndsWith('.'))
        {
            name = name[..^1];
        }
        if (name.Length == 0)
        {
            return "";
        }
        if (name.Length > MaxLength)
        {
            throw new FormatException($"DomainNameTooLong: '{text}' is over 255 octets");
        }
        foreach (var label in name.Split('.'))
        {
            if (label.Length == 0)
            {
                throw new FormatException($"DomainLabelEmpty: '{text}' has an empty label");
            }
            if (label.Length > 63)
            {
                throw new FormatException($"DomainLabelTooLong: '{text}' has a label of over 63 octets");
            }
            if (label.Any(c => c > 0xff))
            {
                throw new FormatException($"InvalidCharacter: '{text}' is not ASCII; write it in its xn-- form");
            }
        }
        return name;
    }

    /// <summary>The form that Route 53 gives back: final dot, everything but letters, digits, <c>-</c> and <c>_</c> as octal escapes.</summary>
    public static string ToRoute53(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            {
                text.Append(c);
            }
            else
            {
                text.Append('\\').Append(Convert.ToString(c & 0xff, 8).PadLeft(3, '0'));
            }
        }
        return text.Append('.').ToString();
    }

    /// <summary>The name with its first label dropped; the root's parent is the root.</summary>
    public static string Parent(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? "" : name[(dot + 1)..];
    }

    /// <summary>True where <paramref name="name"/> is <paramref name="zone"/> or lies under it.</summary>
    public static bool IsAtOrUnder(string name, string zone) =>
        zone.Length == 0 || name == zone || (name.Length > zone.Length && name.EndsWith(zone, StringComparison.Ordinal) && name[^(zone.Length + 1)] == '.');

    /// <summary>Order by labels from the right (com.example.www), as Route 53 lists zones and record sets.</summary>
    public static int CompareReversed(string left, string right)
    {
        var a = left.AsSpan();
        var b = right.AsSpan();
        while (true)
        {
            if (a.IsEmpty || b.IsEmpty)
            {
                return a.Length - b.Length;
            }
            var dotA = a.LastIndexOf('.');
            var dotB = b.LastIndexOf('.');
            var order = a[(dotA + 1)..].SequenceCompareTo(b[(dotB + 1)..]);
            if (order != 0)
            {
                return order;
            }
            a = dotA < 0 ? default : a[..dotA];
            b = dotB < 0 ? default : b[..dotB];
        }
    }

    /// <summary>Writes a kept name in wire form, without compression.</summary>
    public static byte[] ToWire(string name)
    {
        if (name.Length == 0)
        {
            return [0];
        }
        var wire = new byte[name.Length + 2];
        var lengthAt = 0;
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '.')
            {
                wire[lengthAt] = (byte)(i - lengthAt);
                lengthAt = i + 1;
            }
            else
            {
                wire[i + 1] = (byte)name[i];
            }
        }
        wire[lengthAt] = (byte)(name.Length - lengthAt);
        return wire;
    }

    // RFC 4343: of all octets only the letters of ASCII have two cases.
    private static string ToLowerAscii(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
        }
    });

    private static string Unescape(string text, PresentationForm form)
    {
        if (!text.Contains('\\'))
        {
            return text;
        }
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
            }
            else if (PresentationEscape.Read(text, i + 1, form) is { } octet)
            {
                Append(plain, (char)octet, text);
                i += 3;
            }
            else if (form == PresentationForm.ZoneFile && i + 1 < text.Length && !char.IsAsciiDigit(text[i + 1]))
            {
                Append(plain, text[++i], text);
            }
            else
            {
                var digits = form == PresentationForm.Route53 ? "octal" : "decimal";
                throw new FormatException($"InvalidEscape: '{text}' has an escape that is not three {digits} digits");
            }
        }
        return plain.ToString();
    }

    private static void Append(StringBuilder plain, char c, string text) =>
        plain.Append(c != '.' ? c : throw new FormatException($"InvalidCharacter: '{text}' has a dot inside a label"));
}
