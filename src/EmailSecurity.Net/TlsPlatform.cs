using System.Net.Security;
using System.Security.Cryptography;

namespace EmailSecurity.Net;

/// <summary>What the operating system's TLS can do.</summary>
/// <param name="HasTls13">A client can use TLS 1.3.</param>
/// <param name="CanDisableResumption">
/// A client that asks for no resumption gets none. On Windows before build 22000 SChannel may find a session in its cache before it learns
/// not to use one (https://github.com/dotnet/runtime/issues/103449).
/// </param>
/// <param name="FetchesRoots">
/// The system has most public roots only once it has fetched them (Windows' automatic root update), and does not fetch any where certificate downloads
/// are off: a root that this computer never met looks untrusted then.
/// </param>
internal record TlsPlatform(bool HasTls13, bool CanDisableResumption, bool FetchesRoots = false)
{
    private const int WindowsServer2022 = 20348;
    private const int Windows11 = 22000;
    private const long OpenSsl111 = 0x10101000;

    /// <summary>This computer.</summary>
    public static TlsPlatform Current { get; } =
        OperatingSystem.IsWindows() ? Windows(Environment.OSVersion.Version.Build)
        : OperatingSystem.IsMacOS() ? MacOS(UsesNetworkFramework())
        : OpenSsl(SafeEvpPKeyHandle.OpenSslVersion);

    /// <summary>Windows by its build: Microsoft's table "Protocols in TLS/SSL (Schannel SSP)".</summary>
    public static TlsPlatform Windows(int build) => new(build >= WindowsServer2022, build >= Windows11, FetchesRoots: true);

    /// <summary>macOS: Secure Transport ends at TLS 1.2; the Network framework, which .NET 10 uses where it is asked to, has TLS 1.3.</summary>
    public static TlsPlatform MacOS(bool usesNetworkFramework) => new(usesNetworkFramework, true);

    /// <summary>Everywhere else: OpenSSL by its version number.</summary>
    public static TlsPlatform OpenSsl(long version) => new(version >= OpenSsl111, true);

    /// <summary>Makes the handshake.</summary>
    public virtual Task AuthenticateAsync(SslStream ssl, SslClientAuthenticationOptions options, CancellationToken cancellationToken) =>
        ssl.AuthenticateAsClientAsync(options, cancellationToken);

    private static bool UsesNetworkFramework() =>
        AppContext.TryGetSwitch("System.Net.Security.UseNetworkFramework", out var isOn) ? isOn
        : Environment.GetEnvironmentVariable("DOTNET_SYSTEM_NET_SECURITY_USENETWORKFRAMEWORK") is "1" or "true";
}
