using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EmailSecurity.Sandbox.Running;

/// <summary>Runs a script in the bare engine with the module imported, as <c>pwsh -File</c> would.</summary>
public static class ScriptHost
{
    /// <summary>Exit code of a script stopped by an uncaught error.</summary>
    public const int UncaughtError = 1;

    /// <summary>Runs a script file.</summary>
    /// <param name="path">The script.</param>
    /// <param name="arguments">Its arguments; <c>-Name value</c> binds by name.</param>
    /// <param name="variables">Variables set in its session before it starts.</param>
    /// <param name="output">Where everything it says goes.</param>
    /// <param name="cancellationToken">Stops the pipeline, as Ctrl+C does.</param>
    /// <returns>The script's exit code: that of <c>exit N</c>, 1 for an uncaught error, otherwise 0.</returns>
    public static async Task<int> RunAsync(string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, object?> variables, IHostOutput output, CancellationToken cancellationToken)
    {
        var script = Path.GetFullPath(path);
        if (!File.Exists(script))
        {
            output.Line(HostStream.Error, $"There is no script {script}.");
            return UncaughtError;
        }

        var host = new EngineHost(output);
        using var runspace = EngineRunspace.Open(host, ModuleLocator.Find());
        foreach (var (name, value) in variables)
        {
            runspace.SessionStateProxy.SetVariable(name, value);
        }

        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        AddScript(shell, script, arguments);
        shell.AddCommand("Out-Default");
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        await using var stop = cancellationToken.Register(() => shell.BeginStop(null, null));
        try
        {
            await shell.InvokeAsync().ConfigureAwait(false);
        }
        catch (PipelineStoppedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return UncaughtError;
        }
        catch (RuntimeException exception)
        {
            output.Line(HostStream.Error, Describe(exception.ErrorRecord));
            return UncaughtError;
        }
        finally
        {
            ((EngineHostUI)host.UI).FlushPartialLine();
        }

        // A script run as a command leaves the number of its 'exit' here; a bare 'exit' elsewhere tells the host.
        return host.ExitCode ?? (runspace.SessionStateProxy.GetVariable("LASTEXITCODE") as int? ?? 0);
    }

    /// <summary>An error as a reader of a log needs it: what, which id, where.</summary>
    internal static string Describe(ErrorRecord record) =>
        $"{record.Exception.Message} [{record.FullyQualifiedErrorId}]{(record.InvocationInfo?.PositionMessage is { Length: > 0 } position ? Environment.NewLine + position : "")}";

    private static void AddScript(System.Management.Automation.PowerShell shell, string script, IReadOnlyList<string> arguments)
    {
        shell.AddCommand(script);
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].Length > 1 && arguments[i][0] == '-' && char.IsLetter(arguments[i][1]))
            {
                var name = arguments[i][1..];
                if (i + 1 < arguments.Count && !arguments[i + 1].StartsWith('-'))
                {
                    shell.AddParameter(name, arguments[++i]);
                }
                else
                {
                    shell.AddParameter(name);
                }
            }
            else
            {
                shell.AddArgument(arguments[i]);
            }
        }
    }
}
