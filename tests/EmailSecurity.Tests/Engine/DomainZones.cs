using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Running;

namespace EmailSecurity.Tests.Engine;

/// <summary>Hosted zones with mail and an enforcing DMARC record.</summary>
internal static class DomainZones
{
    public static async Task AddAsync(SandboxServer sandbox, params string[] domains)
    {
        using var setup = new HostedZoneSetup(sandbox.EndpointUrl, sandbox.AccessKey, sandbox.SecretKey);
        foreach (var domain in domains)
        {
            await setup.CreateAsync(domain, ["mx1." + domain], "v=DMARC1; p=reject", TestContext.Current.CancellationToken);
        }

        sandbox.ClearCalls();
    }
}
