using Amazon.Runtime;

namespace EmailSecurity.Aws.Credentials;

/// <summary>The instance's role. The SDK's own class asks the metadata service when it is made; this one when it is used, and not on the caller's thread.</summary>
internal sealed class InstanceRole : AWSCredentials
{
    private readonly Lazy<InstanceProfileAWSCredentials> inner = new(() => new InstanceProfileAWSCredentials(), LazyThreadSafetyMode.PublicationOnly);

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => inner.Value.GetCredentials();

    /// <inheritdoc/>
    public override Task<ImmutableCredentials> GetCredentialsAsync() => Task.Run(() => inner.Value.GetCredentialsAsync());
}
