using System.Buffers.Binary;
using System.Formats.Asn1;

namespace EmailSecurity.Marks;

/// <summary>The extensions a mark certificate chain is judged by, read from their DER. Each throws <see cref="AsnContentException"/> for what is not DER of
/// its kind.</summary>
internal static class MarkCertificateExtensions
{
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag KeyIdentifier0 = new(TagClass.ContextSpecific, 0);

    /// <summary>Entries of one list that are looked at.</summary>
    private const int MaxEntries = 128;

    /// <summary>RFC 5280 section 4.2.1.9.</summary>
    public static (bool IsCa, int? PathLength) BasicConstraints(ReadOnlyMemory<byte> value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var isCa = sequence.HasData && sequence.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && sequence.ReadBoolean();
        if (!sequence.HasData)
        {
            return (isCa, null);
        }

        return sequence.TryReadInt32(out var length) && length >= 0 ? (isCa, length) : throw new AsnContentException("The path length is not a number.");
    }

    /// <summary>RFC 5280 section 4.2.1.3: bit 5 is keyCertSign, bit 6 is cRLSign.</summary>
    public static (bool CertSign, bool CrlSign) KeyUsage(ReadOnlyMemory<byte> value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        if (!outer.TryReadPrimitiveBitString(out _, out var bits))
        {
            throw new AsnContentException("The key usage is not a bit string.");
        }

        outer.ThrowIfNotEmpty();
        var first = bits.Length > 0 ? bits.Span[0] : 0;
        return ((first & 0x04) != 0, (first & 0x02) != 0);
    }

    /// <summary>RFC 5280 section 4.2.1.12.</summary>
    public static List<string> KeyPurposes(ReadOnlyMemory<byte> value)
    {
        var purposes = new List<string>();
        var sequence = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData && purposes.Count < MaxEntries)
        {
            purposes.Add(sequence.ReadObjectIdentifier());
        }

        return purposes;
    }

    /// <summary>The dNSNames, and how many names of other kinds there are.</summary>
    internal sealed record AltNames(List<string> DnsNames, int Others);

    /// <summary>RFC 5280 section 4.2.1.6.</summary>
    public static AltNames SubjectAltNames(ReadOnlyMemory<byte> value)
    {
        var names = new List<string>();
        var others = 0;
        var sequence = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData && names.Count + others < MaxEntries)
        {
            if (sequence.PeekTag().HasSameClassAndValue(DnsName))
            {
                names.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, DnsName));
            }
            else
            {
                sequence.ReadEncodedValue();
                others++;
            }
        }
        return new AltNames(names, others);
    }

    /// <summary>RFC 5280 section 4.2.1.4.</summary>
    public static List<string> Policies(ReadOnlyMemory<byte> value)
    {
        var policies = new List<string>();
        var sequence = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData && policies.Count < MaxEntries)
        {
            policies.Add(sequence.ReadSequence().ReadObjectIdentifier());
        }

        return policies;
    }

    /// <summary>RFC 5280 section 4.2.1.13: the URIs of the full names of all distribution points.</summary>
    public static List<string> CrlUrls(ReadOnlyMemory<byte> value)
    {
        var urls = new List<string>();
        var points = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
        while (points.HasData && urls.Count < MaxEntries)
        {
            var point = points.ReadSequence();
            if (!point.HasData || !point.PeekTag().HasSameClassAndValue(Context0))
            {
                continue;
            }

            var name = point.ReadSequence(Context0);
            if (!name.PeekTag().HasSameClassAndValue(Context0))
            {
                continue;
            }

            var full = name.ReadSequence(Context0);
            while (full.HasData && urls.Count < MaxEntries)
            {
                if (full.PeekTag().HasSameClassAndValue(Uri))
                {
                    urls.Add(full.ReadCharacterString(UniversalTagNumber.IA5String, Uri));
                }
                else
                {
                    full.ReadEncodedValue();
                }
            }
        }
        return urls;
    }

    /// <summary>RFC 5280 section 4.2.1.1; empty where it has no keyIdentifier.</summary>
    public static ReadOnlyMemory<byte> AuthorityKeyIdentifier(ReadOnlyMemory<byte> value)
    {
        var sequence = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
        return sequence.HasData && sequence.PeekTag().HasSameClassAndValue(KeyIdentifier0) && sequence.TryReadPrimitiveOctetString(out var id, KeyIdentifier0)
            ? id : default;
    }

    /// <summary>RFC 5280 section 4.2.1.2.</summary>
    public static ReadOnlyMemory<byte> SubjectKeyIdentifier(ReadOnlyMemory<byte> value) =>
        new AsnReader(value, AsnEncodingRules.DER).TryReadPrimitiveOctetString(out var id) ? id : default;

    /// <summary>One signed certificate timestamp (RFC 6962 section 3.2).</summary>
    internal sealed record Sct(int Version, DateTimeOffset Timestamp);

    /// <summary>RFC 6962 section 3.3: an OCTET STRING that holds a TLS-encoded list; throws where a length does not fit.</summary>
    public static List<Sct> Scts(ReadOnlyMemory<byte> value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        if (!outer.TryReadPrimitiveOctetString(out var content))
        {
            throw new AsnContentException("The list is not an octet string.");
        }

        outer.ThrowIfNotEmpty();
        var list = new List<Sct>();
        var bytes = content.Span;
        var items = Vector(ref bytes);
        if (!bytes.IsEmpty)
        {
            throw new AsnContentException("Bytes follow the list.");
        }

        while (!items.IsEmpty && list.Count < MaxEntries)
        {
            var sct = Vector(ref items);
            if (sct.IsEmpty)
            {
                throw new AsnContentException("A timestamp is empty.");
            }

            var version = sct[0];
            if (version != 0)
            {
                // RFC 6962 section 3.3: clients ignore versions they do not know.
                list.Add(new Sct(version, default));
                continue;
            }
            if (sct.Length < 1 + 32 + 8 + 2 + 4)
            {
                throw new AsnContentException("A timestamp is too short.");
            }

            var milliseconds = BinaryPrimitives.ReadUInt64BigEndian(sct[33..]);
            var rest = sct[41..];
            Vector(ref rest);
            if (rest.Length < 4)
            {
                throw new AsnContentException("A timestamp has no signature.");
            }

            rest = rest[2..];
            if (Vector(ref rest).IsEmpty || !rest.IsEmpty)
            {
                throw new AsnContentException("A timestamp's signature is empty, or other data follows it.");
            }

            list.Add(new Sct(version, milliseconds < 253402300800000 ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : DateTimeOffset.MaxValue));
        }
        return list;
    }

    private static ReadOnlySpan<byte> Vector(ref ReadOnlySpan<byte> from)
    {
        if (from.Length < 2)
        {
            throw new AsnContentException("A length is missing.");
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(from);
        if (from.Length < 2 + length)
        {
            throw new AsnContentException("A length reaches past the end.");
        }

        var vector = from.Slice(2, length);
        from = from[(2 + length)..];
        return vector;
    }
}
