using System.Formats.Asn1;
using EmailSecurity.Findings;

namespace EmailSecurity.Marks;

/// <summary>Reads an extension of a certificate; one that cannot be read is reported, and is as good as absent.</summary>
internal static class MarkExtensionReader
{
    /// <summary>What the extension says; default where it is absent or cannot be read.</summary>
    public static T? Read<T>(MarkChainCertificate certificate, string oid, string what, Func<ReadOnlyMemory<byte>, T> read, FindingBag findings)
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
            Malformed(oid, what, findings, certificate.Location);
            return default;
        }
    }

    /// <summary>Reports an extension that cannot be read.</summary>
    public static void Malformed(string oid, string what, FindingBag findings, string where) =>
        findings.Report(MarkRules.ExtensionMalformed, $"Its {what} extension ({oid}) cannot be read.", location: where);
}
