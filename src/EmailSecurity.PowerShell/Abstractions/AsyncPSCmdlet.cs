using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using EmailSecurity.Findings;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// A cmdlet whose work is asynchronous. The engine allows writes and prompts on the pipeline thread only; the methods of this
/// class may be called from any thread and are carried out by a pump on the pipeline thread, in the order of the calls.
/// </summary>
/// <remarks>
/// The part of an override before its first await runs on the pipeline thread itself. Ctrl+C, and a downstream command that has
/// had enough, cancel the token; the engine gets its thread back when the override has ended, so await nothing without the token.
/// </remarks>
public abstract class AsyncPSCmdlet : PSCmdlet, IDisposable
{
    // Bounded, so that a slow consumer downstream slows the work instead of filling the memory.
    private const int QueueLength = 1024;

    private readonly BlockingCollection<Action> queue = new(QueueLength);
    private readonly CancellationTokenSource stop = new();
    private int pipelineThread;
    private volatile bool abandoned;

    /// <summary>Cancelled when the pipeline is stopped; good after the command has ended as well.</summary>
    protected CancellationToken StopToken { get; private set; }

    /// <summary>Makes the cmdlet.</summary>
    protected AsyncPSCmdlet() => StopToken = stop.Token;

    /// <summary>Runs before the first input object.</summary>
    protected virtual Task BeginProcessingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs for every input object.</summary>
    protected virtual Task ProcessRecordAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last input object.</summary>
    protected virtual Task EndProcessingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The error record that ends the command for an exception that nobody caught; null to let the engine make its own.</summary>
    protected virtual ErrorRecord? ToTerminatingError(Exception exception) => null;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Run(BeginProcessingAsync);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Run(ProcessRecordAsync);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Run(EndProcessingAsync);

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Stopped at the very moment when the command ended.
        }
    }

    /// <summary>Carries something out on the pipeline thread (session state, paths, variables) and returns its result.</summary>
    /// <exception cref="OperationCanceledException">The pipeline was stopped.</exception>
    protected Task<T> OnPipelineThreadAsync<T>(Func<T> function)
    {
        if (OnPipelineThread)
        {
            return Task.FromResult(function());
        }

        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            if (abandoned)
            {
                completion.TrySetCanceled(StopToken);
                return;
            }

            try
            {
                completion.TrySetResult(function());
            }
            catch (PipelineStoppedException)
            {
                completion.TrySetCanceled(StopToken);
                throw;
            }
#pragma warning disable CA1031 // whatever it is, it is the caller's
            catch (Exception exception)
            {
                completion.TrySetException(exception);
            }
#pragma warning restore CA1031
        });
        return completion.Task;
    }

    /// <summary>Emits an object.</summary>
    public new void WriteObject(object? sendToPipeline) => Send(() => base.WriteObject(sendToPipeline));

    /// <summary>Emits an object or, one by one, what a collection holds.</summary>
    public new void WriteObject(object? sendToPipeline, bool enumerateCollection) => Send(() => base.WriteObject(sendToPipeline, enumerateCollection));

    /// <summary>Reports a non-terminating error.</summary>
    public new void WriteError(ErrorRecord errorRecord) => Send(() => base.WriteError(VisibleRecord.Of(errorRecord)));

    /// <summary>Warns.</summary>
    public new void WriteWarning(string text) => Send(() => base.WriteWarning(VisibleText.OfLines(text)));

    /// <summary>Says more, for -Verbose.</summary>
    public new void WriteVerbose(string text) => Send(() => base.WriteVerbose(VisibleText.OfLines(text)));

    /// <summary>Says what only a developer wants to know, for -Debug.</summary>
    public new void WriteDebug(string text) => Send(() => base.WriteDebug(VisibleText.OfLines(text)));

    /// <summary>Shows progress.</summary>
    public new void WriteProgress(ProgressRecord progressRecord)
    {
        ArgumentNullException.ThrowIfNull(progressRecord);
        progressRecord.Activity = VisibleText.Of(progressRecord.Activity);
        progressRecord.StatusDescription = VisibleText.Of(progressRecord.StatusDescription);
        progressRecord.CurrentOperation = progressRecord.CurrentOperation is { } operation ? VisibleText.Of(operation) : null;
        Send(() => base.WriteProgress(progressRecord));
    }

    /// <summary>Writes to the information stream.</summary>
    public new void WriteInformation(object messageData, string[] tags) =>
        Send(() => base.WriteInformation(messageData is string text ? VisibleText.OfLines(text) : messageData, tags));

    /// <summary>Carries several writes out one after the other, with nothing of another thread between them.</summary>
    internal void WriteTogether(Action writes) => Send(writes);

    /// <summary>As <see cref="OnPipelineThreadAsync{T}"/>, for the helpers of a cmdlet.</summary>
    internal Task<T> OnPipelineAsync<T>(Func<T> function) => OnPipelineThreadAsync(function);

    /// <summary>Asks whether to continue; -WhatIf says what would be done and answers no. Waits for the answer.</summary>
    public new bool ShouldProcess(string target, string action) => ShouldProcessAsync(target, action).GetAwaiter().GetResult();

    /// <summary>Asks whether to continue; -WhatIf says what would be done and answers no.</summary>
    protected Task<bool> ShouldProcessAsync(string target, string action) =>
        OnPipelineThreadAsync(() => base.ShouldProcess(VisibleText.Of(target), VisibleText.Of(action)));

    /// <summary>Asks whether to continue, in words of one's own.</summary>
    /// <param name="verboseDescription">What is done, for -WhatIf and -Verbose.</param>
    /// <param name="verboseWarning">The question.</param>
    /// <param name="caption">Its title.</param>
    protected Task<bool> ShouldProcessAsync(string verboseDescription, string verboseWarning, string caption) =>
        OnPipelineThreadAsync(() => base.ShouldProcess(VisibleText.OfLines(verboseDescription), VisibleText.OfLines(verboseWarning), VisibleText.Of(caption)));

    /// <summary>Ends the command with an error; from any thread, by an exception that reaches the pump.</summary>
    [DoesNotReturn]
    [SuppressMessage("Performance", "CA1822", Justification = "Hides the instance method of the base class.")]
    public new void ThrowTerminatingError(ErrorRecord errorRecord) => throw new TerminatingErrorException(errorRecord);

    /// <summary>True for an exception that is the engine's way to end a pipeline, which no handler may swallow or turn into an error of its own.</summary>
    protected static bool EndsPipeline(Exception exception) =>
        exception is PipelineStoppedException or ActionPreferenceStopException or FlowControlException or TerminatingErrorException;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the command holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            abandoned = true;
            queue.CompleteAdding();
            while (queue.TryTake(out var action))
            {
                action(); // only signals to its waiter that the command has ended
            }

            queue.Dispose();
            stop.Dispose();
        }
    }

    private bool OnPipelineThread => Environment.CurrentManagedThreadId == pipelineThread;

    private void Run(Func<CancellationToken, Task> body)
    {
        pipelineThread = Environment.CurrentManagedThreadId;
        var task = Start(body);
        try
        {
            Pump(task);
        }
        catch
        {
            // A downstream command stopped, -ErrorAction Stop, or the pipeline is being stopped: end the work, then pass it on.
            abandoned = true;
            StopProcessing();
            Pump(task);
            throw;
        }

        Finish(task);
    }

    // A host's synchronization context would bring continuations back to this thread, which is busy pumping.
    private Task Start(Func<CancellationToken, Task> body)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return body(StopToken);
        }
