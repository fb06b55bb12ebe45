namespace EmailSecurity.Ports;

/// <summary>The Internet and the account at AWS, put together. It disposes of both.</summary>
/// <param name="outside">The Internet.</param>
/// <param name="cloud">AWS.</param>
public sealed class EmailSecurityServices(IOutside outside, ICloud cloud) : IEmailSecurityServices
{
    /// <inheritdoc/>
    public IResolver Resolver => outside.Resolver;

    /// <inheritdoc/>
    public IFetcher Fetcher => outside.Fetcher;

    /// <inheritdoc/>
    public ISmtpProbe SmtpProbe => outside.SmtpProbe;

    /// <inheritdoc/>
    public string Region => cloud.Region;

    /// <inheritdoc/>
    public IAccount Account => cloud.Account;

    /// <inheritdoc/>
    public IBuckets Buckets => cloud.Buckets;

    /// <inheritdoc/>
    public IObjects Objects => cloud.Objects;

    /// <inheritdoc/>
    public IDistributions Distributions => cloud.Distributions;

    /// <inheritdoc/>
    public ICertificates Certificates => cloud.Certificates;

    /// <inheritdoc/>
    public IZones Zones => cloud.Zones;

    /// <inheritdoc/>
    public IDisposable? KeepListings() => cloud.KeepListings();

    /// <inheritdoc/>
    public void Dispose()
    {
        cloud.Dispose();
        outside.Dispose();
    }
}
