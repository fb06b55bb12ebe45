using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace EmailSecurity.Aws.Credentials;

/// <summary>
/// A profile's role, assumed with this context's own STS client. (The SDK's AssumeRoleAWSCredentials looks its STS client up by
/// assembly name in the whole process and would take that of AWS.Tools, whose types are not ours.)
/// </summary>
internal sealed class RoleCredentials(AWSCredentials source, string roleArn, string sessionName, string? externalId, Uri? endpoint, string region)
    : RefreshingAWSCredentials
{
    /// <inheritdoc/>
    protected override CredentialsRefreshState GenerateNewCredentials() =>
        throw new NotSupportedException("Credentials of a role are fetched asynchronously only.");

    /// <inheritdoc/>
    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        var config = new AmazonSecurityTokenServiceConfig { IgnoreConfiguredEndpointUrls = true };
        if (endpoint is null)
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region);
        }
        else
        {
            config.AuthenticationRegion = region;
            config.ServiceURL = endpoint.AbsoluteUri;
            if (endpoint.IsLoopback)
            {
                config.HttpClientFactory = new DirectHttpClientFactory();
            }
        }

        using var client = new AmazonSecurityTokenServiceClient(source, config);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var answer = await client.AssumeRoleAsync(
            new AssumeRoleRequest { RoleArn = roleArn, RoleSessionName = sessionName, ExternalId = externalId },
            limit.Token).ConfigureAwait(false);
        var keys = answer.Credentials;
        var expires = (keys.Expiration ?? DateTime.UtcNow.AddMinutes(15)).ToUniversalTime();
        return new CredentialsRefreshState(new ImmutableCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken), expires);
    }
}
