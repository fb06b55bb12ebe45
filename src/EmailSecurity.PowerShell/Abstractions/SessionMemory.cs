using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using EmailSecurity.Deployment;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>What a session remembers between commands: one per runspace, gone with it.</summary>
internal static class SessionMemory
{
    // Weak keys: a closed runspace takes its memory along, and runspaces never see each other's.
    private static readonly ConditionalWeakTable<Runspace, SettingsMemory> Memories = new();

    /// <summary>The current runspace's memory.</summary>
    /// <param name="time">The session's clock.</param>
    public static SettingsMemory For(TimeProvider time) => Runspace.DefaultRunspace is { } runspace
        ? Memories.GetValue(runspace, _ => new SettingsMemory(time))
        : new SettingsMemory(time);
}
