using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Net;

/// <summary>The additional roots of -TrustedRoot.</summary>
internal static class TrustedRoots
{
    private const long MaxBytes = 1024 * 1024;

    /// <summary>Reads a PEM file; null for none.</summary>
    /// <exception cref="EmailSecurityException">TrustedRootUnreadable.</exception>
    public static X509Certificate2Collection? Load(string? path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            return null;
        }

        try
        {
            // Shared, as an editor may hold it open.
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            if (reader.BaseStream.Length > MaxBytes)
            {
                throw Unreadable(path, "it is larger than 1 MB", null);
            }

            var roots = new X509Certificate2Collection();
            roots.ImportFromPem(reader.ReadToEnd());
            return roots.Count > 0 ? roots : throw Unreadable(path, "it contains no certificate", null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(path, e.Message, e);
        }
    }

    private static EmailSecurityException Unreadable(string path, string why, Exception? inner) => new(
        "TrustedRootUnreadable",
        ErrorKind.InvalidArgument,
        $"The root certificates of -TrustedRoot could not be read from {path}: {why.TrimEnd('.')}.",
        "Use a PEM file with one or more CERTIFICATE blocks.",
        inner)
    { Target = path };
}
