using System.ComponentModel;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Engine;

/// <summary>pwsh in a process of its own.</summary>
internal static class RealShell
{
    /// <summary>Runs a script; the lines of its output, errors included. Null where there is no pwsh.</summary>
    public static async Task<string[]?> RunAsync(string script)
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".ps1");
        await File.WriteAllTextAsync(file, script, TestContext.Current.CancellationToken);
        try
        {
            var (_, output) = await ChildProcess.RunAsync("pwsh", ["-NoProfile", "-NonInteractive", "-File", file]);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Win32Exception)
        {
            return null;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
