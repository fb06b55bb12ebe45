using Amazon.Runtime;
using Amazon.SecurityToken;

namespace EmailSecurity.Tests.Sandbox;

public sealed class StsTests(HostFixture host) : IClassFixture<HostFixture>
{
    [Fact]
    public async Task Each_key_has_its_account()
    {
        using var main = host.Sts();
        var identity = await main.GetCallerIdentityAsync(new());
        Assert.Equal(host.Server.AccountId, identity.Account);
        Assert.Matches("^[0-9]{12}$", identity.Account);
        Assert.Equal($"arn:aws:iam::{identity.Account}:user/administrator", identity.Arn);
        using var other = host.Sts(new BasicAWSCredentials(host.Server.OtherAccessKey, host.Server.OtherSecretKey));
        Assert.NotEqual(identity.Account, (await other.GetCallerIdentityAsync(new())).Account);
    }

    [Fact]
    public async Task The_arn_names_the_partition_of_the_region()
    {
        using var sts = host.Sts(region: "cn-north-1");
        Assert.StartsWith("arn:aws-cn:iam::", (await sts.GetCallerIdentityAsync(new())).Arn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_keys_work_with_their_token_and_not_without()
    {
        using var sts = host.Sts();
        var session = (await sts.GetSessionTokenAsync(new())).Credentials;
        using var temporary = host.Sts(session);
        Assert.Equal(host.Server.AccountId, (await temporary.GetCallerIdentityAsync(new())).Account);
        using var bare = host.Sts(new BasicAWSCredentials(session.AccessKeyId, session.SecretAccessKey));
        Assert.Equal("InvalidClientTokenId", (await Assert.ThrowsAsync<AmazonSecurityTokenServiceException>(() => bare.GetCallerIdentityAsync(new()))).ErrorCode);
        using var swapped = host.Sts(new SessionAWSCredentials(host.Server.AccessKey, host.Server.SecretKey, session.SessionToken));
        Assert.Equal("InvalidClientTokenId", (await Assert.ThrowsAsync<AmazonSecurityTokenServiceException>(() => swapped.GetCallerIdentityAsync(new()))).ErrorCode);
    }

    [Theory]
    [InlineData(null, "wrong", "SignatureDoesNotMatch")]
    [InlineData("AKIANOBODY", null, "InvalidClientTokenId")]
    public async Task Bad_keys_are_named(string? accessKey, string? secret, string code)
    {
        using var sts = host.Sts(new BasicAWSCredentials(accessKey ?? host.Server.AccessKey, secret ?? host.Server.SecretKey));
        var error = await Assert.ThrowsAsync<AmazonSecurityTokenServiceException>(() => sts.GetCallerIdentityAsync(new()));
        Assert.Equal(code, error.ErrorCode);
        Assert.Equal(403, (int)error.StatusCode);
    }

    [Fact]
    public async Task A_role_of_the_account_gives_keys_that_act_for_it()
    {
        using var sts = host.Sts();
        var roles = $"arn:aws:iam::{host.Server.AccountId}:role/";
        var answer = await sts.AssumeRoleAsync(new() { RoleArn = roles + "mail/Publisher", RoleSessionName = "nightly@example.com", DurationSeconds = 900 });
        Assert.Equal($"arn:aws:sts::{host.Server.AccountId}:assumed-role/Publisher/nightly@example.com", answer.AssumedRoleUser.Arn);
        Assert.Matches("^AROA[0-9A-Z]{17}:nightly@example.com$", answer.AssumedRoleUser.AssumedRoleId);
        Assert.InRange(answer.Credentials.Expiration!.Value.ToUniversalTime() - DateTime.UtcNow, TimeSpan.FromMinutes(13), TimeSpan.FromMinutes(15));
        using var acting = host.Sts(answer.Credentials);
        var identity = await acting.GetCallerIdentityAsync(new());
        var expected = (host.Server.AccountId, answer.AssumedRoleUser.Arn, answer.AssumedRoleUser.AssumedRoleId);
        Assert.Equal(expected, (identity.Account, identity.Arn, identity.UserId));
        Assert.Equal("AccessDenied", (await Assert.ThrowsAsync<AmazonSecurityTokenServiceException>(() => acting.GetSessionTokenAsync(new()))).ErrorCode);
        // One role may take another on: role chaining.
        Assert.NotNull((await acting.AssumeRoleAsync(new() { RoleArn = roles + "Second", RoleSessionName = "chained" })).Credentials);
    }

    [Theory]
    [InlineData("arn:aws:iam::{other}:role/Publisher", "session", 900, "AccessDenied")]
    [InlineData("arn:aws:iam::{main}:user/Publisher", "session", 900, "ValidationError")]
    [InlineData("Publisher-and-so-on-to-20", "session", 900, "ValidationError")]
    [InlineData("arn:aws:iam::{main}:role/Publisher", "a b", 900, "ValidationError")]
    [InlineData("arn:aws:iam::{main}:role/Publisher", "session", 899, "ValidationError")]
    [InlineData("arn:aws:iam::{main}:role/Publisher", "session", 3601, "ValidationError")] // beyond the role's maximum
    public async Task Roles_are_taken_on_by_the_rules(string role, string session, int seconds, string code)
    {
        using var sts = host.Sts();
        using var other = host.Sts(new BasicAWSCredentials(host.Server.OtherAccessKey, host.Server.OtherSecretKey));
        var otherAccount = (await other.GetCallerIdentityAsync(new())).Account;
        var arn = role.Replace("{main}", host.Server.AccountId, StringComparison.Ordinal).Replace("{other}", otherAccount, StringComparison.Ordinal);
        var request = new Amazon.SecurityToken.Model.AssumeRoleRequest { RoleArn = arn, RoleSessionName = session, DurationSeconds = seconds };
        var error = await Assert.ThrowsAsync<AmazonSecurityTokenServiceException>(() => sts.AssumeRoleAsync(request));
        Assert.Equal(code, error.ErrorCode);
    }

    [Fact]
    public async Task Unsigned_is_refused()
    {
        using var response = await host.Http.PostAsync(new Uri(host.Server.EndpointUrl), new FormUrlEncodedContent(new Dictionary<string, string> { ["Action"] = "GetCallerIdentity", ["Version"] = "2011-06-15" }));
        Assert.Equal(403, (int)response.StatusCode);
        Assert.Contains("<Code>MissingAuthenticationToken</Code>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
