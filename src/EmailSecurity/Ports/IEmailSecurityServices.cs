namespace EmailSecurity.Ports;

/// <summary>How to reach AWS and the world: what the common parameters of the cmdlets say.</summary>
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
    public override string ToString() => $"ConnectionSettings {{ AccessKey = {AccessKey}, ProfileName = {ProfileName}, Region = {Region}, EndpointUrl = {EndpointUrl} }}";
}

/// <summary>The adapters of one session, ready for use. Cheap to make: credentials and connections are resolved at the first call.</summary>
public interface IEmailSecurityServices : IDisposable
{
    /// <summary>Region of the buckets.</summary>
    string Region { get; }
    /// <summary>Until it is disposed, zones, distributions and certificates are listed once: for a command that reads many stacks as of its beginning.</summary>
    IDisposable? KeepListings() => null;
    /// <summary>Who calls.</summary>
    IAccount Account { get; }
    /// <summary>S3.</summary>
    IBuckets Buckets { get; }
    /// <summary>CloudFront.</summary>
    IDistributions Distributions { get; }
    /// <summary>ACM in us-east-1.</summary>
    ICertificates Certificates { get; }
    /// <summary>Route 53.</summary>
    IZones Zones { get; }
    /// <summary>DNS as the world sees it.</summary>
    IResolver Resolver { get; }
    /// <summary>HTTPS as a sending server does it.</summary>
    IFetcher Fetcher { get; }
    /// <summary>SMTP with STARTTLS as a sending server does it.</summary>
    ISmtpProbe SmtpProbe { get; }
}

/// <summary>Makes the adapters; implemented by EmailSecurity.Aws (type <c>EmailSecurity.Aws.ServicesFactory</c>, public, parameterless), found by name through the module's load context.</summary>
public interface IServicesFactory
{
    /// <summary>Makes the adapters of a session.</summary>
    /// <exception cref="EmailSecurityException">CredentialsMixed, ProfileNotFound, InvalidEndpoint ...</exception>
    IEmailSecurityServices Create(ConnectionSettings settings, TimeProvider time);
}
