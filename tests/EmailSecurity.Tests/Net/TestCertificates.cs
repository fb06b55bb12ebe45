using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailSecurity.Tests.Net;

/// <summary>A certification authority of one test.</summary>
public sealed class TestAuthority
{
    private readonly X509Certificate2 issuer;

    public TestAuthority(string name = "Test Root", TestAuthority? parent = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = DateTimeOffset.UtcNow;
        issuer = parent is null ? request.CreateSelfSigned(now.AddYears(-5), now.AddYears(5)) : parent.Sign(request, key, now.AddYears(-4), now.AddYears(4));
    }

    /// <summary>The authority's certificate, without its key.</summary>
    public X509Certificate2 Certificate => X509CertificateLoader.LoadCertificate(issuer.RawData);

    /// <summary>The authority as the extra roots of a client.</summary>
    public X509Certificate2Collection AsRoots() => [Certificate];

    /// <summary>A server certificate with its key.</summary>
    public X509Certificate2 Issue(string[] dnsNames, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, string commonName = "server", string[]? ipAddresses = null, string extendedKeyUsage = "1.3.6.1.5.5.7.3.1", string? issuersAt = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(key, dnsNames, commonName, ipAddresses, extendedKeyUsage);
        if (issuersAt is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [issuersAt]));
        }

        return Sign(request, key, notBefore ?? DateTimeOffset.UtcNow.AddDays(-1), notAfter ?? DateTimeOffset.UtcNow.AddDays(30));
    }

    /// <summary>A certificate that is its own issuer.</summary>
    public static X509Certificate2 SelfSigned(params string[] dnsNames) =>
        Request(ECDsa.Create(ECCurve.NamedCurves.nistP256), dnsNames, "server", null, "1.3.6.1.5.5.7.3.1").CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));

    private static CertificateRequest Request(ECDsa key, string[] dnsNames, string commonName, string[]? ipAddresses, string extendedKeyUsage)
    {
        var request = new CertificateRequest("CN=" + commonName, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in dnsNames)
        {
            names.AddDnsName(name);
        }

        foreach (var address in ipAddresses ?? [])
        {
            names.AddIpAddress(IPAddress.Parse(address));
        }

        if (dnsNames.Length + (ipAddresses?.Length ?? 0) > 0)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(extendedKeyUsage)], false));
        return request;
    }

    private X509Certificate2 Sign(CertificateRequest request, ECDsa key, DateTimeOffset from, DateTimeOffset to)
    {
        var serial = RandomNumberGenerator.GetBytes(12);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x01);
        return request.Create(issuer, from, to, serial).CopyWithPrivateKey(key);
    }
}
