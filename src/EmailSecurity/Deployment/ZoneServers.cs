using EmailSecurity.Ports;

namespace EmailSecurity.Deployment;

/// <summary>The name servers of a zone, by its own NS record set and as DNS shows them: lower case, without the final dot.</summary>
internal static class ZoneServers
{
    /// <summary>Those of the zone's own record set.</summary>
    public static string[] Own(IEnumerable<RecordSet> sets, string zone) =>
        [.. sets.Where(s => s.Name == zone && s.Type == "NS").SelectMany(s => s.Values).Select(Host)];

    /// <summary>Those that DNS shows.</summary>
    public static string[] InDns(DnsAnswer answer) => [.. answer.Records.Select(r => Host(r.Value))];

    private static string Host(string value) => value.TrimEnd('.').ToLowerInvariant();
}
