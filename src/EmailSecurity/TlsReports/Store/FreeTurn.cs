namespace EmailSecurity.TlsReports.Store;

/// <summary>A turn that nobody else waits for.</summary>
internal sealed class FreeTurn : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
