using System.Diagnostics.CodeAnalysis;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Lives;

/// <summary>Lets one call through after the other, in the order in which they came, and never lets the clock run between two.</summary>
internal sealed class CallGate(VirtualTime time)
{
    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource<IDisposable>> waiting = new();
    private bool isTaken;

    /// <summary>Waits for its turn, without holding the clock: the call before may have to wait for a time.</summary>
    public async Task EnterCallAsync()
    {
        if (MustWait(out var turn))
        {
            time.Report(-1);
            using var handedOver = await turn;
            time.Report(1);
        }
    }

    /// <summary>Waits until no call is under way.</summary>
    public async Task EnterAsync()
    {
        if (MustWait(out var turn))
        {
            using var handedOver = await turn;
        }
    }

    /// <summary>Lets the next one through. It is busy from this moment, even if the machine takes long to go on with it.</summary>
    public void Leave()
    {
        TaskCompletionSource<IDisposable>? next;
        lock (gate)
        {
            isTaken = waiting.TryDequeue(out next);
        }

        next?.SetResult(time.Hold());
    }

    private bool MustWait([NotNullWhen(true)] out Task<IDisposable>? turn)
    {
        lock (gate)
        {
            if (!isTaken)
            {
                isTaken = true;
                turn = null;
                return false;
            }

            var next = new TaskCompletionSource<IDisposable>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(next);
            turn = next.Task;
            return true;
        }
    }
}
