using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace EmailSecurity.Net;

/// <summary>A network adapter and the DNS servers it names.</summary>
/// <param name="IsUp">It is connected.</param>
/// <param name="IsLoopback">It points to this computer alone.</param>
/// <param name="Metric4">What IPv4 over it costs; the system prefers the lowest. <see cref="uint.MaxValue"/> where that is not known.</param>
/// <param name="Metric6">The same for IPv6.</param>
/// <param name="Servers">Its servers, in order.</param>
internal sealed record DnsAdapter(bool IsUp, bool IsLoopback, uint Metric4, uint Metric6, IReadOnlyList<IPAddress> Servers);

/// <summary>The DNS servers of the system, in the order in which the system asks them.</summary>
internal static class SystemNameServers
{
    private const int DnsPort = 53;

    /// <summary>This computer's servers; empty where it names none.</summary>
    public static IReadOnlyList<IPEndPoint> Find() => OperatingSystem.IsWindows()
        ? Order(Readable(NetworkInterface.GetAllNetworkInterfaces(), WindowsAdapters.Read))
        : [.. DnsClient.NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false)
            .Select(s => new IPEndPoint(IPAddress.Parse(s.Address), s.Port))];

    /// <summary>The adapters that can be read: one that goes while the others are looked at (a VPN, a dock) is not there.</summary>
    public static IReadOnlyList<DnsAdapter> Readable<T>(IEnumerable<T> adapters, Func<T, DnsAdapter> read)
    {
        List<DnsAdapter> readable = [];
        foreach (var adapter in adapters)
        {
            try
            {
                readable.Add(read(adapter));
            }
            catch (NetworkInformationException)
            {
                // Its servers are out of reach with it.
            }
        }

        return readable;
    }

    /// <summary>
    /// Orders the servers of a system that keeps them by adapter: those of the adapter with the lowest metric first, each once. An adapter that is down
    /// and the loopback have none that count, nor have the placeholders that Windows puts where an adapter has no IPv6 server (fec0:0:0:ffff::1 to ::3).
    /// </summary>
    public static IReadOnlyList<IPEndPoint> Order(IEnumerable<DnsAdapter> adapters) =>
        [.. adapters.Where(a => a.IsUp && !a.IsLoopback)
            .SelectMany(a => a.Servers.Select(s => (Server: s, Metric: s.AddressFamily == AddressFamily.InterNetworkV6 ? a.Metric6 : a.Metric4)))
            .Where(s => !s.Server.IsIPv6SiteLocal)
            .OrderBy(s => s.Metric)
            .Select(s => new IPEndPoint(s.Server, DnsPort))
            .Distinct()];
}
