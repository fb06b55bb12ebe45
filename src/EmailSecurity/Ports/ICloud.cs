namespace EmailSecurity.Ports;

/// <summary>An account at AWS, ready for use. Cheap to make: credentials and connections are resolved at the first call.</summary>
public interface ICloud : IDisposable
{
    /// <summary>Region of the buckets.</summary>
    string Region { get; }

    /// <summary>
    /// Until it is disposed, zones, distributions and certificates are listed once: for a command that reads many stacks as of its beginning.
    /// </summary>
    IDisposable? KeepListings() => null;

    /// <summary>Who calls.</summary>
    IAccount Account { get; }

    /// <summary>S3.</summary>
    IBuckets Buckets { get; }

    /// <summary>Objects in buckets that the user names.</summary>
    IObjects Objects { get; }

    /// <summary>CloudFront.</summary>
    IDistributions Distributions { get; }

    /// <summary>ACM in us-east-1.</summary>
    ICertificates Certificates { get; }

    /// <summary>Route 53.</summary>
    IZones Zones { get; }
}

/// <summary>
/// Makes the adapters to AWS; implemented by EmailSecurity.Aws (type <c>EmailSecurity.Aws.CloudFactory</c>, public, parameterless), found by name through
/// the module's load context.
/// </summary>
public interface ICloudFactory
{
    /// <summary>Makes the adapters of a session.</summary>
    /// <param name="settings">How to reach AWS; what concerns the Internet is not read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="host">The user, who watches calls and answers questions; null for nobody.</param>
    /// <exception cref="EmailSecurityException">CredentialsMixed, ProfileNotFound, InvalidEndpoint ...</exception>
    ICloud Create(ConnectionSettings settings, TimeProvider time, ISessionHost? host = null);
}
