using System.Formats.Asn1;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace EmailSecurity.Tests.Marks;

/// <summary>One extension as written.</summary>
internal sealed record Ext(string Oid, byte[] Value, bool Critical = false);

/// <summary>A key and how it signs.</summary>
internal sealed record Signer(AsymmetricAlgorithm Key, string AlgorithmOid, HashAlgorithmName Hash, RSASignaturePadding? Padding = null)
{
    public byte[] PublicKey => Key switch { RSA r => r.ExportSubjectPublicKeyInfo(), ECDsa e => e.ExportSubjectPublicKeyInfo(), _ => throw new NotSupportedException() };

    public byte[] Sign(byte[] data) => Key switch
    {
        RSA r => r.SignData(data, Hash, Padding!),
        ECDsa e => e.SignData(data, Hash, DSASignatureFormat.Rfc3279DerSequence),
        _ => throw new NotSupportedException(),
    };
}

/// <summary>One certificate to write; everything in it can be set wrong.</summary>
internal sealed record CertSpec
{
    public required (string Oid, string Value)[] Subject { get; init; }
    public required Ext[] Extensions { get; init; }
    public int Version { get; init; } = 3;
    public byte[] Serial { get; init; } = [0x4D, 1, 2, 3, 4, 5, 6, 7];
    public DateTimeOffset NotBefore { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public DateTimeOffset NotAfter { get; init; } = new(2026, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <summary>Algorithm inside the signed part, where it is to differ from the one outside.</summary>
    public string? InnerAlgorithm { get; init; }
    public Signer? Key { get; init; }

    /// <summary>Who signs, where it is not the issuer's key.</summary>
    public Signer? SignedBy { get; init; }
    public (string Oid, string Value)[]? Issuer { get; init; }

    public CertSpec With(Ext extension) => this with { Extensions = [.. Extensions.Where(e => e.Oid != extension.Oid), extension] };
    public CertSpec Without(string oid) => this with { Extensions = [.. Extensions.Where(e => e.Oid != oid)] };
    public CertSpec Attribute(string oid, string? value) => this with { Subject = value is null ? [.. Subject.Where(a => a.Oid != oid)] : [.. Subject.Where(a => a.Oid != oid), (oid, value)] };
}

/// <summary>Writes mark certificate chains: root, issuing CA and mark certificate, good unless told otherwise.</summary>
internal sealed class MarkFactory
{
    public const string LogoText = "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 100 100\">\n<title>Example</title>\n<rect width=\"100\" height=\"100\" fill=\"#07c\"/>\n<circle cx=\"50\" cy=\"50\" r=\"30\" fill=\"#fff\"/>\n</svg>\n";
    public const string BimiPurpose = "1.3.6.1.5.5.7.3.31";
    public const string Sha1 = "1.3.14.3.2.26", Sha256 = "2.16.840.1.101.3.4.2.1", Sha512 = "2.16.840.1.101.3.4.2.3", Md5 = "1.2.840.113549.2.5";

    public static DateTimeOffset At { get; } = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public Signer RootKey { get; } = Ec(ECCurve.NamedCurves.nistP384, "1.2.840.10045.4.3.3", HashAlgorithmName.SHA384);
    public Signer CaKey { get; } = Ec(ECCurve.NamedCurves.nistP256, "1.2.840.10045.4.3.2", HashAlgorithmName.SHA256);
    public Signer LeafKey { get; } = Ec(ECCurve.NamedCurves.nistP256, "1.2.840.10045.4.3.2", HashAlgorithmName.SHA256);
    public Signer OtherKey { get; } = Ec(ECCurve.NamedCurves.nistP256, "1.2.840.10045.4.3.2", HashAlgorithmName.SHA256);

    public static Signer Ec(ECCurve curve, string oid, HashAlgorithmName hash) => new(ECDsa.Create(curve), oid, hash);

    public static Signer Rsa(int bits, string oid, HashAlgorithmName hash, RSASignaturePadding? padding = null) => new(RSA.Create(bits), oid, hash, padding ?? RSASignaturePadding.Pkcs1);

    public CertSpec Root => new()
    {
        Subject = [("2.5.4.6", "EE"), ("2.5.4.10", "Test Marks"), ("2.5.4.3", "Test Mark Root")],
        NotBefore = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
        NotAfter = new(2049, 12, 31, 0, 0, 0, TimeSpan.Zero),
        Key = RootKey,
        Extensions = [Constraints(true), Usage(certSign: true, crlSign: true), KeyId(RootKey)],
    };

    public CertSpec Ca => new()
    {
        Subject = [("2.5.4.6", "EE"), ("2.5.4.10", "Test Marks"), ("2.5.4.3", "Test Mark CA 1")],
        NotBefore = new(2021, 1, 1, 0, 0, 0, TimeSpan.Zero),
        NotAfter = new(2036, 1, 1, 0, 0, 0, TimeSpan.Zero),
        Key = CaKey,
        Extensions = [Constraints(true, 0), Usage(certSign: true, crlSign: true), Purposes(BimiPurpose), Policies("1.3.6.1.4.1.53087.1.1"), Crl("http://crl.test/root.crl"), KeyId(CaKey), AuthorityKeyId(RootKey)],
    };

    public CertSpec Leaf => new()
    {
        // MC Requirements section 7.1.4.2.2: all that a Registered Mark requires.
        Subject =
        [
            ("1.3.6.1.4.1.311.60.2.1.3", "EE"), ("2.5.4.15", "Private Organization"), ("2.5.4.5", "12345678"), ("2.5.4.6", "EE"), ("2.5.4.7", "Tallinn"),
                ("2.5.4.9", "Pikk 1"),
            ("2.5.4.10", "Example Ltd"), ("2.5.4.3", "Example Ltd"), ("1.3.6.1.4.1.53087.1.3", "EM"), ("1.3.6.1.4.1.53087.1.4", "012345678"),
                ("1.3.6.1.4.1.53087.1.13", "Registered Mark"),
        ],
        Key = LeafKey,
        Extensions = [Constraints(false), Names("example.com"), Purposes(BimiPurpose), Policies("2.16.840.1.114412.0.2.5", "1.3.6.1.4.1.53087.1.1"), Crl("http://crl.test/ca1.crl"), Scts(Sct()), Logo(), KeyId(LeafKey), AuthorityKeyId(CaKey)],
    };

    /// <summary>Leaf, issuing CA and root as DER.</summary>
    public byte[][] Chain(CertSpec? leaf = null, CertSpec? ca = null, CertSpec? root = null)
    {
        root ??= Root;
        ca ??= Ca;
        leaf ??= Leaf;
        return [Write(leaf, ca), Write(ca, root), Write(root, root)];
    }

    public static byte[] Write(CertSpec spec, CertSpec issuer)
    {
        var signer = spec.SignedBy ?? issuer.Key!;
        var w = new AsnWriter(AsnEncodingRules.DER);
        using (w.PushSequence())
        {
            if (spec.Version > 1)
            {
                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)))
                {
                    w.WriteInteger(spec.Version - 1);
                }
            }
            w.WriteInteger(spec.Serial);
            Algorithm(w, signer, spec.InnerAlgorithm);
            Name(w, spec.Issuer ?? issuer.Subject);
            using (w.PushSequence())
            {
                Time(w, spec.NotBefore);
                Time(w, spec.NotAfter);
            }
            Name(w, spec.Subject);
            w.WriteEncodedValue(spec.Key!.PublicKey);
            if (spec.Version == 3 && spec.Extensions.Length > 0)
            {
                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3, true)))
                using (w.PushSequence())
                {
                    foreach (var e in spec.Extensions)
                    {
                        using (w.PushSequence())
                        {
                            w.WriteObjectIdentifier(e.Oid);
                            if (e.Critical)
                            {
                                w.WriteBoolean(true);
                            }

                            w.WriteOctetString(e.Value);
                        }
                    }
                }
            }
        }
        var tbs = w.Encode();
        var outer = new AsnWriter(AsnEncodingRules.DER);
        using (outer.PushSequence())
        {
            outer.WriteEncodedValue(tbs);
            Algorithm(outer, signer, null);
            outer.WriteBitString(signer.Sign(tbs));
        }
        return outer.Encode();
    }

    public static byte[] Pem(params byte[][] certificates) => Encoding.ASCII.GetBytes(string.Concat(certificates.Select(c => PemEncoding.WriteString("CERTIFICATE", c) + "\n")));

    public static Ext Constraints(bool ca, int? length = null, bool critical = true) => new("2.5.29.19", Der(w =>
    {
        using (w.PushSequence())
        {
            if (ca)
            {
                w.WriteBoolean(true);
            }

            if (length is { } l)
            {
                w.WriteInteger(l);
            }
        }
    }), critical);

    public static Ext Usage(bool certSign = false, bool crlSign = false, bool digitalSignature = true) =>
        new("2.5.29.15", Der(w => w.WriteNamedBitList((digitalSignature ? KeyUsageBits.DigitalSignature : KeyUsageBits.None) | (certSign ? KeyUsageBits.CertSign : KeyUsageBits.None) | (crlSign ? KeyUsageBits.CrlSign : KeyUsageBits.None))), true);

    [Flags]
    private enum KeyUsageBits
    {
        None = 0,
        DigitalSignature = 1 << 0,
        CertSign = 1 << 5,
        CrlSign = 1 << 6,
    }

    public static Ext Purposes(params string[] oids) => new("2.5.29.37", Der(w =>
    {
        using (w.PushSequence())
        {
            foreach (var oid in oids)
            {
                w.WriteObjectIdentifier(oid);
            }
        }
    }));

    public static Ext Policies(params string[] oids) => new("2.5.29.32", Der(w =>
    {
        using (w.PushSequence())
        {
            foreach (var oid in oids)
            {
                using (w.PushSequence())
                {
                    w.WriteObjectIdentifier(oid);
                }
            }
        }
    }));

    public static Ext Names(params string[] names) => new("2.5.29.17", Der(w =>
    {
        using (w.PushSequence())
        {
            foreach (var name in names)
            {
                if (name.Contains('@'))
                {
                    w.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 1));
                }
                else
                {
                    w.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
                }
            }
        }
    }));

    public static Ext Crl(string url, bool critical = false) => new("2.5.29.31", Der(w =>
    {
        using (w.PushSequence())
        using (w.PushSequence())
        using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)))
        using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)))
        {
            w.WriteCharacterString(UniversalTagNumber.IA5String, url, new Asn1Tag(TagClass.ContextSpecific, 6));
        }
    }), critical);

    public static Ext KeyId(Signer key) => new("2.5.29.14", Der(w => w.WriteOctetString(SHA256.HashData(key.PublicKey).AsSpan(0, 20))));

    public static Ext AuthorityKeyId(Signer key) => new("2.5.29.35", Der(w =>
    {
        using (w.PushSequence())
        {
            w.WriteOctetString(SHA256.HashData(key.PublicKey).AsSpan(0, 20), new Asn1Tag(TagClass.ContextSpecific, 0));
        }
    }));

    /// <summary>One SCT (RFC 6962 section 3.2) with a signature of random bytes.</summary>
    public static byte[] Sct(int version = 0, long? milliseconds = null)
    {
        var sct = new byte[1 + 32 + 8 + 2 + 2 + 2 + 8];
        sct[0] = (byte)version;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(sct.AsSpan(33), milliseconds ?? new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
        sct[43] = 4;
        sct[44] = 3;
        sct[46] = 8;
        return sct;
    }

    public static Ext Scts(params byte[][] scts)
    {
        var list = scts.SelectMany(s => new[] { (byte)(s.Length >> 8), (byte)s.Length }.Concat(s)).ToArray();
        return new("1.3.6.1.4.1.11129.2.4.2", Der(w => w.WriteOctetString([(byte)(list.Length >> 8), (byte)list.Length, .. list])));
    }

    public static string DataUri(byte[] svg, string header = "data:image/svg+xml;base64,", bool gzip = true) => header + Convert.ToBase64String(gzip ? Gzip(svg) : svg);

    public static byte[] Gzip(byte[] data)
    {
        using var output = new MemoryStream();
        using (var stream = new GZipStream(output, CompressionLevel.SmallestSize))
        {
            stream.Write(data);
        }

        return output.ToArray();
    }

#pragma warning disable CA5350, CA5351 // what certificates in the wild, and bad ones, carry
    public static byte[] Hash(string oid, byte[] data) => oid switch { Sha1 => SHA1.HashData(data), Sha256 => SHA256.HashData(data), Sha512 => SHA512.HashData(data), _ => MD5.HashData(data) };
#pragma warning restore CA5350, CA5351

    public static Ext Logo(string svg = LogoText, string mediaType = "image/svg+xml", string[]? hashes = null, string? uri = null, byte[]? hashed = null, bool critical = false, bool indirect = false, int images = 1, bool issuerOnly = false)
    {
        var bytes = Encoding.UTF8.GetBytes(svg);
        uri ??= DataUri(bytes);
        hashes ??= [Sha1];
        return new("1.3.6.1.5.5.7.1.12", Der(w =>
        {
            using (w.PushSequence())
            using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, issuerOnly ? 1 : 2, true)))
            using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, indirect ? 1 : 0, true)))
            using (w.PushSequence())
            {
                for (var i = 0; i < images; i++)
                {
                    using (w.PushSequence())
                    using (w.PushSequence())
                    {
                        w.WriteCharacterString(UniversalTagNumber.IA5String, mediaType);
                        using (w.PushSequence())
                        {
                            foreach (var oid in hashes)
                            {
                                // "!oid" is a hash of something else.
                                using (w.PushSequence())
                                {
                                    using (w.PushSequence())
                                    {
                                        w.WriteObjectIdentifier(oid.TrimStart('!'));
                                    }

                                    w.WriteOctetString(Hash(oid.TrimStart('!'), oid[0] == '!' ? [1, 2, 3] : hashed ?? bytes));
                                }
                            }
                        }
                        using (w.PushSequence())
                        {
                            w.WriteCharacterString(UniversalTagNumber.IA5String, uri);
                        }
                    }
                }
            }
        }), critical);
    }

    public static byte[] Der(Action<AsnWriter> write)
    {
        var w = new AsnWriter(AsnEncodingRules.DER);
        write(w);
        return w.Encode();
    }

    private static void Time(AsnWriter w, DateTimeOffset time)
    {
        if (time.Year < 2050)
        {
            w.WriteUtcTime(time);
        }
        else
        {
            w.WriteGeneralizedTime(time, omitFractionalSeconds: true);
        }
    }

    private static void Name(AsnWriter w, (string Oid, string Value)[] attributes)
    {
        using (w.PushSequence())
        {
            foreach (var (oid, value) in attributes)
            {
                using (w.PushSetOf())
                using (w.PushSequence())
                {
                    w.WriteObjectIdentifier(oid);
                    w.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                }
            }
        }
    }

    private static void Algorithm(AsnWriter w, Signer signer, string? oid)
    {
        using (w.PushSequence())
        {
            w.WriteObjectIdentifier(oid ?? signer.AlgorithmOid);
            if (signer.Key is not RSA)
            {
                return;
            }

            if (signer.Padding != RSASignaturePadding.Pss)
            {
                w.WriteNull();
                return;
            }
            // RFC 4055 section 3.1.
            var hash = signer.Hash == HashAlgorithmName.SHA256 ? Sha256 : Sha512;
            using (w.PushSequence())
            {
                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)))
                using (w.PushSequence())
                {
                    w.WriteObjectIdentifier(hash);
                }

                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1, true)))
                using (w.PushSequence())
                {
                    w.WriteObjectIdentifier("1.2.840.113549.1.1.8");
                    using (w.PushSequence())
                    {
                        w.WriteObjectIdentifier(hash);
                    }
                }
                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2, true)))
                {
                    w.WriteInteger(hash == Sha256 ? 32 : 64);
                }
            }
        }
    }
}
