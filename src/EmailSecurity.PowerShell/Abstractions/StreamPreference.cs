using System.Management.Automation;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Whether somebody sees what a command writes to a stream.</summary>
internal static class StreamPreference
{
    /// <summary>True where the switch is given, or else the session's preference shows the stream. Pipeline thread only.</summary>
    /// <param name="cmdlet">The command.</param>
    /// <param name="stream">Verbose or Debug.</param>
    public static bool IsShown(PSCmdlet cmdlet, string stream)
        => cmdlet.MyInvocation.BoundParameters.TryGetValue(stream, out var given)
            ? given is SwitchParameter { IsPresent: true } or true
            : cmdlet.GetVariableValue(stream + "Preference")?.ToString()
                is not (null or "" or nameof(ActionPreference.SilentlyContinue) or nameof(ActionPreference.Ignore));
}
