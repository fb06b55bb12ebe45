namespace EmailSecurity.Net;

/// <summary>There is no name server to ask.</summary>
internal sealed class NoNameServerException(string message) : Exception(message);
