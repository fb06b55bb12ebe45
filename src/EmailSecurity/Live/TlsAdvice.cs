namespace EmailSecurity.Live;

/// <summary>The way out where this computer's TLS is what a check fails for.</summary>
internal static class TlsAdvice
{
    public const string NotJudged = "Run the check again in a new PowerShell process, or on Windows 11 or later, Linux or macOS.";

    public const string Tls13 = "Run the check on a computer with TLS 1.3: Windows 11, Windows Server 2022 or later, or Linux.";
}
