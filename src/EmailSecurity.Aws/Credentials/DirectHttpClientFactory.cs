using Amazon.Runtime;

namespace EmailSecurity.Aws.Credentials;

/// <summary>HTTP without proxy and redirects, for an endpoint on this computer: nothing that is meant for it is carried elsewhere.</summary>
internal sealed class DirectHttpClientFactory : HttpClientFactory
{
    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => true;
}
