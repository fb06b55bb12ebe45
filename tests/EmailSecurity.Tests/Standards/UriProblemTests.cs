using EmailSecurity.Text;

namespace EmailSecurity.Tests.Standards;

/// <summary>URIs of report addresses, one line a case: RFC 6068, RFC 5322, RFC 3986, RFC 9110. "!" is fatal, "?" a doubt, "" in order; then a part of the
/// fix.</summary>
public class UriProblemTests
{
    [Theory]
    [InlineData("mailto:a@example.com", "", "")]
    [InlineData("MAILTO:a.b+c@example.com?subject=x", "", "")]
    [InlineData("mailto:a%2Fb@example.com", "", "")] // encoded as RFC 6068 asks
    [InlineData("mailto:%22r%3Ax%22@example.com", "", "")] // a quoted local part
    [InlineData("mailto://a@example.com", "?", "'mailto:a@example.com'")]
    [InlineData("mailto:///a@example.com", "?", "'mailto:/a@example.com'")]
    [InlineData("mailto:a/b@example.com", "?", "%2F")]
    [InlineData("mailto:a&b@example.com", "?", "%26")]
    [InlineData("mailto:a=b@example.com", "?", "%3D")]
    [InlineData("mailto:a@localhost", "?", "full domain name")]
    [InlineData("mailto:a@mailserver", "?", "full domain name")]
    [InlineData("mailto:r:x@example.com", "!", "'mailto:x@example.com'")]
    [InlineData("mailto:mailto:x@example.com", "!", "'mailto:x@example.com'")]
    [InlineData("mailto:(x)@example.com", "!", "address")]
    [InlineData("mailto:.x@example.com", "!", "address")]
    [InlineData("mailto:x.@example.com", "!", "address")]
    [InlineData("mailto:x..y@example.com", "!", "address")]
    [InlineData("mailto: x@example.com", "!", "white space")]
    [InlineData("mailto:x@example.com@example.com", "!", "tls-reports@")]
    [InlineData("mailto:@example.com", "!", "tls-reports@")]
    [InlineData("mailto:example.com", "!", "tls-reports@")]
    [InlineData("mailto:", "!", "tls-reports@")]
    [InlineData("mailto:x@exa_mple.com", "!", "tls-reports@")]
    [InlineData("mailto:x@192.0.2.1", "!", "tls-reports@")]
    public void Mailto(string uri, string verdict, string fix) => Holds(UriProblem.OfMailto(uri), verdict, fix);

    [Theory]
    [InlineData("https://example.com/r", "", "")]
    [InlineData("HTTPS://example.com", "", "")]
    [InlineData("https://example.com:443/r?a=b@c#d", "", "")] // an "@" behind the authority is no userinfo
    [InlineData("https://example.com:/", "", "")] // RFC 3986 section 3.2.3: an empty port
    [InlineData("https://example.com:65535/", "", "")]
    [InlineData("https://[2001:db8::1]:8443/", "", "")]
    [InlineData("https://192.0.2.1/", "", "")]
    [InlineData("https://localhost/", "?", "full host name")]
    [InlineData("https://localhost:8443/", "?", "full host name")]
    [InlineData("https://reports.localhost/", "?", "full host name")]
    [InlineData("https://reports/", "?", "full host name")]
    [InlineData("https://example.com:65536/", "!", "port")]
    [InlineData("https://example.com:99999/", "!", "port")]
    [InlineData("https://example.com:0/", "!", "port")]
    [InlineData("https://example.com:123456789012/", "!", "port")]
    [InlineData("https://example.com:8a/", "!", "full host name")]
    [InlineData("https://user@example.com/", "!", "'@'")]
    [InlineData("https://user:secret@example.com/", "!", "'@'")]
    [InlineData("https://@example.com/", "!", "'@'")]
    [InlineData("https://exam ple.com/", "!", "white space")]
    [InlineData("https:/example.com/", "!", "full host name")]
    [InlineData("https:///r", "!", "full host name")]
    [InlineData("https://exa_mple.com/", "!", "full host name")]
    public void Https(string uri, string verdict, string fix) => Holds(UriProblem.OfHttps(uri), verdict, fix);

    private static void Holds(UriProblem? problem, string verdict, string fix)
    {
        Assert.Equal(verdict, problem switch { null => "", { IsFatal: true } => "!", _ => "?" });
        Assert.Contains(fix, problem?.Fix ?? "", StringComparison.Ordinal);
        Assert.True(problem is null || problem.Message.EndsWith('.'), problem?.Message);
    }
}
