using System.Collections.Concurrent;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Zones;

/// <summary>
/// The share of an account's Route 53 limits that this process uses (Developer Guide, "Throttling for Amazon Route 53 API requests").
/// AWS counts requests, 10 a second with a bucket of 50, and individual record changes, apart; a fifth is left to the account's other
/// users. The limits of single operations that are called here are those of the account, so the first bucket keeps them too.
/// </summary>
internal sealed class Route53Budget(TimeProvider time)
{
    private readonly RequestBudget requests = new(time, capacity: 40, perSecond: 8);

    // AWS names no number for record changes. A batch of a stack has ten at most.
    private readonly RequestBudget changes = new(time, capacity: 400, perSecond: 40);

    /// <summary>Waits until a request with so many record changes may be made; in the order of asking.</summary>
    public async Task TakeAsync(int recordChanges, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var forRequest = requests.Take(1);
        var forChanges = recordChanges > 0 ? changes.Take(recordChanges) : TimeSpan.Zero;
        var wait = forRequest > forChanges ? forRequest : forChanges;
        if (wait == TimeSpan.Zero)
        {
            return;
        }

        try
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            requests.Return(1);
            changes.Return(recordChanges);
            throw;
        }
    }

    /// <summary>Counts a request that is made in any case: a repeat by the SDK, which has its own wait.</summary>
    public void Count() => requests.Take(1);
}

/// <summary>The budgets of the accounts that this process works on: every session, runspace and command of it shares them.</summary>
internal sealed class Route53Budgets
{
    private readonly ConcurrentDictionary<(string Endpoint, string AccountId, TimeProvider Time), Route53Budget> known = new();

    /// <summary>The budget of an account.</summary>
    public Route53Budget Of(Uri? endpoint, string accountId, TimeProvider time) =>
        known.GetOrAdd((endpoint?.AbsoluteUri ?? "", accountId, time), static key => new Route53Budget(key.Time));
}
