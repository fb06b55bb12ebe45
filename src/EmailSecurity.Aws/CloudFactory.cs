using EmailSecurity.Aws.Session;
using EmailSecurity.Aws.Zones;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws;

/// <summary>Makes the adapters of a session. The module finds this type by name through its private load context.</summary>
public sealed class CloudFactory : ICloudFactory
{
    private readonly AwsClientOptions? options;
    private readonly Route53Budgets budgets = new();

    /// <summary>Makes the factory.</summary>
    public CloudFactory()
    {
    }

    /// <summary>Makes a factory with its own patience and environment, for tests.</summary>
    internal CloudFactory(AwsClientOptions options) => this.options = options;

    /// <inheritdoc/>
    public ICloud Create(ConnectionSettings settings, TimeProvider time, ISessionHost? host = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        return new Cloud(settings, time, options, budgets, host);
    }
}
