using System.Formats.Asn1;
using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>What makes an issuer of a path a CA, and the one of mark certificates a CA for them.</summary>
internal static class MarkChainAuthority
{
    // RFC 5280 section 6.1.4 (k) to (n).
    public static void Report(IReadOnlyList<MarkChainCertificate> path, int index, FindingBag findings)
    {
        var authority = path[index];
        var where = authority.Location;
        try
        {
            if (!authority.TryGetExtension(MarkCertificateOids.BasicConstraints, out var constraints))
            {
                findings.Report(MarkRules.IssuerNotCa,
                    "It issued a certificate of the chain but has no basic constraints, so it is not a CA.", location: where);
            }
            else
            {
                var (isCa, length) = MarkCertificateExtensions.BasicConstraints(constraints.Value);
                if (!isCa)
                {
                    findings.Report(MarkRules.IssuerNotCa,
                        "It issued a certificate of the chain but its basic constraints say it is not a CA.", location: where);
                }

                if (!constraints.Critical)
                {
                    findings.Report(MarkRules.BasicConstraintsNotCritical, location: where);
                }

                var below = path.Skip(1).Take(index - 1).Count(c => !c.IsSelfIssued);
                if (length is { } limit && below > limit)
                {
                    findings.Report(MarkRules.PathLengthExceeded,
                        $"It allows {limit} CAs below it (pathLenConstraint); the chain has {below}.", location: where);
                }
            }
        }
        catch (AsnContentException)
        {
            MarkExtensionReader.Malformed(MarkCertificateOids.BasicConstraints, "basic constraints", findings, where);
        }
        try
        {
            if (!authority.TryGetExtension(MarkCertificateOids.KeyUsage, out var usage))
            {
                findings.Report(MarkRules.IssuerKeyUsageMissing, location: where);
            }
            else
            {
                var (certSign, crlSign) = MarkCertificateExtensions.KeyUsage(usage.Value);
                if (!certSign)
                {
                    findings.Report(MarkRules.IssuerKeyUsage, location: where);
                }
                else if (!crlSign)
                {
                    findings.Report(MarkRules.IssuerCrlSign, location: where);
                }
            }
        }
        catch (AsnContentException)
        {
            MarkExtensionReader.Malformed(MarkCertificateOids.KeyUsage, "key usage", findings, where);
        }
    }

    // draft-fetch-validation-vmc-wchuang section 4.4: the immediate issuer carries the key purpose too. MC Requirements section 7.1.2.2.
    public static void ReportIssuing(MarkChainCertificate authority, bool isRoot, FindingBag findings)
    {
        var where = authority.Location;
        try
        {
            var purposes = authority.TryGetExtension(MarkCertificateOids.ExtendedKeyUsage, out var usage)
                ? MarkCertificateExtensions.KeyPurposes(usage.Value) : [];
            if (!purposes.Contains(MarkCertificateOids.BimiKeyPurpose))
            {
                findings.Report(MarkRules.IssuerKeyPurposeMissing,
                    isRoot ? "The certificate is issued by the root itself; it must come from a CA dedicated to mark certificates (extended key usage " +
                        "1.3.6.1.5.5.7.3.31)."
                        : "The issuing CA lacks the extended key usage for BIMI (1.3.6.1.5.5.7.3.31).", location: where);
            }
            else if (purposes.Count > 1)
            {
                findings.Report(MarkRules.IssuerKeyPurposeOthers, location: where);
            }
        }
        catch (AsnContentException)
        {
            MarkExtensionReader.Malformed(MarkCertificateOids.ExtendedKeyUsage, "extended key usage", findings, where);
        }
        if (isRoot)
        {
            return;
        }

        try
        {
            var policies = authority.TryGetExtension(MarkCertificateOids.CertificatePolicies, out var extension)
                ? MarkCertificateExtensions.Policies(extension.Value) : [];
            if (!policies.Contains(MarkCertificateOids.MarkPolicy) && !policies.Contains(MarkCertificateOids.AnyPolicy))
            {
                findings.Report(MarkRules.IssuerPolicyMissing, location: where);
            }
        }
        catch (AsnContentException)
        {
            MarkExtensionReader.Malformed(MarkCertificateOids.CertificatePolicies, "certificate policies", findings, where);
        }
    }

    public static void ReportKeyIdentifiers(MarkChainCertificate subject, MarkChainCertificate issuer, FindingBag findings)
    {
        try
        {
            if (!subject.TryGetExtension(MarkCertificateOids.AuthorityKeyIdentifier, out var authority)
                || !issuer.TryGetExtension(MarkCertificateOids.SubjectKeyIdentifier, out var own))
            {
                return;
            }

            var named = MarkCertificateExtensions.AuthorityKeyIdentifier(authority.Value);
            var actual = MarkCertificateExtensions.SubjectKeyIdentifier(own.Value);
            if (!named.IsEmpty && !actual.IsEmpty && !named.Span.SequenceEqual(actual.Span))
            {
                findings.Report(MarkRules.KeyIdentifierMismatch, location: subject.Location);
            }
        }
        catch (AsnContentException)
        {
            MarkExtensionReader.Malformed(MarkCertificateOids.AuthorityKeyIdentifier, "key identifier", findings, subject.Location);
        }
    }
}
