using System.Formats.Asn1;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>Reads a mark certificate file and judges it; one instance per check.</summary>
internal sealed class MarkCertificateReader(FindingBag findings, MarkCertificateOptions options)
{
    /// <summary>A hostile file must not make a report without end.</summary>
    private const int MaxFindings = 200;

    /// <summary>MC Requirements 1.5, adopted on this day, brought subject:markType (section 7.1.4.2.2); certificates of before have none.</summary>
    private static readonly DateTimeOffset MarkTypeSince = new(2023, 7, 15, 0, 0, 0, TimeSpan.Zero);

    /// <summary>MC Requirements section 7.1.2.3 (j): no pilot identifier from here on.</summary>
    private static readonly DateTimeOffset PilotUntil = new(2025, 3, 15, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Takes the findings of one file: a rule at one place is reported once.</summary>
    public static FindingBag NewFindings() => new(limit: MaxFindings, isOnceAPlace: true);

    public MarkCertificate? Read(ReadOnlyMemory<byte> pem)
    {
        var file = ReadFile(pem);
        if (file.Count == 0)
        {
            return null;
        }

        var leaf = ChooseLeaf(file);
        var chain = MarkChain.Build(leaf, file, options.TrustedRoots);
        ReportOrder(file, chain);
        chain.Report(findings, options);

        var where = leaf.Location;
        ReportKeyUsage(leaf, where);
        var (names, others) = Extension(leaf, MarkCertificateOids.SubjectAltName, "subject alternative name",
            MarkCertificateExtensions.SubjectAltNames) ?? new([], 0);
        ReportNames(names, others, where);
        var policies = Extension(leaf, MarkCertificateOids.CertificatePolicies, "certificate policies", MarkCertificateExtensions.Policies) ?? [];
        if (!policies.Contains(MarkCertificateOids.MarkPolicy))
        {
            findings.Report(MarkRules.PolicyMissing, location: where);
        }

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
                options.TrustedRoots.Recall(certificate);
            }

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

    private void ReportKeyUsage(MarkChainCertificate leaf, string where)
    {
        // draft-fetch-validation-vmc-wchuang sections 4.4 and 5.1 (5); any-extended-key-usage is not enough.
        var purposes = Extension(leaf, MarkCertificateOids.ExtendedKeyUsage, "extended key usage", MarkCertificateExtensions.KeyPurposes) ?? [];
        if (!purposes.Contains(MarkCertificateOids.BimiKeyPurpose))
        {
            findings.Report(MarkRules.KeyPurposeMissing, location: where);
        }
        else if (purposes.Count > 1)
        {
            findings.Report(MarkRules.KeyPurposeOthers, location: where);
        }

        if (Extension(leaf, MarkCertificateOids.KeyUsage, "key usage", v => ((bool, bool)?)MarkCertificateExtensions.KeyUsage(v)) is (true, _) or (_, true))
        {
            findings.Report(MarkRules.KeyUsageOfCa, location: where);
        }

        if (leaf.TryGetExtension(MarkCertificateOids.PrecertificatePoison, out _))
        {
            findings.Report(MarkRules.Precertificate, location: where);
        }
    }

    // draft-fetch-validation-vmc-wchuang sections 4.3 and 5.2.
    private void ReportNames(List<string> names, int others, string where)
    {
        if (names.Count == 0)
        {
            findings.Report(MarkRules.NamesMissing, location: where);
        }

        if (others > 0)
        {
            findings.Report(MarkRules.NamesOther, location: where);
        }

        if (options.Domain is null || names.Count == 0)
        {
            return;
        }

        var domain = MarkChainName.Printable(options.Domain);
        var selector = MarkChainName.Printable(options.Selector);
        var listed = string.Join(", ", names.Take(6).Select(MarkChainName.Printable));
        switch (MarkCertificateNames.Match(names, options.Domain, options.OrganizationalDomain, options.Selector, out var decisive))
        {
            case MarkCertificateNames.Verdict.Parent:
                findings.Report(MarkRules.NameIsParent,
                    $"It is for {MarkChainName.Printable(decisive!)}, a parent of {domain}; receivers accept it only where that is the organizational " +
                        $"domain.", fix: $"Use a certificate that names {domain}, or publish the record at the organizational domain.", location: where);
                break;
            case MarkCertificateNames.Verdict.OtherSelector:
                findings.Report(MarkRules.SelectorMismatch,
                    $"It covers {domain} only under another selector than '{selector}' ({MarkChainName.Printable(decisive!)}).", location: where);
                break;
            case MarkCertificateNames.Verdict.None:
                findings.Report(MarkRules.NameMismatch,
                    $"It does not cover {domain}; it is for {listed}.",
                    fix: $"Use a certificate whose subject alternative name is {domain} or {BimiRecord.NameOf(domain, selector)}.", location: where);
                break;
            default:
                break;
        }
    }

    // draft-fetch-validation-vmc-wchuang section 4.5, MC Requirements section 7.1.2.3 (b).
    private string? ReadCrl(MarkChainCertificate leaf, string where)
    {
        var urls = Extension(leaf, MarkCertificateOids.CrlDistributionPoints, "CRL distribution points", MarkCertificateExtensions.CrlUrls);
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
    private int ReadScts(MarkChainCertificate leaf, string where)
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
        else if (known.TrueForAll(s => s.Timestamp > options.At))
        {
            findings.Report(MarkRules.SctInFuture, location: where);
        }

        return scts.Count;
    }

    private void ReportPilot(MarkChainCertificate leaf, string where)
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

    private void ReportPeriod(MarkChainCertificate leaf, string where)
    {
        // RFC 5280 section 4.1.2.5: both ends belong to the period, hence the second.
        if (leaf.NotAfter - leaf.NotBefore + TimeSpan.FromSeconds(1) > TimeSpan.FromDays(398))
        {
            findings.Report(MarkRules.ValidityTooLong,
                $"It is valid for {(leaf.NotAfter - leaf.NotBefore).TotalDays:0} days; mark certificates may be valid for at most 398.", location: where);
        }
    }

    // MC Requirements section 7.1.4.2.2.
    private (MarkCertificateKind Kind, string? MarkType) ReadMarkType(MarkChainCertificate leaf, List<MarkChainName.Attribute> subject, string where)
    {
        var type = MarkChainName.First(subject, MarkCertificateOids.MarkType);
        if (type is null)
        {
            var trademark = Has(subject, MarkCertificateOids.TrademarkIdentifier);
            if (leaf.NotBefore >= MarkTypeSince)
            {
                findings.Report(MarkRules.MarkTypeMissing, "Its subject has no mark type (1.3.6.1.4.1.53087.1.13).", location: where);
            }
            else
            {
                findings.Report(MarkRules.MarkTypeMissing with { Severity = FindingSeverity.Information },
                    "Its subject has no mark type; certificates issued before 2023-07-15 did not have one.", fix: "", location: where);
            }

            return (trademark ? MarkCertificateKind.Vmc : MarkCertificateKind.Unknown, null);
        }
        if (subject.Count(a => a.Oid == MarkCertificateOids.MarkType) > 1)
        {
            findings.Report(MarkRules.MarkTypeSeveral, location: where);
        }

        var kind = type switch
        {
            "Registered Mark" or "Government Mark" => MarkCertificateKind.Vmc,
            "Prior Use Mark" or "Modified Registered Mark" => MarkCertificateKind.Cmc,
            _ => MarkCertificateKind.Unknown,
        };
        if (kind == MarkCertificateKind.Unknown)
        {
            findings.Report(MarkRules.MarkTypeUnknown,
                $"Its mark type '{MarkChainName.Printable(type)}' does not exist (Registered Mark, Government Mark, Prior Use Mark, " +
                    $"Modified Registered Mark).", location: where);
        }

        MarkCertificateSubject.Check(subject, type, leaf.NotBefore, findings, where);
        return (kind, type);
    }

    private static bool Has(List<MarkChainName.Attribute> subject, string oid) => MarkChainName.First(subject, oid) is not null;

    private Logotype? ReadLogo(MarkChainCertificate leaf, string where)
    {
        if (!leaf.TryGetExtension(MarkCertificateOids.Logotype, out var extension))
        {
            findings.Report(MarkRules.LogotypeMissing, location: where);
            return null;
        }
        if (extension.Critical)
        {
            findings.Report(MarkRules.LogotypeCritical, location: where);
        }

        if (Logotype.Read(extension.Value, findings, where) is not { } logo)
        {
            return null;
        }

        MarkCertificateLogo.Validate(logo.Svg, findings);
        if (options.Logo is { } hosted)
        {
            MarkCertificateLogo.Compare(hosted, logo.Svg, findings);
        }

        return logo;
    }

    private T? Extension<T>(MarkChainCertificate certificate, string oid, string what, Func<ReadOnlyMemory<byte>, T> read)
    {
        if (!certificate.TryGetExtension(oid, out var extension))
        {
            return default;
        }

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
