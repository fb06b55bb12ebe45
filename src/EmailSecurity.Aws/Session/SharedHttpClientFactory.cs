using System.Net;
using Amazon.Runtime;

namespace EmailSecurity.Aws.Session;

/// <summary>
/// The connections of all AWS clients of a session: one pool for what is called directly, one for what may go by way of a proxy. What is on this computer
/// must not be carried off it, in clear text and by way of a proxy.
/// </summary>
internal sealed class SharedHttpClientFactory : HttpClientFactory, IDisposable
{
    private readonly Lazy<HttpClient> direct;
    private readonly Lazy<HttpClient> proxied;

    /// <summary>Makes the pools, each at its first use.</summary>
    /// <param name="options">Patience.</param>
    /// <param name="watch">Watches each attempt; its clock is that of the time limits.</param>
    /// <param name="dated">Receives the time that each answer gives.</param>
    public SharedHttpClientFactory(AwsClientOptions options, CallWatch watch, Action<DateTimeOffset> dated)
    {
        direct = new Lazy<HttpClient>(() => Make(useProxy: false));
        proxied = new Lazy<HttpClient>(() => Make(useProxy: true));

        HttpClient Make(bool useProxy) => new(
            new AttemptTracer(watch)
            {
                InnerHandler = new RequestTimeLimit(options.RequestTimeout, watch.Time, dated)
                {
                    InnerHandler = new SocketsHttpHandler
                    {
                        ConnectTimeout = options.ConnectTimeout,
                        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                        AllowAutoRedirect = false,
                        UseCookies = false,
                        UseProxy = useProxy,
                        AutomaticDecompression = DecompressionMethods.None,
                    },
                },
            },
            disposeHandler: true)
        {
            Timeout = Timeout.InfiniteTimeSpan, // RequestTimeLimit watches each attempt
        };
    }

    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
        => Uri.TryCreate(clientConfig?.ServiceURL, UriKind.Absolute, out var url) && url.IsLoopback ? direct.Value : proxied.Value;

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pool in new[] { direct, proxied }.Where(p => p.IsValueCreated))
        {
            pool.Value.Dispose();
        }
    }
}
