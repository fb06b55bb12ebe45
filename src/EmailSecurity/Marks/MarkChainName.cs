using System.Formats.Asn1;
using System.Text;

namespace EmailSecurity.Marks;

/// <summary>Distinguished names (RFC 5280 section 4.1.2.4): read into attributes, and written for people.</summary>
internal static class MarkChainName
{
    private const int MaxAttributes = 64;

    /// <summary>One attribute of a name.</summary>
    internal readonly record struct Attribute(string Oid, string Value);

    public static List<Attribute> Read(ReadOnlyMemory<byte> name)
    {
        var attributes = new List<Attribute>(12);
        try
        {
            var rdns = new AsnReader(name, AsnEncodingRules.DER).ReadSequence();
            while (rdns.HasData && attributes.Count < MaxAttributes)
            {
                // Multi-valued RDNs with unsorted members occur; the order of a set says nothing here.
                var rdn = rdns.ReadSetOf(skipSortOrderValidation: true);
                while (rdn.HasData && attributes.Count < MaxAttributes)
                {
                    var attribute = rdn.ReadSequence();
                    attributes.Add(new Attribute(attribute.ReadObjectIdentifier(), ReadValue(attribute)));
                }
            }
        }
        catch (AsnContentException)
        {
            // What was read until here is shown; name chaining compares the raw bytes.
        }
        return attributes;
    }

    /// <summary>Most specific first, as RFC 4514 section 2.1 has it: <c>CN=..., O=..., C=..</c>.</summary>
    public static string Format(ReadOnlyMemory<byte> name)
    {
        var text = new StringBuilder(96);
        var attributes = Read(name);
        for (var i = attributes.Count - 1; i >= 0; i--)
        {
            if (text.Length > 0)
            {
                text.Append(", ");
            }

            text.Append(Label(attributes[i].Oid)).Append('=').Append(Printable(attributes[i].Value));
        }
        return text.ToString();
    }

    /// <summary>The common name, or the organisation, or the whole: what a message calls a certificate.</summary>
    public static string Short(ReadOnlyMemory<byte> name)
    {
        var attributes = Read(name);
        var value = First(attributes, "2.5.4.3") ?? First(attributes, "2.5.4.10") ?? (attributes.Count > 0 ? attributes[^1].Value : "no name");
        return Printable(value);
    }

    public static string? First(List<Attribute> attributes, string oid)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.Oid == oid)
            {
                return attribute.Value;
            }
        }
        return null;
    }

    /// <summary>At most 100 characters, control characters replaced: names end up in terminals.</summary>
    public static string Printable(string value)
    {
        if (value.Length > 100)
        {
            value = value[..100] + "...";
        }

        return value.Any(char.IsControl) ? string.Concat(value.Select(c => char.IsControl(c) ? '?' : c)) : value;
    }

    private static string ReadValue(AsnReader reader)
    {
        var tag = reader.PeekTag();
        var kind = (UniversalTagNumber)tag.TagValue;
        if (tag.TagClass == TagClass.Universal && kind is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String
            or UniversalTagNumber.BMPString or UniversalTagNumber.T61String or UniversalTagNumber.NumericString or UniversalTagNumber.VisibleString)
        {
            return reader.ReadCharacterString(kind);
        }
        var raw = reader.ReadEncodedValue().Span;
        return "#" + Convert.ToHexString(raw[..Math.Min(raw.Length, 64)]);
    }

    private static string Label(string oid) => oid switch
    {
        "2.5.4.3" => "CN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.15" => "businessCategory",
        "2.5.4.17" => "postalCode",
        "2.5.4.97" => "organizationIdentifier",
        "1.3.6.1.4.1.311.60.2.1.1" => "jurisdictionL",
        "1.3.6.1.4.1.311.60.2.1.2" => "jurisdictionST",
        "1.3.6.1.4.1.311.60.2.1.3" => "jurisdictionC",
        // MC Requirements section 7.1.4.2.2.
        "1.3.6.1.4.1.53087.1.2" => "trademarkOfficeName",
        "1.3.6.1.4.1.53087.1.3" => "trademarkCountryOrRegionName",
        "1.3.6.1.4.1.53087.1.4" => "trademarkIdentifier",
        "1.3.6.1.4.1.53087.1.5" => "legalEntityIdentifier",
        "1.3.6.1.4.1.53087.1.6" => "wordMark",
        "1.3.6.1.4.1.53087.1.13" => "markType",
        "1.3.6.1.4.1.53087.3.2" => "statuteCountryName",
        "1.3.6.1.4.1.53087.3.3" => "statuteStateOrProvinceName",
        "1.3.6.1.4.1.53087.3.4" => "statuteLocalityName",
        "1.3.6.1.4.1.53087.3.5" => "statuteCitation",
        "1.3.6.1.4.1.53087.3.6" => "statuteURL",
        "1.3.6.1.4.1.53087.5.1" => "priorUseMarkSourceURL",
        _ => oid,
    };
}
