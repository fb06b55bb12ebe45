using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using EmailSecurity.Sandbox.Hosting;

namespace EmailSecurity.Tests.Engine;

/// <summary>A proxy of the environment: live checks pass it by, as sending servers do; calls to AWS use it. In processes whose environment it is.</summary>
public sealed class ProxyTests
{
    [Fact]
    public async Task Live_checks_pass_the_proxy_by_and_calls_to_AWS_use_it()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        sandbox.Emulation.PutThirdPartyZone(
            "direct.example",
            [
                new("direct.example", "MX", 60, ["10 mx1.direct.example."]),
                new("mta-sts.direct.example", "A", 60, ["127.0.0.1"]),
                new("_mta-sts.direct.example", "TXT", 60, ["\"v=STSv1; id=1\""]),
            ]);
        var file = Path.GetTempFileName();
        // Where -ConnectTo says where to connect, no proxy could be seen.
        var line = JsonNode.Parse(ServeVerb.ReadyLine(sandbox))!.AsObject();
        Assert.True(line.Remove("connectTo"));
        await File.WriteAllTextAsync(file, line.ToJsonString(), TestContext.Current.CancellationToken);
        await using var proxy = new Proxy();
        Dictionary<string, string> environment = new(StringComparer.Ordinal) { ["EMAILSECURITY_SANDBOX"] = file, ["NO_PROXY"] = "" };
        foreach (var name in (string[])["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"])
        {
            environment[name] = proxy.Url;
        }

        var (_, looked) = await ScriptProcess.RunScriptAsync("@((Test-MtaSts direct.example).Findings.Code) -like 'Policy*'", environment);
        var visits = proxy.Visits;
        environment.Remove("EMAILSECURITY_SANDBOX"); // an endpoint on this computer is called without a proxy
        var (_, called) = await ScriptProcess.RunScriptAsync(
            "try { Get-EmailSecurityStack direct.example -EndpointUrl http://aws.example -AllowInsecureEndpoint -AccessKey AK -SecretKey none -Region eu-central-1 -ErrorAction Stop }" +
            " catch { $_.FullyQualifiedErrorId }",
            environment);
        File.Delete(file);

        // The look came to its end at the host itself: what port 443 of this computer says, and not what a tunnel through the proxy would.
        Assert.Contains(looked, l => l.StartsWith("Policy", StringComparison.Ordinal) && l != "PolicyProtocolError");
        Assert.Equal(0, visits);
        Assert.Contains(proxy.Requests, r => r.Contains("//aws.example/", StringComparison.Ordinal));
        Assert.Empty(sandbox.GetCalls());
        Assert.NotEmpty(called);
    }

    /// <summary>Refuses everything and remembers what it was asked for.</summary>
    private sealed class Proxy : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly List<string> requests = [];
        private readonly Task running;
        private int visits;

        public Proxy()
        {
            listener.Start();
            running = RunAsync();
        }

        public string Url => Invariant($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

        /// <summary>Connections, whatever was said over them.</summary>
        public int Visits => Volatile.Read(ref visits);

        /// <summary>First lines of the requests.</summary>
        public string[] Requests
        {
            get
            {
                lock (requests)
                {
                    return [.. requests];
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            listener.Dispose();
            await running;
        }

        private async Task RunAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    Interlocked.Increment(ref visits);
                    await using var stream = client.GetStream();
                    using var reader = new StreamReader(stream, leaveOpen: true);
                    var line = await reader.ReadLineAsync() ?? "";
                    lock (requests)
                    {
                        requests.Add(line);
                    }

                    while (await reader.ReadLineAsync() is { Length: > 0 })
                    {
                        // to the end of the headers, and of a body that a call to STS has
                    }

                    await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
            {
                // The test is over.
            }
        }
    }
}
