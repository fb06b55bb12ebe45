using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Contracts;

/// <summary>A moto server.</summary>
public sealed class MotoWorld(Uri url, string region = "eu-west-1") : AwsWorld
{
    public override bool IsMoto => true;

    public override ConnectionSettings Settings { get; } = new() { AccessKey = "AKIAIOSFODNN7EXAMPLE", SecretKey = "secret", Region = region, EndpointUrl = url.AbsoluteUri };

    public override async Task<ConnectionSettings> OtherAsync()
    {
        using var sts = new AmazonSecurityTokenServiceClient(Settings.AccessKey, Settings.SecretKey, new AmazonSecurityTokenServiceConfig { AuthenticationRegion = region, ServiceURL = Settings.EndpointUrl });
        var role = await sts.AssumeRoleAsync(new AssumeRoleRequest { RoleArn = "arn:aws:iam::222222222222:role/other", RoleSessionName = "other" });
        return Settings with { AccessKey = role.Credentials.AccessKeyId, SecretKey = role.Credentials.SecretAccessKey, SessionToken = role.Credentials.SessionToken };
    }
}
