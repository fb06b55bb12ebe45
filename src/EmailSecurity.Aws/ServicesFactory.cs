using EmailSecurity.Ports;

namespace EmailSecurity.Aws;

/// <summary>Makes the adapters of a session. The module finds this type by name through its private load context.</summary>
public sealed class ServicesFactory : IServicesFactory
{
    private readonly AwsClientOptions? options;
    private readonly Route53Budgets budgets = new();

    /// <summary>Makes the factory.</summary>
    public ServicesFactory()
    {
    }

    /// <summary>Makes a factory with its own patience and environment, for tests.</summary>
    internal ServicesFactory(AwsClientOptions options) => this.options = options;

    /// <inheritdoc/>
    public IEmailSecurityServices Create(ConnectionSettings settings, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        return new Services(settings, time, options, budgets);
    }
}
