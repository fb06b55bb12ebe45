namespace EmailSecurity.Sandbox.Hosting;

/// <summary>The hosted zone that a sandbox for people starts with: a domain that has mail and enforces DMARC, and nothing else yet.</summary>
public static class FirstZone
{
    /// <summary>Its name.</summary>
    public const string Domain = "example.com";

    /// <summary>Puts it into a sandbox.</summary>
    public static void Put(SandboxServer server) => server.PutHostedZone(
        Domain,
        [
            new(Domain, "MX", 300, [$"10 mx1.{Domain}.", $"20 mx2.{Domain}."]),
            new($"mx1.{Domain}", "A", 300, ["127.0.0.1"]),
            new($"mx2.{Domain}", "A", 300, ["127.0.0.1"]),
            new($"_dmarc.{Domain}", "TXT", 300, ["\"v=DMARC1; p=reject\""]),
        ]);
}
