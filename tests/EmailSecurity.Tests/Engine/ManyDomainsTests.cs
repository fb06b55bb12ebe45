using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using System.Threading.Channels;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Net;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Engine;

/// <summary>Many domains in one pipeline: side by side, each with its own result and its own error.</summary>
public sealed class ManyDomainsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Commands() => new(CmdletTable.All
        .Where(c => CmdletTable.Has(c, "Stack") && CmdletTable.Has(c, "ThrottleLimit") && CmdletTable.Has(c, "EndpointUrl")).Select(c => c.Name));

    [Fact]
    public void Every_command_on_a_stack_takes_a_throttle_limit()
    {
        Assert.Equal(
            [
                "Export-EmailSecurityDnsRecord", "Get-EmailSecurityDnsRecord", "Get-EmailSecurityPlan", "Get-EmailSecurityStack", "Publish-BimiAssets", "Publish-EmailSecurityStack",
                "Publish-MtaStsPolicy", "Remove-EmailSecurityStack", "Set-TlsRptRecord", "Test-MtaStsReadiness",
            ],
            Commands().Select(c => c.Data).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public Task Ctrl_C_answers_within_a_second_and_no_more_domains_were_taken_in_than_worked_on(string command) => CtrlC.AnswersWithinASecondAsync(() => StopAsync(command));

    [Fact]
    public async Task Each_domain_has_its_own_error_and_the_others_go_on()
    {
        await using var session = await StartAsync("a.example", "b.example");
        var result = session.Invoke("'a.example', 'no-zone.example', 'not..a..domain', 'b.example' | Publish-MtaStsPolicy -ThrottleLimit 4");
        Assert.Equal(["a.example", "b.example"], result.Of<EmailSecurityStack>().Select(s => s.Domain).Order(StringComparer.Ordinal));
        Assert.All(result.Of<EmailSecurityStack>(), s => Assert.Equal(StackStatus.Deployed, s.Status));
        Assert.Equal(["no-zone.example", "not..a..domain"], result.Errors.Select(e => e.TargetObject.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Results_come_as_the_domains_finish_and_a_slow_one_holds_nothing_back()
    {
        var others = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var session = await StartAsync("slow.example", "a.example", "b.example", "c.example");
        await using var dns = TestDnsServer.Unhurried(async query =>
        {
            if (query.Name == "slow.example")
            {
                await others.Task; // not before all others are through the whole pipeline
            }

            return query.Add(query.Name, 15, [0, 10, 3, (byte)'m', (byte)'x', (byte)'1', 0]).Reply();
        });
        var seen = 0;
        var result = session.Invoke(
            "'slow.example', 'a.example', 'b.example', 'c.example' | Get-EmailSecurityPlan -ThrottleLimit 2 -NameServer $dns | ForEach-Object { $see.Invoke($_.Domain); $_ }",
            ("dns", dns.Address),
            ("see", (Action<string>)(domain =>
            {
                if (domain == "c.example" && ++seen == 1)
                {
                    others.SetResult();
                }
            })));
        var order = result.ShouldSucceed().Objects.Select(o => o.Properties["Domain"].Value.ToString()).ToArray();

        // The changes of one domain stay together.
        Assert.Equal(["a.example", "b.example", "c.example", "slow.example"], order.Where((d, i) => i == 0 || order[i - 1] != d));
    }

    [Fact]
    public async Task What_if_lines_of_one_domain_stay_together()
    {
        string[] domains = ["a.example", "b.example", "c.example", "d.example"];
        await using var session = await StartAsync(domains);
        var lines = session.Invoke("$domains | Publish-MtaStsPolicy -WhatIf", ("domains", domains)).ShouldSucceed().WhatIf;
        var of = lines.Select(l => domains.FirstOrDefault(d => l.Contains(d, StringComparison.Ordinal) || l.Contains(d.Replace('.', '-'), StringComparison.Ordinal))).Where(d => d is not null).ToArray();
        Assert.Equal(4, of.Where((d, i) => i == 0 || of[i - 1] != d).Count());
        Assert.DoesNotContain(session.Sandbox!.GetCalls(), c => c.Write);
    }

    [Fact]
    public async Task Questions_are_asked_one_at_a_time_and_an_answer_for_all_counts_for_every_domain()
    {
        string[] domains = ["a.example", "b.example", "c.example"];
        await using var session = await StartAsync(domains);
        session.Answers.Enqueue(1); // Yes to All
        var result = session.Invoke("$domains | Publish-MtaStsPolicy -Confirm", ("domains", domains));
        Assert.Equal(3, result.ShouldSucceed().Objects.Count);
        Assert.Single(result.Prompts);

        session.Answers.Enqueue(1);
        result = session.Invoke("$ConfirmPreference = 'High'; $domains | Publish-MtaStsPolicy -Mode Enforce -MinimumTestingDays 0", ("domains", domains));
        Assert.Equal(3, result.ShouldSucceed().Of<EmailSecurityStack>().Count(s => s.Mode == MtaSts.MtaStsMode.Enforce));
        Assert.Single(result.Prompts);
    }

    [Fact]
    public async Task A_domain_that_is_given_twice_is_worked_on_once_at_a_time()
    {
        await using var session = await StartAsync("a.example");
        var result = session.Invoke("'a.example', 'A.example.', 'a.example' | Publish-MtaStsPolicy");
        Assert.Equal(3, result.ShouldSucceed().Objects.Count);
        Assert.Equal(1, session.Sandbox!.GetCalls().Count(c => c.Operation == "RequestCertificate"));
    }

    [Fact]
    public async Task Progress_is_one_for_all_with_a_bounded_number_of_lines_and_goes_away()
    {
        var domains = Enumerable.Range(0, 20).Select(i => $"d{i}.example").ToArray();
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var session = await StartAsync(domains);
        await using var dns = TestDnsServer.Unhurried(async query =>
        {
            await shown.Task;
            return query.Add(query.Name, 15, [0, 10, 3, (byte)'m', (byte)'x', (byte)'1', 0]).Reply();
        });
        session.OnProgress = record =>
        {
            if (record.StatusDescription == "0 done, 20 in progress")
            {
                shown.TrySetResult();
            }
        };
        var progress = session.Invoke("$domains | Get-EmailSecurityPlan -NameServer $dns", ("domains", domains), ("dns", dns.Address)).ShouldSucceed().Progress;
        var parent = Assert.Single(progress.Where(p => p.ParentActivityId < 0).Select(p => p.ActivityId).Distinct());
        Assert.All(progress.Where(p => p.ActivityId != parent), p => Assert.Equal(parent, p.ParentActivityId));
        Assert.InRange(progress.Select(p => p.ActivityId).Distinct().Count(), 2, 9);
        Assert.All(progress.GroupBy(p => p.ActivityId), g => Assert.Equal(ProgressRecordType.Completed, g.Last().RecordType));
    }

    [Theory]
    [InlineData("Publish-MtaStsPolicy -WhatIf"), InlineData("Publish-EmailSecurityStack -WhatIf"), InlineData("Get-EmailSecurityPlan")]
    public async Task The_waits_of_fifty_domains_overlap(string command)
    {
        // No domain is answered before all fifty have asked, so a command that takes them one after the other never ends.
        var domains = Enumerable.Range(0, 50).Select(i => $"d{i}.example").ToArray();
        await using var session = await EngineSession.StartAsync();
        var asked = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var dns = TestDnsServer.Unhurried(async query =>
        {
            if (!domains.Contains(query.Name))
            {
                return query.Reply(rcode: 3);
            }

            asked[query.Name] = true;
            if (asked.Count == domains.Length)
            {
                all.TrySetResult();
            }

            await all.Task;
            return query.Add(query.Name, 15, [0, 10, 3, (byte)'m', (byte)'x', (byte)'1', 0]).Reply();
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = session.InvokeAsync($"$domains | New-EmailSecurityStack -DnsHost External | {command} -NameServer $dns", stop.Token, ("domains", domains), ("dns", dns.Address));
        await Task.WhenAny(running, all.Task);
        Assert.True(all.Task.IsCompleted, $"Only {asked.Count} domains were under way at once.");
        (await running).ShouldSucceed();
    }

    private static async Task<EngineSession> StartAsync(params string[] domains)
    {
        var session = await EngineSession.StartAsync();
        await DomainZones.AddAsync(session.Sandbox!, domains);
        return session;
    }

    private static async Task<TimeSpan> StopAsync(string command)
    {
        const int limit = 8;
        var connected = Channel.CreateUnbounded<Task>();
        await using var aws = TestTcpServer.Silent(connected.Writer);
        var taken = 0;
        using var turns = new SemaphoreSlim(0);
        using var stop = new CancellationTokenSource();
        await using var session = EngineSession.Open();
        var logo = command == "Publish-BimiAssets" ? "-LogoPath $logo" : command == "Set-TlsRptRecord" ? "-ReportUri t@example.com" : "";
        var running = session.InvokeAsync(
            $"1..5000 | ForEach-Object {{ $take.Invoke(); \"d$_.example\" }} | & $command -ThrottleLimit $limit -AccessKey a -SecretKey b -Region us-east-1 -EndpointUrl $aws {logo}",
            stop.Token,
            ("aws", "http://" + aws.Address),
            ("limit", limit),
            ("command", command),
            ("logo", Path.Combine(SourceTree.Root, "assets", "logo.svg")),
            ("take", (Action)(() =>
            {
                taken++;
                turns.Release();
            })));
        List<Task> open = [await connected.Reader.ReadAsync(Token)];

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
        Assert.Single(session.Invoke("'still alive'").Objects);
        return elapsed;
    }
}
