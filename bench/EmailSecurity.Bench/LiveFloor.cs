using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using DnsClient;

/// <summary>
/// The same look-ups and fetches as a check makes of a domain, and nothing else: plain LookupClient and HttpClient, a certificate check by the
/// platform, no findings. Which of them a domain needs is told, not found out. What the checks cost beside this is their own.
/// </summary>
internal sealed class LiveFloor : IDisposable
{
    private readonly LookupClient dns;
    private readonly HttpClient http;

    public LiveFloor(string nameServer, string connectTo, X509Certificate2 root)
    {
        dns = new LookupClient(new LookupClientOptions(IPEndPoint.Parse(nameServer)) { UseCache = false, ThrowDnsErrors = false, RequestDnsSecRecords = true, ExtendedDnsBufferSize = 1232 });
        var edge = IPEndPoint.Parse(connectTo);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(root);
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.Zero, // as for a list of domains where none comes twice
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy, AllowTlsResume = false },
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(edge, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
    }

    public async Task MtaStsAsync(LiveDomain domain)
    {
        var mx = dns.QueryAsync(domain.Name, QueryType.MX);
        await dns.QueryAsync("_mta-sts." + domain.Name, QueryType.TXT);
        if (domain.HasMtaStsRecord)
        {
            await GetAsync(domain.PolicyUrl);
        }

        await mx;
    }

    public Task AllAsync(LiveDomain domain) => Task.WhenAll(MtaStsAsync(domain), CaaAsync(domain), dns.QueryAsync("_smtp._tls." + domain.Name, QueryType.TXT), DmarcAsync(domain), BimiAsync(domain));

    public void Dispose() => http.Dispose();

    // The climb of RFC 8659 section 3; about the top-level domain is asked once, as with DMARC's tree walk.
    private async Task CaaAsync(LiveDomain domain)
    {
        if (!domain.HasMtaStsRecord)
        {
            return;
        }

        await dns.QueryAsync(domain.PolicyUrl.Host, QueryType.CAA);
        await dns.QueryAsync(domain.Name, QueryType.CAA);
    }

    private Task DmarcAsync(LiveDomain domain) => dns.QueryAsync("_dmarc." + domain.Name, QueryType.TXT);

    private async Task BimiAsync(LiveDomain domain)
    {
        await dns.QueryAsync("default._bimi." + domain.Name, QueryType.TXT);
        if (domain.HasBimiRecord)
        {
            await GetAsync(domain.LogoUrl);
        }
    }

    private async Task GetAsync(Uri url)
    {
        try
        {
            using var response = await http.GetAsync(url);
            await response.Content.ReadAsByteArrayAsync();
        }
        catch (HttpRequestException)
        {
            // The broken ones.
        }
    }
}
