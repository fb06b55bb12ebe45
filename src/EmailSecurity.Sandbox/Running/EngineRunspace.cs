using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

namespace EmailSecurity.Sandbox.Running;

/// <summary>A runspace of the PowerShell engine without any of its stock modules: only what Microsoft.PowerShell.Core holds, and what is imported.</summary>
internal static class EngineRunspace
{
    /// <summary>Opens a runspace with the given modules imported.</summary>
    /// <exception cref="RuntimeException">A module cannot be imported.</exception>
    public static Runspace Open(EngineHost host, params IEnumerable<string> modules)
    {
        // CreateDefault would try to load the stock modules' assemblies, which the NuGet package does not bring.
        var state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = ExecutionPolicy.Bypass;
        }

        var runspace = RunspaceFactory.CreateRunspace(host, state);
        try
        {
            runspace.Open();
            foreach (var module in modules)
            {
                using var shell = System.Management.Automation.PowerShell.Create(runspace);
                shell.AddCommand("Import-Module").AddParameter("Name", module).AddParameter("ErrorAction", "Stop").Invoke();
            }

            return runspace;
        }
        catch
        {
            runspace.Dispose();
            throw;
        }
    }
}
