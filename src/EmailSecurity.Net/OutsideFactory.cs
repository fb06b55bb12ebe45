using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>Makes the adapters to DNS, HTTPS and SMTP of a session. The module finds this type by name through its private load context.</summary>
public sealed class OutsideFactory : IOutsideFactory
{
    /// <inheritdoc/>
    public IOutside Create(ConnectionSettings settings, TimeProvider time, ISessionHost? host = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        return new Outside(settings, time, host);
    }
}
