using System.Net;
using System.Net.Sockets;

namespace EmailSecurity.Live;

/// <summary>
/// Which addresses lead into the internet (RFC 6890; IANA's special-purpose address registries for IPv4 and IPv6). A stranger's DNS may name any address: one
/// that is not globally reachable would lead a look at the world into this computer or the network around it.
/// </summary>
public static class GlobalReach
{
    // IANA, "IPv4 Special-Purpose Address Registry": the longest prefix decides. Null: globally reachable.
    private static readonly Range[] Registry4 = Longest(
        ("0.0.0.0/8", "this network, RFC 791"),
        ("10.0.0.0/8", "private use, RFC 1918"),
        ("100.64.0.0/10", "shared address space, RFC 6598"),
        ("127.0.0.0/8", "loopback, RFC 1122"),
        ("169.254.0.0/16", "link-local, RFC 3927"),
        ("172.16.0.0/12", "private use, RFC 1918"),
        ("192.0.0.0/24", "IETF protocol assignments, RFC 6890"),
        ("192.0.0.9/32", null), // Port Control Protocol anycast, RFC 7723
        ("192.0.0.10/32", null), // TURN anycast, RFC 8155
        ("192.0.2.0/24", "documentation, RFC 5737"),
        ("192.88.99.0/24", "deprecated 6to4 relay anycast, RFC 7526"),
        ("192.168.0.0/16", "private use, RFC 1918"),
        ("198.18.0.0/15", "benchmarking, RFC 2544"),
        ("198.51.100.0/24", "documentation, RFC 5737"),
        ("203.0.113.0/24", "documentation, RFC 5737"),
        ("224.0.0.0/4", "multicast, RFC 5771"),
        ("240.0.0.0/4", "reserved, RFC 1112"),
        ("255.255.255.255/32", "limited broadcast, RFC 919"));

    // IANA, "IPv6 Special-Purpose Address Registry"; what is not global unicast (2000::/3, RFC 4291 section 2.4) is not reachable but for what it names.
    private static readonly Range[] Registry6 = Longest(
        ("::/0", "not global unicast, RFC 4291"),
        ("2000::/3", null),
        ("::/128", "unspecified, RFC 4291"),
        ("::1/128", "loopback, RFC 4291"),
        ("64:ff9b:1::/48", "local-use translation, RFC 8215"),
        ("100::/64", "discard-only, RFC 6666"),
        ("100:0:0:1::/64", "dummy prefix, RFC 9780"),
        ("2001::/23", "IETF protocol assignments, RFC 2928"),
        ("2001::/32", "Teredo, RFC 4380"),
        ("2001:1::1/128", null), // Port Control Protocol anycast, RFC 7723
        ("2001:1::2/128", null), // TURN anycast, RFC 8155
        ("2001:1::3/128", null), // DNS-SD SRP anycast, RFC 9665
        ("2001:2::/48", "benchmarking, RFC 5180"),
        ("2001:3::/32", null), // AMT, RFC 7450
        ("2001:4:112::/48", null), // AS112-v6, RFC 7535
        ("2001:10::/28", "deprecated ORCHID, RFC 4843"),
        ("2001:20::/28", null), // ORCHIDv2, RFC 7343
        ("2001:30::/28", null), // drone remote identification, RFC 9374
        ("2001:db8::/32", "documentation, RFC 3849"),
        ("3fff::/20", "documentation, RFC 9637"),
        ("5f00::/16", "segment routing identifiers, RFC 9602"),
        ("fc00::/7", "unique local, RFC 4193"),
        ("fe80::/10", "link-local, RFC 4291"),
        ("fec0::/10", "deprecated site-local, RFC 3879"),
        ("ff00::/8", "multicast, RFC 4291"));

    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96"); // RFC 6052: the IPv4 address is the last 32 bits
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16"); // RFC 3056: bits 16 to 47

    /// <summary>Why an address is not globally reachable: what it is for, and the RFC; null where it is.</summary>
    /// <param name="address">An address. Those that carry an IPv4 address (IPv4-mapped, NAT64 well-known prefix, 6to4) are judged by what they carry.</param>
    public static string? WhyNot(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return Lookup(Registry4, address);
        }

        var plain = new IPAddress(address.GetAddressBytes()); // a scope says nothing of what it is for
        if (Carried(plain) is { } carried)
        {
            return Lookup(Registry4, carried) is { } why ? Invariant($"{carried}: {why}") : null;
        }

        return Lookup(Registry6, plain);
    }

    private static IPAddress? Carried(IPAddress address)
    {
        var octets = address.GetAddressBytes();
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
            : Translated.Contains(address) ? new IPAddress(octets.AsSpan(12, 4))
            : SixToFour.Contains(address) ? new IPAddress(octets.AsSpan(2, 4))
            : null;
    }

    private static string? Lookup(Range[] registry, IPAddress address) => Array.Find(registry, r => r.Network.Contains(address))?.Why;

    private static Range[] Longest(params (string Prefix, string? Why)[] rows) =>
        [.. rows.Select(r => new Range(IPNetwork.Parse(r.Prefix), r.Why)).OrderByDescending(r => r.Network.PrefixLength)];

    private sealed record Range(IPNetwork Network, string? Why);
}
