using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace EmailSecurity.Marks;

/// <summary>One X.509 extension (RFC 5280 section 4.2).</summary>
internal readonly record struct MarkChainExtension(string Oid, bool Critical, ReadOnlyMemory<byte> Value);

/// <summary>
/// An X.509 certificate taken apart by its DER (RFC 5280 section 4.1). Read here rather than by X509Certificate2: the same on every
/// platform, no handles, and every part as the bytes that were signed.
/// </summary>
internal sealed class MarkChainCertificate
{
    /// <summary>More extensions than any certificate needs; beyond it the certificate is refused.</summary>
    private const int MaxExtensions = 64;

    private static readonly Asn1Tag Version0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag IssuerUniqueId1 = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag SubjectUniqueId2 = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Extensions3 = new(TagClass.ContextSpecific, 3, isConstructed: true);

    private readonly MarkChainExtension[] extensions;

    private MarkChainCertificate(MarkChainExtension[] extensions) => this.extensions = extensions;

    public required ReadOnlyMemory<byte> Raw { get; init; }
    public required ReadOnlyMemory<byte> Tbs { get; init; }
    public required string SignatureAlgorithm { get; init; }
    public required ReadOnlyMemory<byte> SignatureParameters { get; init; }

    /// <summary>RFC 5280 section 4.1.1.2: the algorithm inside and outside the signed part must be the same.</summary>
    public required bool SignatureAlgorithmsAgree { get; init; }
    public required ReadOnlyMemory<byte> Signature { get; init; }
    public required int Version { get; init; }
    public required ReadOnlyMemory<byte> Serial { get; init; }
    public required ReadOnlyMemory<byte> Issuer { get; init; }
    public required ReadOnlyMemory<byte> Subject { get; init; }
    public required DateTimeOffset NotBefore { get; init; }
    public required DateTimeOffset NotAfter { get; init; }
    public required ReadOnlyMemory<byte> PublicKey { get; init; }
    public IReadOnlyList<MarkChainExtension> Extensions => extensions;

    /// <summary>Where it stands in the file, for people: "certificate 2 (CN=...)".</summary>
    public string Location { get; set; } = "certificate";

    /// <summary>
    /// Keys of a trusted root or a known issuing CA, imported and at rest; null for other certificates. Importing costs more than
    /// verifying, and a key object is not to be used by two threads at once: each verification takes one out and puts it back.
    /// </summary>
    public ConcurrentBag<AsymmetricAlgorithm>? KeysAtRest { get; set; }

    /// <summary>The trusted root by which an earlier check verified the signature on this very certificate; null where none did.</summary>
    public MarkChainCertificate? VerifiedBy { get; set; }

    public bool IsSelfIssued => Issuer.Span.SequenceEqual(Subject.Span);

    public bool SameAs(MarkChainCertificate other) => ReferenceEquals(this, other) || Raw.Span.SequenceEqual(other.Raw.Span);

    /// <summary>Same name and key: to path validation the same authority, whatever else its certificates say (RFC 5280 section 6.1.1 (d)).</summary>
    public bool SameAuthorityAs(MarkChainCertificate other) =>
        ReferenceEquals(this, other) || (Subject.Span.SequenceEqual(other.Subject.Span) && PublicKey.Span.SequenceEqual(other.PublicKey.Span));

    public bool TryGetExtension(string oid, out MarkChainExtension extension)
    {
        foreach (var candidate in extensions)
        {
            if (candidate.Oid != oid)
            {
                continue;
            }

            extension = candidate;
            return true;
        }
        extension = default;
        return false;
    }

    public string Thumbprint => Convert.ToHexString(SHA256.HashData(Raw.Span));

    /// <summary>Takes a certificate apart; false with the reason where it is not one.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out MarkChainCertificate? certificate, out string reason)
    {
        try
        {
            certificate = Parse(der);
            reason = "";
            return true;
        }
        catch (Exception e) when (e is AsnContentException or OverflowException or ArgumentException)
        {
            certificate = null;
            reason = e.Message;
            return false;
        }
    }

    private static MarkChainCertificate Parse(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var certificate = outer.ReadSequence();
        outer.ThrowIfNotEmpty();

        var tbsRaw = certificate.PeekEncodedValue();
        var tbs = certificate.ReadSequence();
        var algorithmRaw = certificate.PeekEncodedValue();
        var algorithm = certificate.ReadSequence();
        var algorithmOid = algorithm.ReadObjectIdentifier();
        var parameters = algorithm.HasData ? algorithm.ReadEncodedValue() : default;
        if (!certificate.TryReadPrimitiveBitString(out var unused, out var signature) || unused != 0)
        {
            throw new AsnContentException("The signature is not a whole number of octets.");
        }

        certificate.ThrowIfNotEmpty();

        var version = 1;
        if (tbs.PeekTag().HasSameClassAndValue(Version0))
        {
            var explicitVersion = tbs.ReadSequence(Version0);
            version = explicitVersion.TryReadInt32(out var number) && number is >= 0 and <= 2 ? number + 1
                : throw new AsnContentException("The version is not one that exists.");
        }
        var serial = tbs.ReadIntegerBytes();
        var innerAlgorithm = tbs.ReadEncodedValue();
        var issuer = tbs.ReadEncodedValue();
        var validity = tbs.ReadSequence();
        var notBefore = ReadTime(validity);
        var notAfter = ReadTime(validity);
        var subject = tbs.ReadEncodedValue();
        var publicKey = tbs.ReadEncodedValue();
        if (tbs.HasData && tbs.PeekTag().HasSameClassAndValue(IssuerUniqueId1))
        {
            tbs.ReadEncodedValue();
        }

        if (tbs.HasData && tbs.PeekTag().HasSameClassAndValue(SubjectUniqueId2))
        {
            tbs.ReadEncodedValue();
        }

        var found = tbs.HasData ? ReadExtensions(tbs.ReadSequence(Extensions3)) : [];
        tbs.ThrowIfNotEmpty();

        return new MarkChainCertificate(found)
        {
            Raw = der,
            Tbs = tbsRaw,
            SignatureAlgorithm = algorithmOid,
            SignatureParameters = parameters,
            Signature = signature,
            SignatureAlgorithmsAgree = innerAlgorithm.Span.SequenceEqual(algorithmRaw.Span),
            Version = version,
            Serial = serial,
            Issuer = issuer,
            Subject = subject,
            NotBefore = notBefore,
            NotAfter = notAfter,
            PublicKey = publicKey,
        };
    }

    private static MarkChainExtension[] ReadExtensions(AsnReader wrapper)
    {
        var sequence = wrapper.ReadSequence();
        wrapper.ThrowIfNotEmpty();
        var list = new List<MarkChainExtension>(12);
        while (sequence.HasData)
        {
            if (list.Count == MaxExtensions)
            {
                throw new AsnContentException($"It has more than {MaxExtensions} extensions.");
            }

            var extension = sequence.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            if (!extension.TryReadPrimitiveOctetString(out var value))
            {
                throw new AsnContentException("An extension value is not an octet string.");
            }

            extension.ThrowIfNotEmpty();
            list.Add(new MarkChainExtension(oid, critical, value));
        }
        return [.. list];
    }

    // RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050.
    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime(twoDigitYearMax: 2049) : reader.ReadGeneralizedTime();
}
