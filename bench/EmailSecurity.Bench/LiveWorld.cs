using System.Globalization;
using EmailSecurity.Sandbox.Hosting;

/// <summary>
/// The world of the live bench as a process of its own, so that its work does not count as the client's: nsd and nginx, or a sandbox whose DNS
/// and edge serve the domains. Prints name server, edge and root file, tab-separated, when ready; ends with its input.
/// </summary>
internal static class LiveWorld
{
    public static async Task<int> RunAsync(string[] args)
    {
        var count = int.Parse(args[0], CultureInfo.InvariantCulture);
        if (args is [_, "nginx"])
        {
            await using var servers = new NginxWorld();
            for (var i = 0; i < count; i++)
            {
                servers.PutDomain(new LiveDomain(i));
            }

            await servers.StartAsync(new LiveDomain(0));
            await ServeAsync(servers.NameServer, servers.ConnectTo, servers.TrustedRoot);
            return 0;
        }

        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
        for (var i = 0; i < count; i++)
        {
            var domain = new LiveDomain(i);
            sandbox.Emulation.PutThirdPartyZone(domain.Name, domain.Zone());
            domain.PutSites(sandbox.Emulation.PutSite);
        }

        await ServeAsync(sandbox.NameServer, sandbox.ConnectTo, sandbox.TrustedRoot);
        return 0;
    }

    private static async Task ServeAsync(string nameServer, string connectTo, string root)
    {
        Console.WriteLine($"{nameServer}\t{connectTo}\t{root}");
        while (await Console.In.ReadLineAsync() is not null)
        {
        }
    }
}
