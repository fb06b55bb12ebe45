using System.Text.Json;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Packaging;

/// <summary>A PowerShell whose user has a home of its own: what is registered and installed there is gone with the folder.</summary>
internal static class PrivatePwsh
{
    /// <summary>The result that a script leaves as JSON in the file of its parameter -ResultPath.</summary>
    /// <param name="script">The script.</param>
    /// <param name="folder">The folder that gets the home and the result.</param>
    /// <param name="arguments">Its other arguments.</param>
    public static async Task<JsonElement> ResultOfAsync(string script, string folder, params IEnumerable<string> arguments)
    {
        var real = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var home = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        // A folder that is not there would be none, and things would land in the working directory.
        string[] shares = [Path.Combine(home, ".local", "share"), Path.Combine(home, ".cache"), Path.Combine(home, ".config")];
        Array.ForEach(shares, s => Directory.CreateDirectory(s));
        var environment = new Dictionary<string, string>(Pwsh.Quiet, StringComparer.Ordinal)
        {
            ["HOME"] = home,
            ["XDG_DATA_HOME"] = shares[0],
            ["XDG_CACHE_HOME"] = shares[1],
            ["XDG_CONFIG_HOME"] = shares[2],
            // The tool manifest's PowerShell stays where it was restored.
            ["DOTNET_CLI_HOME"] = Environment.GetEnvironmentVariable("DOTNET_CLI_HOME") is { Length: > 0 } set ? set : real,
        };
        var file = Path.Combine(folder, "result.json");
        string[] all = ["pwsh", "-NoProfile", "-NonInteractive", "-File", script, .. arguments, "-ResultPath", file];
        var (code, output) = await ChildProcess.RunAsync("dotnet", all, environment, SourceTree.Root);
        Assert.True(File.Exists(file), Invariant($"{Path.GetFileName(script)} gave no result (exit code {code}):\n{output}"));
        using var result = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        return result.RootElement.Clone();
    }
}
