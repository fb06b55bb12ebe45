using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using EmailSecurity.Ports;
using DnsRecord = EmailSecurity.Ports.DnsRecord;

namespace EmailSecurity.Aws.Net;

/// <summary>DNS over UDP, over TCP where the answer does not fit, through DnsClient. Safe for any number of concurrent look-ups.</summary>
public sealed class DnsClientResolver : IResolver, IDisposable
{
    private readonly ResolverOptions options;
    private readonly HostPort? nameServer;
    private readonly SemaphoreSlim turns;
    private readonly Lazy<Task<LookupClient>> client;

    /// <summary>Makes a resolver.</summary>
    /// <param name="nameServer">Name server, <c>host[:port]</c>; null for the system's.</param>
    /// <param name="options">Bounds and manners; null for the defaults.</param>
    /// <exception cref="EmailSecurityException">InvalidNameServer.</exception>
    public DnsClientResolver(string? nameServer, ResolverOptions? options = null)
    {
        this.options = options ?? new ResolverOptions();
        this.nameServer = nameServer is null ? null : HostPort.Parse(nameServer, 53, "InvalidNameServer", "name server");
        turns = new SemaphoreSlim(this.options.MaxConcurrency);
        client = new Lazy<Task<LookupClient>>(MakeClientAsync);
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

    // The clock starts when the look-up does: one that waited for its turn has not been denied an answer.
    private async Task<DnsAnswer> BoundedAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.TotalTimeout);
        List<string> chain = [];
        if (Canonical(name) is not { } canonical) return new DnsAnswer { Status = DnsStatus.Malformed, Detail = $"'{name}' is no DNS name: labels have 1 to 63 octets, a name at most 253 (RFC 1035 section 2.3.4)." };
        try
        {
            return await FollowAsync(canonical, type, chain, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (status, detail) = Explain(e, limit.IsCancellationRequested);
            return new DnsAnswer { Status = status, CnameChain = chain, Detail = $"{name} {type}: {detail}" };
        }
    }

    private async Task<DnsAnswer> FollowAsync(string name, DnsRecordType type, List<string> chain, CancellationToken cancellationToken)
    {
        var lookup = await client.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        var authentic = true;
        var current = name;
        HashSet<string> seen = new(StringComparer.Ordinal) { name };
        while (true)
        {
            var response = await lookup.QueryAsync(current, (QueryType)(int)type, QueryClass.IN, cancellationToken).ConfigureAwait(false);
            authentic &= response.Header.IsAuthenticData;
            var aliases = response.Answers.OfType<CNameRecord>().ToLookup(r => DnsPresentation.Name(r.DomainName), StringComparer.Ordinal);
            var asked = current;
            while (type != DnsRecordType.CNAME && aliases[current].FirstOrDefault() is { } alias)
            {
                current = DnsPresentation.Name(alias.CanonicalName);
                chain.Add(current);
                if (!seen.Add(current) || chain.Count > options.MaxCnames)
                    return new DnsAnswer { Status = DnsStatus.Malformed, CnameChain = chain, Detail = $"{name} {type}: the CNAMEs go round in a circle, or are more than {options.MaxCnames}: {string.Join(" -> ", chain.Prepend(name))}." };
            }

            // RFC 6604 section 2: the response code speaks of the last name in the chain.
            var status = Status(response.Header.ResponseCode);
            if (status != DnsStatus.NoError)
                return new DnsAnswer { Status = status, CnameChain = chain, AuthenticData = authentic, Detail = $"{current} {type}: {response.NameServer} answered {response.Header.ResponseCode}." };

            DnsRecord[] records = [.. response.Answers.Select(DnsPresentation.Record).OfType<DnsRecord>().Where(r => r.Type == type && r.Name == current)];
            // A server that knows only part of the chain stops at the CNAME: the rest is asked for (RFC 1034 section 5.3.3 step 4c).
            if (records.Length > 0 || current == asked)
                return new DnsAnswer { Status = DnsStatus.NoError, Records = records, CnameChain = chain, AuthenticData = authentic };
        }
    }

    private async Task<LookupClient> MakeClientAsync()
    {
        NameServer[] servers;
        if (nameServer is null)
        {
            servers = [.. NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false)];
            if (servers.Length == 0) throw new NoNameServerException("the system names no DNS server; name one with -NameServer.");
        }
        else
        {
            try
            {
                servers = [.. (await System.Net.Dns.GetHostAddressesAsync(nameServer.Host).ConfigureAwait(false)).Select(a => new NameServer(a, nameServer.Port))];
            }
            catch (SocketException e)
            {
                throw new NoNameServerException($"the name server {nameServer.Host} has no address ({e.SocketErrorCode}).");
            }
        }
        return new LookupClient(new LookupClientOptions(servers)
        {
            Timeout = options.Timeout,
            Retries = options.Retries,
            UseCache = options.UseCache,
            RequestDnsSecRecords = options.RequestDnssec,
            ExtendedDnsBufferSize = 1232, // DNS flag day 2020: what fits into one packet anywhere
            UseTcpFallback = true,
            ThrowDnsErrors = false,
            UseRandomNameServer = false,
            ContinueOnDnsError = true,
            ContinueOnEmptyResponse = false, // an empty answer is an answer
        });
    }

    // A final dot and upper case are the same name. RFC 1035 section 2.3.4: the limits; the library does not mind them.
    private static string? Canonical(string name)
    {
        name = name.Trim().ToLowerInvariant();
        if (name.EndsWith('.')) name = name[..^1];
        return name.Length is > 0 and <= 253 && name.Split('.').All(l => l.Length is > 0 and <= 63) ? name : null;
    }

    private static DnsStatus Status(DnsHeaderResponseCode code) => code switch
    {
        DnsHeaderResponseCode.NoError => DnsStatus.NoError,
        DnsHeaderResponseCode.NotExistentDomain => DnsStatus.NxDomain,
        DnsHeaderResponseCode.ServerFailure => DnsStatus.ServFail,
        DnsHeaderResponseCode.Refused => DnsStatus.Refused,
        _ => DnsStatus.OtherError,
    };

    private static (DnsStatus Status, string Detail) Explain(Exception error, bool outOfTime)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case NoNameServerException:
                    return (DnsStatus.Unreachable, e.Message);
                case DnsResponseException { Code: DnsResponseCode.ConnectionTimeout } or OperationCanceledException or TimeoutException:
                    return (DnsStatus.Timeout, "no answer in time.");
                case SocketException { SocketErrorCode: SocketError.TimedOut }:
                    return (DnsStatus.Timeout, "no answer in time.");
                case SocketException socket:
                    return (DnsStatus.Unreachable, $"the name server cannot be reached ({socket.SocketErrorCode}).");
                case DnsResponseParseException or DnsXidMismatchException or ArgumentException or IndexOutOfRangeException or EndOfStreamException:
                    return (DnsStatus.Malformed, e is ArgumentException ? "this is no DNS name: " + e.Message : "the answer cannot be read.");
            }
        }
        return outOfTime ? (DnsStatus.Timeout, "no answer in time.")
            : error is DnsResponseException response ? (FromCode(response.Code), response.DnsError)
            : (DnsStatus.OtherError, error.Message);
    }

    private static DnsStatus FromCode(DnsResponseCode code) => (int)code < 16 ? Status((DnsHeaderResponseCode)(short)code) : DnsStatus.OtherError;

    private sealed class NoNameServerException(string message) : Exception(message);
}
