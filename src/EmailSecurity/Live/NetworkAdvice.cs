namespace EmailSecurity.Live;

/// <summary>The ways out where an address does not lead into the internet.</summary>
internal static class NetworkAdvice
{
    /// <summary>A host with private addresses alone.</summary>
    public static string Private(string host) =>
        $"Publish a public address for {host}. If your own DNS server gives another answer inside your network, ask a public one (-NameServer), or " +
            $"use -AllowPrivateNetwork.";
}
