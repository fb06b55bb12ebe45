using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Bimi;

/// <summary>The roots that mark certificates may chain to. Immutable; safe to share between threads.</summary>
public sealed class MarkCertificateRoots
{
    private const int MaxBytes = 2 * 1024 * 1024;
    private const int MaxRoots = 256;

    private static readonly Lazy<MarkCertificateRoots> Shipped = new(LoadShipped);

    private MarkCertificateRoots(IReadOnlyList<MarkChainCertificate> certificates)
    {
        Certificates = certificates;
        Subjects = [.. certificates.Select(c => MarkChainName.Format(c.Subject))];
    }

    /// <summary>The public mark roots shipped with the module: DigiCert, GlobalSign R42, SSL.com RSA and ECC 2024. Read at first use.</summary>
    public static MarkCertificateRoots Default => Shipped.Value;

    /// <summary>No root at all: every chain is untrusted.</summary>
    public static MarkCertificateRoots None { get; } = new([]);

    /// <summary>Names of the roots, for people.</summary>
    public IReadOnlyList<string> Subjects { get; }

    internal IReadOnlyList<MarkChainCertificate> Certificates { get; }

    /// <summary>Reads roots from PEM text: every CERTIFICATE block is a root to trust.</summary>
    /// <exception cref="EmailSecurityException"><c>TrustedRootInvalid</c>: no certificate, or one that cannot be read.</exception>
    public static MarkCertificateRoots FromPem(ReadOnlyMemory<byte> pem)
    {
        var findings = new MarkCertificateFindings();
        var blocks = MarkCertificatePem.Read(pem, MaxBytes, MaxRoots, findings);
        if (blocks.Count == 0 || findings.Items.Any(f => f.Severity == Findings.FindingSeverity.Error))
            throw Invalid(findings.Items.Count > 0 ? findings.Items[0].Message : "The file holds no certificate.");
        return FromDer(blocks.Select(b => (b.Der, $"the certificate in line {b.Line}")));
    }

    /// <summary>Takes the certificates of a collection as the roots to trust.</summary>
    /// <exception cref="EmailSecurityException"><c>TrustedRootInvalid</c>: no certificate, or one that cannot be read.</exception>
    public static MarkCertificateRoots From(X509Certificate2Collection certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        return certificates.Count > 0 ? FromDer(certificates.Select(c => ((ReadOnlyMemory<byte>)c.RawData, c.Subject))) : throw Invalid("The collection is empty.");
    }

    private static MarkCertificateRoots FromDer(IEnumerable<(ReadOnlyMemory<byte> Der, string What)> certificates)
    {
        var list = new List<MarkChainCertificate>();
        foreach (var (der, what) in certificates)
        {
            if (!MarkChainCertificate.TryParse(der, out var certificate, out var reason)) throw Invalid($"{what} cannot be read: {reason}");
            certificate.Location = $"trusted root ({MarkChainName.Short(certificate.Subject)})";
            list.Add(certificate);
        }
        return new MarkCertificateRoots(list);
    }

    private static EmailSecurityException Invalid(string why) => new("TrustedRootInvalid", ErrorKind.InvalidData, $"The trusted roots cannot be used: {why}",
        "Give a PEM file with the root certificates (-----BEGIN CERTIFICATE-----) to trust.");

    private static MarkCertificateRoots LoadShipped()
    {
        using var stream = typeof(MarkCertificateRoots).Assembly.GetManifestResourceStream("EmailSecurity.Bimi.mark-roots.pem")
            ?? throw new EmailSecurityException("ModuleDamaged", ErrorKind.InvalidOperation, "The mark roots are missing from the module.", "Install the module again.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return FromPem(copy.ToArray());
    }
}
