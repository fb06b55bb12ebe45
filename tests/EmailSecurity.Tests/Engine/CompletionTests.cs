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

    private static IEnumerable<string> Complete(EngineSession session, string line)
    {
        using var shell = Shell.Create(session.Runspace);
        return [.. CommandCompletion.CompleteInput(line, line.Length, null, shell).CompletionMatches.Where(m => m.ResultType == CompletionResultType.ParameterValue).Select(m => m.CompletionText)];
    }
}
