using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>
/// HTTPS as RFC 8461 section 3.3 asks for policies: no redirects, no cache, no cookies, TLS 1.2 or newer with SNI, a certificate by
/// <see cref="CertificateRule"/>,
/// body and time bounded. Always direct: a proxy would fetch with another view of the network, and its own idea of certificates.
/// </summary>
public sealed class HttpsFetcher : IFetcher, IDisposable
{
    internal const int MaxHeaderKilobytes = 64;
    private const int MaxRememberedHandshakes = 4096;
    private const int MaxHeaderShown = 1000;

    // Below TLS: headers, and what chunks and encryption add to the body. Far more than an honest server needs, and an end to interim responses,
    // empty records and tickets without end.
    private const int MaxBytesBesideBody = 1024 * 1024;
    private const int MaxBytesPerBodyByte = 4;

    private static readonly HttpRequestOptionsKey<Fetch> FetchKey = new("EmailSecurity.Fetch");

    private readonly Connector connector;
    private readonly CertificateRule rule;
    private readonly HostPort? connectTo;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker http;
    private readonly ConcurrentDictionary<string, TlsFacts> handshakes = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes a fetcher.</summary>
    /// <param name="resolver">Looks names up; null for the system's resolver.</param>
    /// <param name="extraRoots">Roots trusted in addition to the system's; null for none.</param>
    /// <param name="connectTo"><c>host:port</c> where every connection goes; SNI, Host and certificate checks unchanged. Null to connect to the URL's
    /// host.</param>
    /// <param name="time">Clock: time limits and certificates' validity.</param>
    /// <param name="allowPrivate">Connects to addresses that are not globally reachable too.</param>
    /// <exception cref="EmailSecurityException">InvalidConnectTo.</exception>
    public HttpsFetcher(IResolver? resolver, X509Certificate2Collection? extraRoots, string? connectTo, TimeProvider time, bool allowPrivate = false)
    {
        connector = new Connector(resolver, allowPrivate, time);
        rule = new CertificateRule(extraRoots, time);
        this.connectTo = connectTo is null ? null : HostPort.Parse(connectTo, null, "InvalidConnectTo", "address to connect to");
        this.time = time;
        http = NewHttp();
    }

    /// <summary>What the system's TLS can do.</summary>
    internal TlsPlatform Platform { get; init; } = TlsPlatform.Current;

    /// <inheritdoc/>
    public async Task<FetchResult> FetchAsync(FetchRequest request, CancellationToken cancellationToken)
    {
        if (!request.Url.IsAbsoluteUri || request.Url.Scheme != Uri.UriSchemeHttps)
        {
            throw new EmailSecurityException("UrlNotHttps", ErrorKind.InvalidArgument,
                $"{request.Url} is not fetched: only https URLs are (RFC 8461 section 3.3).", "Use an https:// URL.");
        }

        using var clock = new CancellationTokenSource(request.Timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        // HTTP/1.1 alone: one small file comes over a connection, and HttpClient, offered both, opens a second one now and then
        // where the server chooses HTTP/1.1.
        using var message = new HttpRequestMessage(HttpMethod.Get, request.Url)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        message.Headers.TryAddWithoutValidation("User-Agent", "EmailSecurity");
        // Each fetch opens a new connection, checks the certificate again and closes it: with thousands of hosts none stays open.
        message.Headers.ConnectionClose = true;
        message.Options.Set(FetchKey, new Fetch(request, limit.Token));
        // The handler pools by the URL's host alone: a connection to another place than that must never be found there.
        using var once = request.ConnectHost is not null && connectTo is null ? NewHttp() : null;
        FetchResult? head = null;
        try
        {
            using var response = await (once ?? http).SendAsync(message, limit.Token).ConfigureAwait(false);
            head = Head(response, handshakes.GetValueOrDefault(Key(request)));
            if (response.Content.Headers.ContentLength > request.MaxBytes)
            {
                return TooLarge(head, request);
            }

            var body = await ReadAsync(response, request.MaxBytes, limit.Token).ConfigureAwait(false);
            return body is { } bytes ? head with { Body = bytes } : TooLarge(head, request);
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return FetchErrors.Explain(e, head, request, clock.IsCancellationRequested);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private HttpMessageInvoker NewHttp() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // RFC 8461 section 3.3: redirects MUST NOT be followed
        AutomaticDecompression = DecompressionMethods.None, // the bytes served are what is judged
        UseCookies = false,
        UseProxy = false,
        MaxResponseHeadersLength = MaxHeaderKilobytes,
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.Zero,
        ActivityHeadersPropagator = null,
        ConnectCallback = ConnectAsync,
    });

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken handlerToken)
    {
        context.InitialRequestMessage.Options.TryGetValue(FetchKey, out var fetch);
        // The handler keeps connecting for a request that has given up; here the attempt ends with it.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(handlerToken, fetch!.Limit);
        var cancellationToken = limit.Token;
        // TLS contexts are shared, and with them a good part of a handshake's work spared, only where sessions may be resumed. But a resumed session
        // shows no certificate (RFC 8446 section 2.2): the one judged would be that of the last time. So a host is asked for the first time with, and
        // again without; and where a session from elsewhere in the process was resumed all the same, the handshake is made again, in full.
        var tls = new TlsClient(rule, Platform);
        var mayResume = tls.MayResume && !handshakes.ContainsKey(Key(fetch.Request));
        for (var attempt = 0; attempt < TlsClient.MaxAttempts; attempt++)
        {
            if (await HandshakeAsync(tls, fetch.Request, context.DnsEndPoint, mayResume && attempt == 0, cancellationToken).ConfigureAwait(false) is { } stream)
            {
                return stream;
            }
        }

        throw TlsClient.NotJudged();
    }

