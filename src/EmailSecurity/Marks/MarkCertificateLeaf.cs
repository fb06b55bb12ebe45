using System.Formats.Asn1;
using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>What the mark certificate itself carries: key purpose, revocation address, timestamps, pilot identifier, period.</summary>
internal sealed class MarkCertificateLeaf(MarkChainCertificate leaf, FindingBag findings)
{
    /// <summary>MC Requirements section 7.1.2.3 (j): no pilot identifier from here on.</summary>
    private static readonly DateTimeOffset PilotUntil = new(2025, 3, 15, 0, 0, 0, TimeSpan.Zero);

    private readonly string where = leaf.Location;

    public void ReportKeyUsage()
    {
        // draft-fetch-validation-vmc-wchuang sections 4.4 and 5.1 (5); any-extended-key-usage is not enough.
        var purposes = Read(MarkCertificateOids.ExtendedKeyUsage, "extended key usage", MarkCertificateExtensions.KeyPurposes) ?? [];
        if (!purposes.Contains(MarkCertificateOids.BimiKeyPurpose))
        {
            findings.Report(MarkRules.KeyPurposeMissing, location: where);
        }
        else if (purposes.Count > 1)
        {
            findings.Report(MarkRules.KeyPurposeOthers, location: where);
        }

        if (Read(MarkCertificateOids.KeyUsage, "key usage", v => ((bool, bool)?)MarkCertificateExtensions.KeyUsage(v)) is (true, _) or (_, true))
        {
            findings.Report(MarkRules.KeyUsageOfCa, location: where);
        }

        if (leaf.TryGetExtension(MarkCertificateOids.PrecertificatePoison, out _))
        {
            findings.Report(MarkRules.Precertificate, location: where);
        }
    }

    public MarkCertificateExtensions.AltNames ReadNames() =>
        Read(MarkCertificateOids.SubjectAltName, "subject alternative name", MarkCertificateExtensions.SubjectAltNames) ?? new([], 0);

    public List<string> ReadPolicies()
    {
        var policies = Read(MarkCertificateOids.CertificatePolicies, "certificate policies", MarkCertificateExtensions.Policies) ?? [];
        if (!policies.Contains(MarkCertificateOids.MarkPolicy))
        {
            findings.Report(MarkRules.PolicyMissing, location: where);
        }

        return policies;
    }

    // draft-fetch-validation-vmc-wchuang section 4.5, MC Requirements section 7.1.2.3 (b).
    public string? ReadCrl()
    {
        var urls = Read(MarkCertificateOids.CrlDistributionPoints, "CRL distribution points", MarkCertificateExtensions.CrlUrls);
        var url = urls?.FirstOrDefault(u => u.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || u.StartsWith("https://", StringComparison.OrdinalIgnoreCase));
        if (url is null)
        {
            findings.Report(MarkRules.CrlMissing,
                urls is null ? "It has no CRL distribution point, so receivers cannot check revocation." : "Its CRL distribution point has no HTTP URL.",
                location: where);
        }

        if (leaf.TryGetExtension(MarkCertificateOids.CrlDistributionPoints, out var extension) && extension.Critical)
        {
            findings.Report(MarkRules.CrlCritical, location: where);
        }

        return url;
    }

    // draft-fetch-validation-vmc-wchuang section 4.6 and 5.1 (4).
    public int ReadScts(DateTimeOffset at)
    {
        if (!leaf.TryGetExtension(MarkCertificateOids.SctList, out var extension))
        {
            findings.Report(MarkRules.SctMissing,
                "It contains no signed certificate timestamp; it must be logged to Certificate Transparency.", location: where);
            return 0;
        }
        List<MarkCertificateExtensions.Sct> scts;
        try
        {
            scts = MarkCertificateExtensions.Scts(extension.Value);
        }
        catch (AsnContentException e)
        {
            findings.Report(MarkRules.SctInvalid, $"Its list of signed certificate timestamps cannot be read: {e.Message}", location: where);
            return 0;
        }
        var known = scts.Where(s => s.Version == 0).ToList();
        if (known.Count == 0)
        {
            findings.Report(MarkRules.SctMissing,
                scts.Count == 0 ? "Its list of signed certificate timestamps is empty."
                    : "None of its signed certificate timestamps is of a version that receivers know.",
                location: where);
        }
        else if (known.TrueForAll(s => s.Timestamp > at))
        {
            findings.Report(MarkRules.SctInFuture, location: where);
        }

        return scts.Count;
    }

    public void ReportPilot()
    {
        if (!leaf.TryGetExtension(MarkCertificateOids.PilotIdentifier, out _))
        {
            return;
        }

        if (leaf.NotBefore >= PilotUntil)
        {
            findings.Report(MarkRules.PilotIdentifier,
                "It has the pilot identifier extension, which certificates issued on or after 2025-03-15 must not have; " +
                    "receivers refuse a certificate with a critical extension that they do not know.", location: where);
        }
        else
        {
            findings.Report(MarkRules.PilotIdentifier with { Severity = FindingSeverity.Information },
                "It has the critical pilot identifier extension of early CMCs; receivers that do not know it refuse the certificate.",
                fix: "A renewed certificate does not have it.", location: where);
        }
    }

    public void ReportPeriod()
    {
        // RFC 5280 section 4.1.2.5: both ends belong to the period, hence the second.
        if (leaf.NotAfter - leaf.NotBefore + TimeSpan.FromSeconds(1) > TimeSpan.FromDays(398))
        {
            findings.Report(MarkRules.ValidityTooLong,
                $"It is valid for {(leaf.NotAfter - leaf.NotBefore).TotalDays:0} days; mark certificates may be valid for at most 398.", location: where);
        }
    }

    private T? Read<T>(string oid, string what, Func<ReadOnlyMemory<byte>, T> read) => MarkExtensionReader.Read(leaf, oid, what, read, findings);
}
