using EmailSecurity.Tests.Engine;

namespace EmailSecurity.Tests.EndToEnd;

public class InterruptTests
{
    [Fact]
    public async Task Ctrl_C_during_a_wait_ends_the_command_and_the_same_command_finishes_later()
    {
        await using var lab = await StackLab.StartAsync();
        await using var session = EngineSession.Open(lab.Sandbox);
        lab.Sandbox.SetLatency("real", 10); // the certificate would take 25 minutes
        using var stop = new CancellationTokenSource();
        var waiting = 0;
        lab.Sandbox.OnCall((_, operation) =>
        {
            // The third look at the certificate: the command is in the midst of its wait.
            if (operation == "DescribeCertificate" && Interlocked.Increment(ref waiting) == 3)
            {
                stop.CancelAfter(TimeSpan.FromMilliseconds(20));
            }
        });
        const string publish = "New-EmailSecurityStack example.com -ReportUri tls@example.com | Publish-EmailSecurityStack";
        var stopped = await session.InvokeAsync(publish, stop.Token);
        Assert.True(stopped.Stopped);
        Assert.Empty(stopped.Objects);

        lab.Sandbox.OnCall(null);
        lab.Sandbox.SetLatency("none", 1);
        var finished = session.Invoke(publish);
        Assert.Empty(finished.Errors);
        Assert.Equal("Deployed", finished.Objects.Single().Properties["Status"].Value.ToString());
    }
}
