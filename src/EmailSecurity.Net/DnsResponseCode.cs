using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>The response codes of DNS (RFC 1035 section 4.1.1).</summary>
internal static class DnsResponseCode
{
    /// <summary>What a code says.</summary>
    public static DnsStatus Status(int code) => code switch
    {
        0 => DnsStatus.NoError,
        3 => DnsStatus.NxDomain,
        2 => DnsStatus.ServFail,
        5 => DnsStatus.Refused,
        _ => DnsStatus.OtherError,
    };

    /// <summary>A code in words.</summary>
    public static string Name(int code) => code switch
    {
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        _ => Invariant($"response code {code}"),
    };
}
