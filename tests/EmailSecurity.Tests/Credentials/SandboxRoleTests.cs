using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Sts;
using EmailSecurity.Tests.Contracts;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Credentials;

/// <summary>Profiles with a role, assumed at the sandbox's STS.</summary>
public sealed class SandboxRoleTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("emailsecurity-roles");
    private readonly SandboxAws aws = new(fixture.Server);

    private string Account => fixture.Server.AccountId;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_role_is_assumed_with_the_keys_of_its_source_profile()
    {
        var caller = await CallAsync($"role_arn = arn:aws:iam::{Account}:role/ops\nsource_profile = base\nrole_session_name = jo\nexternal_id = x-1\nduration_seconds = 900\n");
        Assert.Equal($"arn:aws:sts::{Account}:assumed-role/ops/jo", caller.Arn);
    }

    [Fact]
    public async Task A_role_is_assumed_with_the_keys_of_the_environment()
    {
        var caller = await CallAsync($"role_arn = arn:aws:iam::{Account}:role/ops\ncredential_source = Environment\n",
            environment: [("AWS_ACCESS_KEY_ID", fixture.Server.AccessKey), ("AWS_SECRET_ACCESS_KEY", fixture.Server.SecretKey)]);
        Assert.Equal($"arn:aws:sts::{Account}:assumed-role/ops/EmailSecurity", caller.Arn);
    }

    [Fact]
    public async Task A_role_that_may_not_be_assumed_is_AccessDenied_with_its_name()
    {
        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => CallAsync("role_arn = arn:aws:iam::999999999999:role/theirs\nsource_profile = base\n"));
        Assert.Equal(("AccessDenied", ErrorKind.PermissionDenied), (error.ErrorId, error.Kind));
        Assert.Contains("STS AssumeRole (arn:aws:iam::999999999999:role/theirs) was refused (sts:AssumeRole)", error.What, StringComparison.Ordinal);
        Assert.Contains("trust policy", error.Fix, StringComparison.Ordinal);
        Assert.Matches(@"Request ID \S+\.$", error.What);
    }

    [Fact]
    public async Task An_error_of_STS_is_no_refusal_of_the_role()
    {
        await aws.SetFaultsAsync(new[] { new { service = "sts", operation = "AssumeRole", nth = 1, times = 100, kind = "error500" } });
        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => CallAsync($"role_arn = arn:aws:iam::{Account}:role/ops\nsource_profile = base\n"));
        await aws.ClearFaultsAsync();
        Assert.Equal("AwsUnavailable", error.ErrorId);
        Assert.DoesNotContain("refused", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_code_of_an_MFA_device_is_asked_for_once_a_session()
    {
        var device = $"arn:aws:iam::{Account}:mfa/jo";
        var host = new RecordingSessionHost { Code = d => MfaDevices.Code(d, DateTimeOffset.UtcNow) + " " };
        var settings = $"role_arn = arn:aws:iam::{Account}:role/ops\nsource_profile = base\nmfa_serial = {device}\n";
        var first = await CallAsync(settings, host);
        var second = await CallAsync(settings, host); // another command of the session

        Assert.Equal($"arn:aws:sts::{Account}:assumed-role/ops/EmailSecurity", first.Arn);
        Assert.Equal(first.Arn, second.Arn);
        Assert.Equal([device], host.Asked);
        Assert.DoesNotContain("Secret", string.Concat(host.Kept.Values), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(fixture.Server.SecretKey, string.Join('\n', [.. host.Calls.Select(c => c.ToString()), .. host.Details]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_code_says_to_wait_for_the_next()
    {
        var host = new RecordingSessionHost { Code = d => MfaDevices.Code(d, DateTimeOffset.UtcNow.AddHours(-1)) };
        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => CallAsync(
            $"role_arn = arn:aws:iam::{Account}:role/ops\nsource_profile = base\nmfa_serial = arn:aws:iam::{Account}:mfa/wrong\n", host));
        Assert.Equal("MfaCodeRefused", error.ErrorId);
        Assert.Empty(host.Kept);
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_no_call_is_made()
    {
        var host = new RecordingSessionHost();
        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => CallAsync(
            $"role_arn = arn:aws:iam::{Account}:role/ops\nsource_profile = base\nmfa_serial = arn:aws:iam::{Account}:mfa/nobody\n", host));
        Assert.Equal("MfaRequired", error.ErrorId);
        Assert.DoesNotContain(host.Calls, c => c.RequestId.Length > 0);
    }

    private async Task<CallerIdentity> CallAsync(string role, RecordingSessionHost? host = null, (string Name, string Value)[]? environment = null)
    {
        var file = Path.Combine(folder.FullName, "credentials");
        await File.WriteAllTextAsync(file,
            $"[base]\naws_access_key_id = {fixture.Server.AccessKey}\naws_secret_access_key = {fixture.Server.SecretKey}\n[ops]\n{role}",
            TestContext.Current.CancellationToken);
        var variables = (environment ?? []).ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);
        using var services = new ServicesFactory(AwsWorld.Options with { Environment = variables.GetValueOrDefault }).Create(
            new ConnectionSettings { ProfileName = "ops", ProfileLocation = file, EndpointUrl = fixture.Server.EndpointUrl }, TimeProvider.System, host);
        return await services.Account.GetCallerIdentityAsync(TestContext.Current.CancellationToken);
    }
}
