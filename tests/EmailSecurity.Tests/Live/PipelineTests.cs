using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using System.Threading.Channels;
using EmailSecurity.Findings;
using EmailSecurity.Tests.Engine;
using EmailSecurity.Tests.Net;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Live;

/// <summary>A pipeline of many domains, as the servers that are asked and the commands beside it see it.</summary>
public sealed class PipelineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1), InlineData(8)]
    public async Task Never_more_domains_at_once_than_the_limit_and_no_input_is_taken_before_its_turn(int limit)
    {
        const int count = 40;
        await using var server = new HoldingDns();
        using var taken = new SemaphoreSlim(0);
        var takenInAll = 0;
        await using var session = EngineSession.Open();
        var running = session.InvokeAsync(
            "1..40 | ForEach-Object { $take.Invoke(); \"d$_.example\" } | Test-TlsRpt -ThrottleLimit $limit -NameServer $dns",
            Token,
            ("dns", server.Address),
            ("limit", limit),
            ("take", (Action)(() =>
            {
                Interlocked.Increment(ref takenInAll);
                taken.Release();
            })));

        // One question a domain: a question without an answer is a domain under way. The one that waits for its turn has been taken as well.
        for (var one = 0; one < limit; one++)
        {
            await server.ArrivedAsync();
        }

        for (var one = 0; one < limit + 1; one++)
        {
            await taken.WaitAsync(Token);
        }

        for (var answered = 0; answered < count; answered++)
        {
            Assert.InRange(takenInAll, 0, answered + limit + 1);
            server.Answer();
            if (answered + limit < count)
            {
                await server.ArrivedAsync();
            }
        }

        Assert.Equal(count, (await running).ShouldSucceed().Of<TestResult>().Count(r => r.Status == TestStatus.Pass));
        Assert.Equal(limit, server.Most);
    }

    [Fact]
    public async Task Results_come_as_the_domains_answer_and_a_slow_one_holds_nothing_back()
    {
        var others = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var dns = TestDnsServer.Unhurried(async query =>
        {
            if (query.Name.Contains("slow", StringComparison.Ordinal))
            {
                await others.Task; // not before all others are through the whole pipeline
            }

            return Record(query);
        });
        var seen = 0;
        await using var session = EngineSession.Open();
        var result = session.Invoke(
            "'slow.example', 'a.example', 'b.example', 'c.example' | Test-TlsRpt -ThrottleLimit 2 -NameServer $dns | ForEach-Object { $see.Invoke(); $_ }",
            ("dns", dns.Address),
            ("see", (Action)(() =>
            {
                if (++seen == 3)
                {
                    others.SetResult();
                }
            })));
        Assert.Equal(["a.example", "b.example", "c.example", "slow.example"], result.ShouldSucceed().Of<TestResult>().Select(r => r.Domain));
        Assert.Equal(TestStatus.Pass, result.Of<TestResult>()[^1].Status);
    }

    [Fact]
    public async Task Progress_tells_what_is_waited_for_and_goes_away()
    {
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var dns = TestDnsServer.Unhurried(async query =>
        {
            if (query.Name.Contains("slow", StringComparison.Ordinal))
            {
                await shown.Task;
            }

            return Record(query);
        });
        await using var session = EngineSession.Open();
        session.OnProgress = record =>
        {
            if (record.StatusDescription == "2 done, 1 in progress: slow.example")
            {
                shown.TrySetResult();
            }
        };
        var result = session.Invoke("Test-TlsRpt 'slow.example', 'a.example', 'b.example' -NameServer $dns", ("dns", dns.Address));
        Assert.Equal(3, result.ShouldSucceed().Objects.Count);
        var told = Assert.Single(result.Progress, p => p.StatusDescription == "2 done, 1 in progress: slow.example");
        Assert.Equal(66, told.PercentComplete);
        Assert.Equal(ProgressRecordType.Completed, result.Progress[^1].RecordType);
        Assert.Single(result.Progress.Select(p => p.ActivityId).Distinct());
    }

    [Fact]
    public Task Ctrl_C_in_the_middle_of_thousands_answers_within_a_second_and_leaves_nothing_running() => CtrlC.AnswersWithinASecondAsync(StopThousandsAsync);

    private static async Task<TimeSpan> StopThousandsAsync()
    {
        const int limit = 16;
        var connected = Channel.CreateUnbounded<Task>();
        await using var web = TestTcpServer.Silent(connected.Writer);
        await using var dns = new TestDnsServer(query => query.Name.StartsWith("_mta-sts.", StringComparison.Ordinal) ? query.Txt(query.Name, "v=STSv1; id=1;").Reply() : query.Reply(rcode: 3));
        var taken = 0;
        using var turns = new SemaphoreSlim(0);
        using var stop = new CancellationTokenSource();
        await using var session = EngineSession.Open();
        var running = session.InvokeAsync(
            "1..5000 | ForEach-Object { $take.Invoke(); \"d$_.example\" } | Test-MtaSts -ThrottleLimit $limit -NameServer $dns -ConnectTo $web",
            stop.Token,
            ("dns", dns.Address),
            ("web", web.Address),
            ("limit", limit),
            ("take", (Action)(() =>
            {
                taken++;
                turns.Release();
            })));
        List<Task> open = [];
        while (open.Count < limit)
        {
            open.Add(await connected.Reader.ReadAsync(Token));
        }

        // The one that waits for its turn has been taken as well.
        for (var one = 0; one < limit + 1; one++)
        {
            await turns.WaitAsync(Token);
        }

        var clock = Stopwatch.StartNew();
        await stop.CancelAsync();
        var result = await running;
        var elapsed = clock.Elapsed;

        Assert.True(result.Stopped);
        Assert.Empty(result.Errors);
        Assert.Equal(limit + 1, taken);
        await Task.WhenAll(open).WaitAsync(TimeSpan.FromMinutes(1), Token);
        Assert.Equal(limit, web.Connections);
        Assert.Single(session.Invoke("'still alive'").Objects);
        return elapsed;
    }

    [Fact]
    public async Task A_downstream_command_that_has_had_enough_ends_the_work()
    {
        await using var dns = new TestDnsServer(Record);
        var taken = 0;
        await using var session = EngineSession.Open();

        var result = session.Invoke(
            "1..5000 | ForEach-Object { $take.Invoke(); \"d$_.example\" } | Test-TlsRpt -ThrottleLimit 4 -NameServer $dns | Select-Object -First 1",
            ("dns", dns.Address),
            ("take", (Action)(() => taken++)));
        Assert.Single(result.ShouldSucceed().Objects);
        Assert.InRange(taken, 1, 100);
    }

    [Fact]
    public async Task Objects_may_name_other_servers()
    {
        await using var good = new TestDnsServer(Record);
        await using var broken = new TestDnsServer(query => query.Reply(rcode: 2));
        await using var session = EngineSession.Open();
        var results = session.Invoke(
            "@{ a = $good; b = $broken; c = $good }.GetEnumerator() | ForEach-Object { [pscustomobject]@{ Domain = \"$($_.Key).example\"; NameServer = $_.Value } } | Test-TlsRpt",
            ("good", good.Address),
            ("broken", broken.Address)).ShouldSucceed().Of<TestResult>().ToDictionary(r => r.Domain, r => r.Status, StringComparer.Ordinal);
        Assert.Equal(TestStatus.Pass, results["a.example"]);
        Assert.Equal(TestStatus.Fail, results["b.example"]);
        Assert.Equal(TestStatus.Pass, results["c.example"]);
    }

    // A receiver by HTTPS is not looked up: one question a domain.
    private static byte[] Record(DnsTestQuery query) => query.Txt(query.Name, "v=TLSRPTv1; rua=https://reports.example.com/v1").Reply();

    /// <summary>Answers a question only when the test says so.</summary>
    private sealed class HoldingDns : IAsyncDisposable
    {
        private readonly Channel<TaskCompletionSource> arrived = Channel.CreateUnbounded<TaskCompletionSource>();
        private readonly ConcurrentDictionary<string, bool> names = new(StringComparer.Ordinal);
        private readonly Queue<TaskCompletionSource> held = new();
        private readonly TestDnsServer dns;
        private int open;
        private int most;

        public HoldingDns() => dns = TestDnsServer.Unhurried(async query =>
        {
            // On a machine so slow that the resolver asks a second time, one question is one all the same.
            if (!names.TryAdd(query.Name, true))
            {
                return null;
            }

            var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            most = Math.Max(most, Interlocked.Increment(ref open));
            await arrived.Writer.WriteAsync(release);
            await release.Task;
            return Record(query);
        });

        public string Address => dns.Address;

        public int Most => most;

        public async Task ArrivedAsync() => held.Enqueue(await arrived.Reader.ReadAsync(Token));

        public void Answer()
        {
            Interlocked.Decrement(ref open);
            held.Dequeue().SetResult();
        }

        public ValueTask DisposeAsync() => dns.DisposeAsync();
    }
}
