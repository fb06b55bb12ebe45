using System.Diagnostics;
using System.Text.Json;
using EmailSecurity.Sandbox.Hosting;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>The whole sandbox, as <c>serve</c> starts it.</summary>
public sealed class HostServeTests
{
    [Fact]
    public async Task Serve_tells_where_everything_is_and_leaves_nothing_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Stops the process by SIGTERM.");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(typeof(SandboxServer).Assembly.Location);
        start.ArgumentList.Add("serve");
        using var process = Process.Start(start)!;
        try
        {
            using var ready = JsonDocument.Parse((await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
            Assert.Equal(
                [
                    "accessKey", "accountId", "adminUrl", "connectTo", "connectToHttp", "endpointUrl", "foreignBuckets", "markRoot", "nameServer",
                    "otherAccessKey", "otherSecretKey", "secretKey", "trustedRoot",
                ],
                ready.RootElement.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
            var root = ready.RootElement.GetProperty("trustedRoot").GetString()!;
            Assert.Contains("-----BEGIN CERTIFICATE-----", await File.ReadAllTextAsync(root), StringComparison.Ordinal);
            Assert.Matches("^127\\.0\\.0\\.1:[0-9]+$", ready.RootElement.GetProperty("nameServer").GetString());
            Assert.Matches("^127\\.0\\.0\\.1:[0-9]+$", ready.RootElement.GetProperty("connectTo").GetString());
            Assert.Matches("^[0-9]{12}$", ready.RootElement.GetProperty("accountId").GetString());
            using var http = new HttpClient();
            var admin = ready.RootElement.GetProperty("adminUrl").GetString();
            Assert.Equal("[]", await http.GetStringAsync(new Uri(admin + "/calls")));
            // A domain for a first try: mail, and DMARC that enforces.
            var zone = await http.GetStringAsync(new Uri(admin + "/hostedzones/example.com"));
            Assert.Contains("\"type\":\"MX\"", zone, StringComparison.Ordinal);
            Assert.Contains("p=reject", zone, StringComparison.Ordinal);
            var markRoot = ready.RootElement.GetProperty("markRoot").GetString()!;
            Assert.Contains("-----BEGIN CERTIFICATE-----", await File.ReadAllTextAsync(markRoot), StringComparison.Ordinal);
            await StopAsync(process);
            Assert.Equal(0, process.ExitCode);
            Assert.False(File.Exists(root));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    [Fact]
    public async Task Serve_writes_a_file_whole_and_takes_it_away_at_the_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Stops the process by SIGTERM.");
        var folder = Directory.CreateTempSubdirectory("emailsecurity-serve");
        var file = Path.Combine(folder.FullName, "sandbox.json");
        var start = new ProcessStartInfo("dotnet", [typeof(SandboxServer).Assembly.Location, "serve", "--output", file, "--port", "0"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        try
        {
            Assert.Contains(file, await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

            // Nobody holds it: it can be opened for oneself alone.
            using (var alone = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            using (var ready = await JsonDocument.ParseAsync(alone, default, TestContext.Current.CancellationToken))
            {
                Assert.StartsWith("http://127.0.0.1:", ready.RootElement.GetProperty("endpointUrl").GetString(), StringComparison.Ordinal);
            }

            Assert.Equal([file], Directory.GetFiles(folder.FullName));
            await StopAsync(process);
            Assert.Equal((0, ""), (process.ExitCode, await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)));
            Assert.Empty(Directory.GetFiles(folder.FullName));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_told()
        => Assert.Equal(1, await ServeVerb.RunAsync(["--output", Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "sandbox.json")]));

    [Theory]
    [InlineData("--output", "")]
    [InlineData("--port", "x")]
    [InlineData("--port", "70000")]
    [InlineData("--colour", "red")]
    public async Task Bad_arguments_are_told(string name, string value) => Assert.Equal(2, await ServeVerb.RunAsync([name, value]));

    [Fact]
    public async Task A_taken_port_is_told()
    {
        await using var first = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
        await Assert.ThrowsAsync<IOException>(() => SandboxServer.StartAsync(new SandboxOptions { Port = new Uri(first.EndpointUrl).Port }, CancellationToken.None));
    }

    [Fact]
    public async Task Global_services_take_us_east_1_and_their_own_name_only()
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
        using var http = new HttpClient();
        Assert.Contains("HostedZones", await SendAsync("us-east-1", "route53"), StringComparison.Ordinal);
        Assert.Contains("<Code>SignatureDoesNotMatch</Code>", await SendAsync("eu-west-1", "route53"), StringComparison.Ordinal);
        Assert.Contains("<Code>SignatureDoesNotMatch</Code>", await SendAsync("us-east-1", "s3"), StringComparison.Ordinal);
        Assert.Contains("<Code>InvalidClientTokenId</Code>", await SendAsync("us-east-1", "route53", "AKIANOBODY"), StringComparison.Ordinal);
        Assert.Equal("ListHostedZones", server.GetCalls()[0].Operation);

        async Task<string> SendAsync(string region, string service, string? accessKey = null)
        {
            using var request = S3Raw.Sign(server.EndpointUrl, accessKey ?? server.AccessKey, server.SecretKey, service, "GET", "/2013-04-01/hostedzone", [], region);
            using var response = await http.SendAsync(request);
            return await response.Content.ReadAsStringAsync();
        }
    }

    // As Ctrl+C or a service manager does: the sandbox leaves in order.
    private static async Task StopAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
