using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using EmailSecurity.Deployment;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>What a session remembers between commands: one per runspace, gone with it.</summary>
internal static class SessionMemory
{
    private const string DomainKey = "domain ";
    private const int MaxKept = 10_000;

    // Weak keys: a closed runspace takes its memory along, and runspaces never see each other's.
    private static readonly ConditionalWeakTable<Runspace, SettingsMemory> Memories = new();

    private static readonly ConditionalWeakTable<Runspace, ConcurrentDictionary<string, object>> KeptOf = new();

    /// <summary>What the adapters of the current runspace keep between commands.</summary>
    public static ConcurrentDictionary<string, object> Kept => Runspace.DefaultRunspace is { } runspace
        ? KeptOf.GetValue(runspace, static _ => new ConcurrentDictionary<string, object>(StringComparer.Ordinal))
        : new ConcurrentDictionary<string, object>(StringComparer.Ordinal);

    /// <summary>The domains of the stacks that this session has seen, for completion. Pipeline thread only.</summary>
    public static IEnumerable<string> Domains => Kept.Keys.Where(k => k.StartsWith(DomainKey, StringComparison.Ordinal)).Select(k => k[DomainKey.Length..]);

    /// <summary>Remembers a domain. Pipeline thread only.</summary>
    public static void Remember(string domain)
    {
        if (Kept.Count < MaxKept)
        {
            Kept.TryAdd(DomainKey + domain, domain);
        }
    }

    /// <summary>The current runspace's memory.</summary>
    /// <param name="time">The session's clock.</param>
    public static SettingsMemory For(TimeProvider time) => Runspace.DefaultRunspace is { } runspace
        ? Memories.GetValue(runspace, _ => new SettingsMemory(time))
        : new SettingsMemory(time);
}
