using System.Security.Authentication;
using EmailSecurity.Net;

namespace EmailSecurity.Tests.Net;

/// <summary>The TLS of the computer that runs the tests.</summary>
internal static class TestTls
{
    /// <summary>The newest version that it has.</summary>
    public static string Newest => TlsPlatform.Current.HasTls13 ? "1.3" : "1.2";

    /// <summary>Skips a test of a version that it does not have.</summary>
    public static void Need(SslProtocols protocol) => Assert.SkipWhen(protocol == SslProtocols.Tls13 && !TlsPlatform.Current.HasTls13, "This computer has no TLS 1.3.");
}
