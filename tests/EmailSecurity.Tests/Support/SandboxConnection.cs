using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Hosting;

namespace EmailSecurity.Tests.Support;

/// <summary>How commands reach a sandbox.</summary>
internal static class SandboxConnection
{
    /// <summary>The settings that a user of the sandbox's main account gives.</summary>
    /// <param name="sandbox">The sandbox.</param>
    /// <param name="allowPrivateNetwork">True to reach hosts on this computer by their addresses too.</param>
    public static ConnectionSettings To(SandboxServer sandbox, bool allowPrivateNetwork = true) => new()
    {
        AccessKey = sandbox.AccessKey,
        SecretKey = sandbox.SecretKey,
        Region = "eu-central-1",
        EndpointUrl = sandbox.EndpointUrl,
        NameServer = sandbox.NameServer,
        TrustedRoot = sandbox.TrustedRoot,
        ConnectTo = sandbox.ConnectTo,
        AllowPrivateNetwork = allowPrivateNetwork,
    };
}
