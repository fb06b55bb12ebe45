namespace EmailSecurity.Aws.Session;

/// <summary>How patient the AWS clients are. The defaults are for AWS; an emulator on this machine gets a short backoff, and tests set their own.</summary>
internal sealed record AwsClientOptions
{
    /// <summary>
    /// Name of the <see cref="AppContext"/> datum (seconds, invariant) that replaces <see cref="RequestTimeout"/>: for end-to-end tests that reach the
    /// adapters through cmdlets only.
    /// </summary>
    public const string RequestTimeoutDatum = "EmailSecurity.Aws.RequestTimeoutSeconds";

    /// <summary>How long one attempt may take until its response headers; then it is abandoned and tried again.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a call may take with all its attempts, body included.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Attempts after the first. Six attempts lose one call in a million where every tenth fails.</summary>
    public int MaxErrorRetry { get; init; } = 5;

    /// <summary>Upper limit of the backoff between attempts.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>First delay of the adapters' own waits for S3 and Route 53 to settle (doubled each time).</summary>
    public TimeSpan SettleDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Changes a client's settings, for tests; null for nobody.</summary>
    public Action<Amazon.Runtime.ClientConfig>? Adjust { get; init; }

    /// <summary>Reads an environment variable; null where it is not set.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>The options for an endpoint: an emulator on a loopback address shares nothing that a long backoff would protect.</summary>
    public static AwsClientOptions For(Uri? endpoint)
    {
        var options = new AwsClientOptions();
        if (endpoint is { IsLoopback: true })
        {
            options = options with
            {
                MaxBackoff = TimeSpan.FromMilliseconds(100),
                SettleDelay = TimeSpan.FromMilliseconds(50),
                ConnectTimeout = TimeSpan.FromSeconds(2),
            };
        }

        return AppContext.GetData(RequestTimeoutDatum) switch
        {
            double seconds when seconds > 0 => options with { RequestTimeout = TimeSpan.FromSeconds(seconds) },
            string text when double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds > 0
                => options with { RequestTimeout = TimeSpan.FromSeconds(seconds) },
            _ => options,
        };
    }
}
