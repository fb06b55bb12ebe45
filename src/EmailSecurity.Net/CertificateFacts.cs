namespace EmailSecurity.Net;

/// <summary>A server's certificate, and what a sending server thinks of it.</summary>
/// <param name="Fault">The worst fault.</param>
/// <param name="Detail">All faults, for people; empty without one.</param>
/// <param name="NotBefore">The leaf's beginning; null where the server showed none.</param>
/// <param name="NotAfter">The leaf's end; null where the server showed none.</param>
/// <param name="Names">The leaf's first DNS names, lower case.</param>
internal sealed record CertificateFacts(
    CertificateFault Fault, string Detail, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter, IReadOnlyList<string> Names);
