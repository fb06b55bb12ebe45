namespace EmailSecurity.Aws.Session;

/// <summary>
/// Reports the time that answers give; abandons a request whose response headers do not arrive in time, by the session's clock; fails as HttpClient does at
/// its own time limit.
/// </summary>
internal sealed class RequestTimeLimit(TimeSpan limit, TimeProvider time, Action<DateTimeOffset> dated) : DelegatingHandler
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            var response = await base.SendAsync(request, either.Token).ConfigureAwait(false);
            if (response.Headers.Date is { } date)
            {
                dated(date);
            }

            return response;
        }
        catch (OperationCanceledException e) when (clock.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var message = Invariant($"The request was not answered in {limit.TotalSeconds:0.#} seconds.");
            throw new TaskCanceledException(message, new TimeoutException(message, e), either.Token);
        }
    }
}
