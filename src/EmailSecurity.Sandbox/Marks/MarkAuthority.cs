using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Tls;

namespace EmailSecurity.Sandbox.Marks;

/// <summary>
/// The sandbox's mark verifying authority: it verifies nothing and issues a VMC or CMC for any domain and any logo, good in form. Nobody
/// outside the sandbox trusts its root.
/// </summary>
public sealed class MarkAuthority : IDisposable
{
    /// <summary>Name of the root's revocation list at the place where lists are served.</summary>
    public const string RootList = "root.crl";

    /// <summary>Name of the issuing CA's revocation list.</summary>
    public const string IssuingList = "issuing.crl";

    // Mark certificates last 398 days at most (MC Requirements section 6.3.2).
    private static readonly TimeSpan Validity = TimeSpan.FromDays(397);
    private static readonly TimeSpan ListValidity = TimeSpan.FromDays(7);

    // As long as what they issue, and no longer; a shorter one would make every certificate one that expires soon.
    private static readonly TimeSpan AuthorityValidity = TimeSpan.FromDays(400);

    private readonly SandboxClock clock;
    private readonly CaLifetime lifetime;
    private readonly Lazy<X509Certificate2> issuing;
    private readonly Lazy<ECDsa> logKey = new(() => ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private readonly Func<string> listBase;
    private readonly X509Certificate2 root;
    private long lists;

    /// <summary>Makes the root; the issuing CA is made when it is needed.</summary>
    /// <param name="clock">The sandbox's clock: certificates begin today.</param>
    /// <param name="listBase">Where the revocation lists are served, an <c>http:</c> URL with its final slash.</param>
    public MarkAuthority(SandboxClock clock, Func<string> listBase)
    {
        this.clock = clock;
        this.listBase = listBase;
        lifetime = CaLifetime.Of(clock, AuthorityValidity);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = NewAuthority("EmailSecurity Sandbox Mark Root", key, null);
        root = request.CreateSelfSigned(lifetime.From, lifetime.To);
        issuing = new Lazy<X509Certificate2>(MakeIssuing);
        RootPem = root.ExportCertificatePem() + "\n";
    }

    /// <summary>PEM text of the root.</summary>
    public string RootPem { get; }

    /// <summary>Issues a certificate; PEM of it and of the CA that issued it, in this order.</summary>
    /// <exception cref="InvalidDataException">The logo begins as gzip and is not.</exception>
    public string Issue(MarkRequest request)
    {
        var now = clock.Now;
        var midnight = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = new CertificateRequest(MarkSubject.For(request), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(request.Selector.Length > 0 ? $"{request.Selector}._bimi.{request.Domain}" : request.Domain);
        Add(
            certificate,
            new X509BasicConstraintsExtension(false, false, 0, true),
            names.Build(),
            new X509EnhancedKeyUsageExtension([new Oid(MarkExtensions.KeyPurpose)], false),
            MarkExtensions.OfPolicy(),
            ListAt(IssuingList),
            MarkExtensions.OfTimestamp(logKey.Value, midnight),
            MarkExtensions.OfLogo(request.Logo),
            new X509SubjectKeyIdentifierExtension(certificate.PublicKey, false),
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuing.Value, true, false));
        using var leaf = certificate.Create(issuing.Value, midnight, midnight + Validity - TimeSpan.FromSeconds(1), NewSerial());
        return leaf.ExportCertificatePem() + "\n" + issuing.Value.ExportCertificatePem() + "\n";
    }

    /// <summary>A revocation list in DER, by its name; null for a name that is none. Nothing is ever revoked.</summary>
    public byte[]? RevocationList(string name) => name switch
    {
        RootList => NewList(root),
        IssuingList => NewList(issuing.Value),
        _ => null,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        root.Dispose();
        if (issuing.IsValueCreated)
        {
            issuing.Value.Dispose();
        }
        if (logKey.IsValueCreated)
        {
            logKey.Value.Dispose();
        }
    }

    private static CertificateRequest NewAuthority(string name, ECDsa key, int? pathLength)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCountryOrRegion("EE");
        subject.AddOrganizationName("EmailSecurity Sandbox");
        subject.AddCommonName(name);
        var request = new CertificateRequest(subject.Build(), key, key.KeySize > 256 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256);
        Add(
            request,
            new X509BasicConstraintsExtension(true, pathLength is not null, pathLength ?? 0, true),
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true),
            new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static void Add(CertificateRequest request, params IEnumerable<X509Extension> extensions)
    {
        foreach (var extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }
    }

    private X509Certificate2 MakeIssuing()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = NewAuthority("EmailSecurity Sandbox Mark CA", key, pathLength: 0);
        Add(
            request,
            new X509EnhancedKeyUsageExtension([new Oid(MarkExtensions.KeyPurpose)], false),
            MarkExtensions.OfPolicy(),
            ListAt(RootList),
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        using var rootKey = root.GetECDsaPrivateKey()!;
        using var certificate = request.Create(root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), lifetime.From, lifetime.To, NewSerial());
        return certificate.CopyWithPrivateKey(key);
    }

    private X509Extension ListAt(string name) => CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([listBase() + name]);

    private byte[] NewList(X509Certificate2 issuer)
    {
        var now = clock.Now;
        var hash = ReferenceEquals(issuer, root) ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
        var number = new BigInteger(Interlocked.Increment(ref lists));
        return new CertificateRevocationListBuilder().Build(issuer, number, now + ListValidity, hash, thisUpdate: now);
    }

    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x01);
        return serial;
    }
}
