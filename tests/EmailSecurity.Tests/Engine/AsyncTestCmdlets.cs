using System.Management.Automation;
using EmailSecurity.PowerShell.Abstractions;

namespace EmailSecurity.Tests.Engine;

/// <summary>Cmdlets that do what the asynchronous base must stand.</summary>
public abstract class AsyncTestCmdlet : AsyncPSCmdlet
{
    /// <summary>What happened outside the pipeline, for the test to see.</summary>
    [Parameter]
    public IDictionary<string, object>? Seen { get; set; }

    protected static Task HopAsync() => Task.Run(() => { });

    protected void Note(string name, object value)
    {
        if (Seen is not null)
        {
            lock (Seen)
            {
                Seen[name] = value;
            }
        }
    }
}

[Cmdlet(VerbsDiagnostic.Test, "AsyncOrder")]
public sealed class TestAsyncOrder : AsyncTestCmdlet
{
    [Parameter(ValueFromPipeline = true)]
    public int Number { get; set; }

    protected override async Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        await HopAsync();
        WriteObject("begin");
    }

    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        WriteObject($"{Number} before");
        await HopAsync();
        WriteWarning($"{Number} warning");
        WriteVerbose($"{Number} verbose");
        WriteProgress(new ProgressRecord(1, "work", $"{Number}"));
        WriteError(new ErrorRecord(new InvalidOperationException($"{Number} failed"), "Failed", ErrorCategory.InvalidOperation, Number));
        WriteObject($"{Number} after");
        WriteObject(new[] { Number, Number }, true);
    }

    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        await HopAsync();
        WriteObject("end");
    }
}

[Cmdlet(VerbsDiagnostic.Test, "AsyncMany")]
public sealed class TestAsyncMany : AsyncTestCmdlet
{
    [Parameter]
    public int Writers { get; set; } = 8;

    [Parameter]
    public int Each { get; set; } = 1000;

    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Parallel.ForAsync(0, Writers, new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken }, async (writer, token) =>
            {
                await HopAsync();
                for (var i = 0; i < Each; i++)
                {
                    token.ThrowIfCancellationRequested();
                    WriteObject(new[] { writer, i });
                }
            });
        }
        finally
        {
            Note("cancelled", cancellationToken.IsCancellationRequested);
        }
    }
}

[Cmdlet(VerbsDiagnostic.Test, "AsyncWait")]
public sealed class TestAsyncWait : AsyncTestCmdlet
{
    [Parameter]
    public TaskCompletionSource? Started { get; set; }

    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        await HopAsync();
        try
        {
            Started?.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            Note("cancelled", cancellationToken.IsCancellationRequested);
        }
    }
}

[Cmdlet(VerbsDiagnostic.Test, "AsyncFailure")]
public sealed class TestAsyncFailure : AsyncTestCmdlet
{
    [Parameter]
    public Exception? Throw { get; set; }

    [Parameter]
    public ErrorRecord? Terminate { get; set; }

    [Parameter]
    public SwitchParameter Synchronously { get; set; }

    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        if (!Synchronously)
        {
            await HopAsync();
        }

        if (Terminate is not null)
        {
            ThrowTerminatingError(Terminate);
        }

        throw Throw ?? new InvalidOperationException("nothing given");
    }

    protected override ErrorRecord? ToTerminatingError(Exception exception) => new(exception, "Mapped", ErrorCategory.InvalidData, "target");
}

[Cmdlet(VerbsCommon.Set, "AsyncThing", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class SetAsyncThing : AsyncTestCmdlet
{
    [Parameter]
    public string[] Name { get; set; } = [];

    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var variable = await OnPipelineThreadAsync(() => GetVariableValue("Suffix"));
        await HopAsync();
        await Parallel.ForEachAsync(Name, cancellationToken, async (name, _) =>
        {
            if (await ShouldProcessAsync(name, "Set"))
            {
                WriteObject(name + variable);
            }
        });
        if (ShouldProcess("last", "Set"))
        {
            WriteObject("last");
        }
    }
}
