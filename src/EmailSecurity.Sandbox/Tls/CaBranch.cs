using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Sandbox.Tls;

/// <summary>A root (what clients trust) and an issuing CA under it, for some names and no others. Their keys are in memory only.</summary>
internal sealed class CaBranch : IDisposable
{
    private const int MaxCommonName = 64;

    /// <summary>Makes both. The constraint is in both: not every system looks for one in a root.</summary>
    /// <param name="permitted">Names that they may issue for, and those below; null for any (a CA that nobody trusts).</param>
    /// <param name="label">What tells it from others, in its names, with what is unlike theirs first; empty for none.</param>
    /// <param name="from">Beginning of their validity.</param>
    /// <param name="to">End of their validity.</param>
    /// <param name="platform">What the system's TLS does with certificates.</param>
    public CaBranch(IReadOnlyList<string>? permitted, string label, DateTimeOffset from, DateTimeOffset to, CertificatePlatform platform)
    {
        Permitted = permitted ?? [];
        Root = NewCa("EmailSecurity Sandbox Root" + label, null, permitted, from, to);
        Issuing = platform.Usable(NewCa("EmailSecurity Sandbox Issuing CA" + label, Root, permitted, from, to));
    }

    /// <summary>Names that it issues for, and those below.</summary>
    public IReadOnlyList<string> Permitted { get; }

    /// <summary>The root.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>The issuing CA.</summary>
    public X509Certificate2 Issuing { get; }

    /// <summary>The name itself, or what a wildcard stands below.</summary>
    public static string Base(string name) => name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;

    /// <summary>Whether a name is among those permitted.</summary>
    public bool Covers(string name)
    {
        name = Base(name);
        return Permitted.Any(p => name.Equals(p, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + p, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether it issued a certificate.</summary>
    public bool Issued(X509Certificate2 certificate) => certificate.Issuer == Issuing.Subject;

    /// <inheritdoc/>
    public void Dispose()
    {
        Root.Dispose();
        Issuing.Dispose();
    }

    private static X509Certificate2 NewCa(string name, X509Certificate2? issuer, IReadOnlyList<string>? permitted, DateTimeOffset from, DateTimeOffset to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationName("EmailSecurity Sandbox");
        subject.AddCommonName(name.Length > MaxCommonName ? name[..MaxCommonName] : name);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, issuer is not null, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (permitted is not null)
        {
            request.CertificateExtensions.Add(NameConstraints.Permit(permitted));
        }

        if (issuer is null)
        {
            return request.CreateSelfSigned(from, to);
        }

        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        using var certificate = request.Create(issuer, from, to, SandboxCa.NewSerial());
        return certificate.CopyWithPrivateKey(key);
    }
}
