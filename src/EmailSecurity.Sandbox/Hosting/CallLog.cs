namespace EmailSecurity.Sandbox.Hosting;

/// <summary>One AWS call as the admin interface shows it.</summary>
/// <param name="Service">Signing name.</param>
/// <param name="Operation">API operation; <c>Unknown</c> where it could not be told.</param>
/// <param name="Write">True where the operation changes state.</param>
/// <param name="Status">HTTP status sent; 0 where none was (connection broken or held).</param>
/// <param name="Error">Error code sent, or the kind of a fault that sent nothing; null for success.</param>
/// <param name="StartMs">Milliseconds since the sandbox started.</param>
/// <param name="DurationMs">Milliseconds until the answer was ready.</param>
public sealed record LoggedCall(string Service, string Operation, bool Write, int Status, string? Error, long StartMs, long DurationMs);

/// <summary>Every AWS call so far, oldest first; the oldest are dropped past <see cref="Capacity"/>.</summary>
public sealed class CallLog
{
    /// <summary>Calls kept.</summary>
    public const int Capacity = 1_000_000;

    private readonly Lock gate = new();
    private readonly Queue<LoggedCall> calls = new();

    /// <summary>Adds a call.</summary>
    public void Add(LoggedCall call)
    {
        lock (gate)
        {
            if (calls.Count == Capacity)
            {
                calls.Dequeue();
            }
            calls.Enqueue(call);
        }
    }

    /// <summary>Every call, in the order of their starts.</summary>
    public IReadOnlyList<LoggedCall> Snapshot()
    {
        lock (gate)
        {
            return [.. calls.OrderBy(c => c.StartMs)];
        }
    }

    /// <summary>Forgets every call.</summary>
    public void Clear()
    {
        lock (gate)
        {
            calls.Clear();
        }
    }
}
