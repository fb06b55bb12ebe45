using EmailSecurity.Sandbox.Hosting;

namespace EmailSecurity.Tests.Engine;

/// <summary>Hosted zones with mail and an enforcing DMARC record.</summary>
internal static class DomainZones
{
    public static Task AddAsync(SandboxServer sandbox, params string[] domains)
    {
        foreach (var domain in domains)
        {
            sandbox.PutHostedZone(domain, [new(domain, "MX", 300, [$"10 mx1.{domain}."]), new("_dmarc." + domain, "TXT", 300, ["\"v=DMARC1; p=reject\""])]);
        }

        return Task.CompletedTask;
    }
}
