using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>What a session remembers between commands: one per runspace, gone with it.</summary>
internal static class SessionMemory
{
    // Weak keys: a closed runspace takes its memory along, and runspaces never see each other's.
    private static readonly ConditionalWeakTable<Runspace, SettingsMemory> Memories = new();

    /// <summary>The current runspace's memory.</summary>
    public static SettingsMemory Current => Runspace.DefaultRunspace is { } runspace
        ? Memories.GetValue(runspace, static _ => new SettingsMemory(TimeProvider.System))
        : new SettingsMemory(TimeProvider.System);
}
