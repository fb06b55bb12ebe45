using Amazon.Runtime;
using EmailSecurity.Aws.Credentials;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Session;

/// <summary>What the AWS clients of one session share: credentials, region, endpoint, connections, and the one way to make a call.</summary>
internal sealed class AwsSession : IDisposable
{
    /// <summary>Where Route 53, CloudFront and ACM for CloudFront live.</summary>
    public const string GlobalRegion = "us-east-1";

    private static readonly TimeSpan ClockResolution = TimeSpan.FromSeconds(2);

    private readonly SharedHttpClientFactory http;
    private readonly ServiceEndpoints endpoints;
    private long clockOffset;

    /// <summary>Resolves credentials and region from the settings without any network call.</summary>
    /// <exception cref="EmailSecurityException">CredentialsMixed, CredentialsIncomplete, ProfileNotFound, InvalidEndpoint, InvalidRegion.</exception>
    public AwsSession(ConnectionSettings settings, TimeProvider time, AwsClientOptions? options = null, ISessionHost? host = null)
    {
        var environment = (options ?? new AwsClientOptions()).Environment;
        var config = SharedConfig.Read(settings.ProfileLocation, environment);
        endpoints = new ServiceEndpoints(settings, config, environment);
        Options = options ?? AwsClientOptions.For(endpoints.Of("s3"));
        Time = time;
        Watch = new CallWatch(host, time);
        var context = new CredentialContext(endpoints, environment, Watch, config);
        var found = new CredentialResolver(settings, context).Resolve();
        Region = RegionResolver.Resolve(settings, environment, found.ProfileRegion);
        Credentials = new SessionCredentials(found, context);
        http = new SharedHttpClientFactory(Options, Watch, date => Interlocked.Exchange(ref clockOffset, Offset(date - time.GetUtcNow()).Ticks));
        if (host is { WatchesDetails: true } && found.Failure is null)
        {
            host.Detail($"AWS credentials of {found.Origin}, bucket region {Region}{(endpoints.ToString() is { Length: > 0 } at ? $", {at}" : "")}");
        }
    }

    // The Date of an answer has whole seconds, and is from before its way back: a difference as small as that is none.
    private static TimeSpan Offset(TimeSpan seen) => seen.Duration() < ClockResolution ? TimeSpan.Zero : seen;

    /// <summary>Who watches the calls.</summary>
    public CallWatch Watch { get; }

    /// <summary>Patience.</summary>
    public AwsClientOptions Options { get; }

    /// <summary>Clock of the adapters' own waits.</summary>
    public TimeProvider Time { get; }

    /// <summary>How far AWS's clock is ahead of this machine's, by the Date of its last answer.</summary>
    public TimeSpan ClockOffset => TimeSpan.FromTicks(Interlocked.Read(ref clockOffset));

    /// <summary>Region of the buckets.</summary>
    public string Region { get; }

    /// <summary>Credentials of every client.</summary>
    public SessionCredentials Credentials { get; }

    /// <summary>Where a service is called; null for AWS's own.</summary>
    /// <param name="service">IAM prefix.</param>
    public Uri? EndpointOf(string service) => endpoints.Of(service);

    /// <summary>Sets what all clients have in common; <paramref name="region"/> is the signing region.</summary>
    public T Configure<T>(T config, string service, string region)
        where T : ClientConfig
    {
        config.HttpClientFactory = http;
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = Options.MaxErrorRetry;
        endpoints.Apply(config, service, region);
        Options.Adjust?.Invoke(config);
        return config;
    }

    /// <summary>Makes a client's retries wait by the session's clock.</summary>
    public void Tune(Amazon.Runtime.Internal.RuntimePipeline pipeline, IClientConfig config)
        => pipeline.ReplaceHandler<Amazon.Runtime.Internal.RetryHandler>(new Amazon.Runtime.Internal.RetryHandler(new SessionRetryPolicy(config, this)));

    /// <summary>Makes a call; every failure comes out as an <see cref="EmailSecurityException"/>, a cancellation as itself, at once.</summary>
    /// <param name="what">Service, operation and target, for the message.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async Task<T> CallAsync<T>(AwsCallName what, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // A person who types a code does not use up the call's time.
        await Credentials.AskAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return await Watch.RunAsync(what, () => CallWithinAsync(what, call, cancellationToken)).ConfigureAwait(false);
    }

    private async Task<T> CallWithinAsync<T>(AwsCallName what, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        UnderWay.Began(Time);
        try
        {
            using var clock = new CancellationTokenSource(Options.CallTimeout, Time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
            // WaitAsync: credential providers and backoffs of the SDK do not all watch the token.
            return await call(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (EmailSecurityException)
        {
            throw;
        }
        catch (Exception e)
        {
            throw AwsErrors.Translate(e, what, Credentials.Origin, Credentials.SignInAgain);
        }
        finally
        {
            UnderWay.Ended(Time);
        }
    }

    /// <summary>
    /// As <see cref="CallAsync{T}"/>, with the default of <typeparamref name="T"/> where the service answers with one of the codes that mean "there is
    /// none".
    /// </summary>
    public Task<T?> CallOrDefaultAsync<T>(
        AwsCallName what, Func<CancellationToken, Task<T>> call, IReadOnlyCollection<string> absentCodes, CancellationToken cancellationToken)
        where T : class =>
        CallAsync<T?>(
            what,
            async token =>
            {
                try
                {
                    return await call(token).ConfigureAwait(false);
                }
                catch (AmazonServiceException e) when (absentCodes.Contains(e.ErrorCode, StringComparer.Ordinal))
                {
                    Watch.Absent(e.ErrorCode);
                    return null;
                }
            },
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
