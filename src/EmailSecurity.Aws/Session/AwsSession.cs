using Amazon;
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
    private long clockOffset;

    /// <summary>Resolves credentials and region from the settings without any network call.</summary>
    /// <exception cref="EmailSecurityException">CredentialsMixed, CredentialsIncomplete, ProfileNotFound, InvalidEndpoint, InvalidRegion.</exception>
    public AwsSession(ConnectionSettings settings, TimeProvider time, AwsClientOptions? options = null)
    {
        Endpoint = ParseEndpoint(settings.EndpointUrl, settings.AllowInsecureEndpoint);
        Options = options ?? AwsClientOptions.For(Endpoint);
        Time = time;
        var found = new CredentialResolver(settings, Endpoint, Options.Environment).Resolve();
        Region = RegionResolver.Resolve(settings, Options.Environment, found.ProfileRegion);
        Credentials = new SessionCredentials(found);
        http = new SharedHttpClientFactory(Options, direct: Endpoint is { IsLoopback: true }, time,
            date => Interlocked.Exchange(ref clockOffset, Offset(date - time.GetUtcNow()).Ticks));
    }

    // The Date of an answer has whole seconds, and is from before its way back: a difference as small as that is none.
    private static TimeSpan Offset(TimeSpan seen) => seen.Duration() < ClockResolution ? TimeSpan.Zero : seen;

    /// <summary>One endpoint for every service; null for AWS's own.</summary>
    public Uri? Endpoint { get; }

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

    /// <summary>Sets what all clients have in common; <paramref name="region"/> is the signing region.</summary>
    public T Configure<T>(T config, string region)
        where T : ClientConfig
    {
        config.HttpClientFactory = http;
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = Options.MaxErrorRetry;
        // The session decides where calls go; a variable or profile meant for another tool must not send some of them elsewhere.
        config.IgnoreConfiguredEndpointUrls = true;
        if (Endpoint is null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        else
        {
            // ServiceURL and RegionEndpoint clear each other; the region to sign for is set in addition to the URL.
            config.AuthenticationRegion = region;
            config.ServiceURL = Endpoint.AbsoluteUri;
        }

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
            throw AwsErrors.Translate(e, what, Credentials.Origin);
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
                    return null;
                }
            },
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static Uri? ParseEndpoint(string? url, bool allowInsecure)
    {
        if (string.IsNullOrWhiteSpace(url))
        {
            return null;
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri is not { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" })
        {
            var shown = uri is { UserInfo.Length: > 0 } ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : url;
            throw new EmailSecurityException("InvalidEndpoint", ErrorKind.InvalidArgument,
                $"The endpoint '{shown}' is not an absolute http or https URL without user name, query and fragment.",
                "Use a URL such as http://127.0.0.1:5000, or leave -EndpointUrl out to use AWS.")
            { Target = shown };
        }

        // The signature keeps the secret key; the access key, the session token and everything sent and answered are there for anybody on the way to read.
        return uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback || allowInsecure ? uri
            : throw new EmailSecurityException("EndpointNotSecure", ErrorKind.InvalidArgument,
                $"The endpoint '{url}' is http:// and not on this computer: "
                    + "the access key, the session token and all data would cross the network in clear text.",
                "Use an https:// URL, or -AllowInsecureEndpoint if you control the whole network path.")
            { Target = url };
    }
}
