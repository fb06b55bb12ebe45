using System.Globalization;
using System.Text;
using DnsClient;
using DnsClient.Protocol;
using EmailSecurity.Ports;
using DnsRecord = EmailSecurity.Ports.DnsRecord;

namespace EmailSecurity.Aws.Net;

/// <summary>Records as the port shows them.</summary>
internal static class DnsPresentation
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>A name without its final dot, lower case; the root (a null MX, RFC 7505) is <c>.</c>.</summary>
    public static string Name(DnsString name)
    {
        var text = name.Value.ToLowerInvariant();
        return text.Length > 1 && text.EndsWith('.') ? text[..^1] : text;
    }

    /// <summary>The record; null where it is of none of the port's types.</summary>
    public static DnsRecord? Record(DnsResourceRecord record)
    {
        var (type, value, preference) = record switch
        {
            ARecord a => (DnsRecordType.A, a.Address.ToString(), 0),
            AaaaRecord aaaa => (DnsRecordType.AAAA, aaaa.Address.ToString(), 0),
            NsRecord ns => (DnsRecordType.NS, Name(ns.NSDName), 0),
            CNameRecord cname => (DnsRecordType.CNAME, Name(cname.CanonicalName), 0),
            MxRecord mx => (DnsRecordType.MX, Name(mx.Exchange), mx.Preference),
            TxtRecord txt => (DnsRecordType.TXT, Text(txt), 0),
            SoaRecord soa => (DnsRecordType.SOA, Invariant($"{Name(soa.MName)} {Name(soa.RName)} {soa.Serial} {soa.Refresh} {soa.Retry} {soa.Expire} {soa.Minimum}"), 0),
            DsRecord ds => (DnsRecordType.DS, Invariant($"{ds.KeyTag} {(int)ds.Algorithm} {ds.DigestType} {Convert.ToHexString([.. ds.Digest])}"), 0),
            TlsaRecord tlsa => (DnsRecordType.TLSA, Invariant($"{(int)tlsa.CertificateUsage} {(int)tlsa.Selector} {(int)tlsa.MatchingType} {Convert.ToHexString([.. tlsa.CertificateAssociationData])}"), 0),
            CaaRecord caa => (DnsRecordType.CAA, Invariant($"{caa.Flags} {caa.Tag} \"{caa.Value}\""), 0),
            _ => (default(DnsRecordType), "", 0),
        };
        return type == default ? null : new DnsRecord(Name(record.DomainName), type, (int)Math.Min((uint)record.InitialTimeToLive, int.MaxValue), value, preference);
    }

    /// <summary>
    /// RFC 8461 section 3.1 (and RFC 7208 section 3.3): the strings of one TXT record are one text, with nothing between them.
    /// Octets that are no UTF-8 are shown as Latin-1: seen, and never a valid value by accident.
    /// </summary>
    public static string Text(TxtRecord record)
    {
        var decoded = string.Concat(record.Text);
        if (!decoded.Contains('\uFFFD', StringComparison.Ordinal)) return decoded;

        // The library decoded string by string: a character may be cut in two by the strings, or be none. Its other form has the octets.
        using var octets = new MemoryStream();
        foreach (var text in record.EscapedText) Unescape(text, octets);
        var bytes = octets.GetBuffer().AsSpan(0, (int)octets.Length);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    // The library writes \DDD for octets outside printable ASCII, and leaves a backslash of the text as it is.
    private static void Unescape(string text, MemoryStream octets)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && byte.TryParse(text.AsSpan(i + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var octet) && octet is < 32 or > 126)
            {
                octets.WriteByte(octet);
                i += 3;
            }
            else if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '"')
            {
                octets.WriteByte((byte)'"');
                i++;
            }
            else
            {
                octets.WriteByte((byte)text[i]);
            }
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
