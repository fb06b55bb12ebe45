using EmailSecurity.Sandbox.Hosting;

namespace EmailSecurity.Tests.Engine;

/// <summary>$env:EMAILSECURITY_SANDBOX, in processes of their own: the environment is the whole process's.</summary>
public sealed class SandboxVariableTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public async Task It_sets_the_defaults_and_says_so_once_in_a_session()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, ServeVerb.ReadyLine(sandbox), TestContext.Current.CancellationToken);

        var (code, lines) = await RunAsync("Get-EmailSecurityStack; Get-EmailSecurityStack; (Test-TlsRpt nowhere.example).Status; 'end'");

        Assert.Equal(0, code);
        Assert.Contains($"the sandbox at {sandbox.EndpointUrl}, not on AWS", Assert.Single(lines, l => l.StartsWith("WARNING: $env:EMAILSECURITY_SANDBOX", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(["Absent", "end"], lines[^2..]);
        Assert.NotEmpty(sandbox.GetCalls());
    }

    [Fact]
    public async Task Its_keys_are_not_mixed_with_credentials_that_were_chosen()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, ServeVerb.ReadyLine(sandbox), TestContext.Current.CancellationToken);

        var (_, lines) = await RunAsync("try { Get-EmailSecurityStack -ProfileName no-such-profile -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }");

        Assert.StartsWith("ProfileNotFound,", lines[^1], StringComparison.Ordinal);
        Assert.Empty(sandbox.GetCalls());
    }

    // Only what the user gives on the command line takes the place of the sandbox's keys: never those of the environment, whose secrets are for AWS.
    [Theory]
    [InlineData("", 1, "")]
    [InlineData("-EndpointUrl $same", 1, "")]
    [InlineData("-EndpointUrl $other", 0, "EndpointWithoutCredentials")]
    [InlineData("-EndpointUrl $other -AccessKey AKIAIOSFODNN7EXAMPLE -SecretKey s", 0, "AwsUnavailable")]
    public async Task The_environments_credentials_go_nowhere_while_the_variable_is_set(string parameters, int calls, string error)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, ServeVerb.ReadyLine(sandbox), TestContext.Current.CancellationToken);

        var (_, lines) = await ScriptProcess.RunScriptAsync(
            $"$same = '{sandbox.EndpointUrl}'; $other = 'http://127.0.0.1:1'; 'begin'; try {{ Get-EmailSecurityStack {parameters} -ErrorAction Stop }} catch {{ $_.FullyQualifiedErrorId }}",
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["EMAILSECURITY_SANDBOX"] = file,
                ["AWS_ACCESS_KEY_ID"] = "AKIDENVIRONMENT",
                ["AWS_SECRET_ACCESS_KEY"] = "secret",
                ["AWS_SESSION_TOKEN"] = "token",
            });

        Assert.Equal(error.Length > 0 ? ["begin", error] : (string[])["begin"], lines.Where(l => !l.StartsWith("WARNING: ", StringComparison.Ordinal)).Select(l => l.Split(',')[0]));
        Assert.Equal(calls > 0, sandbox.GetCalls().Count > 0);
        Assert.DoesNotContain(sandbox.GetCalls(), c => c.Status >= 400);
    }

    [Theory]
    [InlineData("utf-8"), InlineData("utf-16"), InlineData("utf-16BE")]
    public async Task A_file_is_read_in_the_encoding_of_its_byte_order_mark(string encoding)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, ServeVerb.ReadyLine(sandbox), System.Text.Encoding.GetEncoding(encoding), TestContext.Current.CancellationToken);

        var (_, lines) = await RunAsync("(Test-TlsRpt nowhere.example).Status");

        Assert.Equal("Absent", lines[^1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"endpointUrl":"http://127.0.0.1:9"}""")]
    [InlineData("""{"endpointUrl":"http://127.0.0.1:9","accessKey":"AKIA"}""")]
    [InlineData("""{"endpointUrl":"http://127.0.0.1:9","accessKey":"","secretKey":"s"}""")]
    [InlineData("""{"endpointUrl":"https://sandbox.example","accessKey":"AKIA","secretKey":"s"}""")]
    [InlineData("""{"endpointUrl":"http://192.0.2.1:9","accessKey":"AKIA","secretKey":"s"}""")]
    [InlineData("""{"endpointUrl":"http://127.0.0.1.example:9","accessKey":"AKIA","secretKey":"s"}""")]
    [InlineData("""{"endpointUrl":"http://127.0.0.1:9","accessKey":"AKIA","secretKey":"s","nameServer":"192.0.2.1:53"}""")]
    [InlineData("""{"endpointUrl":"http://127.0.0.1:9","accessKey":"AKIA","secretKey":"s","connectTo":"mail.example:443"}""")]
    [InlineData("""{"endpointUrl":"file:///tmp/x","accessKey":"AKIA","secretKey":"s"}""")]
    [InlineData("""{"endpointUrl":"http://user:word@127.0.0.1:9","accessKey":"AKIA","secretKey":"s"}""")]
    [InlineData("""{"endpointUrl":"http://127.0.0.1:9","accessKey":"AKIA","secretKey":"s","adminUrl":"http://sandbox.example"}""")]
    [InlineData("""{"endpointUrl":"http://127.0.0.1:9","accessKey":"AKIA","secretKey":"s","connectToHttp":"mail.example:80"}""")]
    [InlineData("""{"endpointUrl":"http://127.0.0.1:9","accessKey":"AKIA","secretKey":"s","nameServer":"127.0.0.1@192.0.2.1:53"}""")]
    [InlineData("""{"endpointUrl":"http://127.0.0.1:9","accessKey":"AKIA","secretKey":"s","trustedRoot":"\\\\sandbox.example\\share\\root.pem"}""")]
    [InlineData("""{"endpointUrl":"http://127.0.0.1:9","accessKey":"AKIA","secretKey":"s","markRoot":"//sandbox.example/share/root.pem"}""")]
    public async Task A_file_that_cannot_be_used_is_an_error_never_a_way_to_AWS(string content)
    {
        await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);

        var (_, lines) = await RunAsync("try { Get-EmailSecurityStack -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; $_.ErrorDetails.RecommendedAction }");

        Assert.StartsWith("SandboxFileInvalid,", lines[^2], StringComparison.Ordinal);
        Assert.StartsWith("Start the sandbox again", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_mail_servers_on_this_computer_are_connected_to_unless_the_user_says_no()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        sandbox.Emulation.PutThirdPartyZone(
            "near.example",
            [
                new("near.example", "MX", 60, ["10 mx1.near.example."]),
                new("mx1.near.example", "A", 60, ["127.0.0.1"]),
                new("_mta-sts.near.example", "TXT", 60, ["\"v=STSv1; id=1\""]),
            ]);
        await File.WriteAllTextAsync(file, ServeVerb.ReadyLine(sandbox), TestContext.Current.CancellationToken);

        var (_, lines) = await RunAsync("""
            function Codes($result) { "$(@($result.Findings.Code) -like 'Mx*Global')." }
            Codes (Test-MtaSts near.example -ProbeSmtp -SmtpPort 9)
            Codes (Test-MtaSts near.example -ProbeSmtp -SmtpPort 9 -AllowPrivateNetwork:$false)
            """);

        Assert.Equal([".", "MxAddressNotGlobal."], lines[^2..]);
    }

    private Task<(int ExitCode, string[] Lines)> RunAsync(string script) =>
        ScriptProcess.RunScriptAsync(script, new Dictionary<string, string>(StringComparer.Ordinal) { ["EMAILSECURITY_SANDBOX"] = file });
}
