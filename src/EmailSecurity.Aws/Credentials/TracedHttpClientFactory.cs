using Amazon.Runtime;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Credentials;

/// <summary>
/// HTTP of the clients that fetch credentials: each attempt is watched, redirects are not followed, and an endpoint on this computer is called without a
/// proxy, so that nothing that is meant for it is carried elsewhere.
/// </summary>
internal sealed class TracedHttpClientFactory(CallWatch watch, IClientConfig config) : HttpClientFactory
{
    private readonly bool isDirect = Uri.TryCreate(config.ServiceURL, UriKind.Absolute, out var url) && url.IsLoopback;

    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new AttemptTracer(watch)
    {
        InnerHandler = new SocketsHttpHandler { UseProxy = !isDirect, AllowAutoRedirect = false, UseCookies = false },
    });

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => true;
}
