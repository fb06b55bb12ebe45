using System.Net;
using System.Net.Sockets;
using EmailSecurity.Live;
using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>Asks the servers of a parent zone whom they delegate a zone to: without recursion, and with little patience.</summary>
/// <param name="resolver">Finds the parent zone and its servers.</param>
/// <param name="port">Port of the servers: 53, or that of the name server of a test environment.</param>
/// <param name="allowPrivate">Addresses that are not globally reachable are asked too.</param>
internal sealed class ParentServers(IResolver resolver, int port, bool allowPrivate)
{
    private const int MaxParents = 8;
    private const int MaxServers = 4;
    private static readonly TimeSpan OneServer = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan All = TimeSpan.FromSeconds(8);

    /// <summary>The delegation; null where no parent server gives one in time.</summary>
    public async Task<DnsAnswer?> AskAsync(string zone, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(All);
        try
        {
            foreach (var server in await ServersAsync(zone, limit.Token).ConfigureAwait(false))
            {
                if (await AskAsync(server, zone, limit.Token).ConfigureAwait(false) is { Count: > 0 } records)
                {
                    return new DnsAnswer { Status = DnsStatus.NoError, Records = records };
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // the time is up
        }

        return null;
    }

    // The nearest name above that has name servers is the parent zone.
    private async Task<IReadOnlyList<IPEndPoint>> ServersAsync(string zone, CancellationToken ct)
    {
        var parent = zone;
        for (var i = 0; i < MaxParents && parent.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot; i++)
        {
            parent = parent[(dot + 1)..];
            var answer = await resolver.QueryAsync(parent, DnsRecordType.NS, ct).ConfigureAwait(false);
            if (answer.Status is not (DnsStatus.NoError or DnsStatus.NxDomain) || answer.CnameChain.Count > 0)
            {
                return [];
            }

            if (answer.Records.Count > 0)
            {
                var found = await Task.WhenAll(answer.Records.Take(MaxServers).Select(r => AddressesAsync(r.Value, ct))).ConfigureAwait(false);
                var reachable = found.SelectMany(a => a).Where(a => allowPrivate || GlobalReach.WhyNot(a) is null);
                return [.. reachable.Take(MaxServers).Select(a => new IPEndPoint(a, port))];
            }
        }

        return [];
    }

    private async Task<IEnumerable<IPAddress>> AddressesAsync(string host, CancellationToken ct)
    {
        var four = await resolver.QueryAsync(host, DnsRecordType.A, ct).ConfigureAwait(false);
        var records = four.Records.Count > 0 ? four.Records : (await resolver.QueryAsync(host, DnsRecordType.AAAA, ct).ConfigureAwait(false)).Records;
        return records.Take(1).Select(r => IPAddress.Parse(r.Value));
    }

    // A referral has them in its authority section; a server that has the zone too, in its answer.
    private static async Task<IReadOnlyList<DnsRecord>> AskAsync(IPEndPoint server, string zone, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(OneServer);
        try
        {
            var query = DnsQuery.Create(DnsQuery.EncodeName(zone)!, (int)DnsRecordType.NS, dnssec: false, recursion: false);
            var response = await DnsExchange.AskAsync(server, query, limit.Token).ConfigureAwait(false);
            return DnsResponseCode.Status(response.ResponseCode) != DnsStatus.NoError ? []
                : [.. response.ReadAuthority().Concat(response.Answers).Select(r => DnsPresentation.Record(response, r)).OfType<DnsRecord>()
                    .Where(r => r.Type == DnsRecordType.NS && r.Name == zone).DistinctBy(r => r.Value, StringComparer.OrdinalIgnoreCase)];
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or DnsFormatException && !ct.IsCancellationRequested)
        {
            return []; // the next one may answer
        }
    }
}
