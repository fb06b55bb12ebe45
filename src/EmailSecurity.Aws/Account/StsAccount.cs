using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Account;

/// <summary><see cref="IAccount"/> on STS.</summary>
internal sealed class StsAccount(AwsSession session) : IAccount, IDisposable
{
    private readonly Lazy<AmazonSecurityTokenServiceClient> client = new(() => new Client(session));
    private readonly SemaphoreSlim gate = new(1, 1);
    private volatile CallerIdentity? known;

    /// <summary>Who calls, where that was asked before; null otherwise.</summary>
    public CallerIdentity? Known => known;

    /// <inheritdoc/>
    public TimeSpan ClockOffset => session.ClockOffset;

    /// <inheritdoc/>
    public async Task<CallerIdentity> GetCallerIdentityAsync(CancellationToken cancellationToken)
    {
        if (known is { } identity)
        {
            return identity;
        }

        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return known ??= await FetchAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            client.Value.Dispose();
        }

        gate.Dispose();
    }

    private async Task<CallerIdentity> FetchAsync(CancellationToken cancellationToken)
    {
        var what = new AwsCallName("sts", "GetCallerIdentity");
        var answer = await session.CallAsync(
            what, token => client.Value.GetCallerIdentityAsync(new GetCallerIdentityRequest(), token), cancellationToken).ConfigureAwait(false);
        // arn:aws:iam::123456789012:user/name
        var parts = (answer.Arn ?? "").Split(':');
        if (answer.Account is not { Length: 12 } account || !account.All(char.IsAsciiDigit) || parts is not ["arn", { Length: > 0 } partition, ..])
        {
            throw new EmailSecurityException(
                "AwsUnexpectedResponse",
                ErrorKind.InvalidData,
                "STS GetCallerIdentity did not return a 12-digit account ID and an ARN.",
                "Check that nothing between here and AWS (a proxy, a wrong -EndpointUrl) answers in its place.");
        }

        return new CallerIdentity(account, answer.Arn!, partition);
    }

    private sealed class Client(AwsSession session)
        : AmazonSecurityTokenServiceClient(session.Credentials, session.Configure(new AmazonSecurityTokenServiceConfig(), "sts", session.Region))
    {
        protected override void CustomizeRuntimePipeline(Amazon.Runtime.Internal.RuntimePipeline pipeline)
        {
            base.CustomizeRuntimePipeline(pipeline);
            session.Tune(pipeline, Config);
        }
    }
}
