using EmailSecurity.Sandbox.Aws;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>A running sandbox: an AWS endpoint, a DNS server, an HTTPS edge and an admin interface, all on loopback, all gone when disposed.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private SandboxServer()
    {
    }

    /// <summary>The AWS endpoint of every service.</summary>
    public string EndpointUrl { get; private set; } = "";

    /// <summary>DNS server, <c>host:port</c>.</summary>
    public string NameServer { get; private set; } = "";

    /// <summary>HTTPS edge, <c>host:port</c>.</summary>
    public string ConnectTo { get; private set; } = "";

    /// <summary>The edge on plain HTTP, <c>host:port</c>.</summary>
    public string ConnectToHttp { get; private set; } = "";

    /// <summary>PEM file of the CA that signs the edge's certificates.</summary>
    public string TrustedRoot { get; private set; } = "";

    /// <summary>Access key of the main account.</summary>
    public string AccessKey { get; private set; } = "";

    /// <summary>Secret key of the main account.</summary>
    public string SecretKey { get; private set; } = "";

    /// <summary>The main account: twelve digits.</summary>
    public string AccountId { get; private set; } = "";

    /// <summary>Access key of the other account.</summary>
    public string OtherAccessKey { get; private set; } = "";

    /// <summary>Secret key of the other account.</summary>
    public string OtherSecretKey { get; private set; } = "";

    /// <summary>Buckets that belong to the other account.</summary>
    public IReadOnlyList<string> ForeignBuckets { get; private set; } = [];

    /// <summary>Admin interface.</summary>
    public string AdminUrl { get; private set; } = "";

    /// <summary>Services, DNS and edge.</summary>
    public ISandboxWorld? World { get; private set; }

    /// <summary>Starts a sandbox.</summary>
    public static Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>Stops everything and deletes the temporary folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (World is not null)
        {
            await World.DisposeAsync();
        }
    }
}
