using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;

namespace EmailSecurity.Sandbox.Running;

/// <summary>What the edge answered.</summary>
/// <param name="Status">HTTP status; 0 where no answer came.</param>
/// <param name="ContentType">Media type; empty for none.</param>
/// <param name="Body">The body.</param>
/// <param name="Detail">Why no answer came; empty where one did.</param>
public sealed record OutsidePage(int Status, string ContentType, byte[] Body, string Detail);

/// <summary>The domain as a stranger sees it: DNS over UDP or TCP, HTTPS with full certificate checks. It shares nothing with the module.</summary>
public sealed class OutsideView : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DnsClient dns;
    private readonly HttpClient https;
    private readonly HttpClient http;
    private readonly X509Certificate2 root;

    /// <summary>Looks through a DNS server and at an edge.</summary>
    /// <param name="nameServer">DNS server.</param>
    /// <param name="edge">Where HTTPS connects, whatever the name.</param>
    /// <param name="plainEdge">Where plain HTTP connects.</param>
    /// <param name="trustedRoot">PEM file of the only root that is trusted.</param>
    public OutsideView(string nameServer, string edge, string plainEdge, string trustedRoot)
    {
        var server = IPEndPoint.Parse(nameServer);
        dns = new DnsClient(
            [server.Address], [new UdpClientTransport(server.Port), new TcpClientTransport(server.Port)], true, (int)Patience.TotalMilliseconds);
        root = X509Certificate2.CreateFromPem(File.ReadAllText(trustedRoot));
        https = Connecting(edge);
        http = Connecting(plainEdge);
    }

    /// <summary>TXT records of a name, the strings of each put together.</summary>
    public async Task<IReadOnlyList<string>> TxtAsync(string name, CancellationToken cancellationToken) =>
        [.. (await LookUpAsync(name, RecordType.Txt, cancellationToken)).OfType<TxtRecord>().Select(r => r.TextData)];

    /// <summary>IPv4 addresses of a name.</summary>
    public async Task<IReadOnlyList<IPAddress>> AddressesAsync(string name, CancellationToken cancellationToken) =>
        [.. (await LookUpAsync(name, RecordType.A, cancellationToken)).OfType<ARecord>().Select(r => r.Address)];

    /// <summary>Mail servers of a domain.</summary>
    public async Task<IReadOnlyList<string>> MailServersAsync(string name, CancellationToken cancellationToken) =>
        [.. (await LookUpAsync(name, RecordType.Mx, cancellationToken)).OfType<MxRecord>().OrderBy(r => r.Preference)
            .Select(r => r.ExchangeDomainName.ToString().TrimEnd('.'))];

    /// <summary>Fetches a page: no redirects, no cache, certificate checked for the name.</summary>
    public async Task<OutsidePage> FetchAsync(string url, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            using var response = await (url.StartsWith("https:", StringComparison.Ordinal) ? https : http).GetAsync(new Uri(url), deadline.Token);
            var body = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return new OutsidePage((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", body, "");
        }
        catch (HttpRequestException exception)
        {
            return new OutsidePage(0, "", [], exception.InnerException?.Message ?? exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new OutsidePage(0, "", [], "no answer in time");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        https.Dispose();
        http.Dispose();
        root.Dispose();
        ((IDisposable)dns).Dispose();
    }

    private async Task<IReadOnlyList<DnsRecordBase>> LookUpAsync(string name, RecordType type, CancellationToken cancellationToken)
    {
        var answer = await dns.ResolveAsync(DomainName.Parse(name), type, RecordClass.INet, null, cancellationToken);
        return answer?.AnswerRecords ?? [];
    }

    private HttpClient Connecting(string endpoint)
    {
        var address = IPEndPoint.Parse(endpoint);
        return new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.Zero, // every look is a new connection, as every sender's is
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(address, token);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { root },
                    RevocationMode = X509RevocationMode.NoCheck, // the sandbox's authority publishes no revocation list
                },
            },
        });
    }
}
