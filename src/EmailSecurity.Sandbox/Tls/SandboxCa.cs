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
/// The sandbox's certificate authority. Who trusts its roots is not open to anybody who steals their keys, which are in memory only: each root is good for
/// the names of special use (RFC 2606, RFC 6761), or for one zone of the sandbox, and for a few weeks. The leaves of a process share one key per algorithm:
/// they prove nothing outside the sandbox, and an RSA key per certificate would be most of the time of a start.
/// </summary>
public sealed class SandboxCa : IDisposable
{
    private const int MaxCommonName = 64;

    // What RFC 2606 and RFC 6761 set aside for examples and tests, and where the sandbox's distributions and buckets are.
    private static readonly string[] SpecialUse = ["example", "test", "invalid", "localhost", "example.com", "example.net", "example.org", "cloudfront.net", "amazonaws.com"];

    private static readonly Lazy<ECDsa> EcKey = new(() => ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private static readonly Lazy<RSA> RsaKey = new(() => RSA.Create(2048));

    private readonly DateTimeOffset from;
    private readonly DateTimeOffset to;
    private readonly CertificatePlatform platform;
    private readonly Lock gate = new();
    private readonly List<CaBranch> branches;
    private readonly Lazy<CaBranch> untrusted;
    private readonly HashSet<X509Certificate2> stored = [];

    /// <summary>Makes the root for names of special use.</summary>
    /// <param name="from">Beginning of the roots' validity.</param>
    /// <param name="to">End of the roots' validity.</param>
    public SandboxCa(DateTimeOffset from, DateTimeOffset to)
        : this(from, to, CertificatePlatform.Current)
    {
    }

    internal SandboxCa(DateTimeOffset from, DateTimeOffset to, CertificatePlatform platform)
    {
        (this.from, this.to, this.platform) = (from, to, platform);
        branches = [new CaBranch(SpecialUse, "", from, to, platform)];
        untrusted = new Lazy<CaBranch>(() => new CaBranch(null, " (untrusted)", from, to, platform));
    }

    /// <summary>PEM text of the roots.</summary>
    public string RootPem
    {
        get
        {
            lock (gate)
            {
                return string.Concat(branches.Select(b => b.Root.ExportCertificatePem() + "\n"));
            }
        }
    }

    /// <summary>Distinguished name of the issuing CA.</summary>
    public string IssuerName => branches[0].Issuing.Subject;

    /// <summary>Told when <see cref="RootPem"/> has grown.</summary>
    public Action? RootsChanged { get; set; }

    /// <summary>Makes a root for a zone, where none covers it yet.</summary>
    public void Permit(string zone)
    {
        zone = zone.TrimEnd('.').ToLowerInvariant();
        lock (gate)
        {
            if (zone.Length == 0 || branches.Exists(b => b.Covers(zone)))
            {
                return;
            }

            branches.Add(new CaBranch([zone], $" ({zone})", from, to, platform));
        }

        RootsChanged?.Invoke();
    }

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
        var issuer = spec.IsTrusted ? IssuerFor(spec.Names[0]) : untrusted.Value.Issuing;
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
        return platform.Usable(spec.IsRsa ? certificate.CopyWithPrivateKey(RsaKey.Value) : certificate.CopyWithPrivateKey(EcKey.Value));
    }

    /// <summary>The certificate with the chain that a server sends with it.</summary>
    public SslStreamCertificateContext Context(X509Certificate2 certificate)
    {
        lock (gate)
        {
            var issuing = branches.Find(b => b.Issued(certificate))?.Issuing;
            var isNew = issuing is not null && platform.IssuerStore is not null && !stored.Contains(issuing) && !platform.Holds(issuing);
            var context = SslStreamCertificateContext.Create(certificate, issuing is null ? null : [issuing], offline: true);
            if (isNew)
            {
                stored.Add(issuing!);
            }

            return context;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var issuer in stored)
        {
            platform.Remove(issuer);
        }

        branches.ForEach(b => b.Dispose());
        if (untrusted.IsValueCreated)
        {
            untrusted.Value.Dispose();
        }
    }

    /// <summary>The key of an issuing CA, for tests of what a thief could do with it.</summary>
    internal ECDsa IssuingKey(X509Certificate2 issuing)
    {
        lock (gate)
        {
            return branches.Single(b => b.Issuing.Thumbprint == issuing.Thumbprint).Issuing.GetECDsaPrivateKey()!;
        }
    }

    internal static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x01);
        return serial;
    }

    // The zone was made before the certificate; where there is none, the name's own domain is what it is for.
    private X509Certificate2 IssuerFor(string name)
    {
        CaBranch? Find()
        {
            lock (gate)
            {
                return branches.Where(b => b.Covers(name)).MaxBy(b => b.Permitted.Max(p => p.Length));
            }
        }

        if (Find() is { } branch)
        {
            return branch.Issuing;
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        Permit(dot > 0 && name.IndexOf('.', dot + 1) > 0 ? name[(dot + 1)..] : name);
        return Find()!.Issuing;
    }
}
