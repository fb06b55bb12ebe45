using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

namespace EmailSecurity.Sandbox.Running;

/// <summary>Runs a script in PowerShell with the module imported, as <c>pwsh -NoProfile -NonInteractive -File</c> does.</summary>
public static class ScriptHost
{
    /// <summary>Exit code of a script that is not there or ended by an uncaught error.</summary>
    public const int Failed = 1;

    /// <summary>Exit code of a script that was interrupted, as a shell reports it.</summary>
    public const int Interrupted = 130;

    /// <summary>A session's start: every command of PowerShell, and the module's.</summary>
    /// <exception cref="FileNotFoundException">The module is not built.</exception>
    public static InitialSessionState SessionState()
    {
        var state = SessionState(OperatingSystem.IsWindows());
        state.ImportPSModule(ModuleLocator.Find());
        return state;
    }

    /// <summary>A session's start without the module.</summary>
    /// <param name="hasExecutionPolicy">The system keeps scripts from running by policy (Windows): the module's and the user's run all the same.</param>
    internal static InitialSessionState SessionState(bool hasExecutionPolicy)
    {
        var state = InitialSessionState.CreateDefault();
        state.ThrowOnRunspaceOpenError = true;
        if (hasExecutionPolicy)
        {
            state.ExecutionPolicy = ExecutionPolicy.Bypass;
        }

        return state;
    }

    /// <summary>Runs a script file on the console of this process, which has one session in its life.</summary>
    /// <param name="path">The script.</param>
    /// <param name="arguments">Its arguments; <c>-Name value</c> binds by name.</param>
    /// <param name="variables">Variables that are set before it starts.</param>
    /// <returns>The script's exit code.</returns>
    /// <exception cref="FileNotFoundException">The script is not there, or the module is not built.</exception>
    public static int Run(string path, IReadOnlyList<string> arguments, params IEnumerable<(string Name, object Value)> variables)
    {
        var script = Path.GetFullPath(path);
        if (!File.Exists(script))
        {
            throw new FileNotFoundException($"There is no script {script}.", script);
        }

        var state = SessionState();
        foreach (var (name, value) in variables)
        {
            state.Variables.Add(new SessionStateVariableEntry(name, value, description: null));
        }

        // PowerShell reports its start to its makers unless this is set. The sandbox calls nobody.
        Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
        // In a log, as in a pipe, colours are noise: PowerShell itself leaves them in what other programs read.
        if (Console.IsOutputRedirected)
        {
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        }

        return ConsoleShell.Start(state, bannerText: "", helpText: "", ["-NoProfile", "-NonInteractive", "-File", script, .. arguments]);
    }
}
