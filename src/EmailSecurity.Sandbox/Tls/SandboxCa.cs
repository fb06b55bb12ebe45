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
/// the names of special use (RFC 2606, RFC 6761), for one zone of the sandbox, or for the very names of one certificate, and for a few weeks. The
/// leaves of a process share one key per algorithm:
/// they prove nothing outside the sandbox, and an RSA key per certificate would be most of the time of a start.
/// </summary>
public sealed class SandboxCa : IDisposable
{
    private const int MaxCommonName = 64;

    // What RFC 2606 and RFC 6761 set aside for examples and tests, and where the sandbox's distributions are.
    private static readonly string[] SpecialUse = ["example", "test", "invalid", "localhost", "example.com", "example.net", "example.org", "cloudfront.net"];

    private static readonly Lazy<ECDsa> EcKey = new(() => ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private static readonly Lazy<RSA> RsaKey = new(() => RSA.Create(2048));

    private readonly DateTimeOffset from;
    private readonly DateTimeOffset to;
    private readonly CertificatePlatform platform;
    private readonly Lock gate = new();
    private readonly List<CaBranch> branches;
    private readonly Lazy<CaBranch> untrusted;
    private readonly Dictionary<X509Certificate2, IReadOnlyList<Func<OpenFlags, X509Store>>> stored = [];
    private readonly List<X509Certificate2> keyed = [];

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

    /// <summary>Told when <see cref="RootPem"/> has grown.</summary>
    public Action? RootsChanged { get; set; }

    /// <summary>Makes a root for a zone, where none covers it yet.</summary>
    public void Permit(string zone)
    {
        zone = zone.TrimEnd('.').ToLowerInvariant();
        if (zone.Length > 0)
        {
            BranchFor([zone]);
        }
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
        var issuer = spec.IsTrusted ? BranchFor(spec.Names).Issuing : untrusted.Value.Issuing;
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | (spec.IsRsa ? X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.None), true));
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
        using var certificate = request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), spec.NotBefore, spec.NotAfter, NewSerial());
        var usable = platform.Usable(spec.IsRsa ? certificate.CopyWithPrivateKey(RsaKey.Value) : certificate.CopyWithPrivateKey(EcKey.Value));
        if (platform.NeedsStoredKeys)
        {
            lock (gate)
            {
                keyed.Add(usable);
            }
        }

        return usable;
    }

    /// <summary>The certificate with the chain that a server sends with it.</summary>
    public SslStreamCertificateContext Context(X509Certificate2 certificate)
    {
        lock (gate)
        {
            var issuing = branches.Find(b => b.Issued(certificate))?.Issuing;
            if (issuing is not null && !stored.ContainsKey(issuing))
            {
                stored.Add(issuing, platform.StoresWithout(issuing));
            }

            return SslStreamCertificateContext.Create(certificate, issuing is null ? null : [issuing], offline: true);
        }
    }

    /// <summary>Ends it. Issuers that the system stored for it are taken out again, and the system's copies of its keys go.</summary>
    public void Dispose()
    {
        foreach (var (issuer, stores) in stored)
        {
            CertificatePlatform.Remove(issuer, stores);
        }

        keyed.ForEach(c => c.Dispose());
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

    // One branch has to permit every name: a single name outside makes the whole certificate worthless (RFC 5280 section 6.1.3). Where none does, a new one
    // permits these names, and not their parents: what is above a name may be a registry's.
    private CaBranch BranchFor(IReadOnlyList<string> names)
    {
        CaBranch branch;
        lock (gate)
        {
            var found = branches.Where(b => names.All(b.Covers)).MaxBy(b => b.Permitted.Max(p => p.Length));
            if (found is not null)
            {
                return found;
            }

            var permitted = names.Select(n => CaBranch.Base(n).ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToArray();
            branches.Add(branch = new CaBranch(permitted, Invariant($" {branches.Count + 1} ({permitted[0]})"), from, to, platform));
        }

        RootsChanged?.Invoke();
        return branch;
    }
}
