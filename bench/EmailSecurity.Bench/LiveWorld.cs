using System.Globalization;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Sandbox.Hosting;

/// <summary>
/// The world of the live bench as a process of its own, so that its work does not count as the client's: a sandbox whose DNS and edge serve
/// the domains. Prints name server, edge and root file, tab-separated, when ready; ends with its input.
/// </summary>
internal static class LiveWorld
{
    public static async Task<int> RunAsync(string[] args)
    {
        var count = int.Parse(args[0], CultureInfo.InvariantCulture);
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
        for (var i = 0; i < count; i++)
        {
            var domain = new LiveDomain(i);
            sandbox.World.PutThirdPartyZone(domain.Name, domain.Zone());
            domain.PutSites((ISiteHost)sandbox.World);
        }

        Console.WriteLine($"{sandbox.NameServer}\t{sandbox.ConnectTo}\t{sandbox.TrustedRoot}");
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        return 0;
    }
}
