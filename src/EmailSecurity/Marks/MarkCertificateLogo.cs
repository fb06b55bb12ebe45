using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Marks;

/// <summary>The logo of a mark certificate: its own rules, and whether the hosted one is the same.</summary>
internal static class MarkCertificateLogo
{
    /// <summary>Reads the logo of a mark certificate and checks it; null where there is none to be had.</summary>
    public static Logotype? Read(MarkChainCertificate leaf, MarkCertificateOptions options, FindingBag findings)
    {
        if (!leaf.TryGetExtension(MarkCertificateOids.Logotype, out var extension))
        {
            findings.Report(MarkRules.LogotypeMissing, location: leaf.Location);
            return null;
        }
        if (extension.Critical)
        {
            findings.Report(MarkRules.LogotypeCritical, location: leaf.Location);
        }

        if (Logotype.Read(extension.Value, findings, leaf.Location) is not { } logo)
        {
            return null;
        }

        Validate(logo.Svg, findings);
        if (options.Logo is { } hosted)
        {
            Compare(hosted, logo.Svg, findings);
        }

        return logo;
    }

    /// <summary>The embedded logo must itself be SVG Tiny PS (draft-fetch-validation-vmc-wchuang section 4.2).</summary>
    public static void Validate(ReadOnlyMemory<byte> svg, FindingBag findings)
    {
        foreach (var finding in BimiLogo.Check(svg, "embedded logo").Findings)
        {
            if (finding.Severity != FindingSeverity.Information)
            {
                findings.Add(finding);
            }
        }
    }

    /// <summary>draft-fetch-validation-vmc-wchuang section 5.3 (7): the logo at l= and the embedded one must be the same bytes.</summary>
    public static void Compare(ReadOnlyMemory<byte> hosted, ReadOnlyMemory<byte> embedded, FindingBag findings)
    {
        const string Where = "hosted logo";
        if (LogotypeData.IsGzip(hosted.Span))
        {
            if (LogotypeData.Decompress(hosted, out _) is not { } svg)
            {
                findings.Report(MarkRules.LogoUnreadable,
                    $"The hosted logo is not valid gzip, or it is larger than {LogotypeData.MaxSvgBytes} bytes when decompressed, " +
                        "so it cannot match the logo in the certificate.",
                    location: Where);
                return;
            }
            hosted = svg;
        }
        if (hosted.Span.SequenceEqual(embedded.Span))
        {
            return;
        }
        // Line ends are what version control and editors change; told apart because the way out is another one.
        if (hosted.Length <= 2 * LogotypeData.MaxSvgBytes
            && LogotypeHashes.LineFeedsOnly(hosted.Span).AsSpan().SequenceEqual(LogotypeHashes.LineFeedsOnly(embedded.Span)))
        {
            findings.Report(MarkRules.LogoLineEndsDiffer, location: Where);
            return;
        }
        var at = hosted.Span.CommonPrefixLength(embedded.Span);
        findings.Report(MarkRules.LogoDiffers,
            $"The hosted logo ({Count.Of(hosted.Length, "byte")}) is not the one in the certificate ({Count.Of(embedded.Length, "byte")}); " +
                $"they differ from byte {at + 1} on.",
            location: Where);
    }
}
