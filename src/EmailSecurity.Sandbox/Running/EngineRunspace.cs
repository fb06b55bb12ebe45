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
        var runspace = RunspaceFactory.CreateRunspace(host, State(OperatingSystem.IsWindows()));
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

    /// <summary>What a runspace starts with.</summary>
    /// <param name="hasExecutionPolicy">The system keeps scripts from running by policy (Windows): the module's own and the user's run here all the same.</param>
    internal static InitialSessionState State(bool hasExecutionPolicy)
    {
        // CreateDefault would try to load the stock modules' assemblies, which the NuGet package does not bring.
        var state = InitialSessionState.CreateDefault2();
        if (hasExecutionPolicy)
        {
            state.ExecutionPolicy = ExecutionPolicy.Bypass;
        }

        return state;
    }
}
