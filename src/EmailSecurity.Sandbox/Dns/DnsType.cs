namespace EmailSecurity.Sandbox.Dns;

/// <summary>Record types and response codes by number (IANA DNS parameters).</summary>
public static class DnsType
{
    public const ushort A = 1;
    public const ushort Ns = 2;
    public const ushort Cname = 5;
    public const ushort Soa = 6;
    public const ushort Ptr = 12;
    public const ushort Mx = 15;
    public const ushort Txt = 16;
    public const ushort Aaaa = 28;
    public const ushort Srv = 33;
    public const ushort Opt = 41;
    public const ushort Ds = 43;
    public const ushort Tlsa = 52;
    public const ushort Spf = 99;
    public const ushort Any = 255;
    public const ushort Caa = 257;

    private static readonly Dictionary<string, ushort> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["A"] = A,
        ["NS"] = Ns,
        ["CNAME"] = Cname,
        ["SOA"] = Soa,
        ["PTR"] = Ptr,
        ["MX"] = Mx,
        ["TXT"] = Txt,
        ["AAAA"] = Aaaa,
        ["SRV"] = Srv,
        ["DS"] = Ds,
        ["TLSA"] = Tlsa,
        ["SPF"] = Spf,
        ["CAA"] = Caa,
    };

    /// <summary>The number of a type; null for one that is not known here.</summary>
    public static ushort? Find(string name) => ByName.TryGetValue(name, out var number) ? number : null;
}

/// <summary>Response codes (RFC 1035 section 4.1.1).</summary>
public enum DnsRcode
{
    NoError = 0,
    FormErr = 1,
    ServFail = 2,
    NxDomain = 3,
    NotImp = 4,
    Refused = 5,
}
