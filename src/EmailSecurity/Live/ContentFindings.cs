using EmailSecurity.Findings;
using EmailSecurity.Ports;
using EmailSecurity.Svg;
using EmailSecurity.Text;

namespace EmailSecurity.Live;

/// <summary>An answer with status 200 that is not the file: compressed although nobody asked, or a web page in its place.</summary>
internal static class ContentFindings
{
    /// <summary>Null where the answer may be the file; else what it is: <c>...ContentEncoding</c>, <c>...IsWebPage</c>.</summary>
    /// <param name="file">The file.</param>
    /// <param name="rules">Its rules.</param>
    /// <param name="url">Where it was fetched.</param>
    /// <param name="result">The answer.</param>
    /// <param name="consequence">What comes of it.</param>
    public static Finding? Of(FetchRules file, ContentRules rules, Uri url, FetchResult result, string consequence)
    {
        var subject = file.Subject(url);
        var isLogo = file == LiveRules.Logo;
        var coding = result.ContentEncoding.Trim();
        var isGzip = SvgGzip.IsGzip(result.Body.Span);
        // RFC 9110 section 8.4; a logo may be SVGZ (draft-svg-tiny-ps-abrotman section 2), which is gzip with or without the header.
        var isSvgz = isLogo && isGzip && (coding.Length == 0 || coding.Equals("gzip", StringComparison.OrdinalIgnoreCase));
        if (!isSvgz && (isGzip || (coding.Length > 0 && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))))
        {
            var how = coding.Length > 0 ? $"with Content-Encoding: {RecordText.Show(coding)}" : "as gzip, without saying so";
            return rules.Encoding.Found(
                $"{subject} cannot be used: the server sends it compressed ({how}), although the request does not ask for that, and receivers use " +
                    $"the bytes as they are. {consequence}",
                url.ToString());
        }

        // What is sent as SVG is the SVG check's to judge.
        var isSaidToBeSvg = isLogo && result.ContentType.StartsWith("image/svg", StringComparison.OrdinalIgnoreCase);
        return isSaidToBeSvg || WebPage.Recognize(result.Body.Span) is not { } page ? null : rules.WebPage.Found(
            $"{subject} cannot be used: the server answers with {page.What} instead of the file. {consequence}", url.ToString(), page.Fix);
    }
}
