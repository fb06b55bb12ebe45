using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using EmailSecurity.Ports;

namespace EmailSecurity.Net;

/// <summary>
/// DNS over UDP, over TCP where the answer does not fit; the system's servers are found through DnsClient. Safe for any number of
/// concurrent lookups.
/// </summary>
/// <remarks>DnsClient 1.8.0 itself ends a lookup at the first packet with another id, whoever sent it; hence <see cref="DnsExchange"/>.</remarks>
public sealed class DnsClientResolver : IResolver, IDisposable
{
    private readonly ResolverOptions options;
    private readonly HostPort? nameServer;
    private readonly SemaphoreSlim turns;
    private readonly Lazy<Task<IReadOnlyList<IPEndPoint>>> servers;

    // Which server answered last: the first one to ask, so that a dead one is not waited for at every lookup.
    private volatile int first;

    /// <summary>Makes a resolver.</summary>
    /// <param name="nameServer">Name server, <c>host[:port]</c>; null for the system's.</param>
    /// <param name="options">Bounds and manners; null for the defaults.</param>
    /// <exception cref="EmailSecurityException">InvalidNameServer.</exception>
    public DnsClientResolver(string? nameServer, ResolverOptions? options = null)
        : this(nameServer, options, SystemNameServers.Find)
    {
    }

    internal DnsClientResolver(string? nameServer, ResolverOptions? options, Func<IReadOnlyList<IPEndPoint>> system)
    {
        this.options = options ?? new ResolverOptions();
        this.nameServer = nameServer is null ? null : HostPort.Parse(nameServer, 53, "InvalidNameServer", "name server");
        turns = new SemaphoreSlim(this.options.MaxConcurrency);
        servers = new Lazy<Task<IReadOnlyList<IPEndPoint>>>(() => FindServersAsync(system));
    }

    /// <inheritdoc/>
    public async Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await BoundedAsync(name, type, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();

    // The clock starts when the lookup does: one that waited for its turn has not been denied an answer.
    private async Task<DnsAnswer> BoundedAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.TotalTimeout);
        List<string> chain = [];
        HashSet<IPEndPoint> asked = [];
        if (Canonical(name) is not { } canonical)
        {
            return new DnsAnswer
            {
                Status = DnsStatus.Malformed,
                Detail = $"'{name}' is not a valid DNS name: each label must have 1 to 63 octets, and the name at most 253 (RFC 1035 section 2.3.4).",
            };
        }

        try
        {
            return await FollowAsync(canonical, type, chain, asked, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (status, detail) = Explain(e, limit.IsCancellationRequested, asked);
            return new DnsAnswer { Status = status, CnameChain = chain, Detail = $"{name} {type}: {detail}" };
        }
    }

    private async Task<DnsAnswer> FollowAsync(
        string name, DnsRecordType type, List<string> chain, HashSet<IPEndPoint> servers, CancellationToken cancellationToken)
    {
        var authentic = true;
        var current = name;
        HashSet<string> seen = new(StringComparer.Ordinal) { name };
        while (true)
        {
            var (response, server) = await AskAsync(current, type, servers, cancellationToken).ConfigureAwait(false);
            authentic &= response.IsAuthentic;
            // Only the records asked for, and the way to them, belong to the answer; what cannot be read is not an answer.
            DnsRecord[] answers = [.. response.Answers.Select(r => DnsPresentation.Record(response, r)).OfType<DnsRecord>()];
            var aliases = answers.Where(r => r.Type == DnsRecordType.CNAME).ToLookup(r => r.Name, StringComparer.Ordinal);
            var asked = current;
            while (type != DnsRecordType.CNAME && aliases[current].FirstOrDefault() is { } alias)
            {
                current = alias.Value;
                chain.Add(current);
                if (!seen.Add(current) || chain.Count > options.MaxCnames)
                {
                    var path = string.Join(" -> ", chain.Prepend(name));
                    return new DnsAnswer
                    {
                        Status = DnsStatus.Malformed,
                        CnameChain = chain,
                        Detail = Invariant($"{name} {type}: the CNAMEs form a loop, or are more than {options.MaxCnames}: {path}."),
                    };
                }
            }

            // RFC 6604 section 2: the response code speaks of the last name in the chain.
            var status = Status(response.ResponseCode);
            if (status != DnsStatus.NoError)
            {
                return new DnsAnswer
                {
                    Status = status,
                    CnameChain = chain,
                    AuthenticData = authentic,
                    Detail = $"{current} {type}: {server} answered {CodeName(response.ResponseCode)}.",
                };
            }

            DnsRecord[] records = [.. answers.Where(r => r.Type == type && r.Name == current)];
            // A server that knows only part of the chain stops at the CNAME: the rest is asked for (RFC 1034 section 5.3.3 step 4c).
            if (records.Length > 0 || current == asked)
            {
                return new DnsAnswer { Status = DnsStatus.NoError, Records = records, CnameChain = chain, AuthenticData = authentic };
            }
        }
    }

    // Every server once, the one that answered last first; then again, as often as the options say. An error of one is an answer only where no other
    // knows better.
    private async Task<(DnsMessage Response, IPEndPoint Server)> AskAsync(
        string name, DnsRecordType type, HashSet<IPEndPoint> asked, CancellationToken cancellationToken)
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
                    var query = DnsQuery.Create(encoded, (int)type, options.RequestDnssec);
                    var response = await DnsExchange.AskAsync(server, query, limit.Token).ConfigureAwait(false);
                    if (Status(response.ResponseCode) is DnsStatus.NoError or DnsStatus.NxDomain)
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

    // A final dot and upper case are the same name. RFC 1035 section 2.3.4: the limits.
    private static string? Canonical(string name)
    {
        name = name.Trim().ToLowerInvariant();
        if (name.EndsWith('.'))
        {
            name = name[..^1];
        }

        return DnsQuery.EncodeName(name) is null ? null : name;
    }

    // RFC 1035 section 4.1.1.
    private static DnsStatus Status(int code) => code switch
    {
        0 => DnsStatus.NoError,
        3 => DnsStatus.NxDomain,
        2 => DnsStatus.ServFail,
        5 => DnsStatus.Refused,
        _ => DnsStatus.OtherError,
    };

    private static string CodeName(int code) => code switch
    {
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        _ => Invariant($"response code {code}"),
    };

    private static (DnsStatus Status, string Detail) Explain(Exception error, bool outOfTime, HashSet<IPEndPoint> asked) => error switch
    {
        NoNameServerException => (DnsStatus.Unreachable, error.Message),
        OperationCanceledException or SocketException { SocketErrorCode: SocketError.TimedOut } => (DnsStatus.Timeout, NoAnswer(asked)),
        SocketException socket => (DnsStatus.Unreachable, $"the name server{Names(asked)} cannot be reached ({socket.SocketErrorCode})."),
        IOException { InnerException: SocketException socket } =>
            (DnsStatus.Unreachable, $"the name server{Names(asked)} closed the connection ({socket.SocketErrorCode})."),
        DnsFormatException or IOException => (DnsStatus.Malformed, $"the answer cannot be read: {error.Message.TrimEnd('.')}."),
        _ when outOfTime => (DnsStatus.Timeout, NoAnswer(asked)),
        _ => (DnsStatus.OtherError, error.Message),
    };

    private static string NoAnswer(HashSet<IPEndPoint> asked) => asked.Count == 0 ? "no answer in time." : $"no answer in time from{Names(asked)}.";

    private static string Names(HashSet<IPEndPoint> servers) => servers.Count == 0 ? "" : " " + string.Join(" and ", servers);

    private sealed class NoNameServerException(string message) : Exception(message);
}
