using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Sandbox.Tls;

/// <summary>What a certificate says.</summary>
public sealed record CertificateSpec
{
    /// <summary>DNS names; the first is the common name too.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Valid from.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Valid to.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>False: signed by a CA that nobody trusts.</summary>
    public bool IsTrusted { get; init; } = true;

    /// <summary>True: no subject alternative name, only the common name that RFC 6125 section 6.4.4 clients no longer read.</summary>
    public bool IsCommonNameOnly { get; init; }

    /// <summary>True for an RSA 2048 key, false for EC P-256.</summary>
    public bool IsRsa { get; init; }
}

/// <summary>
/// The sandbox's certificate authority: a root (what clients trust) and an issuing CA under it. The leaves of a process share
/// one key per algorithm: they prove nothing outside the sandbox, and an RSA key per certificate would be most of the time of a start.
/// </summary>
public sealed class SandboxCa : IDisposable
{
    private const int MaxCommonName = 64;
    private static readonly DateTimeOffset CaNotBefore = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset CaNotAfter = new(2060, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<ECDsa> EcKey = new(() => ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private static readonly Lazy<RSA> RsaKey = new(() => RSA.Create(2048));

    private readonly X509Certificate2 root;
    private readonly X509Certificate2 issuing;
    private readonly Lazy<X509Certificate2> untrusted;

    /// <summary>Makes the root and the issuing CA.</summary>
    public SandboxCa()
    {
        root = NewCa("EmailSecurity Sandbox Root", null);
        issuing = NewCa("EmailSecurity Sandbox Issuing CA", root);
        untrusted = new Lazy<X509Certificate2>(() => NewCa("EmailSecurity Sandbox Untrusted CA", null));
        RootPem = root.ExportCertificatePem() + "\n";
    }

    /// <summary>PEM text of the root.</summary>
    public string RootPem { get; }

    /// <summary>Distinguished name of the issuing CA.</summary>
    public string IssuerName => issuing.Subject;

    /// <summary>Issues a certificate, its private key with it.</summary>
    public X509Certificate2 Issue(CertificateSpec spec)
    {
        // RFC 5280 appendix A: a common name has at most 64 characters; a longer name stands in the SAN alone.
        var subject = new X500DistinguishedNameBuilder();
        if (spec.Names[0].Length <= MaxCommonName)
        {
            subject.AddCommonName(spec.Names[0]);
        }
        var request = spec.IsRsa
            ? new CertificateRequest(subject.Build(), RsaKey.Value, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject.Build(), EcKey.Value, HashAlgorithmName.SHA256);
        var issuer = spec.IsTrusted ? issuing : untrusted.Value;
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | (spec.IsRsa ? X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.None), true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        if (!spec.IsCommonNameOnly)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (var name in spec.Names)
            {
                names.AddDnsName(name);
            }
            request.CertificateExtensions.Add(names.Build());
        }
        using var issuerKey = issuer.GetECDsaPrivateKey()!;
        using var certificate = request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), spec.NotBefore, spec.NotAfter, NewSerial());
        return spec.IsRsa ? certificate.CopyWithPrivateKey(RsaKey.Value) : certificate.CopyWithPrivateKey(EcKey.Value);
    }

    /// <summary>The certificate with the chain that a server sends with it.</summary>
    public SslStreamCertificateContext Context(X509Certificate2 certificate) =>
        SslStreamCertificateContext.Create(certificate, certificate.Issuer == issuing.Subject ? [issuing] : null, offline: true);

    /// <inheritdoc/>
    public void Dispose()
    {
        root.Dispose();
        issuing.Dispose();
        if (untrusted.IsValueCreated)
        {
            untrusted.Value.Dispose();
        }
    }

    private static X509Certificate2 NewCa(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationName("EmailSecurity Sandbox");
        subject.AddCommonName(name);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, issuer is not null, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (issuer is null)
        {
            return request.CreateSelfSigned(CaNotBefore, CaNotAfter);
        }
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        using var certificate = request.Create(issuer, CaNotBefore, CaNotAfter, NewSerial());
        return certificate.CopyWithPrivateKey(key);
    }

    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x01);
        return serial;
    }
}
