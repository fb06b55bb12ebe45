using System.Formats.Asn1;
using EmailSecurity.Bimi;

namespace EmailSecurity.Marks;

/// <summary>Reads a mark certificate file and judges it; one instance per check.</summary>
internal sealed class MarkCertificateReader(MarkCertificateFindings findings, MarkCertificateOptions options)
{
    private const string Reissue = "Have the certification authority reissue the certificate.";

    /// <summary>MC Requirements 1.5, adopted on this day, brought subject:markType (section 7.1.4.2.2); certificates of before have none.</summary>
    private static readonly DateTimeOffset MarkTypeSince = new(2023, 7, 15, 0, 0, 0, TimeSpan.Zero);

    /// <summary>MC Requirements section 7.1.2.3 (j): no pilot identifier from here on.</summary>
    private static readonly DateTimeOffset PilotUntil = new(2025, 3, 15, 0, 0, 0, TimeSpan.Zero);

    public MarkCertificate? Read(ReadOnlyMemory<byte> pem)
    {
        var file = ReadFile(pem);
        if (file.Count == 0) return null;
        var leaf = ChooseLeaf(file);
        var chain = MarkChain.Build(leaf, file, options.TrustedRoots);
        ReportOrder(file, chain);
        chain.Report(findings, options);

        var where = leaf.Location;
        ReportKeyUsage(leaf, where);
        var (names, others) = Extension(leaf, MarkCertificateOids.SubjectAltName, "subject alternative name", MarkCertificateExtensions.SubjectAltNames) ?? new([], 0);
        ReportNames(names, others, where);
        var policies = Extension(leaf, MarkCertificateOids.CertificatePolicies, "certificate policies", MarkCertificateExtensions.Policies) ?? [];
        if (!policies.Contains(MarkCertificateOids.MarkPolicy))
            findings.Error("PolicyMissing", MarkCertificateFindings.Mcr, "7.1.2.3", "The mark certificate policy (1.3.6.1.4.1.53087.1.1) is not among its certificate policies.", Reissue, where);
        var crlUrl = ReadCrl(leaf, where);
        var sctCount = ReadScts(leaf, where);
        ReportPilot(leaf, where);
        ReportPeriod(leaf, where);
        var subject = MarkChainName.Read(leaf.Subject);
        var (kind, markType) = ReadMarkType(leaf, subject, where);
        var logo = ReadLogo(leaf, where);

        return new MarkCertificate
        {
            Subject = MarkChainName.Format(leaf.Subject),
            Issuer = MarkChainName.Format(leaf.Issuer),
            SerialNumber = Convert.ToHexString(leaf.Serial.Span),
            Thumbprint = leaf.Thumbprint,
            Organization = MarkChainName.First(subject, MarkCertificateOids.OrganizationName),
            Kind = kind,
            MarkType = markType,
            Names = names,
            Selectors = MarkCertificateNames.Selectors(names),
            NotBefore = leaf.NotBefore,
            NotAfter = leaf.NotAfter,
            SctCount = sctCount,
            CrlUrl = crlUrl,
            PolicyOids = policies,
            LogoSvg = logo?.Svg ?? default,
            Chain = [.. chain.Path.Select(c => MarkChainName.Short(c.Subject))],
            IsTrusted = chain.IsTrusted,
        };
    }

    // draft-fetch-validation-vmc-wchuang section 3.3.
    private List<MarkChainCertificate> ReadFile(ReadOnlyMemory<byte> pem)
    {
        var file = new List<MarkChainCertificate>();
        var number = 0;
        foreach (var block in MarkCertificatePem.Read(pem, MarkCertificatePem.MaxBytes, MarkCertificatePem.MaxCertificates, findings))
        {
            number++;
            if (!MarkChainCertificate.TryParse(block.Der, out var certificate, out var reason))
            {
                findings.Error("CertificateMalformed", MarkCertificateFindings.Pkix, "4.1", Invariant($"Certificate {number} of the file cannot be read: {reason}"), "Copy the certificate again, byte for byte.", Invariant($"certificate {number}"), block.Line);
                continue;
            }
            certificate.Location = Invariant($"certificate {number} ({MarkChainName.Short(certificate.Subject)})");
            if (file.Any(certificate.SameAs))
            {
                findings.Error("ChainDuplicate", MarkCertificateFindings.Draft, "3.3", Invariant($"Certificate {number} of the file is there twice; receivers may refuse the file."), "Remove the second copy.", certificate.Location, block.Line);
                continue;
            }
            if (file.Count > 0) options.TrustedRoots.Recall(certificate);
            file.Add(certificate);
        }
        return file;
    }

