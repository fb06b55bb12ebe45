using System.Net;
using Amazon.Runtime;

namespace EmailSecurity.Aws.Session;

/// <summary>One connection pool for all AWS clients of a session.</summary>
internal sealed class SharedHttpClientFactory : HttpClientFactory, IDisposable
{
    private readonly HttpClient client;

    /// <summary>Makes the pool.</summary>
    /// <param name="options">Patience.</param>
    /// <param name="direct">Without a proxy: what is on this computer must not be carried off it, in clear text and by way of a proxy.</param>
    /// <param name="time">Clock of the time limits.</param>
    /// <param name="dated">Receives the time that each answer gives.</param>
    public SharedHttpClientFactory(AwsClientOptions options, bool direct, TimeProvider time, Action<DateTimeOffset> dated) =>
        client = new HttpClient(
            new RequestTimeLimit(options.RequestTimeout, time, dated)
            {
                InnerHandler = new SocketsHttpHandler
                {
                    ConnectTimeout = options.ConnectTimeout,
                    PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    UseProxy = !direct,
                    AutomaticDecompression = DecompressionMethods.None,
                },
            },
            disposeHandler: true)
        {
            Timeout = Timeout.InfiniteTimeSpan, // RequestTimeLimit watches each attempt
        };

    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
