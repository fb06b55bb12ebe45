using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Engine;

/// <summary>The sandbox executable in a process of its own: where the environment or the loaded assemblies are what a test is about.</summary>
internal static class ScriptProcess
{
    /// <summary>Runs a script by <c>run</c>; its exit code and the lines of its output.</summary>
    public static async Task<(int ExitCode, string[] Lines)> RunScriptAsync(string script, IReadOnlyDictionary<string, string>? environment = null)
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".ps1");
        await File.WriteAllTextAsync(file, script, TestContext.Current.CancellationToken);
        try
        {
            return await RunAsync(["run", file], environment);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs a verb.</summary>
    public static async Task<(int ExitCode, string[] Lines)> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var (code, output) = await ChildProcess.RunAsync("dotnet", ["exec", Executable, .. arguments], environment);
        return (code, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    // The one that was built with these tests: same configuration, same framework.
    private static string Executable
    {
        get
        {
            var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(SourceTree.Root, "src", "EmailSecurity.Sandbox", "bin", framework.Parent!.Name, framework.Name, "EmailSecurity.Sandbox.dll");
        }
    }
}
