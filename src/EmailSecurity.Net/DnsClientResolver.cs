using System.Net;
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
    private readonly SemaphoreSlim turns;
    private readonly NameServers servers;
    private readonly ParentServers parents;

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
        var named = nameServer is null ? null : HostPort.Parse(nameServer, 53, "InvalidNameServer", "name server");
        turns = new SemaphoreSlim(this.options.MaxConcurrency);
        servers = new NameServers(named, this.options, system);
        parents = new ParentServers(this, named?.Port ?? 53, this.options.AllowPrivateNetwork);
    }

    /// <inheritdoc/>
    public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        => QueryAsync(name, type, isUnchecked: false, cancellationToken);

    /// <inheritdoc/>
    public Task<DnsAnswer> QueryUncheckedAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        => QueryAsync(name, type, isUnchecked: true, cancellationToken);

    private async Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, bool isUnchecked, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await BoundedAsync(name, type, isUnchecked, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<DnsAnswer> QueryDelegationAsync(string zone, CancellationToken cancellationToken)
        => (Canonical(zone) is { } name ? await parents.AskAsync(name, cancellationToken).ConfigureAwait(false) : null)
            ?? await QueryAsync(zone, DnsRecordType.NS, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();

    // The clock starts when the lookup does: one that waited for its turn has not been denied an answer.
    private async Task<DnsAnswer> BoundedAsync(string name, DnsRecordType type, bool isUnchecked, CancellationToken cancellationToken)
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
            return await FollowAsync(canonical, type, isUnchecked, chain, asked, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (status, detail) = LookupFailures.Explain(e, limit.IsCancellationRequested, asked);
            return new DnsAnswer { Status = status, CnameChain = chain, Detail = $"{name} {type}: {detail}" };
        }
    }

    private async Task<DnsAnswer> FollowAsync(
        string name, DnsRecordType type, bool isUnchecked, List<string> chain, HashSet<IPEndPoint> asked, CancellationToken cancellationToken)
    {
        var authentic = true;
        var current = name;
        HashSet<string> seen = new(StringComparer.Ordinal) { name };
        while (true)
        {
            var (response, server) = await servers.AskAsync(current, type, isUnchecked, asked, cancellationToken).ConfigureAwait(false);
            authentic &= response.IsAuthentic;
            // Only the records asked for, and the way to them, belong to the answer; what cannot be read is not an answer.
            DnsRecord[] answers = [.. response.Answers.Select(r => DnsPresentation.Record(response, r)).OfType<DnsRecord>()];
            var aliases = answers.Where(r => r.Type == DnsRecordType.CNAME).ToLookup(r => r.Name, StringComparer.Ordinal);
            var owner = current;
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
            var status = DnsResponseCode.Status(response.ResponseCode);
            if (status != DnsStatus.NoError)
            {
                return new DnsAnswer
                {
                    Status = status,
                    CnameChain = chain,
                    AuthenticData = authentic,
                    Detail = $"{current} {type}: {server} answered {DnsResponseCode.Name(response.ResponseCode)}.",
                };
            }

            DnsRecord[] records = [.. answers.Where(r => r.Type == type && r.Name == current)];
            // A server that knows only part of the chain stops at the CNAME: the rest is asked for (RFC 1034 section 5.3.3 step 4c).
            if (records.Length > 0 || current == owner)
            {
                return new DnsAnswer { Status = DnsStatus.NoError, Records = records, CnameChain = chain, AuthenticData = authentic };
            }
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
}
