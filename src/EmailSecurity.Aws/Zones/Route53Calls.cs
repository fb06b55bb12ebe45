using Amazon.Route53;
using EmailSecurity.Aws.Account;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Zones;

/// <summary>How every call of Route 53 is made: within the account's budget, and again where Route 53 says "not now".</summary>
internal sealed class Route53Calls : IDisposable
{
    private const int SettleAttempts = 7;

    // The account's limit is small and shared: a call that the SDK's own retries could not get through waits for its turn.
    private static readonly string[] Settling = ["PriorRequestNotComplete", "Throttling", "ThrottlingException"];

    private readonly AwsSession session;
    private readonly Func<Route53Budget> budget;
    private readonly Lazy<Route53Client> client;

    /// <summary>Makes the calls of a session.</summary>
    /// <param name="session">The session.</param>
    /// <param name="account">Whose budget it is. Commands ask for the caller first; until then the session has a budget of its own.</param>
    /// <param name="budgets">The budgets of the process.</param>
    public Route53Calls(AwsSession session, StsAccount account, Route53Budgets budgets)
    {
        this.session = session;
        var own = new Route53Budget(session.Time);
        budget = () => account.Known is { } caller ? budgets.Of(session.EndpointOf("route53"), caller.AccountId, session.Time) : own;
        client = new Lazy<Route53Client>(() => new Route53Client(session, () => budget().Count()));
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time => session.Time;

    /// <summary>Makes a call.</summary>
    /// <param name="operation">API operation.</param>
    /// <param name="target">Zone, change ..., for messages.</param>
    /// <param name="call">The call.</param>
    /// <param name="recordChanges">How many records it changes.</param>
    /// <param name="cancellationToken">Stops, also while it waits for its turn.</param>
    public Task<T> CallAsync<T>(
        string operation, string target, Func<AmazonRoute53Client, CancellationToken, Task<T>> call, int recordChanges, CancellationToken cancellationToken) =>
        Retry.WhileAsync(
            session,
            async () =>
            {
                // Outside the call: its time limit begins when its turn has come.
                await budget().TakeAsync(recordChanges, cancellationToken).ConfigureAwait(false);
                var what = new AwsCallName("route53", operation, target);
                return await session.CallAsync(what, token => call(client.Value, token), cancellationToken).ConfigureAwait(false);
            },
            Settling,
            SettleAttempts,
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            client.Value.Dispose();
        }
    }
}
