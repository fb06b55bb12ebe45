using System.Formats.Asn1;
using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>The certificates of a file: which one is the mark certificate, and whether the others are its issuers in order.</summary>
internal static class MarkCertificateFile
{
    // draft-fetch-validation-vmc-wchuang section 3.3.
    public static List<MarkChainCertificate> Parse(ReadOnlyMemory<byte> pem, MarkCertificateRoots roots, FindingBag findings)
    {
        var file = new List<MarkChainCertificate>();
        var number = 0;
        foreach (var block in MarkCertificatePem.Read(pem, MarkCertificatePem.MaxBytes, MarkCertificatePem.MaxCertificates, findings))
        {
            number++;
            if (!MarkChainCertificate.TryParse(block.Der, out var certificate, out var reason))
            {
                findings.Report(MarkRules.CertificateMalformed,
                    $"Certificate {number} of the file cannot be read: {reason}", line: block.Line, location: Invariant($"certificate {number}"));
                continue;
            }
            certificate.Location = Invariant($"certificate {number} ({MarkChainName.Short(certificate.Subject)})");
            if (file.Any(certificate.SameAs))
            {
                findings.Report(MarkRules.ChainDuplicate,
                    $"Certificate {number} appears twice in the file; receivers may refuse the file.", line: block.Line, location: certificate.Location);
                continue;
            }
            if (file.Count > 0)
            {
                roots.Recall(certificate);
            }

            file.Add(certificate);
        }
        return file;
    }

    public static MarkChainCertificate ChooseLeaf(List<MarkChainCertificate> file, FindingBag findings)
    {
        MarkChainCertificate? leaf = null, firstEndEntity = null;
        foreach (var certificate in file)
        {
            // One that issued another of the file is meant as a CA, even where it lacks what makes it one; that is reported on the chain.
            if (IsAuthority(certificate)
                || file.Exists(c => !ReferenceEquals(c, certificate) && c.Issuer.Span.SequenceEqual(certificate.Subject.Span)))
            {
                continue;
            }

            firstEndEntity ??= certificate;
            if (!IsMark(certificate))
            {
                continue;
            }

            if (leaf is null)
            {
                leaf = certificate;
            }
            else
            {
                findings.Report(MarkRules.ChainSeveralMarkCertificates, location: certificate.Location);
            }
        }
        leaf ??= firstEndEntity ?? file[0];
        if (IsAuthority(leaf))
        {
            findings.Report(MarkRules.MarkCertificateMissing, location: leaf.Location);
        }

        return leaf;
    }

    // draft-fetch-validation-vmc-wchuang section 3.3: the mark certificate, its issuer, and so on to the root; nothing else.
    public static void ReportOrder(List<MarkChainCertificate> file, MarkChain chain, FindingBag findings)
    {
        var position = 0;
        var ordered = true;
        foreach (var certificate in file)
        {
            var index = IndexOf(chain.Path, certificate);
            if (index >= 0)
            {
                ordered &= index >= position;
                position = index;
            }
            else if (!IsAuthority(certificate))
            {
                if (!IsMark(certificate))
                {
                    findings.Report(MarkRules.ChainForeignCertificate, location: certificate.Location);
                }
            }
            else if (chain.IsTrusted)
            {
                findings.Report(MarkRules.ChainExtraCertificate, location: certificate.Location);
            }
        }
        if (!ordered)
        {
            findings.Report(MarkRules.ChainOrder);
        }
    }

    private static bool IsAuthority(MarkChainCertificate certificate)
    {
        try
        {
            return certificate.TryGetExtension(MarkCertificateOids.BasicConstraints, out var extension)
                && MarkCertificateExtensions.BasicConstraints(extension.Value).IsCa;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool IsMark(MarkChainCertificate certificate)
    {
        if (certificate.TryGetExtension(MarkCertificateOids.Logotype, out _))
        {
            return true;
        }

        try
        {
            return certificate.TryGetExtension(MarkCertificateOids.ExtendedKeyUsage, out var usage)
                && MarkCertificateExtensions.KeyPurposes(usage.Value).Contains(MarkCertificateOids.BimiKeyPurpose);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static int IndexOf(IReadOnlyList<MarkChainCertificate> path, MarkChainCertificate certificate)
    {
        for (var i = 0; i < path.Count; i++)
        {
            if (i == 0 ? path[i].SameAs(certificate) : path[i].SameAuthorityAs(certificate))
            {
                return i;
            }
        }
        return -1;
    }
}
