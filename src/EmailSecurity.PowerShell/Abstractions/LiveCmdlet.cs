using System.Management.Automation;
using EmailSecurity.Marks;
using EmailSecurity.Ports;
using EmailSecurity.PowerShell.Loading;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>A cmdlet that reads live data: DNS, HTTPS, SMTP.</summary>
public abstract class LiveCmdlet : EmailSecurityCmdlet
{
    private readonly AdapterSessions<IOutside> outsides;

    /// <summary>Makes the cmdlet.</summary>
    protected LiveCmdlet() => outsides = new AdapterSessions<IOutside>(settings => Adapters.Outside.Create(settings, Clock, SessionHost));

    /// <summary>DNS server to ask, <c>host[:port]</c>, instead of the system's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    [ValidateHostPort(PortOptional = true)]
    public string? NameServer { get; set; }

    /// <summary>PEM file of an additional root for HTTPS: a test environment's certification authority.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    public string? TrustedRoot { get; set; }

    /// <summary>
    /// Where HTTPS connects, <c>host:port</c>, whatever the name (as curl's --connect-to); SNI, Host and certificate checks stay those of the name.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NotGivenIfEmpty(RefuseEmptyArgument = true)]
    [ValidateHostPort]
    public string? ConnectTo { get; set; }

    /// <summary>
    /// Connects to web and mail servers at addresses that are not globally reachable too (10.0.0.0/8, 192.168.0.0/16, fd00::/8, 127.0.0.1 and the like): for
    /// looks from inside a network. Without it such an address is a finding, for anybody's DNS can name one. -ConnectTo and -NameServer are always followed.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter AllowPrivateNetwork { get; set; }

    /// <summary>What the current input says of <see cref="AllowPrivateNetwork"/>; null where it says nothing.</summary>
    private protected bool? IsPrivateNetworkAllowed =>
        AllowPrivateNetwork ? true : MyInvocation.BoundParameters.ContainsKey(nameof(AllowPrivateNetwork)) ? false : null;

    /// <summary>
    /// The adapters to DNS, HTTPS and SMTP for the parameters of the current input object. They live as long as the invocation. Call it before the first await.
    /// </summary>
    /// <exception cref="EmailSecurityException">What the parameters ask for cannot be had: TrustedRootNotFound ...</exception>
    protected IOutside GetOutside() => GetOutside(GetSettings(SandboxDefaults.Find(this)));

    private protected IOutside GetOutside(ConnectionSettings settings) => outsides.For(settings);

    /// <summary>How to reach AWS and the Internet, from the parameters, the session and the sandbox.</summary>
    /// <param name="sandbox">The sandbox of the session; null where there is none.</param>
    private protected virtual ConnectionSettings GetSettings(SandboxDefaults? sandbox) => new()
    {
        NameServer = NameServer ?? sandbox?.NameServer,
        TrustedRoot = TrustedRoot is null ? sandbox?.TrustedRoot : ResolveExistingFile(TrustedRoot, "TrustedRootNotFound"),
        ConnectTo = ConnectTo ?? sandbox?.ConnectTo,
        AllowPrivateNetwork = IsPrivateNetworkAllowed ?? sandbox is not null,
    };

    /// <summary>The mark roots to trust: those of a file where one is given, else those shipped and a sandbox's own. Pipeline thread only.</summary>
    /// <exception cref="EmailSecurityException">MarkRootNotFound, TrustedRootInvalid, SandboxFileInvalid.</exception>
    private protected MarkCertificateRoots ReadMarkRoots(string? path)
    {
        if (path is not null)
        {
            return MarkCertificateRoots.FromPem(AssetFiles.ReadRootFile(ResolveExistingFile(path, "MarkRootNotFound")));
        }

        return SandboxDefaults.Find(this)?.MarkRoot is { } sandbox
            ? MarkCertificateRoots.DefaultWith(AssetFiles.ReadRootFile(ResolveExistingFile(sandbox, "MarkRootNotFound")))
            : MarkCertificateRoots.Default;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            outsides.Dispose();
        }

        base.Dispose(disposing);
    }
}
