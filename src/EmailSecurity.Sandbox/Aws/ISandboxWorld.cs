namespace EmailSecurity.Sandbox.Aws;

/// <summary>Everything of the sandbox beside S3 and STS: the other services, the DNS server and the edge. The host composes it.</summary>
public interface ISandboxWorld : IAsyncDisposable
{
    /// <summary>Route 53, CloudFront and ACM.</summary>
    IReadOnlyList<IAwsService> Services { get; }

    /// <summary>Starts the DNS server and the edge; the properties below hold after it.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>DNS server, <c>host:port</c>.</summary>
    string NameServer { get; }

    /// <summary>HTTPS edge, <c>host:port</c>.</summary>
    string ConnectTo { get; }

    /// <summary>The edge on plain HTTP, <c>host:port</c>.</summary>
    string ConnectToHttp { get; }

    /// <summary>PEM text of the CA that signs the edge's certificates.</summary>
    string TrustedRootPem { get; }

    /// <summary>Told when <see cref="TrustedRootPem"/> has grown: a zone has a root of its own.</summary>
    Action? RootsChanged { get => null; set { } }

    /// <summary>Puts (replaces) a zone at somebody else's DNS host.</summary>
    /// <exception cref="ArgumentException">A record breaks a DNS rule; the message names it.</exception>
    void PutThirdPartyZone(string zone, IReadOnlyList<ZoneRecord> records);

    /// <summary>A third-party zone; null where there is none.</summary>
    IReadOnlyList<ZoneRecord>? GetThirdPartyZone(string zone);

    /// <summary>Drops a third-party zone; false where there is none.</summary>
    bool DeleteThirdPartyZone(string zone);
}
