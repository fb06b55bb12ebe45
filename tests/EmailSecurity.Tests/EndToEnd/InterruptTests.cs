using EmailSecurity.Tests.Engine;

namespace EmailSecurity.Tests.EndToEnd;

public class InterruptTests
{
    [Fact]
    public async Task Ctrl_C_during_a_wait_ends_the_command_and_the_same_command_finishes_later()
    {
        await using var lab = await StackLab.StartAsync();
        await using var session = EngineSession.Open(lab.Sandbox, lab.Time);
        using var run = lab.Time.RunEngine();
        lab.Sandbox.SetLatency("real", 10); // the certificate would take 25 minutes
        using var stop = new CancellationTokenSource();
        var waiting = 0;
        IDisposable? stopping = null;
        lab.Sandbox.OnCall((service, operation) =>
        {
            // The fiftieth look at the certificate: the command has waited for minutes.
            if (operation == "DescribeCertificate" && Interlocked.Increment(ref waiting) == 50)
            {
                stopping = lab.Time.Busy(); // time does not run away while the engine stops
                _ = stop.CancelAsync();
            }
        });
        const string publish = "New-EmailSecurityStack example.com -ReportUri tls@example.com | Publish-EmailSecurityStack";
        var stopped = await session.InvokeAsync(publish, stop.Token);
        Assert.True(stopped.Stopped);
        Assert.Empty(stopped.Objects);

        lab.Sandbox.OnCall(null);
        stopping?.Dispose();
        lab.Sandbox.SetLatency("real", 1);
        var finished = session.Invoke(publish);
        Assert.True(finished.Errors.Count == 0, string.Join("; ", finished.Errors));
        Assert.Equal("Deployed", finished.Objects.Single().Properties["Status"].Value.ToString());
    }
}
