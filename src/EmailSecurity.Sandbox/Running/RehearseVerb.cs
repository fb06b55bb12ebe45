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
            await Console.Error.WriteLineAsync($"rehearse: unknown argument '{arguments[0]}'. Usage: rehearse [--pace quick|real]. With real, AWS takes as long as it really does: about 15 minutes.");
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
            return await RehearseAsync(new ConsoleOutput(Console.Out, Console.Error), scale.Value, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (FileNotFoundException e)
        {
            await Console.Error.WriteLineAsync($"rehearse: {e.Message}");
            return 1;
        }
    }

    /// <summary>Tells the story.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="scale">Factor on AWS's waits.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<int> RehearseAsync(IHostOutput output, double scale, CancellationToken cancellationToken)
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
            output.Line(HostStream.Output, $"{Domain} is a hosted zone with two mail servers and an enforcing DMARC record, on an AWS that lives in this process.");
            output.Line(HostStream.Output, (scale < 1 ? "AWS's waits take a hundredth of their time." : "AWS takes as long as it really does: about 15 minutes in all.") + " Lines that begin with [ok] were seen from outside, not told by the module.");
            var code = await ScriptHost.RunAsync(
                Path.Combine(root, "examples", "quickstart.ps1"),
                ["-Domain", Domain, "-LogoPath", logo, "-MarkCertificatePath", markFile],
                new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["Rehearsal"] = rehearsal },
                output,
                cancellationToken);
            return Conclude(rehearsal, code, output);
        }
        finally
        {
            Environment.SetEnvironmentVariable("EMAILSECURITY_SANDBOX", outer);
        }
    }

    private static int Conclude(Rehearsal rehearsal, int code, IHostOutput output)
    {
        output.Line(HostStream.Output, "");
        var missing = Rehearsal.Steps.Except(rehearsal.Seen, StringComparer.Ordinal).ToArray();
        if (code == 0 && missing.Length == 0 && rehearsal.Failed == 0)
        {
            output.Line(HostStream.Output, Invariant($"All {rehearsal.Passed} checks from outside passed."));
            return 0;
        }

        output.Line(HostStream.Error, Invariant($"The rehearsal failed: {rehearsal.Passed} checks passed, {rehearsal.Failed} failed; the script ended with {code}{(missing.Length > 0 ? "; never reached: " + string.Join(", ", missing) : "")}."));
        return code == 0 ? 1 : code;
    }
}
