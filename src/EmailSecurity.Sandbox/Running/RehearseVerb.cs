using System.Runtime.InteropServices;
using System.Text;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Marks;

namespace EmailSecurity.Sandbox.Running;

/// <summary><c>rehearse</c>: the whole story on a sandbox of its own, told by examples/quickstart.ps1 and verified from outside.</summary>
public static class RehearseVerb
{
    private const string Domain = FirstZone.Domain;

    // Long enough to see what is waited for, short enough to watch: minutes become seconds.
    private const double QuickScale = 0.01;

    /// <summary>Runs the verb; 0 only if every step was verified.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        double? scale = arguments switch
        {
            [] or ["--pace", "quick"] => QuickScale,
            ["--pace", "real"] => 1,
            _ => null,
        };
        if (scale is null)
        {
            await Console.Error.WriteLineAsync(
                $"rehearse: unknown argument '{arguments[0]}'. Usage: rehearse [--pace quick|real]. " +
                "With real, AWS takes as long as it really does: about 15 minutes.");
            return 2;
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        try
        {
            return await RehearseAsync(scale.Value, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return ScriptHost.Interrupted;
        }
        catch (FileNotFoundException e)
        {
            await Console.Error.WriteLineAsync($"rehearse: {e.Message}");
            return ScriptHost.Failed;
        }
    }

    /// <summary>Tells the story.</summary>
    /// <param name="scale">Factor on AWS's waits.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<int> RehearseAsync(double scale, CancellationToken cancellationToken)
    {
        var root = Path.GetDirectoryName(ModuleLocator.Find())!;
        var logo = Path.Combine(root, "assets", "logo.svg");
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), cancellationToken);
        sandbox.SetLatency("real", scale);
        FirstZone.Put(sandbox);
        var svg = await File.ReadAllBytesAsync(logo, cancellationToken);
        var mark = Encoding.ASCII.GetBytes(sandbox.Marks.Issue(new MarkRequest { Domain = Domain, Kind = MarkKind.Vmc, Logo = svg }));
        using var folder = new TemporaryFolder("emailsecurity-rehearsal-");
        var (line, markFile) = (folder.File("sandbox.json"), folder.File("mark.pem"));
        await File.WriteAllTextAsync(line, ServeVerb.ReadyLine(sandbox), cancellationToken);
        await File.WriteAllBytesAsync(markFile, mark, cancellationToken);
        var outer = Environment.GetEnvironmentVariable("EMAILSECURITY_SANDBOX");
        Environment.SetEnvironmentVariable("EMAILSECURITY_SANDBOX", line);
        try
        {
            using var view = new OutsideView(sandbox.NameServer, sandbox.ConnectTo, sandbox.ConnectToHttp, sandbox.TrustedRoot);
            var rehearsal = new Rehearsal(sandbox, view, Domain, svg, mark, cancellationToken);
            await Console.Out.WriteLineAsync(
                $"{Domain} is a hosted zone with two mail servers and an enforcing DMARC record, on an AWS that runs in this process.");
            var pace = scale < 1 ? "AWS's waits take a hundredth of their time." : "AWS takes as long as it really does: about 15 minutes in total.";
            await Console.Out.WriteLineAsync(pace + " Lines that begin with [ok] were observed from outside, not reported by the module.");
            var code = ScriptHost.Run(
                Path.Combine(root, "examples", "quickstart.ps1"),
                ["-Domain", Domain, "-LogoPath", logo, "-MarkCertificatePath", markFile],
                ("Rehearsal", rehearsal));
            cancellationToken.ThrowIfCancellationRequested();
            return await ConcludeAsync(rehearsal, code);
        }
        finally
        {
            Environment.SetEnvironmentVariable("EMAILSECURITY_SANDBOX", outer);
        }
    }

    private static async Task<int> ConcludeAsync(Rehearsal rehearsal, int code)
    {
        await Console.Out.WriteLineAsync();
        var missing = Rehearsal.Steps.Except(rehearsal.Seen, StringComparer.Ordinal).ToArray();
        if (code == 0 && missing.Length == 0 && rehearsal.Failed == 0)
        {
            await Console.Out.WriteLineAsync(Invariant($"All {rehearsal.Passed} checks from outside passed."));
            return 0;
        }

        var never = missing.Length > 0 ? "; never reached: " + string.Join(", ", missing) : "";
        await Console.Error.WriteLineAsync(
            Invariant($"The rehearsal failed: {rehearsal.Passed} checks passed, {rehearsal.Failed} failed; the script ended with {code}{never}."));
        return code == 0 ? 1 : code;
    }
}
