using EmailSecurity.Sandbox.Sts;

namespace EmailSecurity.Tests.Engine;

/// <summary>The code of an MFA device is asked for through the host, hidden, once for the commands of a session.</summary>
public sealed class MfaPromptTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("emailsecurity-mfa");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Two_commands_ask_once()
    {
        await using var session = await EngineSession.StartAsync();
        var device = $"arn:aws:iam::{session.Sandbox!.AccountId}:mfa/jo";
        session.OnValue = _ => MfaDevices.Code(device, DateTimeOffset.UtcNow);
        var first = session.Invoke(Script("Get-EmailSecurityStack @with -Verbose"), ("file", Profile(session, device))).ShouldSucceed();
        var second = session.Invoke("Get-EmailSecurityStack @with").ShouldSucceed();

        var prompt = Assert.Single(first.Prompts);
        Assert.StartsWith("Profile ops|", prompt, StringComparison.Ordinal);
        Assert.Contains(device, prompt, StringComparison.Ordinal);
        Assert.Empty(second.Prompts);
        Assert.Contains(first.Verbose, v => v.StartsWith("AWS STS AssumeRole (", StringComparison.Ordinal));
        Assert.Single(session.Sandbox.GetCalls(), c => c.Operation == "AssumeRole");
    }

    [Fact]
    public async Task A_session_that_cannot_ask_says_how_to_get_keys()
    {
        await using var session = await EngineSession.StartAsync();
        var device = $"arn:aws:iam::{session.Sandbox!.AccountId}:mfa/jo";
        var error = session.Invoke(Script("Get-EmailSecurityStack @with"), ("file", Profile(session, device))).ShouldFail("MfaRequired");
        Assert.Contains(device, error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains("aws configure export-credentials --profile ops", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain(session.Sandbox.GetCalls(), c => c.Operation == "AssumeRole");
    }

    private string Profile(EngineSession session, string device)
    {
        var file = Path.Combine(folder.FullName, "credentials");
        File.WriteAllText(file, $"[base]\naws_access_key_id = {session.Sandbox!.AccessKey}\naws_secret_access_key = {session.Sandbox.SecretKey}\n"
            + $"[ops]\nrole_arn = arn:aws:iam::{session.Sandbox.AccountId}:role/ops\nsource_profile = base\nmfa_serial = {device}\n");
        return file;
    }

    private static string Script(string command) =>
        "$PSDefaultParameterValues.Remove('*:AccessKey'); $PSDefaultParameterValues.Remove('*:SecretKey'); "
            + "$with = @{ ProfileName = 'ops'; ProfileLocation = $file }; " + command;
}
