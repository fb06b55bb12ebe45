using Microsoft.AspNetCore.Connections.Features;

namespace EmailSecurity.Sandbox.Http;

/// <summary>Breaks a connection so that whoever called sees it.</summary>
internal static class BrokenConnection
{
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Breaks it in the middle of the status line. A connection closed without a byte would be tried again by .NET's HttpClient itself,
    /// unseen by the AWS SDK and by our callers, and the fault would test nothing.
    /// </summary>
    public static async Task BreakAsync(HttpContext context)
    {
        var output = context.Features.Get<IConnectionTransportFeature>()!.Transport.Output;
        if (!context.RequestAborted.IsCancellationRequested)
        {
            await output.WriteAsync("HTTP/1.1 "u8.ToArray(), CancellationToken.None);
            await output.CompleteAsync(); // sends what is written, then closes
            await Task.Delay(LongestClose, context.RequestAborted).ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        context.Abort();
    }
}
