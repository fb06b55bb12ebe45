using Amazon.Runtime;
using Amazon.Runtime.Internal;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Session;

/// <summary>The SDK's standard retry rules, with waits by the session's clock: exponential backoff with full jitter, capped.</summary>
internal sealed class SessionRetryPolicy(IClientConfig config, AwsSession session) : StandardRetryPolicy(config)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override async Task WaitBeforeRetryAsync(IExecutionContext executionContext)
    {
        ArgumentNullException.ThrowIfNull(executionContext);
        var delay = Delay(executionContext.RequestContext.Retries, session.Options.MaxBackoff, Random.Shared.NextDouble());
        await UnderWay.WaitAsync(session.Time, Task.Delay(delay, session.Time, executionContext.RequestContext.CancellationToken)).ConfigureAwait(false);
    }

    /// <summary>The backoff before a retry.</summary>
    /// <param name="retries">Retries so far, this one included.</param>
    /// <param name="limit">Upper limit.</param>
    /// <param name="share">From 0 to 1: how much of the backoff to take, so that many clients do not come back at once.</param>
    internal static TimeSpan Delay(int retries, TimeSpan limit, double share)
    {
        // Beyond the sixteenth doubling the limit has long been reached: no overflow however many retries are configured.
        var backoff = First * Math.Pow(2, Math.Clamp(retries - 1, 0, 16));
        return (backoff < limit ? backoff : limit) * share;
    }
}
