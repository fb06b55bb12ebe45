namespace EmailSecurity.Marks;

/// <summary>
/// The path from a mark certificate to a trusted root (RFC 5280 section 6.1), walked over the certificates of the file and the roots.
/// No network: no issuer is fetched, no revocation looked up.
/// </summary>
internal sealed class MarkChain
{
    /// <summary>Certificates of a path, leaf and root included.</summary>
    private const int MaxLength = 8;

    /// <summary>Signatures verified for one file; a file of certificates with one name cannot make it more.</summary>
    private const int MaxVerifications = 32;

    private readonly IReadOnlyList<MarkChainCertificate> file;
    private readonly MarkCertificateRoots roots;
    private int verifications;
    private MarkChainCertificate[] longest = [];

    private MarkChain(IReadOnlyList<MarkChainCertificate> file, MarkCertificateRoots roots)
    {
        this.file = file;
        this.roots = roots;
    }

    /// <summary>From the leaf to the last issuer found; the root is the last where <see cref="IsTrusted"/>.</summary>
    public IReadOnlyList<MarkChainCertificate> Path => longest;

    /// <summary>True where the path ends in a trusted root, every signature verified.</summary>
    public bool IsTrusted { get; private set; }

    /// <summary>The first certificate whose signature was not accepted from an issuer of the right name; null for none.</summary>
    public (MarkChainCertificate Subject, MarkChainSignatureVerdict Verdict)? Refused { get; private set; }

    public static MarkChain Build(MarkChainCertificate leaf, IReadOnlyList<MarkChainCertificate> file, MarkCertificateRoots roots)
    {
        var chain = new MarkChain(file, roots);
        chain.IsTrusted = chain.Walk([leaf]);
        if (chain.IsTrusted && chain.Path.Count > 2)
        {
            roots.Remember(chain.Path[^2], chain.Path[^1]);
        }

        return chain;
    }

    private bool Walk(List<MarkChainCertificate> path)
    {
        var current = path[^1];
        if (path.Count > longest.Length)
        {
            longest = [.. path];
        }

        if (roots.Certificates.Any(current.SameAuthorityAs))
        {
            longest = [.. path];
            return true;
        }
        if (path.Count == MaxLength)
        {
            return false;
        }

        foreach (var issuer in roots.Certificates.Concat(file))
        {
            // RFC 5280 section 6.1.3 (a)(4) and MC Requirements section 7.1.4.1: the issuer's name, octet for octet.
            if (!issuer.Subject.Span.SequenceEqual(current.Issuer.Span) || path.Any(issuer.SameAuthorityAs))
            {
                continue;
            }

            if (verifications++ >= MaxVerifications)
            {
                return false;
            }

            var verdict = MarkChainSignature.Verify(current, issuer);
            if (verdict != MarkChainSignatureVerdict.Good)
            {
                Refused ??= (current, verdict);
                continue;
            }
            path.Add(issuer);
            if (Walk(path))
            {
                return true;
            }

            path.RemoveAt(path.Count - 1);
        }
        return false;
    }
}
