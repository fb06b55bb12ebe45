using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Engine;
using EmailSecurity.Tests.Net;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Live;

/// <summary>What many domains share is not asked once for each of them, nor by all at once.</summary>
public sealed class PolitenessTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    [Fact]
    public async Task A_mail_server_of_many_domains_is_probed_once()
    {
        var shared = world.Put();
        await using var server = SmtpFindingTests.MailServer(world.Root.Issue([$"mx1.{shared}"]));
        string[] domains = [.. Enumerable.Range(0, 20).Select(_ => world.Put(("@", "MX", [$"10 mx1.{shared}."])))];
        foreach (var domain in domains)
        {
            world.PolicyText(domain, LiveWorld.Policy.Replace("mx1.@", $"mx1.{shared}", StringComparison.Ordinal));
        }

        await using var session = EngineSession.Open(world.Sandbox);
        var results = session.Invoke("$d | Test-MtaSts -ProbeSmtp -SmtpPort $p -TrustedRoot $r", ("d", domains), ("p", server.Port), ("r", world.Roots)).ShouldSucceed().Of<TestResult>();
        Assert.Equal(20, results.Count);
        Assert.All(results, r => LiveWorld.Has(r, "MxSecure", FindingSeverity.Information));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_receiver_of_many_domains_reports_is_asked_once()
    {
        var requests = 0;
        await using var server = TestTcpServer.Https(world.Root.Issue(["reports.example"]), "HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n", seen: _ => Interlocked.Increment(ref requests));
        string[] domains = [.. Enumerable.Range(0, 20).Select(_ => world.Put(("_smtp._tls.@", "TXT", ["\"v=TLSRPTv1; rua=https://reports.example/v1\""])))];
        await using var session = EngineSession.Open(world.Sandbox);
        var results = session.Invoke("$d | Test-TlsRpt -CheckReceiver -ConnectTo $c -TrustedRoot $r", ("d", domains), ("c", server.Address), ("r", world.Roots)).ShouldSucceed().Of<TestResult>();
        Assert.Equal(20, results.Count(r => r.Status == TestStatus.Pass));
        Assert.Equal(1, requests);
    }

    [Fact]
    public async Task Few_fetches_at_a_time_from_one_host_and_other_hosts_do_not_wait_for_them()
    {
        var port = new CountingFetcher();
        var polite = new PoliteFetcher(port);
        Task<FetchResult>[] busy = [.. Enumerable.Range(0, 20).Select(n => FetchAsync($"https://logos.example/{n}.svg"))];
        var other = FetchAsync("https://other.example/logo.svg");
        Assert.Equal(PoliteFetcher.AtOncePerHost, port.Running("logos.example"));
        Assert.Equal(1, port.Running("other.example"));
        port.End("other.example");
        await other;
        for (var ended = 1; ended <= busy.Length; ended++)
        {
            port.End("logos.example");
            await port.WaitForAsync("logos.example", Math.Min(PoliteFetcher.AtOncePerHost, busy.Length - ended));
        }

        await Task.WhenAll(busy);
        Assert.Equal(PoliteFetcher.AtOncePerHost, port.Most);

        Task<FetchResult> FetchAsync(string url) => polite.FetchAsync(new FetchRequest(new Uri(url), 1024, TimeSpan.FromSeconds(1)), TestContext.Current.CancellationToken);
    }

    private sealed class CountingFetcher : IFetcher
    {
        private readonly List<(string Host, TaskCompletionSource<FetchResult> End)> running = [];
        private readonly List<(string Host, int Count, TaskCompletionSource Reached)> waiting = [];

        public int Most { get; private set; }

        public Task<FetchResult> FetchAsync(FetchRequest request, CancellationToken cancellationToken)
        {
            lock (running)
            {
                var end = new TaskCompletionSource<FetchResult>(TaskCreationOptions.RunContinuationsAsynchronously);
                running.Add((request.Url.Host, end));
                Most = Math.Max(Most, Running(request.Url.Host));
                foreach (var (_, _, reached) in waiting.Where(w => Running(w.Host) == w.Count))
                {
                    reached.TrySetResult();
                }

                return end.Task;
            }
        }

        public int Running(string host)
        {
            lock (running)
            {
                return running.Count(r => r.Host == host);
            }
        }

        public Task WaitForAsync(string host, int count)
        {
            lock (running)
            {
                var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting.Add((host, count, reached));
                if (Running(host) == count)
                {
                    reached.SetResult();
                }

                return reached.Task.WaitAsync(TestContext.Current.CancellationToken);
            }
        }

        public void End(string host)
        {
            TaskCompletionSource<FetchResult> end;
            lock (running)
            {
                var at = running.FindIndex(r => r.Host == host);
                end = running[at].End;
                running.RemoveAt(at);
            }

            end.SetResult(new FetchResult { Outcome = FetchOutcome.Response, StatusCode = 200 });
        }
    }
}
