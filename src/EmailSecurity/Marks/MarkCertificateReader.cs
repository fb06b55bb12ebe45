using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>Reads a mark certificate file and judges it; one instance per check.</summary>
internal sealed class MarkCertificateReader(FindingBag findings, MarkCertificateOptions options)
{
    /// <summary>A hostile file must not make a report without end.</summary>
    private const int MaxFindings = 200;

    /// <summary>Takes the findings of one file: a rule at one place is reported once.</summary>
    public static FindingBag NewFindings() => new(limit: MaxFindings, isOnceAPlace: true);

    public MarkCertificate? Read(ReadOnlyMemory<byte> pem)
    {
        var file = MarkCertificateFile.Parse(pem, options.TrustedRoots, findings);
        if (file.Count == 0)
        {
            return null;
        }

        var leaf = MarkCertificateFile.ChooseLeaf(file, findings);
        var chain = MarkChain.Build(leaf, file, options.TrustedRoots);
        MarkCertificateFile.ReportOrder(file, chain, findings);
        MarkChainReport.Report(chain, findings, options);

        var extensions = new MarkCertificateLeaf(leaf, findings);
        extensions.ReportKeyUsage();
        var (names, others) = extensions.ReadNames();
        MarkCertificateNames.Report(names, others, options, findings, leaf.Location);
        var policies = extensions.ReadPolicies();
        var crlUrl = extensions.ReadCrl();
        var sctCount = extensions.ReadScts(options.At);
        extensions.ReportPilot();
        extensions.ReportPeriod();
        var subject = MarkChainName.Read(leaf.Subject);
        var (kind, markType) = MarkCertificateType.Read(leaf, subject, findings);
        var logo = MarkCertificateLogo.Read(leaf, options, findings);

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
}
