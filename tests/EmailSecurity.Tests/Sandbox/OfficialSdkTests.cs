using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using EmailSecurity.Sandbox.Hosting;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>
/// Official SDKs that share no code with the module or with one another, unmodified, on the whole sandbox: what they sign, encode and read is
/// by other people's reading of AWS.
/// </summary>
public sealed class OfficialSdkTests : IAsyncLifetime
{
    // Pinned, so that the test is the same next year.
    private static readonly string[] Packages =
    [
        "@aws-sdk/client-route-53@3.1169.0", "@aws-sdk/client-cloudfront@3.1164.0", "@aws-sdk/client-acm@3.1169.0", "@aws-sdk/client-s3@3.1175.0",
        "@aws-sdk/client-sts@3.1174.0",
    ];

    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(5);

    private SandboxServer server = null!;

    public async ValueTask InitializeAsync() => server = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Boto3_walks_through_every_service()
    {
        Assert.SkipUnless((await RunAsync("python3", ["-c", "import boto3"])).Code == 0, "python3 with boto3 is not on this machine.");
        string[] arguments = ["-c", SdkWalkPython.Script, server.EndpointUrl, server.AccessKey, server.SecretKey, server.AccountId];
        var (code, output, error) = await RunAsync("python3", arguments);
        Assert.True(code == 0 && output.Trim() == "done", output + error);
    }

    [Fact]
    public async Task The_SDK_for_JavaScript_walks_through_every_service()
    {
        var version = await RunAsync("node", ["--print", "process.versions.node.split('.')[0] >= 20"]);
        Assert.SkipUnless(version.Code == 0 && version.Output.Trim() == "true", "node 20 or newer is not on this machine.");
        Assert.SkipUnless((await RunAsync("npm", ["--version"])).Code == 0, "npm is not on this machine.");
        var (folder, trouble) = await InstallAsync();
        Assert.SkipWhen(folder is null, $"The packages {string.Join(", ", Packages)} are not to be had here: {trouble}");
        string[] evaluate = ["--input-type=module", "--eval", SdkWalkJavaScript.Script, "--"];
        var (code, output, error) = await RunAsync("node", [.. evaluate, server.EndpointUrl, server.AccessKey, server.SecretKey, server.AccountId], folder);
        Assert.True(code == 0 && output.Trim() == "done", output + error);
    }

    // Outside the tree, kept between runs, and moved into place whole: two runs at once do not meet.
    private static async Task<(string? Folder, string Trouble)> InstallAsync()
    {
        var versions = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Packages))))[..8];
        var folder = Path.Combine(Path.GetTempPath(), $"emailsecurity-aws-sdk-js-{versions}-{Environment.UserName}");
        if (Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            return (folder, "");
        }
        var fresh = Directory.CreateTempSubdirectory("emailsecurity-npm-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(fresh, "package.json"), """{"private":true}""");
            string[] install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", .. Packages];
            var (code, output, error) = await RunAsync("npm", install, fresh, InstallPatience);
            if (code != 0)
            {
                return (null, (output + error).Trim());
            }
            Directory.Move(fresh, folder);
            return (folder, "");
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            return (folder, ""); // another run was first
        }
        finally
        {
            if (Directory.Exists(fresh))
            {
                Directory.Delete(fresh, recursive: true);
            }
        }
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        string program, string[] arguments, string? folder = null, TimeSpan? patience = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(patience ?? Timeout.InfiniteTimeSpan);
        try
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                WorkingDirectory = folder ?? "",
            };
            using var process = Process.Start(start)!;
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(limit.Token);
                var error = process.StandardError.ReadToEndAsync(limit.Token);
                await process.WaitForExitAsync(limit.Token);
                return (process.ExitCode, await output, await error);
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                process.Kill(entireProcessTree: true);
                return (-1, "", $"{program} took more than {patience}.");
            }
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, "", e.Message);
        }
    }
}
