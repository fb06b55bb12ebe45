using System.Management.Automation;
using Shell = System.Management.Automation.PowerShell;

namespace EmailSecurity.Tests.Engine;

public sealed class CompletionTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("emailsecurity-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("Get-EmailSecurityStack -Region eu-c", "eu-central-1 eu-central-2")]
    [InlineData("Get-EmailSecurityStack -Region *gov*", "us-gov-east-1 us-gov-west-1")]
    [InlineData("New-EmailSecurityStack x.example -Mode ", "Enforce None Testing")]
    [InlineData("New-EmailSecurityStack x.example -BimiSelector d", "default")]
    [InlineData("New-EmailSecurityStack x.example -DnsHost E", "External")]
    public async Task Values_are_completed(string line, string expected)
    {
        await using var session = EngineSession.Open();

        Assert.Equal(expected.Split(' '), Complete(session, line).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Profiles_are_completed_from_the_file_that_was_named_and_quoted_where_needed()
    {
        var file = Path.Combine(folder, "credentials");
        await File.WriteAllTextAsync(file, "[default]\naws_access_key_id = AKIA\n[mail admin]\n[mail-prod]\n# [not this]\n", TestContext.Current.CancellationToken);
        await using var session = EngineSession.Open();

        Assert.Equal(["'mail admin'", "mail-prod"], Complete(session, $"Get-EmailSecurityStack -ProfileLocation '{file}' -ProfileName m").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_missing_credentials_file_completes_nothing_and_says_nothing()
    {
        await using var session = EngineSession.Open();

        Assert.Empty(Complete(session, $"Get-EmailSecurityStack -ProfileLocation '{folder}/none' -ProfileName m"));
    }

    [Theory]
    [InlineData("""{"f9b1":{"AWSAccessKey":"01000000d08c","DisplayName":"mail-prod","ProfileType":"AWS"},"odd":7,"nameless":{},"a2":{"DisplayName":"ops"}}""", "mail-prod ops shared")]
    [InlineData("[]", "shared")]
    [InlineData("not json", "shared")]
    public async Task The_store_that_the_SDK_encrypts_is_completed_whatever_names_the_shared_file(string store, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The folder of the store follows a variable on Unix only.");
        Directory.CreateDirectory(Path.Combine(folder, "AWSToolkit"));
        await File.WriteAllTextAsync(Path.Combine(folder, "AWSToolkit", "RegisteredAccounts.json"), store, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "credentials"), "[shared]\n", TestContext.Current.CancellationToken);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["XDG_DATA_HOME"] = folder,
            ["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(folder, "credentials"),
            ["AWS_CONFIG_FILE"] = Path.Combine(folder, "none"),
        };

        const string Line = "Get-EmailSecurityStack -ProfileName ";
        var (_, lines) = await ScriptProcess.RunScriptAsync($"[System.Management.Automation.CommandCompletion]::CompleteInput('{Line}', {Line.Length}, $null).CompletionMatches.CompletionText", environment);

        Assert.Equal(expected.Split(' '), lines.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Complete(EngineSession session, string line)
    {
        using var shell = Shell.Create(session.Runspace);
        return [.. CommandCompletion.CompleteInput(line, line.Length, null, shell).CompletionMatches.Where(m => m.ResultType == CompletionResultType.ParameterValue).Select(m => m.CompletionText)];
    }
}
