using EmailSecurity.Bimi;
using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>The logo of a mark certificate: its own rules, and whether the hosted one is the same.</summary>
internal static class MarkCertificateLogo
{
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
        if (Logotype.IsGzip(hosted.Span))
        {
            if (Logotype.Decompress(hosted, out _) is not { } svg)
            {
                findings.Report(MarkRules.LogoUnreadable,
                    $"The hosted logo is not valid gzip, or it is larger than {Logotype.MaxSvgBytes} bytes when decompressed, " +
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
        if (hosted.Length <= 2 * Logotype.MaxSvgBytes && Logotype.LineFeedsOnly(hosted.Span).AsSpan().SequenceEqual(Logotype.LineFeedsOnly(embedded.Span)))
        {
            findings.Report(MarkRules.LogoLineEndsDiffer, location: Where);
            return;
        }
        var at = hosted.Span.CommonPrefixLength(embedded.Span);
        findings.Report(MarkRules.LogoDiffers,
            $"The hosted logo ({hosted.Length} bytes) is not the one in the certificate ({embedded.Length} bytes); they differ from byte {at + 1} on.",
            location: Where);
    }
}
