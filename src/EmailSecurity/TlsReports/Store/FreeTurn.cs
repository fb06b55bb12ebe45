namespace EmailSecurity.TlsReports.Store;

/// <summary>A turn that nobody else waits for.</summary>
internal sealed class FreeTurn : IDisposable, IAsyncDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
