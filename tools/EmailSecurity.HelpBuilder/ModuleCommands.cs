using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EmailSecurity.HelpBuilder;

/// <summary>The cmdlets of a built module, as the engine sees them.</summary>
internal static class ModuleCommands
{
    /// <summary>Imports the module and lists its cmdlets by name.</summary>
    public static IReadOnlyList<CmdletInfo> Of(string module)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        shell.AddCommand("Import-Module").AddParameter("Name", Path.GetFullPath(module)).AddParameter("ErrorAction", "Stop").AddParameter("PassThru");
        var imported = shell.Invoke<PSModuleInfo>().Single();

        // Parameter sets are worked out at first use, and need the engine for it.
        return [.. imported.ExportedCmdlets.Values.OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase).Where(c => c.ParameterSets.Count > 0)];
    }
}
