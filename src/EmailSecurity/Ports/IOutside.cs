namespace EmailSecurity.Ports;

/// <summary>The Internet as a sending server sees it, ready for use. No AWS, and no credentials.</summary>
public interface IOutside : IDisposable
{
    /// <summary>DNS as the Internet sees it.</summary>
    IResolver Resolver { get; }

    /// <summary>HTTPS as a sending server does it.</summary>
    IFetcher Fetcher { get; }

    /// <summary>SMTP with STARTTLS as a sending server does it.</summary>
    ISmtpProbe SmtpProbe { get; }
}

/// <summary>
/// Makes the adapters to DNS, HTTPS and SMTP; implemented by EmailSecurity.Net (type <c>EmailSecurity.Net.OutsideFactory</c>, public, parameterless), found
/// by name
/// through the module's load context.
/// </summary>
public interface IOutsideFactory
{
    /// <summary>Makes the adapters of a session.</summary>
    /// <param name="settings">How to reach the Internet; what concerns AWS is not read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="host">The user, who watches lookups, fetches and probes; null for nobody.</param>
    /// <exception cref="EmailSecurityException">TrustedRootUnreadable.</exception>
    IOutside Create(ConnectionSettings settings, TimeProvider time, ISessionHost? host = null);
}
