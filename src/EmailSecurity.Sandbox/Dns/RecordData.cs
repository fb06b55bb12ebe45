using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailSecurity.Sandbox.Dns;

/// <summary>Record values: presentation form to wire form, each type's own rules checked.</summary>
public static class RecordData
{
    /// <summary>Longest character string (RFC 1035 section 3.3.14).</summary>
    public const int MaxCharacterString = 255;

    /// <summary>Wire form of a value.</summary>
    /// <exception cref="FormatException">The value breaks a rule of its type; the message starts with the rule's name.</exception>
    public static byte[] ToWire(ushort type, string value, PresentationForm form = PresentationForm.Route53) => type switch
    {
        DnsType.A => Address(value, AddressFamily.InterNetwork),
        DnsType.Aaaa => Address(value, AddressFamily.InterNetworkV6),
        DnsType.Cname or DnsType.Ns or DnsType.Ptr => Host(value, form),
        DnsType.Mx => Mx(value, form),
        DnsType.Txt or DnsType.Spf => Text(value, form),
        DnsType.Soa => Soa(value, form),
        DnsType.Srv => Srv(value, form),
        DnsType.Caa => Caa(value, form),
        DnsType.Tlsa => Tlsa(value),
        DnsType.Ds => Ds(value),
        _ => throw new FormatException("UnsupportedType: the sandbox has no records of this type"),
    };

    /// <summary>The character strings of a TXT value in presentation form.</summary>
    /// <exception cref="FormatException">Not quoted, an unknown escape, or a string of over 255 octets.</exception>
    public static IReadOnlyList<byte[]> CharacterStrings(string value, PresentationForm form = PresentationForm.Route53)
    {
        var strings = new List<byte[]>();
        var i = 0;
        while (i < value.Length)
        {
            if (value[i] is ' ' or '\t')
            {
                i++;
                continue;
            }
            if (value[i] != '"')
            {
                throw new FormatException($"InvalidCharacterString (Value should be enclosed in quotation marks) encountered with '{value}'");
            }
            i++;
            var text = new List<byte>();
            while (true)
            {
                if (i >= value.Length)
                {
                    throw new FormatException($"InvalidCharacterString (Value should be enclosed in quotation marks) encountered with '{value}'");
                }
                var c = value[i++];
                if (c == '"')
                {
                    break;
                }
                if (c == '\\' && i < value.Length)
                {
                    if (PresentationEscape.Read(value, i, form) is { } octet)
                    {
                        text.Add(octet);
                        i += 3;
                        continue;
                    }
                    c = value[i++];
                }
                if (c > 0x7e || c < 0x20)
                {
                    var escape = form == PresentationForm.Route53 ? "\\ooo" : "\\DDD";
                    throw new FormatException(
                        $"InvalidCharacterString (Value contains characters outside printable ASCII; write them as {escape}) encountered with '{value}'");
                }
                text.Add((byte)c);
            }
            if (text.Count > MaxCharacterString)
            {
                throw new FormatException($"CharacterStringTooLong (Value is too long) encountered with '{value}'");
            }
            strings.Add([.. text]);
        }
        if (strings.Count == 0)
        {
            throw new FormatException($"InvalidCharacterString (Value should be enclosed in quotation marks) encountered with '{value}'");
        }
        return strings;
    }

    private static byte[] Text(string value, PresentationForm form)
    {
        var wire = new List<byte>();
        foreach (var text in CharacterStrings(value, form))
        {
            wire.Add((byte)text.Length);
            wire.AddRange(text);
        }
        return wire.Count <= 65535 - 12 ? [.. wire] : throw new FormatException($"TXTRDATATooLong encountered with '{value}'");
    }

    private static byte[] Address(string value, AddressFamily family)
    {
        // IPAddress takes 127.1 and 0x7f000001; a zone does not.
        var plain = family != AddressFamily.InterNetwork
            || value.Split('.') is { Length: 4 } parts && parts.All(p => p.Length is > 0 and <= 3 && p.All(char.IsAsciiDigit));
        return plain && IPAddress.TryParse(value, out var address) && address.AddressFamily == family && !value.Contains('%')
            ? address.GetAddressBytes()
            : throw new FormatException(
                (family == AddressFamily.InterNetwork
                    ? "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"
                    : "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)")
                + $" encountered with '{value}'");
    }

