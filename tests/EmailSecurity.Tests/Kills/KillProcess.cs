using System.Diagnostics;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Running;

namespace EmailSecurity.Tests.Kills;

/// <summary>How a process ended.</summary>
/// <param name="WasKilled">True where it did not end by itself.</param>
/// <param name="Hit">The call that it was killed at; empty where it was not.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Calls">Its calls, in the order in which they arrived.</param>
/// <param name="Span">How much of it there was.</param>
internal sealed record KillRun(bool WasKilled, string Hit, int ExitCode, string Output, IReadOnlyList<string> Calls, KillSpan Span);

/// <summary>PowerShell in processes of its own, on a sandbox that sees each call as it arrives and can have the caller killed there and then.</summary>
internal sealed class KillProcess : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<(string Name, bool IsWrite)> calls = [];
    private readonly string folder = Directory.CreateTempSubdirectory("emailsecurity-kill-").FullName;
    private readonly Stopwatch since = new();
    private string shell = "";
    private Process? running;
    private KillPoint? point;
    private string hit = "";

    /// <summary>Another logo than the one in assets.</summary>
    public string SecondLogo => Path.Combine(folder, "second.svg");

    /// <summary>The file that names the sandbox to the module.</summary>
    private string ReadyFile => Path.Combine(folder, "sandbox.json");

    /// <summary>The repository.</summary>
    public static string Root => Path.GetDirectoryName(ModuleLocator.Find())!;

    /// <summary>Finds PowerShell, of the version in the tool manifest.</summary>
    public async Task PrepareAsync(SandboxServer sandbox, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(ReadyFile, ServeVerb.ReadyLine(sandbox), cancellationToken);
        var logo = await File.ReadAllTextAsync(Path.Combine(Root, "assets", "logo.svg"), cancellationToken);
        await File.WriteAllTextAsync(SecondLogo, logo.Replace("<title>", "<title>Second ", StringComparison.Ordinal), cancellationToken);
        var (code, output) = await RunToEndAsync(["pwsh", "-NoProfile", "-NonInteractive", "-Command", "$PSHOME"], cancellationToken);
        shell = code == 0 ? Path.Combine(output.Trim(), "pwsh.dll") : throw new InvalidOperationException("There is no PowerShell: run 'dotnet tool restore'. " + output);
    }

    /// <summary>Sees a call arrive; false where it is not carried out.</summary>
    public Task<bool> ArrivedAsync(AwsCall call, AwsOperation operation)
    {
        lock (gate)
        {
            since.Start();
            calls.Add(($"{call.Service} {operation.Name}", operation.IsWrite));
            var number = point?.Kind is KillPointKind.BeforeWrite or KillPointKind.AfterWrite ? calls.Count(c => c.IsWrite) : calls.Count;
            var counts = point?.Kind is KillPointKind.AfterCall || (point?.Kind is not (null or KillPointKind.Time) && operation.IsWrite);
            return Task.FromResult(!(counts && number == point!.Number && Kill("") && point.Kind == KillPointKind.BeforeWrite));
        }
    }

    /// <summary>Runs a script in a new process, which is killed at a moment; null for one that is left alone.</summary>
    public async Task<KillRun> RunAsync(string script, KillPoint? moment, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            calls.Clear();
            since.Reset();
            (point, hit) = (moment, "");
        }

        var ended = RunToEndAsync(["exec", shell, "-NoProfile", "-NonInteractive", "-Command", script], cancellationToken);
        while (moment?.Kind == KillPointKind.Time && !ended.IsCompleted && since.ElapsedMilliseconds < moment.Number)
        {
            await Task.WhenAny(ended, Task.Delay(2, cancellationToken));
        }

        lock (gate)
        {
            _ = moment?.Kind == KillPointKind.Time && Kill("after ");
        }

        var (code, output) = await ended;
        lock (gate)
        {
            point = null;
            var span = new KillSpan(calls.Count(c => c.IsWrite), calls.Count, (int)since.ElapsedMilliseconds);
            return new KillRun(hit.Length > 0, hit, code, output, [.. calls.Select(c => c.Name)], span);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    // SIGKILL, or what comes closest: no handler of the process runs.
    private bool Kill(string when)
    {
        if (running is not { HasExited: false } process || hit.Length > 0)
        {
            return false;
        }

        process.Kill();
        hit = when + (calls.Count > 0 ? calls[^1].Name : "the start");
        return true;
    }

    private async Task<(int ExitCode, string Output)> RunToEndAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("EMAILSECURITY_SANDBOX", ReadyFile), ("AWS_REGION", "eu-central-1"),
            ("POWERSHELL_TELEMETRY_OPTOUT", "1"), ("POWERSHELL_UPDATECHECK", "Off"), ("NO_COLOR", "1"), ("DOTNET_TieredPGO", "0")])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        lock (gate)
        {
            running = process;
        }

        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            lock (gate)
            {
                running = null;
            }

            process.Kill(entireProcessTree: true);
        }
    }
}
