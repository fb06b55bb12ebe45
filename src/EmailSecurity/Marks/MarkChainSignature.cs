using System.Formats.Asn1;
using System.Security.Cryptography;

namespace EmailSecurity.Marks;

/// <summary>What became of verifying one signature.</summary>
internal enum MarkChainSignatureVerdict
{
    Good,
    Bad,

    /// <summary>An algorithm or key that is not one of MC Requirements section 6.1.5.</summary>
    Unsupported,
}

/// <summary>Verifies certificate signatures (RFC 5280 section 6.1.3 (a)(1)) with the algorithms of MC Requirements section 6.1.5.</summary>
internal static class MarkChainSignature
{
    /// <summary>Longer RSA keys cost time without end to verify, and no root has one.</summary>
    private const int MaxRsaBits = 8192;

    public static MarkChainSignatureVerdict Verify(MarkChainCertificate subject, MarkChainCertificate issuer)
    {
        if (ReferenceEquals(subject.VerifiedBy, issuer))
        {
            return MarkChainSignatureVerdict.Good;
        }

        try
        {
            return subject.SignatureAlgorithm switch
            {
                "1.2.840.113549.1.1.11" => Rsa(subject, issuer, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                "1.2.840.113549.1.1.12" => Rsa(subject, issuer, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
                "1.2.840.113549.1.1.13" => Rsa(subject, issuer, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
                "1.2.840.113549.1.1.10" => Pss(subject, issuer),
                "1.2.840.10045.4.3.2" => Ecdsa(subject, issuer, HashAlgorithmName.SHA256),
                "1.2.840.10045.4.3.3" => Ecdsa(subject, issuer, HashAlgorithmName.SHA384),
                "1.2.840.10045.4.3.4" => Ecdsa(subject, issuer, HashAlgorithmName.SHA512),
                _ => MarkChainSignatureVerdict.Unsupported,
            };
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or ArgumentException or PlatformNotSupportedException
            or NotSupportedException or OverflowException)
        {
            // A key or a signature that the platform cannot even read signs nothing.
            return MarkChainSignatureVerdict.Bad;
        }
    }

    /// <summary>The name of an algorithm, for messages.</summary>
    public static string Name(string oid) => oid switch
    {
        "1.2.840.113549.1.1.4" => "MD5 with RSA",
        "1.2.840.113549.1.1.5" => "SHA-1 with RSA",
        "1.2.840.10045.4.1" => "ECDSA with SHA-1",
        "1.2.840.10040.4.3" => "DSA with SHA-1",
        "1.3.101.112" => "Ed25519",
        _ => oid,
    };

    /// <summary>Kind and size of a public key; size 0 where it is not RSA or a curve of MC Requirements section 6.1.5.</summary>
    public static (string Kind, int Bits) KeyOf(MarkChainCertificate certificate)
    {
        try
        {
            var spki = new AsnReader(certificate.PublicKey, AsnEncodingRules.DER).ReadSequence();
            var algorithm = spki.ReadSequence();
            switch (algorithm.ReadObjectIdentifier())
            {
                case "1.2.840.113549.1.1.1":
                    if (!spki.TryReadPrimitiveBitString(out _, out var key))
                    {
                        break;
                    }

                    var modulus = new AsnReader(key, AsnEncodingRules.DER).ReadSequence().ReadIntegerBytes().Span.TrimStart((byte)0);
                    return ("RSA", modulus.Length == 0 ? 0 : (modulus.Length * 8) - System.Numerics.BitOperations.LeadingZeroCount((uint)modulus[0]) + 24);
                case "1.2.840.10045.2.1":
                    return ("ECC", algorithm.ReadObjectIdentifier() switch
                    {
                        "1.2.840.10045.3.1.7" => 256,
                        "1.3.132.0.34" => 384,
                        "1.3.132.0.35" => 521,
                        _ => 0,
                    });
                default:
                    break;
            }
        }
        catch (AsnContentException)
        {
            // Not a key: reported as one without size.
        }
        return ("unknown", 0);
    }

    private static MarkChainSignatureVerdict Rsa(MarkChainCertificate subject, MarkChainCertificate issuer, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        var (kind, bits) = KeyOf(issuer);
        if (kind != "RSA" || bits is 0 or > MaxRsaBits)
        {
            return MarkChainSignatureVerdict.Unsupported;
        }

        return WithKey(issuer, RSA.Create, rsa => rsa.VerifyData(subject.Tbs.Span, subject.Signature.Span, hash, padding));
    }

    // RFC 4055 section 3.1: hash, mask generation and salt length are parameters; .NET verifies MGF1 with the same hash and a salt as long as it.
    private static MarkChainSignatureVerdict Pss(MarkChainCertificate subject, MarkChainCertificate issuer)
    {
        if (subject.SignatureParameters.IsEmpty)
        {
            return MarkChainSignatureVerdict.Unsupported;
        }

        var parameters = new AsnReader(subject.SignatureParameters, AsnEncodingRules.DER).ReadSequence();
        var hashTag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (!parameters.HasData || !parameters.PeekTag().HasSameClassAndValue(hashTag))
        {
            return MarkChainSignatureVerdict.Unsupported; // the default is SHA-1
        }

        HashAlgorithmName? hash = parameters.ReadSequence(hashTag).ReadSequence().ReadObjectIdentifier() switch
        {
            "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
            "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
            "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
            _ => null,
        };
        return hash is { } name ? Rsa(subject, issuer, name, RSASignaturePadding.Pss) : MarkChainSignatureVerdict.Unsupported;
    }

    private static MarkChainSignatureVerdict Ecdsa(MarkChainCertificate subject, MarkChainCertificate issuer, HashAlgorithmName hash)
    {
        var (kind, bits) = KeyOf(issuer);
        if (kind != "ECC" || bits == 0)
        {
            return MarkChainSignatureVerdict.Unsupported;
        }

        return WithKey(issuer, ECDsa.Create, ecdsa => ecdsa.VerifyData(subject.Tbs.Span, subject.Signature.Span, hash, DSASignatureFormat.Rfc3279DerSequence));
    }

    private static MarkChainSignatureVerdict WithKey<T>(MarkChainCertificate issuer, Func<T> create, Func<T, bool> verify)
        where T : AsymmetricAlgorithm
    {
        T? key = null;
        try
        {
            if (issuer.KeysAtRest is { } atRest && atRest.TryTake(out var kept))
            {
                key = (T)kept;
            }
            else
            {
                key = create();
                key.ImportSubjectPublicKeyInfo(issuer.PublicKey.Span, out _);
            }
            var good = verify(key);
            if (issuer.KeysAtRest is { } rest)
            {
                rest.Add(key);
                key = null;
            }
            return good ? MarkChainSignatureVerdict.Good : MarkChainSignatureVerdict.Bad;
        }
        finally
        {
            key?.Dispose();
        }
    }
}
