using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>
/// The roots that mark certificates may chain to; safe to share between threads. It remembers the issuing CAs that it has verified and
/// keeps their keys imported, so one instance kept for many checks makes each of them about three times as fast.
/// </summary>
public sealed class MarkCertificateRoots
{
    private const int MaxBytes = 2 * 1024 * 1024;
    private const int MaxRoots = 256;

    /// <summary>Issuing CAs remembered. Only what a trusted root has signed gets in, and there are about five in the world.</summary>
    private const int MaxKnown = 32;

    private static readonly Lazy<IReadOnlyList<(ReadOnlyMemory<byte> Der, string What)>> Shipped = new(LoadShipped);

    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);

    private MarkCertificateRoots(IReadOnlyList<MarkChainCertificate> certificates)
    {
        Certificates = certificates;
        foreach (var certificate in certificates)
        {
            certificate.KeysAtRest = [];
        }
    }

    /// <summary>An issuing CA, the root whose signature on it was verified, and its keys.</summary>
    private sealed record Known(MarkChainCertificate Root, ConcurrentBag<AsymmetricAlgorithm> Keys);

    /// <summary>The public mark roots shipped with the module: DigiCert, GlobalSign R42, SSL.com RSA and ECC 2024. A new instance at each call; keep it for
    /// many checks.</summary>
    public static MarkCertificateRoots Default => FromDer(Shipped.Value);

    /// <summary>No root at all: every chain is untrusted.</summary>
    public static MarkCertificateRoots None => new([]);

    /// <summary>Names of the roots, for people.</summary>
    public IReadOnlyList<string> Subjects => [.. Certificates.Select(c => MarkChainName.Format(c.Subject))];

    internal IReadOnlyList<MarkChainCertificate> Certificates { get; }

    /// <summary>Reads roots from PEM text: every CERTIFICATE block is a root to trust.</summary>
    /// <exception cref="EmailSecurityException"><c>TrustedRootInvalid</c>: no certificate, or one that cannot be read.</exception>
    public static MarkCertificateRoots FromPem(ReadOnlyMemory<byte> pem) => FromDer(ReadPem(pem));

    /// <summary>The public mark roots shipped with the module, and beside them every CERTIFICATE block of PEM text.</summary>
    /// <exception cref="EmailSecurityException"><c>TrustedRootInvalid</c>: no certificate, or one that cannot be read.</exception>
    public static MarkCertificateRoots DefaultWith(ReadOnlyMemory<byte> pem) => FromDer([.. Shipped.Value, .. ReadPem(pem)]);

    /// <summary>Takes the certificates of a collection as the roots to trust.</summary>
    /// <exception cref="EmailSecurityException"><c>TrustedRootInvalid</c>: no certificate, or one that cannot be read.</exception>
    public static MarkCertificateRoots From(X509Certificate2Collection certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        return certificates.Count > 0 ? FromDer(certificates.Select(c => ((ReadOnlyMemory<byte>)c.RawData, c.Subject)))
            : throw Invalid("The collection is empty.");
    }

    /// <summary>Tells a certificate of a file what is known of it from earlier checks.</summary>
    internal void Recall(MarkChainCertificate certificate)
    {
        if (known.IsEmpty || !known.TryGetValue(certificate.Thumbprint, out var entry))
        {
            return;
        }

        certificate.VerifiedBy = entry.Root;
        certificate.KeysAtRest = entry.Keys;
    }

    /// <summary>Keeps a CA whose signature by one of the roots was verified.</summary>
    internal void Remember(MarkChainCertificate authority, MarkChainCertificate root)
    {
        if (authority.VerifiedBy is not null || known.Count >= MaxKnown)
        {
            return;
        }

        known.TryAdd(authority.Thumbprint, new Known(root, []));
    }

    private static IReadOnlyList<(ReadOnlyMemory<byte> Der, string What)> ReadPem(ReadOnlyMemory<byte> pem)
    {
        var findings = MarkCertificateReader.NewFindings();
        var blocks = MarkCertificatePem.Read(pem, MaxBytes, MaxRoots, findings);
        if (blocks.Count == 0 || findings.Items.Any(f => f.Severity == FindingSeverity.Error))
        {
            throw Invalid(findings.Items.Count > 0 ? findings.Items[0].Message : "The file contains no certificate.");
        }

        return [.. blocks.Select(b => (b.Der, Invariant($"the certificate on line {b.Line}")))];
    }

    private static MarkCertificateRoots FromDer(IEnumerable<(ReadOnlyMemory<byte> Der, string What)> certificates)
    {
        var list = new List<MarkChainCertificate>();
        foreach (var (der, what) in certificates)
        {
            if (!MarkChainCertificate.TryParse(der, out var certificate, out var reason))
            {
                throw Invalid($"{what} cannot be read: {reason}");
            }

            certificate.Location = $"trusted root ({MarkChainName.Short(certificate.Subject)})";
            list.Add(certificate);
        }
        return new MarkCertificateRoots(list);
    }

    private static EmailSecurityException Invalid(string why) => new("TrustedRootInvalid", ErrorKind.InvalidData, $"The trusted roots cannot be used: {why}",
        "Use a PEM file with the root certificates (-----BEGIN CERTIFICATE-----) to trust.");

    private static IReadOnlyList<(ReadOnlyMemory<byte> Der, string What)> LoadShipped()
    {
        using var stream = typeof(MarkCertificateRoots).Assembly.GetManifestResourceStream("EmailSecurity.Marks.mark-roots.pem")
            ?? throw new EmailSecurityException("ModuleDamaged", ErrorKind.InvalidOperation, "The mark roots are missing from the module.",
                "Install the module again.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return ReadPem(copy.ToArray());
    }
}