    private static byte[] Host(string value, PresentationForm form)
    {
        if (value.Length == 0 || value.Contains(' '))
        {
            throw new FormatException($"DomainLabelEmpty (Domain label is empty) encountered with '{value}'");
        }
        return DnsName.ToWire(DnsName.Parse(value, form));
    }

    private static string[] Fields(string value, int least, string form)
    {
        var fields = value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length >= least
            ? fields
            : throw new FormatException($"RRDATANotEnoughFields (Value is not of the form '{form}') encountered with '{value}'");
    }

    private static ushort Number(string field, string value, int max = 65535) =>
        int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max
            ? (ushort)number
            : throw new FormatException(Invariant($"UnsignedIntegerIllegal ('{field}' is not a number from 0 to {max}) encountered with '{value}'"));

    private static byte[] Pair(ushort number) => [(byte)(number >> 8), (byte)number];

    private static byte[] Mx(string value, PresentationForm form)
    {
        var fields = Fields(value, 2, "[priority] [mail server host name]");
        return fields.Length == 2
            ? [.. Pair(Number(fields[0], value)), .. Host(fields[1], form)]
            : throw new FormatException($"MXRRDATATooManyFields (Value is not of the form '[priority] [mail server host name]') encountered with '{value}'");
    }

    private static byte[] Srv(string value, PresentationForm form)
    {
        var fields = Fields(value, 4, "[priority] [weight] [port] [server host name]");
        return [.. Pair(Number(fields[0], value)), .. Pair(Number(fields[1], value)), .. Pair(Number(fields[2], value)), .. Host(fields[3], form)];
    }

    private static byte[] Soa(string value, PresentationForm form)
    {
        var fields = Fields(value, 7, "[authority-domain] [domain-of-zone-admin] [serial] [refresh] [retry] [expire] [negative TTL]");
        var numbers = new byte[20];
        for (var i = 0; i < 5; i++)
        {
            if (!uint.TryParse(fields[i + 2], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw new FormatException($"UnsignedIntegerIllegal ('{fields[i + 2]}') encountered with '{value}'");
            }
            BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(i * 4), number);
        }
        return [.. Host(fields[0], form), .. Host(fields[1], form), .. numbers];
    }

    // RFC 8659 section 4.1: flags, tag, value.
    private static byte[] Caa(string value, PresentationForm form)
    {
        var fields = value.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length != 3 || fields[1].Length is 0 or > 15 || !fields[1].All(char.IsAsciiLetterOrDigit))
        {
            throw new FormatException($"CAARRDATANotEnoughFields (Value is not of the form '[flags] [tag] \"[value]\"') encountered with '{value}'");
        }
        if (!fields[2].StartsWith('"'))
        {
            throw new FormatException($"CAARRDATAValueNotQuoted (CAA value should be enclosed in quotation marks) encountered with '{value}'");
        }
        return [(byte)Number(fields[0], value, 255), (byte)fields[1].Length, .. Encoding.ASCII.GetBytes(fields[1]), .. CharacterStrings(fields[2], form)[0]];
    }

    private static byte[] Tlsa(string value)
    {
        var fields = Fields(value, 4, "[usage] [selector] [matching type] [hex]");
        return [(byte)Number(fields[0], value, 255), (byte)Number(fields[1], value, 255), (byte)Number(fields[2], value, 255), .. Hex(fields[3..], value)];
    }

    private static byte[] Ds(string value)
    {
        var fields = Fields(value, 4, "[key tag] [algorithm] [digest type] [hex]");
        return [.. Pair(Number(fields[0], value)), (byte)Number(fields[1], value, 255), (byte)Number(fields[2], value, 255), .. Hex(fields[3..], value)];
    }

    private static byte[] Hex(string[] fields, string value)
    {
        try
        {
            return Convert.FromHexString(string.Concat(fields));
        }
        catch (FormatException e)
        {
            throw new FormatException($"HexIllegal (Value is not hexadecimal) encountered with '{value}'", e);
        }
    }
}
