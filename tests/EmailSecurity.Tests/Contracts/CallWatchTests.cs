using System.Net.Http.Json;
using Amazon.Runtime;
using EmailSecurity.Aws.Credentials;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Contracts;

/// <summary>Each call is told once, with what AWS answered and its request id; what goes wrong is told with the id too. Nothing of it is secret.</summary>
public sealed class CallWatchTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly SandboxAws aws = new(fixture.Server);

    [Fact]
    public async Task Each_call_is_told_once_with_its_request_id()
    {
        var host = new RecordingSessionHost();
        using var services = Open(host);
        await aws.ClearCallsAsync();
        await services.Account.GetCallerIdentityAsync(TestContext.Current.CancellationToken);
        await services.Zones.FindZonesAsync("watch.example", TestContext.Current.CancellationToken);

        var made = await aws.CallsAsync();
        Assert.Equal(made.Count, host.Calls.Count);
        Assert.All(host.Calls, c =>
        {
            Assert.StartsWith("AWS ", c.What, StringComparison.Ordinal);
            Assert.Equal("HTTP 200", c.Outcome);
            Assert.Matches("^[0-9A-Za-z-]{16,}$", c.RequestId);
            Assert.Equal(1, c.Attempts);
        });
        Assert.Contains(host.Calls, c => c.What == "AWS STS GetCallerIdentity");
        Assert.DoesNotContain(fixture.Server.SecretKey, string.Join('\n', [.. host.Calls.Select(c => c.ToString()), .. host.Details]), StringComparison.Ordinal);
        // -Debug: each attempt, with where it went.
        Assert.Equal(made.Count, host.Details.Count(d => d.Contains(fixture.Server.EndpointUrl, StringComparison.Ordinal) && d.Contains("HTTP 200", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_tried_again_is_one_call_of_several_attempts()
    {
        var host = new RecordingSessionHost();
        using var services = Open(host);
        await aws.SetFaultsAsync(new[] { new { service = "sts", operation = "GetCallerIdentity", nth = 1, kind = "error500" } });
        await services.Account.GetCallerIdentityAsync(TestContext.Current.CancellationToken);
        await aws.ClearFaultsAsync();

        var call = Assert.Single(host.Calls);
        Assert.Equal(("HTTP 200", 2), (call.Outcome, call.Attempts));
        Assert.Contains("2 attempts", call.ToString(), StringComparison.Ordinal);
        Assert.Contains(host.Details, d => d.Contains("HTTP 500", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_error_inside_AWS_is_no_refusal_and_has_its_request_id()
    {
        var host = new RecordingSessionHost();
        using var services = Open(host);
        await aws.SetFaultsAsync(new[] { new { service = "sts", operation = "GetCallerIdentity", nth = 1, times = 100, kind = "error500" } });
        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => services.Account.GetCallerIdentityAsync(TestContext.Current.CancellationToken));
        await aws.ClearFaultsAsync();

        Assert.Equal(("AwsUnavailable", ErrorKind.Unavailable), (error.ErrorId, error.Kind));
        Assert.DoesNotContain("refused", error.Message, StringComparison.Ordinal);
        var call = Assert.Single(host.Calls);
        Assert.StartsWith("HTTP 500 ", call.Outcome, StringComparison.Ordinal);
        Assert.EndsWith($"Request ID {call.RequestId}.", error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sts", "GetCallerIdentity", "sts:GetCallerIdentity")]
    [InlineData("route53", "ListHostedZonesByName", "route53:ListHostedZonesByName")]
    public async Task A_denied_call_names_the_action_that_is_missing(string service, string operation, string action)
    {
        using var services = Open(new RecordingSessionHost());
        await DenyAsync(new[] { new { service, operation } });
        var error = await Assert.ThrowsAsync<EmailSecurityException>(async () =>
        {
            await services.Account.GetCallerIdentityAsync(TestContext.Current.CancellationToken);
            await services.Zones.FindZonesAsync("watch.example", TestContext.Current.CancellationToken);
        });
        await DenyAsync(Array.Empty<object>());

        Assert.Equal("AccessDenied", error.ErrorId);
        Assert.Contains($"({action})", error.What, StringComparison.Ordinal);
        Assert.Contains($"the action that the message names ({action});", error.Fix, StringComparison.Ordinal);
        Assert.Matches(@"Request ID \S+\.$", error.What);
    }

    [Theory]
    [InlineData("s3", "HeadBucket", "s3:ListBucket")]
    [InlineData("s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration")]
    [InlineData("s3", "PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration")]
    [InlineData("s3", "GetBucketTagging", "s3:GetBucketTagging")]
    [InlineData("cloudfront", "CreateDistributionWithTags", "cloudfront:CreateDistribution")]
    [InlineData("acm", "RequestCertificate", "acm:RequestCertificate")]
    public void The_action_is_the_one_that_a_policy_names(string service, string operation, string action)
        => Assert.Equal(action, new AwsCallName(service, operation).Action);

    [Theory]
    [InlineData(CredentialSource.Sso, "aws sso login --profile ops")]
    [InlineData(CredentialSource.Profile, "aws sso login --profile ops")]
    [InlineData(CredentialSource.Environment, "aws sso login --profile NAME")]
    [InlineData(CredentialSource.Object, "Set-AWSCredential -ProfileName NAME")]
    [InlineData(CredentialSource.Explicit, "aws sso login --profile NAME")]
    internal void An_expired_token_names_the_login_command(CredentialSource source, string command)
    {
        var session = new SessionCredentials(new ResolvedCredentials(source, "where they came from", null) { ProfileName = "ops" });
        var expired = new AmazonServiceException("The security token included in the request is expired", ErrorType.Sender, "ExpiredToken", "r-1", System.Net.HttpStatusCode.Forbidden);
        var error = AwsErrors.Translate(expired, new AwsCallName("s3", "ListBuckets"), session.Origin, session.SignInAgain);
        Assert.Equal("CredentialsExpired", error.ErrorId);
        Assert.Contains(command, error.Fix, StringComparison.Ordinal);
        Assert.EndsWith("The credentials came from where they came from. Request ID r-1.", error.What, StringComparison.Ordinal);
    }

    private IEmailSecurityServices Open(RecordingSessionHost host)
        => new ServicesFactory(aws.ClientOptions).Create(aws.Settings, TimeProvider.System, host);

    private async Task DenyAsync(object denials)
    {
        using var http = new HttpClient();
        (await http.PutAsJsonAsync(fixture.Server.AdminUrl.TrimEnd('/') + "/denials", denials, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
    }
}
