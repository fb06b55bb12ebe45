using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Amazon.SecurityToken;
using EmailSecurity.Tests.Contracts;
using EmailSecurity.Tests.Engine;

namespace EmailSecurity.Tests.Credentials;

/// <summary>A profile of IAM Identity Center: the token that 'aws sso login' left is used, and one that has run out names the command that renews it.</summary>
public sealed class SsoProfileTests(Contracts.SandboxFixture fixture) : IClassFixture<Contracts.SandboxFixture>, IDisposable
{
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("emailsecurity-sso");

    public void Dispose() => home.Delete(recursive: true);

    [Fact]
    public async Task The_token_of_the_cache_is_exchanged_for_keys()
    {
        var (lines, tokens) = await RunAsync(DateTimeOffset.UtcNow.AddHours(1));
        Assert.Equal(["token-1"], tokens.Distinct());
        Assert.Contains("done", lines);
        Assert.DoesNotContain(lines, l => l.Contains("token-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_that_has_run_out_names_the_login_command()
    {
        var (lines, tokens) = await RunAsync(DateTimeOffset.UtcNow.AddHours(-1));
        Assert.Empty(tokens);
        Assert.Contains(lines, l => l.StartsWith("CredentialsExpired,", StringComparison.Ordinal));
        Assert.Contains("Sign in again: aws sso login --profile sso", lines);
    }

    [Theory]
    [InlineData(401, "CredentialsExpired,", "aws sso login --profile sso")]
    [InlineData(403, "AccessDenied,", "")]
    [InlineData(500, "AwsUnavailable,", "")]
    public async Task What_Identity_Center_answers_is_told(int status, string errorId, string told)
    {
        var (lines, _) = await RunAsync(DateTimeOffset.UtcNow.AddHours(1), status);
        Assert.Contains(lines, l => l.StartsWith(errorId, StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains(told, StringComparison.Ordinal));
    }

    private async Task<(string[] Lines, IReadOnlyList<string> Tokens)> RunAsync(DateTimeOffset expires, int status = 200)
    {
        const string Start = "https://emailsecurity.awsapps.com/start";
        var cancellation = TestContext.Current.CancellationToken;
        using var sts = new AmazonSecurityTokenServiceClient(fixture.Server.AccessKey, fixture.Server.SecretKey,
            new AmazonSecurityTokenServiceConfig { ServiceURL = fixture.Server.EndpointUrl, AuthenticationRegion = "us-east-1" });
        var keys = (await sts.GetSessionTokenAsync(cancellation)).Credentials;
        ConcurrentQueue<string> tokens = new();
        await using var sso = await StubAws.StartAsync((context, _) =>
        {
            tokens.Enqueue(context.Request.Headers["x-amz-sso_bearer_token"].ToString());
            context.Response.Headers["x-amzn-ErrorType"] = status == 401 ? "UnauthorizedException" : status == 403 ? "ForbiddenException" : "InternalServerException";
            return StubAws.AnswerAsync(context, status, status != 200 ? """{"message":"no"}""" : JsonSerializer.Serialize(new
            {
                roleCredentials = new
                {
                    accessKeyId = keys.AccessKeyId,
                    secretAccessKey = keys.SecretAccessKey,
                    sessionToken = keys.SessionToken,
                    expiration = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds(),
                },
            }), "application/json");
        });
        var cache = Directory.CreateDirectory(Path.Combine(home.FullName, ".aws", "sso", "cache")).FullName;
#pragma warning disable CA5350 // the name of the file, as every AWS tool makes it
        var name = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(Start)));
#pragma warning restore CA5350
        await File.WriteAllTextAsync(Path.Combine(cache, name + ".json"), JsonSerializer.Serialize(new
        {
            startUrl = Start,
            region = "eu-west-1",
            accessToken = "token-1",
            expiresAt = expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        }), cancellation);
        var config = Path.Combine(home.FullName, ".aws", "config");
        await File.WriteAllTextAsync(config,
            $"[profile sso]\nsso_start_url = {Start}\nsso_region = eu-west-1\nsso_account_id = {fixture.Server.AccountId}\nsso_role_name = ops\nregion = eu-west-1\n", cancellation);
        var (_, lines) = await ScriptProcess.RunScriptAsync(
            "try { Get-EmailSecurityStack -ProfileName sso -ErrorAction Stop | Out-Null; 'done' } catch { $_.FullyQualifiedErrorId; \"$($_.ErrorDetails.Message)\"; \"$($_.ErrorDetails.RecommendedAction)\" }",
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["HOME"] = home.FullName,
                ["USERPROFILE"] = home.FullName,
                ["AWS_CONFIG_FILE"] = config,
                ["AWS_ENDPOINT_URL"] = fixture.Server.EndpointUrl,
                ["AWS_ENDPOINT_URL_SSO"] = sso.Url,
                ["AWS_EC2_METADATA_DISABLED"] = "true",
                ["EMAILSECURITY_SANDBOX"] = "",
            });
        return (lines, [.. tokens]);
    }
}
