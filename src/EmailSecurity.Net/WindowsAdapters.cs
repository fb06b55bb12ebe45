using System.Net.NetworkInformation;
using System.Runtime.InteropServices;

namespace EmailSecurity.Net;

/// <summary>What .NET does not report about Windows' adapters: their metrics (GetIpInterfaceEntry of iphlpapi).</summary>
internal static class WindowsAdapters
{
    // MIB_IPINTERFACE_ROW of netioapi.h: its size, and where Family, InterfaceIndex and Metric are.
    private const int RowSize = 168;
    private const int IndexOffset = 16;
    private const int MetricOffset = 148;
    private const ushort InterNetwork = 2;
    private const ushort InterNetworkV6 = 23;

    /// <summary>Reads an adapter.</summary>
    public static DnsAdapter Read(NetworkInterface adapter)
    {
        var properties = adapter.GetIPProperties();
        return new DnsAdapter(
            adapter.OperationalStatus == OperationalStatus.Up,
            adapter.NetworkInterfaceType == NetworkInterfaceType.Loopback,
            adapter.Supports(NetworkInterfaceComponent.IPv4) ? Metric(InterNetwork, properties.GetIPv4Properties().Index) : uint.MaxValue,
            adapter.Supports(NetworkInterfaceComponent.IPv6) ? Metric(InterNetworkV6, properties.GetIPv6Properties().Index) : uint.MaxValue,
            [.. properties.DnsAddresses]);
    }

    // The order of the adapters stays where Windows does not answer: all metrics are the same then.
    private static uint Metric(ushort family, int index)
    {
        var row = new byte[RowSize];
        BitConverter.TryWriteBytes(row, family);
        BitConverter.TryWriteBytes(row.AsSpan(IndexOffset), index);
        return GetIpInterfaceEntry(row) == 0 ? BitConverter.ToUInt32(row, MetricOffset) : uint.MaxValue;
    }

    [DllImport("iphlpapi.dll", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern uint GetIpInterfaceEntry([In, Out] byte[] row);
}
