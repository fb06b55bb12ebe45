using System.Collections.Concurrent;
using System.Globalization;
using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.Edge;

/// <summary>An object in the edge cache.</summary>
/// <param name="FetchedAt">When the origin gave it.</param>
/// <param name="FreshUntil">Until when it is served without asking the origin again.</param>
public sealed record CachedObject(OriginObject Object, DateTimeOffset FetchedAt, DateTimeOffset FreshUntil);

/// <summary>The edge cache: one per distribution, path by path. What is in it is served until it expires or an invalidation reaches the edge.</summary>
public sealed class EdgeCache(SandboxClock clock, CloudFrontStore distributions)
{
    // Developer Guide, "How CloudFront processes HTTP 4xx and 5xx status codes": errors are kept for 10 seconds.
    private static readonly TimeSpan ErrorTtl = TimeSpan.FromSeconds(10);
    private const int MaxObjects = 10_000;

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, CachedObject>> caches = new(StringComparer.Ordinal);

    /// <summary>The fresh object at a path; null where the origin must be asked.</summary>
    public CachedObject? Find(Distribution distribution, string path)
    {
        var now = clock.Now;
        var cache = caches.GetOrAdd(distribution.Id, _ => new(StringComparer.Ordinal));
        lock (distributions.Gate)
        {
            while (distribution.Pending.TryPeek(out var invalidation) && invalidation.CompleteAt <= now)
            {
                distribution.Pending.Dequeue();
                foreach (var key in cache.Keys.Where(k => invalidation.Paths.Any(p => Covers(p, k))).ToArray())
                {
                    cache.TryRemove(key, out _);
                }
            }
        }
        return cache.TryGetValue(path, out var found) && found.FreshUntil > now ? found : null;
    }

    /// <summary>Keeps what the origin gave.</summary>
    public void Put(Distribution distribution, string path, OriginObject found, EdgeBehavior behavior)
    {
        var now = clock.Now;
        // Without latency an error is not kept at all, so that a script may look before it publishes.
        var ttl = found.Status is >= 200 and < 300 ? TimeToLive(found.CacheControl, behavior) : clock.Scaled(ErrorTtl);
        var cache = caches.GetOrAdd(distribution.Id, _ => new(StringComparer.Ordinal));
        if (cache.Count >= MaxObjects)
        {
            cache.Clear();
        }
        cache[path] = new CachedObject(found, now, now + ttl);
    }

    /// <summary>
    /// How long an object stays (Developer Guide, "Managing how long content stays in the cache"): s-maxage, else max-age, within the minimum and
    /// maximum; the minimum for no-cache, no-store and private; the default without a directive.
    /// </summary>
    public static TimeSpan TimeToLive(string cacheControl, EdgeBehavior behavior)
    {
        long? maxAge = null;
        long? sharedMaxAge = null;
        var isUncacheable = false;
        foreach (var directive in cacheControl.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = directive.Split('=', 2, StringSplitOptions.TrimEntries);
            var seconds = parts.Length == 2 && long.TryParse(parts[1].Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? value
                : (long?)null;
            switch (parts[0].ToLowerInvariant())
            {
                case "max-age":
                    maxAge = seconds;
                    break;
                case "s-maxage":
                    sharedMaxAge = seconds;
                    break;
                case "no-cache" or "no-store" or "private":
                    isUncacheable = true;
                    break;
            }
        }
        var ttl = isUncacheable
            ? behavior.MinTtl
            : Math.Clamp(sharedMaxAge ?? maxAge ?? behavior.DefaultTtl, behavior.MinTtl, Math.Max(behavior.MinTtl, behavior.MaxTtl));
        return TimeSpan.FromSeconds(ttl);
    }

    private static bool Covers(string invalidated, string path) =>
        invalidated.EndsWith('*') ? path.StartsWith(invalidated[..^1], StringComparison.Ordinal) : path == invalidated;
}
