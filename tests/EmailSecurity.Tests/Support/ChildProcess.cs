using System.Diagnostics;

namespace EmailSecurity.Tests.Support;

/// <summary>A program in a process of its own, run to its end.</summary>
internal static class ChildProcess
{
    /// <summary>Runs a program; its exit code and all that it printed, errors last.</summary>
    /// <param name="program">Name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables beside those of the tests.</param>
    /// <param name="folder">Where it runs; empty for the folder of the tests.</param>
    /// <param name="input">What it reads.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string folder = "", string input = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_TieredPGO"] = "0"; // it ends before profiles are of use
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        var token = TestContext.Current.CancellationToken;
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(token);
            var error = process.StandardError.ReadToEndAsync(token);
            await SayAsync(process, input);
            await process.WaitForExitAsync(token);
            return (process.ExitCode, (await output + await error).ReplaceLineEndings("\n"));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    // A program that ends before it has read everything closes the pipe.
    private static async Task SayAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Its exit code tells.
        }
    }
}
