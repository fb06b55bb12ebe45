using System.Text.Json;

namespace EmailSecurity.Tests.Support;

/// <summary>PowerShell as its users have it, in a process of its own: the version of the tool manifest, never one that the machine happens to have.</summary>
internal static class Pwsh
{
    /// <summary>Variables for a PowerShell that nobody looks at.</summary>
    public static readonly Dictionary<string, string> Quiet = new(StringComparer.Ordinal)
    {
        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
        ["POWERSHELL_UPDATECHECK"] = "Off",
        ["NO_COLOR"] = "1",
    };

    private static readonly string Yes = string.Concat(Enumerable.Repeat("y\n", 200));

    /// <summary>Runs a script file that nobody watches; its exit code and all that it printed, errors last.</summary>
    private static Task<(int ExitCode, string Output)> RunFileAsync(string path, params IEnumerable<string> arguments) =>
        ChildProcess.RunAsync("dotnet", ["pwsh", "-NoProfile", "-NonInteractive", "-File", path, .. arguments], Quiet, SourceTree.Root);

    /// <summary>Runs a script file before somebody who says yes to whatever is asked.</summary>
    private static Task<(int ExitCode, string Output)> RunFileSayingYesAsync(string path, params IEnumerable<string> arguments) =>
        ChildProcess.RunAsync("dotnet", ["pwsh", "-NoProfile", "-File", path, .. arguments], Quiet, SourceTree.Root, Yes);

    /// <summary>The result that a script leaves as JSON in the file of its parameter -ResultPath.</summary>
    /// <param name="path">The script.</param>
    /// <param name="saysYes">True to run it before somebody who says yes to whatever is asked; false where nobody watches.</param>
    /// <param name="arguments">Its other arguments.</param>
    public static async Task<T> ResultOfAsync<T>(string path, bool saysYes, params IEnumerable<string> arguments)
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".json");
        try
        {
            string[] all = [.. arguments, "-ResultPath", file];
            var (code, output) = saysYes ? await RunFileSayingYesAsync(path, all) : await RunFileAsync(path, all);
            return File.Exists(file)
                ? JsonSerializer.Deserialize<T>(await File.ReadAllTextAsync(file))!
                : throw new InvalidOperationException($"{Path.GetFileName(path)} gave no result (exit code {code}):\n{output}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs a script; the lines of its output, errors included.</summary>
    public static async Task<string[]> RunAsync(string script)
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".ps1");
        await File.WriteAllTextAsync(file, script, TestContext.Current.CancellationToken);
        try
        {
            var (_, output) = await RunFileAsync(file);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
