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
    private readonly PipelinePump pump = new();

    /// <summary>Cancelled when the pipeline is stopped; good after the command has ended as well.</summary>
    protected CancellationToken StopToken => pump.StopToken;

    /// <summary>Runs before the first input object.</summary>
    protected virtual Task BeginProcessingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs for every input object.</summary>
    protected virtual Task ProcessRecordAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last input object.</summary>
    protected virtual Task EndProcessingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The error record that ends the command for an exception that nobody caught; null to let the engine make its own.</summary>
    protected virtual ErrorRecord? ToTerminatingError(Exception exception) => null;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Finish(pump.Run(BeginProcessingAsync));

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Finish(pump.Run(ProcessRecordAsync));

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Finish(pump.Run(EndProcessingAsync));

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => pump.Stop();

    /// <summary>Carries something out on the pipeline thread (session state, paths, variables) and returns its result.</summary>
    /// <exception cref="OperationCanceledException">The pipeline was stopped.</exception>
    protected Task<T> OnPipelineThreadAsync<T>(Func<T> function) => pump.CallAsync(function);

    /// <summary>Emits an object.</summary>
    public new void WriteObject(object? sendToPipeline) => pump.Send(() => base.WriteObject(sendToPipeline));

    /// <summary>Emits an object or, one by one, what a collection holds.</summary>
    public new void WriteObject(object? sendToPipeline, bool enumerateCollection) => pump.Send(() => base.WriteObject(sendToPipeline, enumerateCollection));

    /// <summary>Reports a non-terminating error.</summary>
    public new void WriteError(ErrorRecord errorRecord) => pump.Send(() => base.WriteError(VisibleRecord.Of(errorRecord)));

    /// <summary>Warns.</summary>
    public new void WriteWarning(string text) => pump.Send(() => base.WriteWarning(VisibleText.OfLines(text)));

    /// <summary>Says more, for -Verbose.</summary>
    public new void WriteVerbose(string text) => pump.Send(() => base.WriteVerbose(VisibleText.OfLines(text)));

    /// <summary>Says what only a developer wants to know, for -Debug.</summary>
    public new void WriteDebug(string text) => pump.Send(() => base.WriteDebug(VisibleText.OfLines(text)));

    /// <summary>Shows progress.</summary>
    public new void WriteProgress(ProgressRecord progressRecord)
    {
        ArgumentNullException.ThrowIfNull(progressRecord);
        progressRecord.Activity = VisibleText.Of(progressRecord.Activity);
        progressRecord.StatusDescription = VisibleText.Of(progressRecord.StatusDescription);
        progressRecord.CurrentOperation = progressRecord.CurrentOperation is { } operation ? VisibleText.Of(operation) : null;
        pump.Send(() => base.WriteProgress(progressRecord));
    }

    /// <summary>Writes to the information stream.</summary>
    public new void WriteInformation(object messageData, string[] tags) =>
        pump.Send(() => base.WriteInformation(messageData is string text ? VisibleText.OfLines(text) : messageData, tags));

    /// <summary>Carries several writes out one after the other, with nothing of another thread between them.</summary>
    internal void WriteTogether(Action writes) => pump.Send(writes);

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
            pump.Dispose();
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
        catch (OperationCanceledException) when (pump.IsStopped)
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

    private sealed class TerminatingErrorException(ErrorRecord record) : Exception(record.Exception.Message, record.Exception)
    {
        public ErrorRecord ErrorRecord { get; } = record;
    }
}