#pragma warning disable CA1031 // it is thrown again when the pump is done
        catch (Exception exception)
        {
            return Task.FromException(exception);
        }
#pragma warning restore CA1031
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private void Pump(Task task)
    {
        if (!task.IsCompleted)
        {
            _ = task.ContinueWith(
                static (_, state) => ((AsyncPSCmdlet)state!).Wake(), this,
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        while (!task.IsCompleted)
        {
            queue.Take()();
        }

        while (queue.TryTake(out var action))
        {
            action();
        }
    }

    private void Finish(Task task)
    {
        if (task.IsCompletedSuccessfully)
        {
            return;
        }

        try
        {
            task.GetAwaiter().GetResult();
        }
        catch (TerminatingErrorException exception)
        {
            base.ThrowTerminatingError(VisibleRecord.Of(exception.ErrorRecord));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception exception) when (exception is not IContainsErrorRecord && ToTerminatingError(exception) is { } record)
        {
            base.ThrowTerminatingError(VisibleRecord.Of(record));
        }
        catch (Exception exception) when (!EndsPipeline(exception) && IsUnsafe(exception, out var safe))
        {
            base.ThrowTerminatingError(safe);
        }
    }

    // An error of the engine, which would otherwise pass as it is.
    private static bool IsUnsafe(Exception exception, [NotNullWhen(true)] out ErrorRecord? safe)
    {
        var record = (exception as IContainsErrorRecord)?.ErrorRecord;
        safe = record is null ? null : VisibleRecord.Of(record);
        return !ReferenceEquals(safe, record);
    }

    private void Send(Action write)
    {
        if (OnPipelineThread)
        {
            write();
            return;
        }

        Post(() =>
        {
            if (!abandoned)
            {
                write();
            }
        });
    }

    private void Post(Action action)
    {
        if (abandoned)
        {
            throw new OperationCanceledException("The pipeline was stopped.", StopToken);
        }

        try
        {
            queue.Add(action);
        }
        catch (InvalidOperationException exception)
        {
            throw new OperationCanceledException("The command has ended.", exception, StopToken);
        }
    }

    private void Wake()
    {
        try
        {
            queue.Add(static () => { });
        }
        catch (InvalidOperationException)
        {
            // Awake already, and gone.
        }
    }

    private sealed class TerminatingErrorException(ErrorRecord record) : Exception(record.Exception.Message, record.Exception)
    {
        public ErrorRecord ErrorRecord { get; } = record;
    }
}
