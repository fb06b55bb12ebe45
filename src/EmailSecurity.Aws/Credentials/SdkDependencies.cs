using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.SecurityToken;
using Amazon.SSO;
using Amazon.SSOOIDC;

namespace EmailSecurity.Aws.Credentials;

/// <summary>
/// Sets for this load context's SDK core which SSO and STS clients to use for profiles. Left alone it looks for assemblies of that
/// name in the whole process, and would find those of AWS.Tools, whose types are not this context's. They are called where the session calls the service.
/// </summary>
internal static class SdkDependencies
{
    // Of the flow that asks for credentials: the registry is one for the process, and each session has endpoints and a user of its own.
    private static readonly AsyncLocal<CredentialContext?> Current = new();

    /// <summary>Registers them; safe to repeat (the registry keeps the last of equal ones).</summary>
    public static void Register()
    {
        var registry = GlobalRuntimeDependencyRegistry.Instance;
        registry.RegisterSSOClient(context => new AmazonSSOClient(
            new AnonymousAWSCredentials(), At(new AmazonSSOConfig(), "sso", context.SSOClientContextData.Region)));
        registry.RegisterSSOOIDCClient(context => new AmazonSSOOIDCClient(
            new AnonymousAWSCredentials(), At(new AmazonSSOOIDCConfig(), "sso-oidc", context.SSOOIDCClientContextData.Region)));
        registry.RegisterSecurityTokenServiceClient(context => new AmazonSecurityTokenServiceClient(
            new AnonymousAWSCredentials(),
            At(new AmazonSecurityTokenServiceConfig(), "sts", context.SecurityTokenServiceClientContextData.Region ?? Amazon.RegionEndpoint.USEast1)));
    }

    /// <summary>Makes what the SDK calls in this flow be called for a session.</summary>
    public static void Use(CredentialContext context) => Current.Value = context;

    private static T At<T>(T config, string service, Amazon.RegionEndpoint region)
        where T : ClientConfig
    {
        if (Current.Value is not { } context)
        {
            config.IgnoreConfiguredEndpointUrls = true;
            config.RegionEndpoint = region;
            return config;
        }

        context.Endpoints.Apply(config, service, region.SystemName);
        config.HttpClientFactory = new TracedHttpClientFactory(context.Watch, config);
        return config;
    }
}
