using System.Runtime.InteropServices;

namespace EmailSecurity.Sandbox.Running;

/// <summary><c>run FILE.ps1 [args]</c>: any script in the bare engine with the module imported.</summary>
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

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true; // stop the pipeline in order: cmdlets cancel what they wait for
            stop.Cancel();
        });
        try
        {
            return await ScriptHost.RunAsync(arguments[0], [.. arguments.Skip(1)], new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase), new ConsoleOutput(Console.Out, Console.Error), stop.Token);
        }
        catch (OperationCanceledException)
        {
            return 130; // as a shell reports a process ended by SIGINT
        }
        catch (FileNotFoundException e)
        {
            await Console.Error.WriteLineAsync($"run: {e.Message}");
            return 1;
        }
    }
}
