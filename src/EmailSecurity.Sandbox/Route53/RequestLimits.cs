using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>
/// The two independent limits of one account (Developer Guide, "Throttling for Amazon Route 53 API requests"): requests a second, over all
/// operations and for each one, and record changes a second over all calls that change records. What is throttled takes no tokens.
/// </summary>
public sealed class RequestLimits(TimeProvider time)
{
    /// <summary>Requests of an account, and of each operation without a limit of its own: capacity and refill a second.</summary>
    public static readonly (double Capacity, double PerSecond) Requests = (50, 10);

    /// <summary>
    /// Record changes of an account. The guide says that the limit exists; these two numbers are the sandbox's: a full bucket takes the largest
    /// batch that the quota of a request allows.
    /// </summary>
    public static readonly (double Capacity, double PerSecond) Changes = (1000, 100);

    // The operations emulated here whose limit is not that of Requests.
    private static readonly Dictionary<string, (double Capacity, double PerSecond)> Operations = new(StringComparer.Ordinal)
    {
        ["CreateHostedZone"] = (40, 2),
        ["DeleteHostedZone"] = (40, 5),
    };

    private readonly Lock gate = new();
    private readonly TokenBucket account = new(time, Requests.Capacity, Requests.PerSecond);
    private readonly TokenBucket changes = new(time, Changes.Capacity, Changes.PerSecond);
    private readonly Dictionary<string, TokenBucket> operations = new(StringComparer.Ordinal);

    /// <summary>Counts a request.</summary>
    /// <exception cref="AwsRuleException">Throttling.</exception>
    public void CountRequest(string operation)
    {
        lock (gate)
        {
            if (!operations.TryGetValue(operation, out var own))
            {
                var (capacity, perSecond) = Operations.GetValueOrDefault(operation, Requests);
                operations[operation] = own = new TokenBucket(time, capacity, perSecond);
            }
            if (!account.Has(1) || !own.Has(1))
            {
                throw Throttled();
            }
            account.Take(1);
            own.Take(1);
        }
    }

    /// <summary>Counts the changes of a batch. One with more changes than a full bucket holds is left to the rules of a batch, which refuse it.</summary>
    /// <exception cref="AwsRuleException">Throttling.</exception>
    public void CountChanges(int count)
    {
        lock (gate)
        {
            if (count > changes.Capacity)
            {
                return;
            }
            if (!changes.Has(count))
            {
                throw Throttled();
            }
            changes.Take(count);
        }
    }

    private static AwsRuleException Throttled() => new(400, "Throttling", "Rate exceeded");
}
