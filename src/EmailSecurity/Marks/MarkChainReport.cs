using System.Globalization;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Marks;

/// <summary>What is wrong with a path: its end, the dates of its certificates, and what each of them below the root must be.</summary>
internal static class MarkChainReport
{
    /// <summary>Says everything that is wrong with the path and with each certificate of it.</summary>
    public static void Report(MarkChain chain, FindingBag findings, MarkCertificateOptions options)
    {
        ReportTrust(chain, findings, options.RequireTrust);
        var path = chain.Path;
        for (var i = 0; i < path.Count; i++)
        {
            var isAnchor = chain.IsTrusted && i == path.Count - 1 && i > 0;
            ReportValidity(path[i], i == 0, findings, options);
            // RFC 5280 section 6.1.1 (d): a trust anchor gives a name and a key; its own extensions are not judged.
            if (!isAnchor)
            {
                ReportCertificate(path[i], findings);
            }

            if (i > 0 && !isAnchor)
            {
                MarkChainAuthority.Report(path, i, findings);
            }

            if (i > 0)
            {
                MarkChainAuthority.ReportKeyIdentifiers(path[i - 1], path[i], findings);
            }
        }
        if (path.Count > 1)
        {
            MarkChainAuthority.ReportIssuing(path[1], chain.IsTrusted && path.Count == 2, findings);
        }
    }

    // draft-fetch-validation-vmc-wchuang section 5.1 (1).
    private static void ReportTrust(MarkChain chain, FindingBag findings, bool require)
    {
        if (chain.IsTrusted)
        {
            return;
        }

        var last = chain.Path[^1];
        if (chain.Refused is { } first && ReferenceEquals(first.Subject, last))
        {
            if (first.Verdict == MarkChainSignatureVerdict.Bad)
            {
                findings.Report(MarkRules.ChainSignatureInvalid,
                    $"The signature of {last.Location} does not verify with the key of its issuer '{MarkChainName.Short(last.Issuer)}'.",
                    location: last.Location);
            }
            else
            {
                findings.Report(MarkRules.SignatureAlgorithmUnsupported,
                    $"The signature of {last.Location} ({MarkChainSignature.Name(last.SignatureAlgorithm)}) is not RSA or ECDSA with SHA-256 or better.",
                    location: last.Location);
            }

            return;
        }
        var (rule, message) = last.IsSelfIssued
            ? (MarkRules.ChainUntrusted, chain.Path.Count == 1
                ? "The certificate is self-signed; receivers show logos only from certificates of a mark verifying authority."
                : $"The chain ends in '{MarkChainName.Short(last.Subject)}', which is not a trusted mark root.")
            : (MarkRules.ChainIncomplete,
                $"The issuer '{MarkChainName.Short(last.Issuer)}' of {last.Location} is neither in the file nor a trusted mark root.");
        findings.Report(require ? rule : rule with { Severity = FindingSeverity.Warning }, message, location: last.Location);
    }

    // A short-lived certificate is not near its end from its first day.
    private static TimeSpan Soon(MarkChainCertificate certificate, MarkCertificateOptions options)
    {
        var third = (certificate.NotAfter - certificate.NotBefore) / 3;
        return third < options.ExpiryWarning ? third : options.ExpiryWarning;
    }

    // draft-fetch-validation-vmc-wchuang section 5.1 (2), for every certificate of the chain.
    private static void ReportValidity(MarkChainCertificate certificate, bool isLeaf, FindingBag findings, MarkCertificateOptions options)
    {
        var at = options.At;
        var who = isLeaf ? "The mark certificate" : $"'{MarkChainName.Short(certificate.Subject)}' of the chain";
        if (at < certificate.NotBefore)
        {
            findings.Report(isLeaf ? MarkRules.CertificateNotYetValid : MarkRules.IssuerNotYetValid,
                $"{who} is not valid before {Show(certificate.NotBefore)}.", location: certificate.Location);
        }
        else if (at > certificate.NotAfter)
        {
            findings.Report(isLeaf ? MarkRules.CertificateExpired : MarkRules.IssuerExpired,
                $"{who} expired on {Show(certificate.NotAfter)}.", location: certificate.Location);
        }
        else if (certificate.NotAfter - at <= Soon(certificate, options))
        {
            findings.Report(isLeaf ? MarkRules.CertificateExpiresSoon : MarkRules.IssuerExpiresSoon,
                $"{who} expires on {Show(certificate.NotAfter)}, in {Count.Days(certificate.NotAfter - at)}.",
                location: certificate.Location);
        }

        if (certificate.NotAfter < certificate.NotBefore)
        {
            findings.Report(isLeaf ? MarkRules.CertificateValidityInverted : MarkRules.IssuerValidityInverted, $"{who} ends before it begins.",
                location: certificate.Location);
        }
    }

    /// <summary>What holds for the leaf and every CA below the root.</summary>
    private static void ReportCertificate(MarkChainCertificate certificate, FindingBag findings)
    {
        var where = certificate.Location;
        if (certificate.Version != 3)
        {
            findings.Report(MarkRules.CertificateVersion, $"It is an X.509 v{certificate.Version} certificate; mark certificates are v3.", location: where);
        }

        if (!certificate.SignatureAlgorithmsAgree)
        {
            findings.Report(MarkRules.SignatureAlgorithmMismatch, location: where);
        }

        var (kind, bits) = MarkChainSignature.KeyOf(certificate);
        if (bits == 0 || (kind == "RSA" && bits < 2048))
        {
            findings.Report(MarkRules.PublicKeyWeak,
                bits == 0 ? "Its key is neither RSA nor on the curves P-256, P-384, P-521."
                    : Invariant($"Its RSA key has {bits} bits; at least 2048 are required."),
                location: where);
        }
        // RFC 5280 section 4.1.2.2.
        if (certificate.Serial.Length > 20 || (certificate.Serial.Span[0] & 0x80) != 0 || certificate.Serial.Span.IndexOfAnyExcept((byte)0) < 0)
        {
            findings.Report(MarkRules.SerialNumberInvalid, location: where);
        }

        var extensions = certificate.Extensions;
        for (var i = 0; i < extensions.Count; i++)
        {
            var extension = extensions[i];
            for (var k = 0; k < i; k++)
            {
                if (extensions[k].Oid == extension.Oid)
                {
                    findings.Report(MarkRules.ExtensionDuplicate, $"It has the extension {extension.Oid} more than once.", location: where);
                }
            }
            if (extension.Critical && !MarkCertificateOids.IsProcessed(extension.Oid) && extension.Oid != MarkCertificateOids.PrecertificatePoison)
            {
                findings.Report(MarkRules.ExtensionCriticalUnknown,
                    $"It has the critical extension {extension.Oid}, which receivers do not process, so they refuse the certificate.", location: where);
            }
            else if (extension.Oid == MarkCertificateOids.NameConstraints)
            {
                findings.Report(MarkRules.NameConstraintsPresent, location: where);
            }
        }
    }

    private static string Show(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'",
        CultureInfo.InvariantCulture);
}
