using EmailSecurity.Deployment;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>Stops first publish, policy change and removal at every single AWS call in turn, and lets the same command finish.</summary>
public class CrashTests
{
    // A wait of six seconds has as many points to be stopped at as one of five: the first looks and the last.
    private const double Scale = 0.02;

    private static readonly EmailSecurityStack First = StackLab.Stack();
    private static readonly EmailSecurityStack Changed = StackLab.Stack(s => s with { MaxAge = 172800 });

    /// <summary>A run that is interrupted: what it needs before, what it does, and what must be so in the end.</summary>
    public enum Scenario
    {
        FirstPublish,
        PolicyChange,
        Retirement,
        ForcedRemoval,
    }

    /// <summary>How it is interrupted at a call.</summary>
    public enum Interruption
    {
        /// <summary>Ctrl+C as the call arrives.</summary>
        Cancelled,

        /// <summary>The call is carried out, its answer is lost, and nothing gets through after it: the process is as good as dead.</summary>
        AnswerLost,
    }

    public static TheoryData<Scenario, Interruption> Runs => new(
        from scenario in Enum.GetValues<Scenario>()
        from interruption in Enum.GetValues<Interruption>()
        select (scenario, interruption));

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Every_point_of_interruption_converges_when_the_command_is_run_again(Scenario scenario, Interruption interruption)
    {
        var (expected, points) = await ReferenceAsync(scenario, interruption);
        Assert.InRange(points.Length, 5, 150);
        await Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken }, async (point, _) =>
        {
            await using var lab = await StackLab.StartAsync();
            var oldId = await PrepareAsync(lab, scenario);
            await InterruptAsync(lab, scenario, interruption, point);

            var published = await PublishedIdAsync(lab);
            var served = await lab.ServedPolicyAsync();
            var servedId = served is null ? null : ((MtaStsPolicy)MtaStsPolicy.Check(served).Value!).Id;
            Assert.True(published is null || published == servedId || published == oldId, $"{scenario} stopped at call {point} ({interruption}): the record names {published}, the edge serves {servedId ?? "nothing"}.");

            var result = await RunAsync(lab, scenario, CancellationToken.None);
            Assert.True(result.Errors.Count == 0, $"{scenario} stopped at call {point} ({interruption}), run again: {string.Join("; ", result.Errors.Select(e => e.Message))}");
            Assert.Equal(expected, await StateAsync(lab));
        });
    }

    // Every call, but of the many looks of one wait the first three and the last two. A read whose answer is lost leaves AWS as a run that is cancelled at
    // the call after it does: only answers to writes are lost.
    private static int[] Points(IReadOnlyList<LoggedCall> calls, Interruption interruption)
    {
        string[] looks = ["DescribeCertificate", "GetDistribution", "GetChange", "GetInvalidation", "DeleteCertificate"];
        return
        [
            .. calls.Select((c, i) => (c.Operation, c.Write, Point: i + 1))
                .Where(c => c.Write || interruption == Interruption.Cancelled)
                .GroupBy(c => looks.Contains(c.Operation, StringComparer.Ordinal) ? c.Operation : $"{c.Point}", StringComparer.Ordinal)
                .SelectMany(g => g.Take(3).Concat(g.TakeLast(2)).Distinct())
                .Select(c => c.Point).Order(),
        ];
    }

    private static async Task<(string State, int[] Points)> ReferenceAsync(Scenario scenario, Interruption interruption)
    {
        await using var lab = await StackLab.StartAsync();
        await PrepareAsync(lab, scenario);
        lab.Sandbox.ClearCalls();
        var result = await RunAsync(lab, scenario, CancellationToken.None);
        Assert.Empty(result.Errors);
        return (await StateAsync(lab), Points(lab.Sandbox.GetCalls(), interruption));
    }

    private static async Task<string?> PrepareAsync(StackLab lab, Scenario scenario)
    {
        if (scenario == Scenario.FirstPublish)
        {
            lab.Sandbox.SetLatency("real", Scale);
            return null;
        }

        var result = await lab.PrepareAsync(First, Scale);
        await lab.ServedPolicyAsync(); // so that the edge has something to go stale
        return result.Stack!.PolicyId;
    }

    private static Task<DeploymentResult> RunAsync(StackLab lab, Scenario scenario, CancellationToken cancellationToken) => scenario switch
    {
        Scenario.FirstPublish => lab.PublishAsync(First, cancellationToken: cancellationToken),
        Scenario.PolicyChange => lab.PublishAsync(Changed, cancellationToken: cancellationToken),
        Scenario.Retirement => lab.RemoveAsync(cancellationToken: cancellationToken),
        _ => lab.RemoveAsync(new RemovalOptions { Force = true }, cancellationToken: cancellationToken),
    };

    private static async Task InterruptAsync(StackLab lab, Scenario scenario, Interruption interruption, int point)
    {
        using var stop = new CancellationTokenSource();
        var seen = 0;
        if (interruption == Interruption.AnswerLost)
        {
            lab.Sandbox.SetFaults($$"""[{"nth":{{point}},"kind":"lostResponse"},{"nth":{{point + 1}},"kind":"reset","times":100000}]""");
        }

        lab.Sandbox.OnCall((_, _) =>
        {
            // The answer must be lost before the process dies: it does so at the call after.
            if (Interlocked.Increment(ref seen) == (interruption == Interruption.Cancelled ? point : point + 1))
            {
                stop.Cancel();
            }
        });
        try
        {
            await RunAsync(lab, scenario, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or EmailSecurityException)
        {
            // Interrupted, as it should be.
        }

        lab.Sandbox.OnCall(null);
        lab.Sandbox.SetFaults(null);
    }

    private static async Task<string?> PublishedIdAsync(StackLab lab)
        => MtaStsRecord.Select(await lab.TxtAsync("_mta-sts.example.com"), StackLab.Domain).Value is MtaStsRecord record ? record.Id : null;

    /// <summary>Everything there is, with what differs from run to run left out.</summary>
    private static async Task<string> StateAsync(StackLab lab) => await LabState.DescribeAsync(lab);
}
