using EmailSecurity.Findings;
using EmailSecurity.Ports;
using EmailSecurity.Svg;
using EmailSecurity.Text;

namespace EmailSecurity.Live;

/// <summary>An answer with status 200 that is not the file: compressed although nobody asked, or a web page in its place.</summary>
internal static class ContentFindings
{
    /// <summary>Null where the answer may be the file; else what it is: <c>{prefix}ContentEncoding</c>, <c>{prefix}IsWebPage</c>.</summary>
    /// <param name="prefix">Policy, Logo or MarkCertificate.</param>
    /// <param name="url">Where it was fetched.</param>
    /// <param name="result">The answer.</param>
    /// <param name="standard">The standard.</param>
    /// <param name="section">Its section.</param>
    /// <param name="consequence">What comes of it.</param>
    public static Finding? Of(string prefix, Uri url, FetchResult result, string standard, string section, string consequence)
    {
        var subject = LiveFindings.Subject(prefix, url);
        var coding = result.ContentEncoding.Trim();
        var isGzip = SvgGzip.IsGzip(result.Body.Span);
        // RFC 9110 section 8.4; a logo may be SVGZ (draft-svg-tiny-ps-abrotman section 2), which is gzip with or without the header.
        var isSvgz = prefix == "Logo" && isGzip && (coding.Length == 0 || coding.Equals("gzip", StringComparison.OrdinalIgnoreCase));
        if (!isSvgz && (isGzip || (coding.Length > 0 && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))))
        {
            var how = coding.Length > 0 ? $"with Content-Encoding: {RecordText.Show(coding)}" : "as gzip, without saying so";
            return new Finding
            {
                Code = prefix + "ContentEncoding",
                Severity = FindingSeverity.Error,
                Standard = "RFC 9110",
                Section = "8.4",
                Message = $"{subject} cannot be used: the server sends it compressed ({how}), although the request does not ask for that, and readers " +
                    $"take the bytes as they come. {consequence}",
                Fix = "Serve the file uncompressed at this URL: turn compression off for it, and upload it as plain text.",
                Location = url.ToString(),
            };
        }

        // What is sent as SVG is the SVG check's to judge.
        var isSaidToBeSvg = prefix == "Logo" && result.ContentType.StartsWith("image/svg", StringComparison.OrdinalIgnoreCase);
        return isSaidToBeSvg || WebPage.Recognize(result.Body.Span) is not { } page ? null : new Finding
        {
            Code = prefix + "IsWebPage",
            Severity = FindingSeverity.Error,
            Standard = standard,
            Section = section,
            Message = $"{subject} cannot be used: the server answers with {page.What} instead of the file. {consequence}",
            Fix = page.Fix,
            Location = url.ToString(),
        };
    }
}
