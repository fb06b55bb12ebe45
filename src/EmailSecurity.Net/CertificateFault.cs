namespace EmailSecurity.Net;

/// <summary>What is wrong with a server's certificate, worst first.</summary>
internal enum CertificateFault
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>No chain to a trusted root, or a chain that is not sound.</summary>
    Untrusted,
    /// <summary>Past its end or before its beginning.</summary>
    NotTimeValid,
    /// <summary>No DNS-ID matches.</summary>
    NameMismatch,
}
