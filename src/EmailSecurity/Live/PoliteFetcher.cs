using EmailSecurity.Ports;

namespace EmailSecurity.Live;

/// <summary>Few fetches at a time from one host, however many domains have their files there. One that waits for its turn has not begun: its time limit runs
/// from then.</summary>
internal sealed class PoliteFetcher(IFetcher fetcher) : IFetcher
{
    /// <summary>As many as a browser opens to one host.</summary>
    internal const int AtOncePerHost = 6;

    private readonly Dictionary<string, Turns> hosts = new(StringComparer.Ordinal);

    public async Task<FetchResult> FetchAsync(FetchRequest request, CancellationToken cancellationToken)
    {
        var host = request.Url.Authority;
        Turns? turns;
        lock (hosts)
        {
            if (!hosts.TryGetValue(host, out turns))
            {
                hosts.Add(host, turns = new Turns());
            }

            turns.Users++;
        }

        try
        {
            await turns.Free.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await fetcher.FetchAsync(request, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                turns.Free.Release();
            }
        }
        finally
        {
            // Only hosts in use are kept: memory does not grow with the number of domains.
            lock (hosts)
            {
                if (--turns.Users == 0)
                {
                    hosts.Remove(host);
                }
            }
        }
    }

    private sealed class Turns
    {
        public SemaphoreSlim Free { get; } = new(AtOncePerHost);

        public int Users { get; set; }
    }
}
