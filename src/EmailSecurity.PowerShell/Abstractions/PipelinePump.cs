using System.Collections.Concurrent;
using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// Runs the asynchronous work of a command, and carries out on the pipeline thread, in the order of the calls, what other threads want done there.
/// </summary>
internal sealed class PipelinePump : IDisposable
{
    // Bounded, so that a slow consumer downstream slows the work instead of filling the memory.
    private const int QueueLength = 1024;

    private readonly BlockingCollection<Action> queue = new(QueueLength);
    private readonly CancellationTokenSource stop = new();
    private int pipelineThread;
    private volatile bool abandoned;

    /// <summary>Makes the pump.</summary>
    public PipelinePump() => StopToken = stop.Token;

    /// <summary>Cancelled when the pipeline is stopped; good after the command has ended as well.</summary>
    public CancellationToken StopToken { get; }

    /// <summary>True where the pipeline was stopped.</summary>
    public bool IsStopped => stop.IsCancellationRequested;

    /// <summary>Stops the work.</summary>
    public void Stop()
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

    /// <summary>Runs the work on the pipeline thread, which is the caller's, until it has ended.</summary>
    public Task Run(Func<CancellationToken, Task> body)
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
            Stop();
            Pump(task);
            throw;
        }

        return task;
    }

    /// <summary>Carries something out on the pipeline thread (session state, paths, variables) and returns its result.</summary>
    /// <exception cref="OperationCanceledException">The pipeline was stopped.</exception>
    public Task<T> CallAsync<T>(Func<T> function)
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

    /// <summary>Carries an action out on the pipeline thread, at some time before the command ends.</summary>
    public void Send(Action write)
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

    /// <inheritdoc/>
    public void Dispose()
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

    private bool OnPipelineThread => Environment.CurrentManagedThreadId == pipelineThread;

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
                static (_, state) => ((PipelinePump)state!).Wake(), this,
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
}
