namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Where the domains of one command ask the user: one question at a time, and of those that wait the domain that came first.</summary>
internal sealed class QuestionDesk
{
    private readonly PriorityQueue<TaskCompletionSource, (int Number, long Arrival)> waiting = new();
    private readonly object gate = new();
    private bool busy;
    private long arrivals;

    /// <summary>Answered "Yes to All" to a question of ShouldContinue; for all domains.</summary>
    public bool YesToAll { get; set; }

    /// <summary>Answered "No to All" to a question of ShouldContinue; for all domains.</summary>
    public bool NoToAll { get; set; }

    /// <summary>Waits for the turn to ask; end it with <see cref="Leave"/>.</summary>
    /// <param name="number">The domain's place in the input.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task EnterAsync(int number, CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (gate)
        {
            if (!busy)
            {
                busy = true;
                return;
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn, (number, ++arrivals));
        }

        await using var registration = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken)).ConfigureAwait(false);
        await turn.Task.ConfigureAwait(false);
    }

    /// <summary>Gives the turn to the next.</summary>
    public void Leave()
    {
        lock (gate)
        {
            while (waiting.TryDequeue(out var next, out _))
            {
                if (next.TrySetResult())
                {
                    return;
                }
            }

            busy = false;
        }
    }
}
