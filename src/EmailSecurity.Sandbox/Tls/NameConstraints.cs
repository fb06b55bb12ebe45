using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Sandbox.Tls;

/// <summary>The name constraints of a CA (RFC 5280 section 4.2.1.10): DNS names at and below some, and no IP address.</summary>
internal static class NameConstraints
{
    private const string ExtensionOid = "2.5.29.30";
    private const int DnsNameTag = 2;
    private const int IpAddressTag = 7;

    /// <summary>The critical extension that permits these names, and those below them.</summary>
    public static X509Extension Permit(IEnumerable<string> names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                foreach (var name in names)
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, DnsNameTag));
                    }
                }
            }

            // An address and a mask of zeros: every address.
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
            {
                foreach (var length in (int[])[8, 32])
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteOctetString(new byte[length], new Asn1Tag(TagClass.ContextSpecific, IpAddressTag));
                    }
                }
            }
        }

        return new X509Extension(new Oid(ExtensionOid), writer.Encode(), critical: true);
    }
}
