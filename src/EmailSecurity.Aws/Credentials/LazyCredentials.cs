using Amazon.Runtime;

namespace EmailSecurity.Aws.Credentials;

/// <summary>
/// Credentials of the machine (instance or container). The SDK's own classes look for them when they are made; these when they are used, and not on the
/// caller's thread.
/// </summary>
internal sealed class LazyCredentials(Func<AWSCredentials> make) : AWSCredentials
{
    private readonly Lazy<AWSCredentials> inner = new(make, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The instance's role.</summary>
    public static LazyCredentials Instance() => new(() => new InstanceProfileAWSCredentials());

    /// <summary>The container's or pod's role.</summary>
    public static LazyCredentials Container() => new(() => new GenericContainerCredentials());

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => inner.Value.GetCredentials();

    /// <inheritdoc/>
    public override Task<ImmutableCredentials> GetCredentialsAsync() => Task.Run(() => inner.Value.GetCredentialsAsync());
}