    private MarkChainCertificate ChooseLeaf(List<MarkChainCertificate> file)
    {
        MarkChainCertificate? leaf = null, firstEndEntity = null;
        foreach (var certificate in file)
        {
            // One that issued another of the file is meant as a CA, even where it lacks what makes it one; that is reported on the chain.
            if (IsAuthority(certificate) || file.Exists(c => !ReferenceEquals(c, certificate) && c.Issuer.Span.SequenceEqual(certificate.Subject.Span))) continue;
            firstEndEntity ??= certificate;
            if (!IsMark(certificate)) continue;
            if (leaf is null) leaf = certificate;
            else
                findings.Error("ChainSeveralMarkCertificates", MarkCertificateFindings.Draft, "3.3", "The file holds more than one mark certificate; receivers may refuse it.", "Keep one mark certificate in the file, and publish another one under a selector of its own.", certificate.Location);
        }
        leaf ??= firstEndEntity ?? file[0];
        if (IsAuthority(leaf))
            findings.Error("MarkCertificateMissing", MarkCertificateFindings.Draft, "3.3", "The file holds CA certificates only, no mark certificate.", "Put the mark certificate first, then its issuing CA.", leaf.Location);
        return leaf;
    }

    private static bool IsAuthority(MarkChainCertificate certificate)
    {
        try
        {
            return certificate.TryGetExtension(MarkCertificateOids.BasicConstraints, out var extension) && MarkCertificateExtensions.BasicConstraints(extension.Value).IsCa;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool IsMark(MarkChainCertificate certificate)
    {
        if (certificate.TryGetExtension(MarkCertificateOids.Logotype, out _)) return true;
        try
        {
            return certificate.TryGetExtension(MarkCertificateOids.ExtendedKeyUsage, out var usage) && MarkCertificateExtensions.KeyPurposes(usage.Value).Contains(MarkCertificateOids.BimiKeyPurpose);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    // draft-fetch-validation-vmc-wchuang section 3.3: the mark certificate, its issuer, and so on to the root; nothing else.
    private void ReportOrder(List<MarkChainCertificate> file, MarkChain chain)
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
                    findings.Error("ChainForeignCertificate", MarkCertificateFindings.Draft, "3.3", "The file holds an end-entity certificate that is no part of the chain.", "Keep the mark certificate, its issuing CA and at most the root.", certificate.Location);
            }
            else if (chain.IsTrusted)
                findings.Warning("ChainExtraCertificate", MarkCertificateFindings.Draft, "3.3", "The file holds a CA certificate that is no part of the chain.", "Keep the mark certificate, its issuing CA and at most the root.", certificate.Location);
        }
        if (!ordered)
            findings.Error("ChainOrder", MarkCertificateFindings.Draft, "3.3", "The certificates are not in the order of issuance; receivers may refuse the file.", "Put the mark certificate first, then its issuing CA, then (if at all) the root.");
    }

    private static int IndexOf(IReadOnlyList<MarkChainCertificate> path, MarkChainCertificate certificate)
    {
        for (var i = 0; i < path.Count; i++)
        {
            if (i == 0 ? path[i].SameAs(certificate) : path[i].SameAuthorityAs(certificate)) return i;
        }
        return -1;
    }

    private void ReportKeyUsage(MarkChainCertificate leaf, string where)
    {
        // draft-fetch-validation-vmc-wchuang sections 4.4 and 5.1 (5); any-extended-key-usage is not enough.
        var purposes = Extension(leaf, MarkCertificateOids.ExtendedKeyUsage, "extended key usage", MarkCertificateExtensions.KeyPurposes) ?? [];
        if (!purposes.Contains(MarkCertificateOids.BimiKeyPurpose))
            findings.Error("KeyPurposeMissing", MarkCertificateFindings.Draft, "4.4", "It lacks the extended key usage for BIMI (1.3.6.1.5.5.7.3.31), so it is not a mark certificate.", "Give the VMC or CMC, not the TLS certificate of the web server.", where);
        else if (purposes.Count > 1)
            findings.Warning("KeyPurposeOthers", MarkCertificateFindings.Mcr, "7.1.2.3", "It has extended key usages besides BIMI.", Reissue, where);
        if (Extension(leaf, MarkCertificateOids.KeyUsage, "key usage", v => ((bool, bool)?)MarkCertificateExtensions.KeyUsage(v)) is (true, _) or (_, true))
            findings.Warning("KeyUsageOfCa", MarkCertificateFindings.Mcr, "7.1.2.3", "Its key usage allows signing certificates or CRLs, which a mark certificate must not.", Reissue, where);
        if (leaf.TryGetExtension(MarkCertificateOids.PrecertificatePoison, out _))
            findings.Error("Precertificate", MarkCertificateFindings.Transparency, "3.1", "It is a precertificate, made for the transparency logs only.", "Give the final certificate.", where);
    }

    // draft-fetch-validation-vmc-wchuang sections 4.3 and 5.2.
    private void ReportNames(List<string> names, int others, string where)
    {
        if (names.Count == 0)
            findings.Error("NamesMissing", MarkCertificateFindings.Draft, "4.3", "It names no domain (subject alternative name with a dNSName).", Reissue, where);
        if (others > 0)
            findings.Warning("NamesOther", MarkCertificateFindings.Mcr, "7.1.4.2.1", "Its subject alternative name holds names that are not DNS names.", Reissue, where);
        if (options.Domain is null || names.Count == 0) return;
        var domain = MarkChainName.Printable(options.Domain);
        var selector = MarkChainName.Printable(options.Selector);
        var listed = string.Join(", ", names.Take(6).Select(MarkChainName.Printable));
        switch (MarkCertificateNames.Match(names, options.Domain, options.OrganizationalDomain, options.Selector, out var decisive))
        {
            case MarkCertificateNames.Verdict.Parent:
                findings.Warning("NameIsParent", MarkCertificateFindings.Draft, "5.2",
                    $"It is for {MarkChainName.Printable(decisive!)}, a parent of {domain}; receivers take it only where that is the organisational domain.",
                    $"Use a certificate that names {domain}, or publish the record at the organisational domain.", where);
                break;
            case MarkCertificateNames.Verdict.OtherSelector:
                findings.Error("SelectorMismatch", MarkCertificateFindings.Draft, "5.2",
                    $"It covers {domain} only under another selector than '{selector}' ({MarkChainName.Printable(decisive!)}).",
                    "Publish the record under the selector that the certificate names.", where);
                break;
            case MarkCertificateNames.Verdict.None:
                findings.Error("NameMismatch", MarkCertificateFindings.Draft, "5.2", $"It does not cover {domain}; it is for {listed}.", $"Use a certificate whose subject alternative name is {domain} or {selector}._bimi.{domain}.", where);
                break;
            default:
                break;
        }
    }

    // draft-fetch-validation-vmc-wchuang section 4.5, MC Requirements section 7.1.2.3 (b).
    private string? ReadCrl(MarkChainCertificate leaf, string where)
    {
        var urls = Extension(leaf, MarkCertificateOids.CrlDistributionPoints, "CRL distribution points", MarkCertificateExtensions.CrlUrls);
        var url = urls?.FirstOrDefault(u => u.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || u.StartsWith("https://", StringComparison.OrdinalIgnoreCase));
        if (url is null)
            findings.Error("CrlMissing", MarkCertificateFindings.Draft, "4.5", urls is null ? "It has no CRL distribution point, so receivers cannot check revocation." : "Its CRL distribution point has no HTTP URL.", Reissue, where);
        if (leaf.TryGetExtension(MarkCertificateOids.CrlDistributionPoints, out var extension) && extension.Critical)
            findings.Warning("CrlCritical", MarkCertificateFindings.Mcr, "7.1.2.3", "Its CRL distribution point is marked critical.", Reissue, where);
        return url;
    }

    // draft-fetch-validation-vmc-wchuang section 4.6 and 5.1 (4).
    private int ReadScts(MarkChainCertificate leaf, string where)
    {
        if (!leaf.TryGetExtension(MarkCertificateOids.SctList, out var extension))
        {
            findings.Error("SctMissing", MarkCertificateFindings.Draft, "4.6", "It carries no signed certificate timestamp; it must be logged to Certificate Transparency.", Reissue, where);
            return 0;
        }
        List<MarkCertificateExtensions.Sct> scts;
        try
        {
            scts = MarkCertificateExtensions.Scts(extension.Value);
        }
        catch (AsnContentException e)
        {
            findings.Error("SctInvalid", MarkCertificateFindings.Transparency, "3.3", $"Its list of signed certificate timestamps cannot be read: {e.Message}", Reissue, where);
            return 0;
        }
        var known = scts.Where(s => s.Version == 0).ToList();
        if (known.Count == 0)
            findings.Error("SctMissing", MarkCertificateFindings.Draft, "4.6", scts.Count == 0 ? "Its list of signed certificate timestamps is empty." : "None of its signed certificate timestamps is of a version that receivers know.", Reissue, where);
        else if (known.TrueForAll(s => s.Timestamp > options.At))
            findings.Error("SctInFuture", MarkCertificateFindings.Transparency, "5.2", "Its signed certificate timestamps lie in the future.", "Check the clock; if it is right, have the certificate reissued.", where);
        return scts.Count;
    }

    private void ReportPilot(MarkChainCertificate leaf, string where)
    {
        if (!leaf.TryGetExtension(MarkCertificateOids.PilotIdentifier, out _)) return;
        if (leaf.NotBefore >= PilotUntil)
            findings.Warning("PilotIdentifier", MarkCertificateFindings.Mcr, "7.1.2.3", "It has the pilot identifier extension, which certificates issued from 2025-03-15 on must not have; receivers refuse what is critical and unknown to them.", Reissue, where);
        else
            findings.Information("PilotIdentifier", MarkCertificateFindings.Mcr, "7.1.2.3", "It has the critical pilot identifier extension of early CMCs; receivers that do not know it refuse the certificate.", "Renewal brings a certificate without it.", where);
    }

    private void ReportPeriod(MarkChainCertificate leaf, string where)
    {
        // RFC 5280 section 4.1.2.5: both ends belong to the period, hence the second.
        if (leaf.NotAfter - leaf.NotBefore + TimeSpan.FromSeconds(1) > TimeSpan.FromDays(398))
            findings.Warning("ValidityTooLong", MarkCertificateFindings.Mcr, "6.3.2", Invariant($"It is valid for {(leaf.NotAfter - leaf.NotBefore).TotalDays:0} days; mark certificates may be for 398 at most."), Reissue, where);
    }

    // MC Requirements section 7.1.4.2.2.
    private (MarkCertificateKind Kind, string? MarkType) ReadMarkType(MarkChainCertificate leaf, List<MarkChainName.Attribute> subject, string where)
    {
        var type = MarkChainName.First(subject, MarkCertificateOids.MarkType);
        if (type is null)
        {
            var trademark = Has(subject, MarkCertificateOids.TrademarkIdentifier);
            if (leaf.NotBefore >= MarkTypeSince)
                findings.Error("MarkTypeMissing", MarkCertificateFindings.Mcr, "7.1.4.2.2", "Its subject states no mark type (1.3.6.1.4.1.53087.1.13).", Reissue, where);
            else
                findings.Information("MarkTypeMissing", MarkCertificateFindings.Mcr, "7.1.4.2.2", "Its subject states no mark type; certificates issued before 2023-07-15 did not.", "", where);
            return (trademark ? MarkCertificateKind.Vmc : MarkCertificateKind.Unknown, null);
        }
        if (subject.Count(a => a.Oid == MarkCertificateOids.MarkType) > 1)
            findings.Error("MarkTypeSeveral", MarkCertificateFindings.Mcr, "7.1.4.2.2", "Its subject states more than one mark type.", Reissue, where);
        var kind = type switch
        {
            "Registered Mark" or "Government Mark" => MarkCertificateKind.Vmc,
            "Prior Use Mark" or "Modified Registered Mark" => MarkCertificateKind.Cmc,
            _ => MarkCertificateKind.Unknown,
        };
        if (kind == MarkCertificateKind.Unknown)
            findings.Error("MarkTypeUnknown", MarkCertificateFindings.Mcr, "7.1.4.2.2", $"Its mark type '{MarkChainName.Printable(type)}' is not one that exists (Registered Mark, Government Mark, Prior Use Mark, Modified Registered Mark).", Reissue, where);

        MarkCertificateSubject.Check(subject, type, leaf.NotBefore, findings, where);
        return (kind, type);
    }

    private static bool Has(List<MarkChainName.Attribute> subject, string oid) => MarkChainName.First(subject, oid) is not null;

    private Logotype? ReadLogo(MarkChainCertificate leaf, string where)
    {
        if (!leaf.TryGetExtension(MarkCertificateOids.Logotype, out var extension))
        {
            findings.Error("LogotypeMissing", MarkCertificateFindings.Draft, "4.1", "It carries no logo (logotype extension 1.3.6.1.5.5.7.1.12).", "Give the VMC or CMC, not the TLS certificate of the web server.", where);
            return null;
        }
        if (extension.Critical)
            findings.Warning("LogotypeCritical", MarkCertificateFindings.Mcr, "7.1.2.3", "Its logotype extension is marked critical; receivers refuse what is critical and unknown to them.", Reissue, where);
        if (Logotype.Read(extension.Value, findings, where) is not { } logo) return null;
        MarkCertificateLogo.Validate(logo.Svg, findings);
        if (options.Logo is { } hosted) MarkCertificateLogo.Compare(hosted, logo.Svg, findings);
        return logo;
    }

    private T? Extension<T>(MarkChainCertificate certificate, string oid, string what, Func<ReadOnlyMemory<byte>, T> read)
    {
        if (!certificate.TryGetExtension(oid, out var extension)) return default;
        try
        {
            return read(extension.Value);
        }
        catch (AsnContentException)
        {
            MarkChain.Malformed(oid, what, findings, certificate.Location);
            return default;
        }
    }
}
