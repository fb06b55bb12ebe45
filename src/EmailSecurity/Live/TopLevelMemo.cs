using System.Collections.Concurrent;
using EmailSecurity.Ports;

namespace EmailSecurity.Live;

/// <summary>
/// Remembers for a minute what was answered about top-level domains (DMARC's tree walk and CAA's climb end there): thousands of domains under
/// com need not ask about com thousands of times. An answer that is none (a timeout, SERVFAIL) is not remembered.
/// </summary>
internal sealed class TopLevelMemo(IResolver resolver, TimeProvider time) : IResolver
{
    private const int MaxRemembered = 4096;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(string, DnsRecordType), (DnsAnswer Answer, DateTimeOffset Until)> answers = new();

    public Task<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        => !IsTopLevel(name) ? resolver.QueryAsync(name, type, cancellationToken)
        : answers.TryGetValue((name, type), out var known) && known.Until > time.GetUtcNow() ? Task.FromResult(known.Answer)
        : AskAsync(name, type, cancellationToken);

    public Task<DnsAnswer> QueryUncheckedAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        => resolver.QueryUncheckedAsync(name, type, cancellationToken);

    private async Task<DnsAnswer> AskAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        var answer = await resolver.QueryAsync(name, type, cancellationToken).ConfigureAwait(false);
        if (answer.Status is DnsStatus.NoError or DnsStatus.NxDomain)
        {
            if (answers.Count >= MaxRemembered)
            {
                answers.Clear(); // bounded; at worst it is asked again
            }

            answers[(name, type)] = (answer, time.GetUtcNow() + MaxAge);
        }

        return answer;
    }

    // com, _dmarc.com
    private static bool IsTopLevel(string name) => !(name.StartsWith('_') ? name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..] : name)
        .Contains('.', StringComparison.Ordinal);
}
