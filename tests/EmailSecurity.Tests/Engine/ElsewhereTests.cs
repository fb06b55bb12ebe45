using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailSecurity.Sandbox.Hosting;

namespace EmailSecurity.Tests.Engine;

/// <summary>Settings that are meant for other programs lead no credentials of ours elsewhere: proxies, AWS_ENDPOINT_URL. In processes of their own: the environment is the whole process's.</summary>
public sealed class ElsewhereTests
{
    [Theory]
    [InlineData("HTTP_PROXY"), InlineData("http_proxy"), InlineData("ALL_PROXY")]
    public async Task An_endpoint_on_this_computer_is_called_without_a_proxy(string variable)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        using var proxy = new Listener();

        var (_, lines) = await ScriptProcess.RunScriptAsync(
            $"try {{ Get-EmailSecurityStack -EndpointUrl {sandbox.EndpointUrl} -AccessKey {sandbox.AccessKey} -SecretKey {sandbox.SecretKey} -Region eu-central-1 -ErrorAction Stop }} catch {{ $_ }}; 'end'",
            new Dictionary<string, string>(StringComparer.Ordinal) { [variable] = proxy.Url });

        Assert.Equal("end", Assert.Single(lines));
        Assert.Equal("", proxy.Heard);
        Assert.NotEmpty(sandbox.GetCalls());
    }

    // STS takes tokens that are as good as keys: as every SDK, it is called where the user says, but never in the clear outside this computer.
    [Theory]
    [InlineData("AWS_ENDPOINT_URL", true), InlineData("AWS_ENDPOINT_URL_STS", true), InlineData("AWS_ENDPOINT_URL", false), InlineData("AWS_ENDPOINT_URL_STS", false)]
    public async Task Tokens_for_credentials_go_where_the_environment_says_and_never_in_the_clear_to_another_computer(string variable, bool isHere)
    {
        using var here = new Listener();
        using var nowhere = new Listener(); // what would leave this computer is cut off here
        var token = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(token, "secret-token", TestContext.Current.CancellationToken);

            var (_, lines) = await ScriptProcess.RunScriptAsync(
                "try { Get-EmailSecurityStack example.com -Region eu-central-1 -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }",
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [variable] = isHere ? here.Url : "http://sts.example",
                    ["HTTP_PROXY"] = isHere ? "" : nowhere.Url,
                    ["HTTPS_PROXY"] = nowhere.Url,
                    ["AWS_WEB_IDENTITY_TOKEN_FILE"] = token,
                    ["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/Publisher",
                    ["AWS_MAX_ATTEMPTS"] = "1",
                });

            Assert.Contains(isHere ? ",EmailSecurity.PowerShell" : "EndpointNotSecure,", lines[^1], StringComparison.Ordinal);
            Assert.StartsWith(isHere ? "POST / " : "", here.Heard, StringComparison.Ordinal);
            Assert.Equal("", nowhere.Heard);
        }
        finally
        {
            File.Delete(token);
        }
    }

    /// <summary>Hears the first line of what comes, and hangs up.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private volatile string heard = "";

        public Listener()
        {
            listener.Start();
            _ = HearAsync();
        }

        public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

        public string Heard => heard;

        public void Dispose() => listener.Dispose();

        private async Task HearAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    var buffer = new byte[4096];
                    var read = await client.GetStream().ReadAsync(buffer);
                    heard = heard.Length > 0 ? heard : Encoding.ASCII.GetString(buffer, 0, read).Split('\r')[0];
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
            {
                // The test is over.
            }
        }
    }
}
