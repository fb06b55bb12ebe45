using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Tls;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>Who trusts the sandbox's roots trusts them for its zones and names of special use alone; and the sandbox works where Windows' TLS has its ways.</summary>
public sealed class SandboxCaTests
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset To = DateTimeOffset.UtcNow.AddDays(30);
    private static readonly CertificatePlatform Unix = new(false, null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mta-sts.example.com", true), InlineData("example.com", true), InlineData("a.b.example", true), InlineData("mta-sts.contoso.com", true)]
    [InlineData("www.google.com", false), InlineData("com", false), InlineData("notexample.com", false), InlineData("fabrikam.com", false)]
    public void A_stolen_issuing_key_is_good_for_the_zones_alone(string name, bool isTrusted)
    {
        using var ca = new SandboxCa(From, To, Unix);
        ca.Permit("contoso.com");
        var issuers = new[] { ca.Issue(Spec("x.example.com")), ca.Issue(Spec("x.contoso.com")) }.Select(c => ca.Context(c).IntermediateCertificates[0]);

        // Whoever has the key can write any name into a certificate.
        Assert.Equal(isTrusted, issuers.Any(i => IsTrusted(Forge(i, ca, name), i, ca.RootPem)));
    }

    [Fact]
    public void Roots_last_for_weeks_on_a_real_clock_and_come_with_their_zones()
    {
        using var ca = new SandboxCa(From, To, Unix);
        var told = 0;
        ca.RootsChanged = () => told++;
        var before = Roots(ca.RootPem);
        ca.Permit("mail.example.com");
        ca.Permit("contoso.com");
        ca.Permit("sub.contoso.com");

        Assert.Equal((1, 1), (before.Count, told));
        Assert.All(Roots(ca.RootPem), r => Assert.InRange(r.NotAfter, DateTime.Now.AddDays(20), DateTime.Now.AddDays(40)));
        Assert.All(Roots(ca.RootPem), r => Assert.Contains(r.Extensions, e => e is { Oid.Value: "2.5.29.30", Critical: true }));
    }

    [Fact]
    public async Task The_file_of_roots_has_the_root_of_a_zone_once_the_zone_is_there()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Token);
        var before = await File.ReadAllTextAsync(sandbox.TrustedRoot, Token);
        sandbox.PutHostedZone("example.com", []);
        Assert.Equal(before, await File.ReadAllTextAsync(sandbox.TrustedRoot, Token));
        sandbox.PutHostedZone("contoso.com", []);
        sandbox.World.PutThirdPartyZone("fabrikam.com", []);

        var after = await File.ReadAllTextAsync(sandbox.TrustedRoot, Token);
        Assert.StartsWith(before, after, StringComparison.Ordinal);
        Assert.Equal(3, Roots(after).Count);
        Assert.All(Roots(after), r => Assert.InRange(r.NotAfter, DateTime.Now.AddDays(20), DateTime.Now.AddDays(40)));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_key_from_PKCS_12_serves_TLS_where_the_system_asks_for_one(bool needsStoredKeys)
    {
        using var ca = new SandboxCa(From, To, new CertificatePlatform(needsStoredKeys, null));
        foreach (var isRsa in (bool[])[false, true])
        {
            using var certificate = ca.Issue(Spec("mta-sts.example.com") with { IsRsa = isRsa });
            Assert.True(certificate.HasPrivateKey);
            using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
            listener.Start();
            using var client = new TcpClient();
            await client.ConnectAsync((System.Net.IPEndPoint)listener.LocalEndpoint, Token);
            using var server = await listener.AcceptTcpClientAsync(Token);
            await using var serverTls = new SslStream(server.GetStream());
            await using var clientTls = new SslStream(client.GetStream());
            var serving = serverTls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = ca.Context(certificate) }, Token);
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(Roots(ca.RootPem));
            await clientTls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "mta-sts.example.com", CertificateChainPolicy = policy }, Token);
            await serving;
        }
    }

    [Fact]
    public void Issuers_that_the_system_stores_are_taken_out_again_and_those_that_were_there_stay()
    {
        var store = "emailsecurity-" + Guid.NewGuid().ToString("N");
        Func<X509Store> open = () => new X509Store(store, StoreLocation.CurrentUser, OpenFlags.ReadWrite);
        void Add(X509Certificate2 certificate)
        {
            using var s = open();
            s.Add(certificate);
        }

        try
        {
            var ca = new SandboxCa(From, To, new CertificatePlatform(false, open));
            ca.Permit("contoso.com");
            using var ours = ca.Issue(Spec("a.example.com"));
            using var kept = ca.Issue(Spec("a.contoso.com"));
            var plain = new SandboxCa(From, To, Unix);
            var stranger = plain.Context(plain.Issue(Spec("a.example.com"))).IntermediateCertificates[0];
            Add(stranger);
            // What is there before is somebody's own.
            var ownIssuer = SslStreamCertificateContext.Create(kept, null, offline: true);
            Assert.NotNull(ownIssuer);
            var added = ca.Context(ours).IntermediateCertificates[0];
            Add(added); // as the system does while it makes the context

            ca.Dispose();

            using var left = open();
            Assert.Equal([stranger.Thumbprint], left.Certificates.Select(c => c.Thumbprint));
            plain.Dispose();
        }
        finally
        {
            using var s = open();
            s.RemoveRange(s.Certificates);
        }
    }

    [Theory]
    [InlineData(SocketError.AddressAlreadyInUse, true), InlineData(SocketError.AccessDenied, true), InlineData(SocketError.AddressNotAvailable, false), InlineData(SocketError.NetworkDown, false)]
    public void A_port_that_Windows_has_set_aside_is_no_end(SocketError error, bool isTaken) => Assert.Equal(isTaken, DnsServer.IsPortTaken(error));

    private static CertificateSpec Spec(string name) => new() { Names = [name], NotBefore = From, NotAfter = To };

    private static X509Certificate2Collection Roots(string pem)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(pem);
        return roots;
    }

    private static X509Certificate2 Forge(X509Certificate2 issuer, SandboxCa ca, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        using var stolen = ca.IssuingKey(issuer);
        return request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(stolen), From, To, [1, 2, 3]);
    }

    private static bool IsTrusted(X509Certificate2 leaf, X509Certificate2 issuer, string roots)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(Roots(roots));
        chain.ChainPolicy.ExtraStore.Add(issuer);
        return chain.Build(leaf);
    }
}
