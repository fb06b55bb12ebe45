using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Sandbox.Tls;

/// <summary>What the system's TLS does with a server's certificates.</summary>
/// <param name="NeedsStoredKeys">A key has to come from a PKCS #12 file: SChannel refuses one that was only made in memory.</param>
/// <param name="IssuerStores">
/// Opens each store into which the system may put the issuers that a server sends along; none where it puts them nowhere. On Windows
/// <see cref="System.Net.Security.SslStreamCertificateContext"/> takes the computer's, and the user's where it may not write to that.
/// </param>
internal sealed record CertificatePlatform(bool NeedsStoredKeys, IReadOnlyList<Func<OpenFlags, X509Store>> IssuerStores)
{
    /// <summary>Where keys in memory serve, and nothing is stored.</summary>
    public static CertificatePlatform Plain { get; } = new(false, []);

    /// <summary>Windows.</summary>
    public static CertificatePlatform Windows { get; } = new(
        true,
        [
            static flags => new X509Store(StoreName.CertificateAuthority, StoreLocation.LocalMachine, flags),
            static flags => new X509Store(StoreName.CertificateAuthority, StoreLocation.CurrentUser, flags),
        ]);

    /// <summary>This computer.</summary>
    public static CertificatePlatform Current { get; } = OperatingSystem.IsWindows() ? Windows : Plain;

    /// <summary>The certificate with a key that a TLS server can use. Where it is another one, the one given is disposed.</summary>
    public X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!NeedsStoredKeys)
        {
            return certificate;
        }

        // Without PersistKeySet the system deletes its copy of the key when the certificate is disposed.
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
    }

    /// <summary>The stores that do not hold a certificate.</summary>
    public IReadOnlyList<Func<OpenFlags, X509Store>> StoresWithout(X509Certificate2 certificate) => [.. IssuerStores.Where(open => !Holds(open, certificate))];

    /// <summary>Takes a certificate out of stores; one that this user may not change stays as it is.</summary>
    public static void Remove(X509Certificate2 certificate, IEnumerable<Func<OpenFlags, X509Store>> stores)
    {
        foreach (var open in stores.Where(open => Holds(open, certificate)))
        {
            try
            {
                using var store = open(OpenFlags.ReadWrite);
                store.Remove(certificate);
            }
            catch (CryptographicException)
            {
                // Not writable, so the system did not put it there either. A view of several stores shows it all the same.
            }
        }
    }

    private static bool Holds(Func<OpenFlags, X509Store> open, X509Certificate2 certificate)
    {
        try
        {
            using var store = open(OpenFlags.ReadOnly);
            return store.Certificates.Find(X509FindType.FindByThumbprint, certificate.Thumbprint, validOnly: false).Count > 0;
        }
        catch (CryptographicException)
        {
            return false; // no such store yet
        }
    }
}
