using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Net;

/// <summary>The DNS names of a server's certificate, and whether one of them is a host's.</summary>
internal static class CertificateNames
{
    private const int MaxNameLength = 253;

    /// <summary>
    /// RFC 9525 section 6.3: a wildcard is the whole left-most label and stands for exactly one label. Comparison is of A-labels, without case.
    /// </summary>
    public static bool Matches(string dnsId, string host)
    {
        dnsId = dnsId.TrimEnd('.');
        host = host.TrimEnd('.');
        if (!dnsId.StartsWith("*.", StringComparison.Ordinal))
        {
            return !dnsId.Contains('*', StringComparison.Ordinal) && dnsId.Length > 0 && dnsId.Equals(host, StringComparison.OrdinalIgnoreCase);
        }

        var suffix = dnsId[1..];
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && !suffix.Contains('*', StringComparison.Ordinal) && host[dot..].Equals(suffix, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The DNS names, lower case.</summary>
    // RFC 9525 section 6.2: of the subject alternative names only dNSName counts here; the subject's common name never does.
    public static IReadOnlyList<string> Of(X509Certificate2 certificate)
    {
        try
        {
            var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .SelectMany(e => e.EnumerateDnsNames())
                .Where(n => n.Length <= MaxNameLength)
                .Select(n => n.ToLowerInvariant())
                .Distinct(StringComparer.Ordinal);
            return (string[])[.. names];
        }
        catch (CryptographicException)
        {
            return []; // an extension that cannot be read names nothing
        }
    }

    /// <summary>The first few, for a message.</summary>
    public static string Show(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(5)) + (names.Count > 5 ? Invariant($" and {names.Count - 5} more") : "");
}
