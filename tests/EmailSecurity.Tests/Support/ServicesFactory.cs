using EmailSecurity.Aws;
using EmailSecurity.Aws.Session;
using EmailSecurity.Net;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Support;

/// <summary>Makes all adapters of a session, as the commands do.</summary>
/// <param name="options">Patience and environment of the calls to AWS; null for those of the module.</param>
internal sealed class ServicesFactory(AwsClientOptions? options = null)
{
    private readonly OutsideFactory outside = new();
    private readonly CloudFactory cloud = options is null ? new CloudFactory() : new CloudFactory(options);

    public IEmailSecurityServices Create(ConnectionSettings settings, TimeProvider time, ISessionHost? host = null)
        => new EmailSecurityServices(outside.Create(settings, time, host), cloud.Create(settings, time, host));
}
