using EmailSecurity.Sandbox.Running;

namespace EmailSecurity.Tests.Support;

/// <summary>PowerShell as its users have it, in a process of its own: the version of the tool manifest, never one that the machine happens to have.</summary>
internal static class Pwsh
{
    private static readonly Dictionary<string, string> Quiet = new(StringComparer.Ordinal)
    {
        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
        ["POWERSHELL_UPDATECHECK"] = "Off",
        ["NO_COLOR"] = "1",
    };

    private static readonly string Yes = string.Concat(Enumerable.Repeat("y\n", 200));

    /// <summary>The project folder, where scripts run: the tool manifest is found there.</summary>
    public static string Root { get; } = Path.GetDirectoryName(ModuleLocator.Find())!;

    /// <summary>Runs a script file that nobody watches; its exit code and all that it printed, errors last.</summary>
    public static Task<(int ExitCode, string Output)> RunFileAsync(string path, params IEnumerable<string> arguments) =>
        ChildProcess.RunAsync("dotnet", ["pwsh", "-NoProfile", "-NonInteractive", "-File", path, .. arguments], Quiet, Root);

    /// <summary>Runs a script file before somebody who says yes to whatever is asked.</summary>
    public static Task<(int ExitCode, string Output)> RunFileSayingYesAsync(string path, params IEnumerable<string> arguments) =>
        ChildProcess.RunAsync("dotnet", ["pwsh", "-NoProfile", "-File", path, .. arguments], Quiet, Root, Yes);

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
