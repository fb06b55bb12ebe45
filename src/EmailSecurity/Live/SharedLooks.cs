using System.Collections.Concurrent;

namespace EmailSecurity.Live;

/// <summary>Looks at what many domains share (a mail server, a receiver of reports) once for all of them.</summary>
internal sealed class SharedLooks<T>
{
    private const int MaxRemembered = 4096;
    private readonly ConcurrentDictionary<string, Lazy<Task<T>>> results = new(StringComparer.Ordinal);

    /// <summary>The result for a key; <paramref name="look"/> is called for the first one who asks.</summary>
    public Task<T> GetAsync(string key, Func<string, Task<T>> look)
    {
        if (results.Count >= MaxRemembered)
        {
            results.Clear(); // bounded; at worst it is looked at again
        }

        return results.GetOrAdd(key, k => new Lazy<Task<T>>(() => look(k))).Value;
    }
}
