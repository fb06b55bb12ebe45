using System.Net;
using EmailSecurity.Live;

namespace EmailSecurity.Tests.Live;

/// <summary>Which addresses lead into the internet: every row of IANA's special-purpose registries (RFC 6890), at its edges.</summary>
public sealed class GlobalReachTests
{
    /// <summary>Not globally reachable: prefix, and the neighbours before and after it (empty where a neighbour is in another row).</summary>
    public static readonly TheoryData<string, string, string> NotGlobal = new()
    {
        { "0.0.0.0/8", "", "1.0.0.0" },
        { "10.0.0.0/8", "9.255.255.255", "11.0.0.0" },
        { "100.64.0.0/10", "100.63.255.255", "100.128.0.0" },
        { "127.0.0.0/8", "126.255.255.255", "128.0.0.0" },
        { "169.254.0.0/16", "169.253.255.255", "169.255.0.0" },
        { "172.16.0.0/12", "172.15.255.255", "172.32.0.0" },
        { "192.0.0.0/29", "191.255.255.255", "" },
        { "192.0.0.8/32", "", "192.0.0.9" },
        { "192.0.0.11/32", "192.0.0.10", "" },
        { "192.0.0.128/25", "", "192.0.1.0" },
        { "192.0.0.170/31", "", "" },
        { "192.0.2.0/24", "192.0.1.255", "192.0.3.0" },
        { "192.88.99.0/24", "192.88.98.255", "192.88.100.0" },
        { "192.168.0.0/16", "192.167.255.255", "192.169.0.0" },
        { "198.18.0.0/15", "198.17.255.255", "198.20.0.0" },
        { "198.51.100.0/24", "198.51.99.255", "198.51.101.0" },
        { "203.0.113.0/24", "203.0.112.255", "203.0.114.0" },
        { "224.0.0.0/4", "223.255.255.255", "" },
        { "240.0.0.0/4", "", "" },
        { "255.255.255.255/32", "", "" },
        { "::/128", "", "" },
        { "::1/128", "", "" },
        { "::7f00:1/128", "", "" }, // IPv4-compatible
        { "::ffff:0:7f00:1/128", "", "" }, // IPv4-translated, RFC 2765
        { "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff/128", "", "" },
        { "64:ff9b:0:0:0:1::/96", "64:ff9b::223.255.255.255", "" },
        { "64:ff9b:1::/48", "", "" },
        { "100::/64", "", "" },
        { "100:0:0:1::/64", "", "" },
        { "2001::/23", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::" },
        { "2001::/32", "", "" }, // Teredo
        { "2001:1::/128", "", "2001:1::1" },
        { "2001:1::4/128", "2001:1::3", "" },
        { "2001:2::/48", "", "" },
        { "2001:2:ffff:ffff:ffff:ffff:ffff:ffff/128", "", "2001:3::" },
        { "2001:4::/128", "2001:3:ffff:ffff:ffff:ffff:ffff:ffff", "" },
        { "2001:4:111:ffff:ffff:ffff:ffff:ffff/128", "", "2001:4:112::" },
        { "2001:4:113::/48", "2001:4:112:ffff:ffff:ffff:ffff:ffff", "" },
        { "2001:10::/28", "", "2001:20::" },
        { "2001:40::/26", "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff", "" },
        { "2001:db8::/32", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::" },
        { "3fff::/20", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::" },
        { "1000::/4", "", "2000::" },
        { "4000::/3", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "" },
        { "5f00::/16", "", "" },
        { "fc00::/7", "", "" },
        { "fe80::/10", "", "" },
        { "fec0::/10", "", "" },
        { "ff00::/8", "", "" },
        // What they carry decides.
        { "::ffff:10.0.0.0/104", "::ffff:9.255.255.255", "::ffff:11.0.0.0" },
        { "::ffff:127.0.0.0/104", "::ffff:126.255.255.255", "::ffff:128.0.0.0" },
        { "64:ff9b::10.0.0.0/104", "64:ff9b::9.255.255.255", "64:ff9b::11.0.0.0" },
        { "64:ff9b::169.254.169.254/128", "64:ff9b::169.253.0.1", "" },
        { "2002:a00::/24", "2002:9ff:ffff:ffff:ffff:ffff:ffff:ffff", "2002:b00::" },
        { "2002:7f00::/24", "2002:7eff::1", "2002:8000::" },
    };

    [Theory]
    [MemberData(nameof(NotGlobal))]
    public void A_special_purpose_block_is_refused_to_its_edges_and_no_further(string prefix, string before, string after)
    {
        var network = IPNetwork.Parse(prefix);
        Assert.NotNull(GlobalReach.WhyNot(network.BaseAddress));
        Assert.NotNull(GlobalReach.WhyNot(Last(network)));
        foreach (var neighbour in ((string[])[before, after]).Where(n => n.Length > 0))
        {
            Assert.Null(GlobalReach.WhyNot(IPAddress.Parse(neighbour)));
        }
    }

    [Theory]
    [InlineData("8.8.8.8"), InlineData("192.0.0.9"), InlineData("192.0.0.10"), InlineData("192.31.196.1"), InlineData("192.52.193.1"), InlineData("192.175.48.1")]
    [InlineData("2606:4700::1"), InlineData("2001:1::1"), InlineData("2001:1::2"), InlineData("2001:1::3"), InlineData("2001:3::1"), InlineData("2001:4:112::1")]
    [InlineData("2001:20::1"), InlineData("2001:2f:ffff::1"), InlineData("2001:30::1"), InlineData("2001:3f:ffff::1"), InlineData("2001:200::1"), InlineData("2620:4f:8000::1")]
    [InlineData("::ffff:8.8.8.8"), InlineData("64:ff9b::8.8.8.8"), InlineData("2002:808:808::1")]
    public void What_the_registry_calls_globally_reachable_is(string address) => Assert.Null(GlobalReach.WhyNot(IPAddress.Parse(address)));

    [Theory]
    [InlineData("fe80::1%3", "link-local")]
    [InlineData("::ffff:169.254.169.254", "169.254.169.254: link-local, RFC 3927")]
    [InlineData("10.1.2.3", "private use, RFC 1918")]
    public void Why_is_said(string address, string why) => Assert.Contains(why, GlobalReach.WhyNot(IPAddress.Parse(address)), StringComparison.Ordinal);

    private static IPAddress Last(IPNetwork network)
    {
        var octets = network.BaseAddress.GetAddressBytes();
        for (var bit = network.PrefixLength; bit < octets.Length * 8; bit++)
        {
            octets[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return new IPAddress(octets);
    }
}
