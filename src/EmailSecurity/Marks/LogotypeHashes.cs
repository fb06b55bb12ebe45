using System.Security.Cryptography;
using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>The hashes that a logotype extension lists of its logo, compared with the logo.</summary>
internal static class LogotypeHashes
{
    // RFC 9399 section 4.1: one hash of each algorithm over the same object; a match of any listed algorithm binds the logo.
    public static void CheckHashes(List<(string Algorithm, ReadOnlyMemory<byte> Value)> hashes, byte[] svg, FindingBag findings, string location)
    {
        int known = 0, matching = 0;
        byte[]? canonical = null;
        var canonicalMatches = false;
        foreach (var (algorithm, value) in hashes)
        {
            if (Hash(algorithm, svg) is not { } actual)
            {
                continue;
            }

            known++;
            if (value.Span.SequenceEqual(actual))
            {
                matching++;
            }
            else
            {
                // RFC 6170 section 5.2 computes it over line ends made LF. The certificates in the wild, and the receivers, hash the bytes as they are.
                canonical ??= LineFeedsOnly(svg);
                canonicalMatches |= canonical.Length != svg.Length && value.Span.SequenceEqual(Hash(algorithm, canonical));
            }
        }
        if (known == 0)
        {
            findings.Report(MarkRules.LogotypeHashUnsupported,
                hashes.Count == 0 ? "The logotype extension contains no hash of the logo."
                    : "The logo's hash uses an algorithm that receivers do not support " +
                        $"({string.Join(", ", hashes.Select(h => h.Algorithm).Distinct(StringComparer.Ordinal).Take(4))}).",
                location: location);
        }
        else if (matching == 0 && canonicalMatches)
        {
            findings.Report(MarkRules.LogotypeHashLineEndings, location: location);
        }
        else if (matching == 0)
        {
            findings.Report(MarkRules.LogotypeHashMismatch, location: location);
        }
        else if (matching < known)
        {
            findings.Report(MarkRules.LogotypeHashPartlyWrong, location: location);
        }
    }

    private static byte[]? Hash(string algorithm, byte[] data) => algorithm switch
    {
#pragma warning disable CA5350 // SHA-1 alone occurs in certificates in use; it binds here only what the certificate's own signature covers anyway.
        "1.3.14.3.2.26" => SHA1.HashData(data),
#pragma warning restore CA5350
        "2.16.840.1.101.3.4.2.1" => SHA256.HashData(data),
        "2.16.840.1.101.3.4.2.2" => SHA384.HashData(data),
        "2.16.840.1.101.3.4.2.3" => SHA512.HashData(data),
        "2.16.840.1.101.3.4.2.8" when SHA3_256.IsSupported => SHA3_256.HashData(data),
        "2.16.840.1.101.3.4.2.9" when SHA3_384.IsSupported => SHA3_384.HashData(data),
        "2.16.840.1.101.3.4.2.10" when SHA3_512.IsSupported => SHA3_512.HashData(data),
        _ => null,
    };

    /// <summary>CRLF and CR made LF.</summary>
    public static byte[] LineFeedsOnly(ReadOnlySpan<byte> text)
    {
        var result = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != (byte)'\r')
            {
                result[length++] = text[i];
            }
            else if (i + 1 == text.Length || text[i + 1] != (byte)'\n')
            {
                result[length++] = (byte)'\n';
            }
        }
        return length == result.Length ? result : result[..length];
    }
}
