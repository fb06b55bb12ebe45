using System.Net;
using Amazon.Runtime;

namespace EmailSecurity.Aws;

/// <summary>One connection pool for all AWS clients of a session.</summary>
internal sealed class SharedHttpClientFactory : HttpClientFactory, IDisposable
{
    private readonly HttpClient client;

    public SharedHttpClientFactory(AwsClientOptions options, TimeProvider time, Action<DateTimeOffset> dated) =>
        client = new HttpClient(
            new RequestTimeLimit(options.RequestTimeout, time, dated)
            {
                InnerHandler = new SocketsHttpHandler
                {
                    ConnectTimeout = options.ConnectTimeout,
                    PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                    AllowAutoRedirect = false,
                    UseCookies = false,
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