    // Null: a session was resumed, so there is no certificate to judge.
    private async Task<Stream?> HandshakeAsync(TlsClient tls, FetchRequest request, DnsEndPoint url, bool mayResume, CancellationToken cancellationToken)
    {
        var target = connectTo ?? new HostPort(request.ConnectHost ?? url.Host, url.Port);
        var stream = await connector.ConnectAsync(target.Host, target.Port, connectTo is not null, cancellationToken).ConfigureAwait(false);
        var transport = new BoundedStream(stream);
        var options = new SslClientAuthenticationOptions { ApplicationProtocols = [SslApplicationProtocol.Http11], AllowTlsResume = mayResume };
        var connection = await tls.AuthenticateAsync(transport, url.Host, options, endsOnFault: true, cancellationToken).ConfigureAwait(false);
        if (connection is null)
        {
            return null;
        }

        transport.Allow(MaxBytesBesideBody + ((long)MaxBytesPerBodyByte * request.MaxBytes), "after the TLS handshake");
        if (handshakes.Count >= MaxRememberedHandshakes)
        {
            handshakes.Clear();
        }

        handshakes[Key(request)] = new TlsFacts(connection.Certificate, connection.Version);
        return connection.Stream;
    }

    private static string Key(FetchRequest request) => Invariant($"{request.Url.IdnHost}:{request.Url.Port}>{request.ConnectHost}");

    private static FetchResult Head(HttpResponseMessage response, TlsFacts? tls) => new()
    {
        Outcome = FetchOutcome.Response,
        StatusCode = (int)response.StatusCode,
        ContentType = Raw(response.Content.Headers, "Content-Type"),
        ContentEncoding = Raw(response.Content.Headers, "Content-Encoding"),
        RedirectLocation = Raw(response.Headers, "Location"),
        Challenge = Raw(response.Headers, "cf-mitigated") is { Length: > 0 } challenge ? challenge : Raw(response.Headers, "x-amzn-waf-action"),
        CertificateNotBefore = tls?.Certificate.NotBefore,
        CertificateNotAfter = tls?.Certificate.NotAfter,
        CertificateNames = tls?.Certificate.Names ?? [],
        TlsVersion = tls?.Version ?? "",
    };

    // For people and for comparisons with what is short: a header of 64 KB is neither.
    private static string Raw(System.Net.Http.Headers.HttpHeaders headers, string name)
    {
        var value = headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : "";
        return value.Length > MaxHeaderShown ? value[..MaxHeaderShown] + "..." : value;
    }

    private static FetchResult TooLarge(FetchResult head, FetchRequest request) => head with
    {
        Outcome = FetchOutcome.TooLarge,
        Detail = Invariant($"the body is larger than {request.MaxBytes} bytes."),
    };

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var body = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (body.Length + read > maxBytes)
                {
                    return null;
                }

                body.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return body.ToArray();
    }

    private sealed record Fetch(FetchRequest Request, CancellationToken Limit);

    private sealed record TlsFacts(CertificateFacts Certificate, string Version);
}
