using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>The servers that lookups ask, one after the other.</summary>
internal sealed class NameServers
{
    private readonly HostPort? nameServer;
    private readonly ResolverOptions options;
    private readonly Lazy<Task<IReadOnlyList<IPEndPoint>>> servers;

    // Which server answered last: the first one to ask, so that a dead one is not waited for at every lookup.
    private volatile int first;

    /// <summary>Takes the name server given, else the system's; they are found when first asked.</summary>
    public NameServers(HostPort? nameServer, ResolverOptions options, Func<IReadOnlyList<IPEndPoint>> system)
    {
        this.nameServer = nameServer;
        this.options = options;
        servers = new Lazy<Task<IReadOnlyList<IPEndPoint>>>(() => FindServersAsync(system));
    }

    /// <summary>
    /// Asks every server once, the one that answered last first; then again, as often as the options say. An error of one is an answer only where no other
    /// knows better.
    /// </summary>
    public async Task<(DnsMessage Response, IPEndPoint Server)> AskAsync(
        string name, DnsRecordType type, bool isUnchecked, HashSet<IPEndPoint> asked, CancellationToken cancellationToken)
    {
        var encoded = DnsQuery.EncodeName(name) ?? throw new DnsFormatException($"'{name}' is not a DNS name");
        var known = await servers.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        var start = first;
        HashSet<IPEndPoint> refusing = [];
        (DnsMessage, IPEndPoint)? refused = null;
        Exception? failed = null;
        for (var attempt = 0; attempt <= options.Retries; attempt++)
        {
            for (var i = 0; i < known.Count; i++)
            {
                var server = known[(start + i) % known.Count];
                if (refusing.Contains(server))
                {
                    continue;
                }

                asked.Add(server);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(options.Timeout);
                try
                {
                    var query = DnsQuery.Create(encoded, (int)type, options.RequestDnssec, isUnchecked: isUnchecked);
                    var response = await DnsExchange.AskAsync(server, query, limit.Token).ConfigureAwait(false);
                    if (DnsResponseCode.Status(response.ResponseCode) is DnsStatus.NoError or DnsStatus.NxDomain)
                    {
                        first = (start + i) % known.Count;
                        return (response, server);
                    }

                    refused = (response, server);
                    refusing.Add(server);
                }
                catch (Exception e) when (
                    e is OperationCanceledException or SocketException or IOException or DnsFormatException && !cancellationToken.IsCancellationRequested)
                {
                    failed = e;
                }
            }
        }

        return refused ?? throw failed!;
    }

    private async Task<IReadOnlyList<IPEndPoint>> FindServersAsync(Func<IReadOnlyList<IPEndPoint>> system)
    {
        if (nameServer is null)
        {
            IReadOnlyList<IPEndPoint> found;
            try
            {
                found = system();
            }
            catch (Exception e) when (e is NetworkInformationException or IOException or UnauthorizedAccessException)
            {
                throw new NoNameServerException($"the system's DNS servers could not be read ({e.Message.TrimEnd('.')}); specify one with -NameServer.");
            }

            return found.Count > 0 ? found : throw new NoNameServerException("the system has no DNS server; specify one with -NameServer.");
        }

        try
        {
            return [.. (await System.Net.Dns.GetHostAddressesAsync(nameServer.Host).ConfigureAwait(false)).Select(a => new IPEndPoint(a, nameServer.Port))];
        }
        catch (SocketException e)
        {
            throw new NoNameServerException($"the name server {nameServer.Host} could not be resolved ({e.SocketErrorCode}).");
        }
    }
}
