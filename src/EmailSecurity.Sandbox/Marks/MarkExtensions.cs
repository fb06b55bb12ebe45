using System.Buffers.Binary;
using System.Formats.Asn1;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Sandbox.Marks;

/// <summary>Extensions that mark certificates have and other certificates have not.</summary>
internal static class MarkExtensions
{
    /// <summary>Key purpose of mark certificates and of the CAs that issue them.</summary>
    public const string KeyPurpose = "1.3.6.1.5.5.7.3.31";

    private const string Logotype = "1.3.6.1.5.5.7.1.12";
    private const string SctList = "1.3.6.1.4.1.11129.2.4.2";
    private const string Policies = "2.5.29.32";
    private const string MarkPolicy = "1.3.6.1.4.1.53087.1.1";
    private const string Sha256Oid = "2.16.840.1.101.3.4.2.1";
    private const int LargestLogo = 4 << 20;

    private static readonly Asn1Tag SubjectLogo = new(TagClass.ContextSpecific, 2, isConstructed: true);
    private static readonly Asn1Tag Direct = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>The logo itself (RFC 9399 section 4.1): as a data URI of the gzipped SVG, with the hash of the SVG.</summary>
    /// <exception cref="InvalidDataException">The logo begins as gzip and is not, or is far too large.</exception>
    public static X509Extension OfLogo(byte[] logo)
    {
        var isGzip = logo is [0x1f, 0x8b, ..];
        var svg = isGzip ? Expand(logo) : logo;
        var uri = "data:image/svg+xml;base64," + Convert.ToBase64String(isGzip ? logo : Compress(logo));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence()) // LogotypeExtn
        using (writer.PushSequence(SubjectLogo)) // subjectLogo, explicit
        using (writer.PushSequence(Direct)) // LogotypeInfo: direct
        using (writer.PushSequence()) // images
        using (writer.PushSequence()) // LogotypeImage
        using (writer.PushSequence()) // LogotypeDetails
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, "image/svg+xml");
            using (writer.PushSequence()) // logotypeHash
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Sha256Oid);
                }
                writer.WriteOctetString(SHA256.HashData(svg));
            }
            using (writer.PushSequence()) // logotypeURI
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, uri);
            }
        }
        return new X509Extension(Logotype, writer.Encode(), critical: false);
    }

    /// <summary>The policy of mark certificates.</summary>
    public static X509Extension OfPolicy()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(MarkPolicy);
        }
        return new X509Extension(Policies, writer.Encode(), critical: false);
    }

    /// <summary>A signed certificate timestamp (RFC 6962 section 3.3) of a log that is not there: in form, its signature proves nothing.</summary>
    public static X509Extension OfTimestamp(ECDsa logKey, DateTimeOffset at)
    {
        var head = new byte[43]; // version 0, log id, milliseconds, no extensions
        SHA256.HashData(logKey.ExportSubjectPublicKeyInfo()).CopyTo(head, 1);
        BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(33), at.ToUnixTimeMilliseconds());
        var signature = logKey.SignData(head, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        byte[] sct = [.. head, 4, 3, .. Length(signature.Length), .. signature]; // SHA-256 with ECDSA
        byte[] list = [.. Length(sct.Length + 2), .. Length(sct.Length), .. sct];
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(list);
        return new X509Extension(SctList, writer.Encode(), critical: false);
    }

    private static byte[] Length(int length) => [(byte)(length >> 8), (byte)length];

    private static byte[] Compress(byte[] svg)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.SmallestSize))
        {
            gzip.Write(svg);
        }
        return output.ToArray();
    }

    private static byte[] Expand(byte[] gzipped)
    {
        using var gzip = new GZipStream(new MemoryStream(gzipped), CompressionMode.Decompress);
        var svg = new byte[LargestLogo + 1];
        var length = gzip.ReadAtLeast(svg, svg.Length, throwOnEndOfStream: false);
        return length <= LargestLogo ? svg[..length] : throw new InvalidDataException($"The logo has more than {LargestLogo} bytes once it is expanded.");
    }
}
