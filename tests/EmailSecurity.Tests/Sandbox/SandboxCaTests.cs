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
    private static readonly CertificatePlatform Unix = CertificatePlatform.Plain;

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
        sandbox.Emulation.PutThirdPartyZone("fabrikam.com", []);

        var after = await File.ReadAllTextAsync(sandbox.TrustedRoot, Token);
        Assert.StartsWith(before, after, StringComparison.Ordinal);
        Assert.Equal(3, Roots(after).Count);
        Assert.All(Roots(after), r => Assert.InRange(r.NotAfter, DateTime.Now.AddDays(20), DateTime.Now.AddDays(40)));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_key_from_PKCS_12_serves_TLS_where_the_system_asks_for_one(bool needsStoredKeys)
    {
        using var ca = new SandboxCa(From, To, new CertificatePlatform(needsStoredKeys, []));
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

    [Theory]
    [InlineData("contoso.co.uk", "fabrikam.co.uk")] // what is above a site may be a registry's
    [InlineData("mail.contoso.com", "contoso.com")]
    [InlineData("contoso.com", "fabrikam.com")]
    public void A_certificate_without_a_zone_is_permitted_its_own_names_alone(string name, string other)
    {
        using var ca = new SandboxCa(From, To, Unix);
        using var leaf = ca.Issue(Spec(name));
        var issuer = ca.Context(leaf).IntermediateCertificates[0];

        Assert.True(IsTrusted(leaf, issuer, ca.RootPem));
        Assert.False(IsTrusted(Forge(issuer, ca, other), issuer, ca.RootPem));
    }

    [Theory]
    [InlineData("a.contoso.com", "b.fabrikam.com")]
    [InlineData("mta-sts.example.com", "mta-sts.contoso.com")]
    [InlineData("*.contoso.com", "contoso.net")]
    public void A_certificate_for_names_of_several_zones_is_good_for_each(params string[] names)
    {
        using var ca = new SandboxCa(From, To, Unix);
        ca.Permit("contoso.com");
        ca.Permit("fabrikam.com");
        using var leaf = ca.Issue(Spec(names[0]) with { Names = names });

        Assert.True(IsTrusted(leaf, ca.Context(leaf).IntermediateCertificates[0], ca.RootPem));
    }

    [Fact]
    public void Zones_whose_long_names_begin_alike_have_authorities_of_their_own()
    {
        using var ca = new SandboxCa(From, To, Unix);
        var zones = new[] { "a", "b" }.Select(z => $"{new string('x', 60)}.{z}.contoso.com").ToArray();
        foreach (var zone in zones)
        {
            ca.Permit(zone);
        }

        Assert.All(zones, zone =>
        {
            using var leaf = ca.Issue(Spec("mta-sts." + zone));
            Assert.True(IsTrusted(leaf, ca.Context(leaf).IntermediateCertificates[0], ca.RootPem));
        });
    }

    [Theory]
    [InlineData(0), InlineData(1)] // the computer's store where this user may write to it, otherwise the user's
    public void Issuers_that_the_system_stores_are_taken_out_again_and_those_that_were_there_stay(int written)
    {
        using var stores = new TestStores(2);
        using var plain = new SandboxCa(From, To, Unix);
        var stranger = plain.Context(plain.Issue(Spec("a.example.com"))).IntermediateCertificates[0];
        stores.Add(written, stranger);
        using (var ca = new SandboxCa(From, To, new CertificatePlatform(false, stores.Opened)))
        {
            ca.Permit("contoso.com");
            foreach (var name in (string[])["a.example.com", "b.example.com", "a.contoso.com"])
            {
                using var leaf = ca.Issue(Spec(name));
                stores.Add(written, ca.Context(leaf).IntermediateCertificates[0]); // as the system does while it makes the context
            }

            Assert.Equal(3, stores.Held(written).Length);
        }

        Assert.Equal([stranger.Thumbprint], stores.Held(written));
        Assert.Empty(stores.Held(1 - written));
    }

    [Fact]
    public void An_issuer_is_taken_out_only_of_stores_that_did_not_hold_it()
    {
        using var stores = new TestStores(2);
        var platform = new CertificatePlatform(false, stores.Opened);
        using var ca = new SandboxCa(From, To, Unix);
        var issuer = ca.Context(ca.Issue(Spec("a.example.com"))).IntermediateCertificates[0];
        stores.Add(1, issuer);
        var without = platform.StoresWithout(issuer);
        stores.Add(0, issuer);

        CertificatePlatform.Remove(issuer, without);

        Assert.Empty(stores.Held(0));
        Assert.Equal([issuer.Thumbprint], stores.Held(1));
    }

    [Fact]
    public void A_store_that_cannot_be_written_or_opened_stops_nothing()
    {
        using var stores = new TestStores(1);
        using var ca = new SandboxCa(From, To, Unix);
        var issuer = ca.Context(ca.Issue(Spec("a.example.com"))).IntermediateCertificates[0];
        Func<OpenFlags, X509Store> closed = _ => throw new CryptographicException("Access is denied.");
        Func<OpenFlags, X509Store> view = flags => flags == OpenFlags.ReadOnly ? stores.Opened[0](flags) : throw new CryptographicException("Access is denied.");
        var without = new CertificatePlatform(false, [closed, view, stores.Opened[0]]).StoresWithout(issuer);
        stores.Add(0, issuer);

        CertificatePlatform.Remove(issuer, without);

        Assert.Empty(stores.Held(0));
    }

    [Fact]
    public void Copies_of_keys_that_the_system_keeps_go_at_the_end()
    {
        var ca = new SandboxCa(From, To, new CertificatePlatform(true, []));
        X509Certificate2[] issued = [ca.Issue(Spec("a.example.com")), ca.Issue(Spec("b.example.com") with { IsRsa = true }), ca.Issue(Spec("c.contoso.com") with { IsTrusted = false })];
        Assert.All(issued, c => Assert.NotEqual(IntPtr.Zero, c.Handle));

        ca.Dispose();

        Assert.All(issued, c => Assert.Equal(IntPtr.Zero, c.Handle));
    }

    [Fact]
    public async Task Authorities_last_no_longer_than_what_they_are_for()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Token);
        var root = Assert.Single(Roots(await File.ReadAllTextAsync(sandbox.MarkRoot, Token)));

        Assert.InRange(root.NotAfter, DateTime.Now.AddDays(397), DateTime.Now.AddDays(401));
    }

    [Theory]
    [InlineData(ProtocolType.Udp), InlineData(ProtocolType.Tcp)]
    public async Task A_range_of_ports_that_Windows_has_set_aside_for_one_protocol_is_left(ProtocolType reserved)
    {
        // Ports that follow each other are handed out there, so a range is left only if the system chooses the port for the protocol that has it.
        var catalog = new DnsCatalog(TimeProvider.System);
        var refused = 0;
        await using var server = new DnsServer(catalog)
        {
            Bind = (socket, at) =>
            {
                if (socket.ProtocolType == reserved && at.Port != 0)
                {
                    refused++;
                    throw new SocketException((int)SocketError.AccessDenied);
                }

                socket.Bind(at);
            },
        };
        server.Start();

        Assert.InRange(refused, 0, 3);
        using var client = new UdpClient();
        await client.SendAsync(Convert.FromHexString("123401000001000000000000076578616D706C6503636F6D0000010001"), server.EndPoint, Token);
        Assert.Equal([0x12, 0x34], (await client.ReceiveAsync(Token)).Buffer[..2]);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.EndPoint, Token);
    }

    [Fact]
    public void Other_faults_of_a_port_are_told()
    {
        var server = new DnsServer(new DnsCatalog(TimeProvider.System)) { Bind = (_, _) => throw new SocketException((int)SocketError.NetworkDown) };

        Assert.Equal(SocketError.NetworkDown, Assert.Throws<SocketException>(server.Start).SocketErrorCode);
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

    /// <summary>Stores of this test alone.</summary>
    private sealed class TestStores : IDisposable
    {
        public TestStores(int count) =>
            Opened = [.. Enumerable.Range(0, count).Select(_ => "emailsecurity-" + Guid.NewGuid().ToString("N")).Select(name => (Func<OpenFlags, X509Store>)(flags => new X509Store(name, StoreLocation.CurrentUser, flags)))];

        public Func<OpenFlags, X509Store>[] Opened { get; }

        public void Add(int index, X509Certificate2 certificate)
        {
            using var store = Opened[index](OpenFlags.ReadWrite);
            store.Add(certificate);
        }

        public string[] Held(int index)
        {
            using var store = Opened[index](OpenFlags.ReadWrite);
            return [.. store.Certificates.Select(c => c.Thumbprint)];
        }

        public void Dispose()
        {
            foreach (var open in Opened)
            {
                using var store = open(OpenFlags.ReadWrite);
                store.RemoveRange(store.Certificates);
            }
        }
    }
}
