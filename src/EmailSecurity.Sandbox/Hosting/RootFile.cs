namespace EmailSecurity.Sandbox.Hosting;

/// <summary>
/// The file of the roots that clients trust, whole at any moment. A reader may keep it from being replaced for a moment, on Windows; it is then replaced
/// as soon as it can be, and what made the roots grow does not fail for it.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="content">What belongs into it now.</param>
/// <param name="time">The clock that tries go by.</param>
internal sealed class RootFile(string path, Func<string> content, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private Task late = Task.CompletedTask;

    /// <summary>Puts one file in another's place.</summary>
    internal Action<string, string> Replace { get; init; } = static (from, to) => File.Move(from, to, overwrite: true);

    /// <summary>Writes the file, now or soon.</summary>
    public void Write()
    {
        lock (gate)
        {
            if (late.IsCompleted && !TryWrite())
            {
                late = WriteLateAsync();
            }
        }
    }

    /// <summary>Waits for a write that is still to come.</summary>
    internal Task WrittenAsync()
    {
        lock (gate)
        {
            return late;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await WrittenAsync();
        stop.Dispose();
    }

    private async Task WriteLateAsync()
    {
        try
        {
            var isWritten = false;
            while (!isWritten)
            {
                await Task.Delay(Pause, time, stop.Token);
                lock (gate)
                {
                    isWritten = TryWrite();
                    if (isWritten)
                    {
                        late = Task.CompletedTask; // what grows after this is written by whoever tells of it
                    }
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            // The sandbox ends, or its folder is gone.
        }
    }

    private bool TryWrite()
    {
        var unfinished = path + ".new";
        try
        {
            File.WriteAllText(unfinished, content());
            Replace(unfinished, path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && File.Exists(path))
        {
            return false; // held: without a file that somebody can hold, the fault is another one
        }
    }
}
