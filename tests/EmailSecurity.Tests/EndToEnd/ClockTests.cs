using EmailSecurity.Applying;
using EmailSecurity.Deployment;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>A machine whose clock is a hundred days ahead of AWS's. The SDK corrects signatures by itself; what senders hold must not look forgotten.</summary>
[Collection(Support.CorrectedClock.Name)]
public class ClockTests
{
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(100);

    [Fact]
    public async Task A_clock_that_is_months_ahead_makes_no_removal_faster_and_is_reported()
    {
        var aws = new Shifted(-Ahead);
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Time = aws, JudgesSignaturesByTime = true }, TestContext.Current.CancellationToken);
        sandbox.PutHostedZone("example.com", [new("example.com", "MX", 300, ["10 mx1.example.com."])]);
        var stack = EmailSecurityStack.For("example.com") with { Wish = StackWish.For("example.com") with { Mode = MtaStsMode.Enforce, MaxAge = 604800 } };

        var published = await RunAsync(sandbox, d => d.PublishAsync(stack, StackParts.All, new PublishOptions(), new WaitOptions(), new StackLab.YesHost(), TestContext.Current.CancellationToken));
        Assert.Empty(published.Errors);
        Assert.Contains(published.Warnings, w => w.Contains("99 days ahead of AWS's", StringComparison.Ordinal) || w.Contains("100 days ahead of AWS's", StringComparison.Ordinal));

        var taken = await RemoveAsync(sandbox);
        Assert.Equal(StackStatus.Removing, taken.Stack!.Status);
        Assert.InRange(taken.Stack.WaitingUntil!.Value, aws.GetUtcNow().AddDays(6.9), aws.GetUtcNow().AddDays(8.1));

        // By this machine's clock all is long forgotten; by AWS's, a minute has passed.
        var again = await RemoveAsync(sandbox);
        Assert.Equal(StackStatus.Removing, again.Stack!.Status);
        Assert.DoesNotContain(again.Plan.Changes, c => c.Action == ChangeAction.Delete);
    }

    private static Task<DeploymentResult> RemoveAsync(SandboxServer sandbox)
        => RunAsync(sandbox, d => d.RemoveAsync(EmailSecurityStack.For("example.com"), new RemovalOptions(), new WaitOptions(), new StackLab.YesHost(), TestContext.Current.CancellationToken));

    private static async Task<DeploymentResult> RunAsync(SandboxServer sandbox, Func<StackDeployment, Task<DeploymentResult>> run)
    {
        var settings = SandboxConnection.To(sandbox);
        using var services = new ServicesFactory().Create(settings, TimeProvider.System);
        return await run(new StackDeployment(services, TimeProvider.System, new SettingsMemory(TimeProvider.System)));
    }

    private sealed class Shifted(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
