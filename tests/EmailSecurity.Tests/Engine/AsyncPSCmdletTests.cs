using System.Diagnostics;
using System.Management.Automation;

namespace EmailSecurity.Tests.Engine;

public class AsyncPSCmdletTests
{
    private static EngineSession Open()
    {
        var session = EngineSession.OpenBare();
        session.Invoke("Import-Module -Assembly $a", ("a", typeof(AsyncTestCmdlet).Assembly)).ShouldSucceed();
        return session;
    }

    [Fact]
    public async Task Writes_from_any_thread_keep_their_order_across_the_phases()
    {
        await using var session = Open();

        var result = session.Invoke("1, 2 | Test-AsyncOrder -Verbose");

        Assert.Equal(["begin", "1 before", "1 after", "1", "1", "2 before", "2 after", "2", "2", "end"], result.Objects.Select(o => o.ToString()));
        Assert.Equal(["1 warning", "2 warning"], result.Warnings);
        Assert.Equal(["1 verbose", "2 verbose"], result.Verbose);
        Assert.Equal(["1", "2"], result.Progress.Select(p => p.StatusDescription));
        Assert.Equal(["Failed,EmailSecurity.Tests.Engine.TestAsyncOrder", "Failed,EmailSecurity.Tests.Engine.TestAsyncOrder"], result.Errors.Select(e => e.FullyQualifiedErrorId));
        Assert.False(result.Terminated);
    }

    [Fact]
    public async Task Many_writers_lose_nothing_and_each_keeps_its_order()
    {
        await using var session = Open();

        var pairs = session.Invoke("Test-AsyncMany -Writers 8 -Each 2000").ShouldSucceed().Of<int[]>();

        Assert.Equal(16_000, pairs.Count);
        Assert.All(pairs.GroupBy(p => p[0]), writer => Assert.Equal(Enumerable.Range(0, 2000), writer.Select(p => p[1])));
    }

    [Fact]
    public async Task Stopping_the_pipeline_cancels_the_work_and_answers_within_a_second()
    {
        await using var session = Open();
        await CtrlC.AnswersWithinASecondAsync(() => StopAsync(session));
    }

    /// <summary>How long it takes from the stop to the end of a command that waits for ever.</summary>
    private static async Task<TimeSpan> StopAsync(EngineSession session)
    {
        var seen = new Dictionary<string, object>();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        var running = session.InvokeAsync("Test-AsyncWait -Seen $seen -Started $started", stop.Token, ("seen", seen), ("started", started));
        await started.Task.WaitAsync(TestContext.Current.CancellationToken);

        var clock = Stopwatch.StartNew();
        await stop.CancelAsync();
        var result = await running;
        var elapsed = clock.Elapsed;

        Assert.True(result.Stopped);
        Assert.Equal(true, seen["cancelled"]);
        return elapsed;
    }

    [Fact]
    public async Task A_downstream_command_that_has_had_enough_ends_the_work()
    {
        await using var session = Open();
        var seen = new Dictionary<string, object>();

        var result = session.Invoke("Test-AsyncMany -Each 1000000 -Seen $seen | Select-Object -First 1", ("seen", seen));

        Assert.Single(result.Objects);
        Assert.Equal(true, seen["cancelled"]);
        Assert.Single(session.Invoke("'still alive'").Objects);
    }

    [Fact]
    public async Task Error_action_stop_ends_the_work_with_the_original_error()
    {
        await using var session = Open();

        var result = session.Invoke("1, 2 | Test-AsyncOrder -ErrorAction Stop");

        Assert.True(result.Terminated);
        Assert.Equal("Failed", result.ShouldFail("Failed").FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal(1, result.Errors[0].TargetObject);
        Assert.Equal(["begin", "1 before"], result.Objects.Select(o => o.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Synchronously")]
    public async Task Terminating_errors_keep_their_record(string how)
    {
        await using var session = Open();
        var record = new ErrorRecord(new InvalidOperationException("no"), "MyId", ErrorCategory.ResourceBusy, "the target");

        var result = session.Invoke($"try {{ Test-AsyncFailure -Terminate $r {how} }} catch {{ $_ }}", ("r", record));

        var caught = result.Single<ErrorRecord>();
        Assert.Equal("MyId,EmailSecurity.Tests.Engine.TestAsyncFailure", caught.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ResourceBusy, caught.CategoryInfo.Category);
        Assert.Equal("the target", caught.TargetObject);
        Assert.Equal("no", caught.Exception.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Synchronously")]
    public async Task Uncaught_exceptions_are_mapped_once(string how)
    {
        await using var session = Open();

        var mapped = session.Invoke($"Test-AsyncFailure -Throw $e {how}", ("e", new FormatException("odd")));
        var original = session.Invoke($"Test-AsyncFailure -Throw $e {how}", ("e", new RuntimeException("engine's own")));

        Assert.IsType<FormatException>(mapped.ShouldFail("Mapped").Exception);
        Assert.Equal("engine's own", Assert.Single(original.Errors).Exception.Message);
    }

    [Fact]
    public async Task A_cancellation_that_nobody_asked_for_is_an_error_not_a_stop()
    {
        await using var session = Open();

        var result = session.Invoke("Test-AsyncFailure -Throw $e", ("e", new TaskCanceledException("timed out")));

        Assert.False(result.Stopped);
        result.ShouldFail("Mapped");
    }

    [Fact]
    public async Task What_if_and_confirm_reach_the_host_from_any_thread()
    {
        await using var session = Open();
        const string command = "$Suffix = '!'; Set-AsyncThing -Name a, b";

        var whatIf = session.Invoke(command + " -WhatIf");
        session.Answers.Enqueue(1); // Yes to All
        var all = session.Invoke(command);
        session.Answers.Enqueue(3); // No to All
        var none = session.Invoke(command);
        var unasked = session.Invoke(command + " -Confirm:$false");

        Assert.Equal(3, whatIf.WhatIf.Count);
        Assert.Empty(whatIf.Objects);
        Assert.Single(all.Prompts);
        Assert.Equal(["a!", "b!", "last"], all.Objects.Select(o => (string)o.BaseObject).Order(StringComparer.Ordinal));
        Assert.Single(none.Prompts);
        Assert.Empty(none.Objects);
        Assert.Empty(unasked.Prompts);
        Assert.Equal(3, unasked.Objects.Count);
    }

    [Fact]
    public async Task A_host_with_a_synchronization_context_does_not_deadlock()
    {
        await using var session = Open();

        // UseCurrentThread runs the pipeline on this thread, whose context never runs what is posted to it.
        session.Runspace.Dispose();
        var previous = SynchronizationContext.Current;
        try
        {
            SynchronizationContext.SetSynchronizationContext(new DeadContext());
            using var runspace = System.Management.Automation.Runspaces.RunspaceFactory.CreateRunspace(System.Management.Automation.Runspaces.InitialSessionState.CreateDefault2());
            runspace.ThreadOptions = System.Management.Automation.Runspaces.PSThreadOptions.UseCurrentThread;
            runspace.Open();
            using var shell = System.Management.Automation.PowerShell.Create(runspace);
            shell.AddScript("Import-Module -Assembly $args[0]; 1 | Test-AsyncOrder").AddArgument(typeof(AsyncTestCmdlet).Assembly);

            Assert.Equal(6, shell.Invoke().Count);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }

    private sealed class DeadContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
