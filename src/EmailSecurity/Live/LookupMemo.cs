using System.Collections.Concurrent;
using EmailSecurity.Ports;

namespace EmailSecurity.Live;

/// <summary>Asks each question about one domain once, however many mechanisms want to know. As old as the check of that domain.</summary>
internal sealed class LookupMemo(IResolver resolver) : IResolver
{
    private readonly ConcurrentDictionary<(string, DnsRecordType), Lazy<Task<DnsAnswer>>> answers = new();

    public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        => answers.GetOrAdd((name, type), key => new Lazy<Task<DnsAnswer>>(() => resolver.QueryAsync(key.Item1, key.Item2, cancellationToken))).Value;

    public Task<DnsAnswer> QueryUncheckedAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        => resolver.QueryUncheckedAsync(name, type, cancellationToken);
}
