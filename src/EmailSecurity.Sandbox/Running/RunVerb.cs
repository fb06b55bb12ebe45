using System.Runtime.InteropServices;

namespace EmailSecurity.Sandbox.Running;

/// <summary><c>run FILE.ps1 [args]</c>: any script in PowerShell with the module imported.</summary>
public static class RunVerb
{
    /// <summary>Runs the verb; the exit code is the script's.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            await Console.Error.WriteLineAsync("run: which script? Usage: run FILE.ps1 [args]");
            return 2;
        }

        // PowerShell itself stops the pipeline in order; this only remembers that it was asked to.
        var interrupted = false;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = interrupted = true);
        try
        {
            var code = ScriptHost.Run(arguments[0], [.. arguments.Skip(1)]);
            return interrupted ? ScriptHost.Interrupted : code;
        }
        catch (FileNotFoundException e)
        {
            await Console.Error.WriteLineAsync($"run: {e.Message}");
            return ScriptHost.Failed;
        }
    }
}
