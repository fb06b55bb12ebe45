using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Sandbox.Tls;

/// <summary>What the system's TLS does with a server's certificates.</summary>
/// <param name="NeedsStoredKeys">A key has to come from a PKCS #12 file: SChannel refuses one that was only made in memory.</param>
/// <param name="IssuerStore">
/// Opens the user's store into which the system puts the issuers that a server sends along (<see cref="System.Net.Security.SslStreamCertificateContext"/> on
/// Windows); null where it puts them nowhere.
/// </param>
internal sealed record CertificatePlatform(bool NeedsStoredKeys, Func<X509Store>? IssuerStore)
{
    /// <summary>This computer.</summary>
    public static CertificatePlatform Current { get; } = OperatingSystem.IsWindows()
        ? new(true, static () => new X509Store(StoreName.CertificateAuthority, StoreLocation.CurrentUser, OpenFlags.ReadWrite))
        : new(false, null);

    /// <summary>The certificate with a key that a TLS server can use. The one given is not to be used again.</summary>
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

    /// <summary>Whether the user's store holds a certificate.</summary>
    public bool Holds(X509Certificate2 certificate)
    {
        using var store = IssuerStore?.Invoke();
        return store?.Certificates.Find(X509FindType.FindByThumbprint, certificate.Thumbprint, validOnly: false).Count > 0;
    }

    /// <summary>Takes a certificate out of the user's store.</summary>
    public void Remove(X509Certificate2 certificate)
    {
        using var store = IssuerStore?.Invoke();
        store?.Remove(certificate);
    }
}
