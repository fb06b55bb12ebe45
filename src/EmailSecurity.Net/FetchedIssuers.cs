using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Net;

/// <summary>
/// Where a system that fetches missing issuers would look for them: a certificate names the place (RFC 5280 section 4.2.2.1), so a stranger's certificate
/// could send this computer to a host inside its network.
/// </summary>
internal static class FetchedIssuers
{
    // Names that are never in the internet's DNS: RFC 6761, RFC 6762, RFC 8375, RFC 9476, ICANN's resolution of 2024-07-29 on "internal", and SSAC's SAC113.
    private static readonly HashSet<string> Local = new(StringComparer.OrdinalIgnoreCase)
    {
        "alt", "arpa", "corp", "example", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost",
        "mail", "onion", "private", "test",
    };

    /// <summary>Whether every place that these certificates name is an http or https URL at a name of the internet and the usual port.</summary>
    public static bool AreOfTheInternet(IEnumerable<X509Certificate2> certificates)
    {
        try
        {
            return certificates
                .SelectMany(c => c.Extensions.OfType<X509AuthorityInformationAccessExtension>())
                .SelectMany(e => e.EnumerateCAIssuersUris())
                .All(IsOfTheInternet);
        }
        catch (CryptographicException)
        {
            return false; // an extension that cannot be read
        }
    }

    private static bool IsOfTheInternet(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.IsDefaultPort && uri.UserInfo.Length == 0
        && uri.HostNameType == UriHostNameType.Dns
        && uri.IdnHost.TrimEnd('.').Split('.') is [_, .., var top]
        && !Local.Contains(top) && !IPAddress.TryParse(uri.IdnHost, out _);
}
