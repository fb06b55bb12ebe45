using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Credentials;

/// <summary>What a profile says of its role.</summary>
/// <param name="Profile">Name of the profile.</param>
/// <param name="Arn">ARN of the role.</param>
/// <param name="SessionName">Name of the session.</param>
/// <param name="Region">Region whose STS is called.</param>
internal sealed record RoleProfile(string Profile, string Arn, string SessionName, string Region)
{
    /// <summary>External id that the role's trust policy asks for; null for none.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Serial number or ARN of the MFA device whose code is needed; null for none.</summary>
    public string? MfaSerial { get; init; }

    /// <summary>Seconds that a session lasts; null for AWS's default, an hour.</summary>
    public int? DurationSeconds { get; init; }
}

/// <summary>
/// A profile's role, assumed with this context's own STS client. (The SDK's AssumeRoleAWSCredentials looks its STS client up by
/// assembly name in the whole process and would take that of AWS.Tools, whose types are not ours.)
/// </summary>
internal sealed class RoleCredentials(RoleProfile role, AWSCredentials source, CredentialContext context) : RefreshingAWSCredentials
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LeastRest = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override CredentialsRefreshState GenerateNewCredentials() =>
        throw new NotSupportedException("Credentials of a role are fetched asynchronously only.");

    /// <inheritdoc/>
    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        if (role.MfaSerial is not { Length: > 0 } device)
        {
            return await AssumeAsync(null).ConfigureAwait(false);
        }

        // AWS takes each code once: the next command of the session goes on with the keys that the first one got.
        var key = await KeyAsync(device).ConfigureAwait(false);
        var kept = context.Watch.Host!.Kept;
        if (kept.TryGetValue(key, out var found) && found is Kept { Keys: var keys, Expires: var until } && until - DateTime.UtcNow > LeastRest)
        {
            return new CredentialsRefreshState(new ImmutableCredentials(keys.AccessKey, keys.SecretKey, keys.Token), until);
        }

        var code = await context.Watch.Host.ReadMfaCodeAsync(device, role.Profile, CancellationToken.None).ConfigureAwait(false);
        var state = await AssumeAsync(code.Trim()).ConfigureAwait(false);
        kept[key] = new Kept(state.Credentials, state.Expiration);
        return state;
    }

    private async Task<CredentialsRefreshState> AssumeAsync(string? code)
    {
        using var client = new AmazonSecurityTokenServiceClient(source, Config());
        using var limit = new CancellationTokenSource(CallLimit);
        var what = new AwsCallName("sts", "AssumeRole", role.Arn);
        var request = new AssumeRoleRequest
        {
            RoleArn = role.Arn,
            RoleSessionName = role.SessionName,
            ExternalId = role.ExternalId,
            SerialNumber = code is null ? null : role.MfaSerial,
            TokenCode = code,
        };
        if (role.DurationSeconds is { } seconds)
        {
            request.DurationSeconds = seconds;
        }

        try
        {
            var answer = await context.Watch.RunAsync(what, () => client.AssumeRoleAsync(request, limit.Token)).ConfigureAwait(false);
            var keys = answer.Credentials;
            var expires = (keys.Expiration ?? DateTime.UtcNow.AddMinutes(15)).ToUniversalTime();
            return new CredentialsRefreshState(new ImmutableCredentials(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken), expires);
        }
        catch (Exception e) when (e is not EmailSecurityException)
        {
            throw AwsErrors.Translate(e, what, $"the source of profile '{role.Profile}'");
        }
    }

    private AmazonSecurityTokenServiceConfig Config()
    {
        var config = context.Endpoints.Apply(new AmazonSecurityTokenServiceConfig(), "sts", role.Region);
        config.HttpClientFactory = new TracedHttpClientFactory(context.Watch, config);
        return config;
    }

    // Whose role it is and everything that decides which keys AWS would give.
    private async Task<string> KeyAsync(string device)
    {
        var caller = (await source.GetCredentialsAsync().ConfigureAwait(false)).AccessKey;
        return string.Join('\n', "mfa", caller, role.Arn, role.SessionName, role.ExternalId, device, context.Endpoints.Of("sts"));
    }

    private sealed record Kept(ImmutableCredentials Keys, DateTime Expires)
    {
        // The generated form would print the secrets.
        public override string ToString() => $"Keys until {Expires:u}";
    }
}
