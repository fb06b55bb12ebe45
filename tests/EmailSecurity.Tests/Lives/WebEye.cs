using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EmailSecurity.Tests.Lives;

/// <summary>What came of a fetch.</summary>
/// <param name="Body">The body of a response with status 200; null for anything else.</param>
/// <param name="Problem">What went wrong; empty for nothing.</param>
internal sealed record Fetched(byte[]? Body, string Problem)
{
    public string? Text => Body is null ? null : Encoding.UTF8.GetString(Body);
}

/// <summary>
/// Fetches over HTTPS as a sender does: no redirect is followed, name, chain and time of the certificate are checked. An HttpClient, not the module's fetcher.
/// </summary>
/// <param name="connectTo">Where the edge listens: <c>host:port</c>.</param>
/// <param name="roots">The trusted roots, PEM.</param>
/// <param name="clock">By whose time certificates are judged.</param>
internal sealed class WebEye(string connectTo, Func<string> roots, TimeProvider clock) : IDisposable
{
    private HttpClient? kept;

    /// <summary>Fetches a file.</summary>
    /// <param name="url">Its address.</param>
    /// <param name="shakesHands">True for a new connection; else the one from before serves, which tells the content but not the certificate.</param>
    public Fetched Fetch(string url, bool shakesHands)
    {
        if (shakesHands)
        {
            // What is fetched next is judged by this handshake, not by one from before.
            kept?.Dispose();
            kept = null;
        }

        kept ??= Make();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var response = kept.Send(request);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return new Fetched(null, Invariant($"status {(int)response.StatusCode}"));
            }

            using var content = response.Content.ReadAsStream();
            using var copy = new MemoryStream();
            content.CopyTo(copy);
            return new Fetched(copy.ToArray(), "");
        }
        catch (HttpRequestException e)
        {
            return new Fetched(null, e.InnerException?.Message ?? e.Message);
        }
    }

    public void Dispose() => kept?.Dispose();

    private HttpClient Make() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        ConnectCallback = (_, _) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(IPEndPoint.Parse(connectTo));
            return ValueTask.FromResult<Stream>(new NetworkStream(socket, ownsSocket: true));
        },
        SslOptions = new SslClientAuthenticationOptions
        {
            AllowTlsResume = false, // a resumed session shows no certificate
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None && certificate is X509Certificate2 leaf && IsTrusted(leaf, chain),
        },
    })
    { Timeout = TimeSpan.FromMinutes(2) };

    private bool IsTrusted(X509Certificate2 leaf, X509Chain? sent)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        policy.CustomTrustStore.ImportFromPem(roots());
        foreach (var certificate in (sent?.ChainPolicy.ExtraStore ?? []).Concat(sent?.ChainElements.Select(e => e.Certificate) ?? []))
        {
            policy.ExtraStore.Add(certificate);
        }

        return chain.Build(leaf);
    }
}
