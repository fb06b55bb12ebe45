using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.SecurityToken;
using Amazon.SSO;
using Amazon.SSOOIDC;

namespace EmailSecurity.Aws.Credentials;

/// <summary>
/// Sets for this load context's SDK core which SSO and STS clients to use for profiles. Left alone it looks for assemblies of that
/// name in the whole process, and would find those of AWS.Tools, whose types are not this context's. They call AWS itself: what they
/// send is as good as keys, and AWS_ENDPOINT_URL or a profile's endpoint_url, meant for other programs, may lead anywhere, in clear text too.
/// </summary>
internal static class SdkDependencies
{
    /// <summary>Registers them; safe to repeat (the registry keeps the last of equal ones).</summary>
    public static void Register()
    {
        var registry = GlobalRuntimeDependencyRegistry.Instance;
        registry.RegisterSSOClient(context => new AmazonSSOClient(
            new AnonymousAWSCredentials(), At(new AmazonSSOConfig(), context.SSOClientContextData.Region)));
        registry.RegisterSSOOIDCClient(context => new AmazonSSOOIDCClient(
            new AnonymousAWSCredentials(), At(new AmazonSSOOIDCConfig(), context.SSOOIDCClientContextData.Region)));
        registry.RegisterSecurityTokenServiceClient(context => new AmazonSecurityTokenServiceClient(
            new AnonymousAWSCredentials(),
            At(new AmazonSecurityTokenServiceConfig(), context.SecurityTokenServiceClientContextData.Region ?? Amazon.RegionEndpoint.USEast1)));
    }

    private static T At<T>(T config, Amazon.RegionEndpoint region)
        where T : ClientConfig
    {
        config.IgnoreConfiguredEndpointUrls = true;
        config.RegionEndpoint = region;
        return config;
    }
}
