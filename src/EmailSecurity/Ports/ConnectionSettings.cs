namespace EmailSecurity.Ports;

/// <summary>How to reach AWS and the Internet: what the common parameters of the cmdlets say.</summary>
public sealed record ConnectionSettings
{
    /// <summary>Explicit access key; with <see cref="SecretKey"/>.</summary>
    public string? AccessKey { get; init; }
    /// <summary>Explicit secret key. Never printed.</summary>
    public string? SecretKey { get; init; }
    /// <summary>Session token of temporary credentials. Never printed.</summary>
    public string? SessionToken { get; init; }
    /// <summary>A profile of the shared credentials or config file; missing is an error.</summary>
    public string? ProfileName { get; init; }
    /// <summary>The credentials file that <see cref="ProfileName"/> is read from, instead of the shared ones.</summary>
    public string? ProfileLocation { get; init; }
    /// <summary>A credentials object (AWS.Tools' or the SDK's, from any load context); read through its public GetCredentials().</summary>
    public object? Credential { get; init; }
    /// <summary>The session's $StoredAWSCredentials, if set; after ProfileName, before the environment.</summary>
    public object? StoredCredential { get; init; }
    /// <summary>Region of the buckets; the global services are always called in us-east-1.</summary>
    public string? Region { get; init; }
    /// <summary>The session's $StoredAWSRegion, if set.</summary>
    public string? StoredRegion { get; init; }
    /// <summary>One endpoint for every AWS service (a sandbox), instead of AWS's own.</summary>
    public string? EndpointUrl { get; init; }
    /// <summary>Allows an <see cref="EndpointUrl"/> of http:// that is not on this computer.</summary>
    public bool AllowInsecureEndpoint { get; init; }
    /// <summary>DNS server, host[:port], instead of the system's.</summary>
    public string? NameServer { get; init; }
    /// <summary>PEM file of an additional, test-only root for HTTPS.</summary>
    public string? TrustedRoot { get; init; }
    /// <summary>host:port where HTTPS connects; SNI, Host and certificate checks unchanged (as curl's --connect-to).</summary>
    public string? ConnectTo { get; init; }
    /// <summary>Connects to addresses that are not globally reachable too: for administrators inside a network.</summary>
    public bool AllowPrivateNetwork { get; init; }

    // A record's generated ToString would print the secrets.
    /// <inheritdoc/>
    public override string ToString()
        => $"ConnectionSettings {{ AccessKey = {AccessKey}, ProfileName = {ProfileName}, Region = {Region}, EndpointUrl = {EndpointUrl} }}";
}
