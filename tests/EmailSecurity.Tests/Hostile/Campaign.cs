using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EmailSecurity.Findings;
using EmailSecurity.Sandbox.Running;
using Shell = System.Management.Automation.PowerShell;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Hostile;

/// <summary>Runs the live commands, as their users have them, against hostile servers, and holds every result against what the server did.</summary>
public sealed class Campaign : IDisposable
{
    /// <summary>The commands' own limits: the fetch of a policy, and the dialogue with a mail server.</summary>
    public static readonly TimeSpan FetchLimit = TimeSpan.FromSeconds(60), SmtpLimit = TimeSpan.FromSeconds(20);

    private readonly IReadOnlyList<HostileCase> cases;
    private readonly int throttle;
    private readonly bool isHasty;
    private readonly string roots;
    private readonly Runspace runspace;
    private readonly ConcurrentDictionary<string, HostileCase> pending = new(StringComparer.Ordinal);

    /// <summary>Starts the servers and opens a session with the module.</summary>
    /// <param name="cases">The servers.</param>
    /// <param name="pace">
    /// How many times as fast as the machine's the commands' clock runs out. Above 1 it may run out where a server is only slower than a busy
    /// machine lets it be: that counts as found.
    /// </param>
    /// <param name="throttle">Domains at a time.</param>
    public Campaign(IReadOnlyList<HostileCase> cases, double pace, int throttle)
    {
        (this.cases, this.throttle, isHasty) = (cases, throttle, pace > 1);
        Servers = new HostileServers(cases, FetchLimit / pace, SmtpLimit / pace);
        roots = Path.GetTempFileName();
        File.WriteAllText(roots, Servers.Root.Certificate.ExportCertificatePem());
        runspace = RunspaceFactory.CreateRunspace(ScriptHost.SessionState());
        runspace.Open();
        runspace.SessionStateProxy.SetVariable("EmailSecurityClock", new HastyTime(pace));
    }

    public HostileServers Servers { get; }

    /// <summary>How often each code was found; of a domain's codes the one that the server is to blame for.</summary>
    public ConcurrentDictionary<string, int> Codes { get; } = new(StringComparer.Ordinal);

    /// <summary>What did not end as it must.</summary>
    public ConcurrentQueue<string> Wrong { get; } = [];

    /// <summary>Looks at every domain once; at those whose servers change, three times.</summary>
    public void Run()
    {
        Look(cases);
        HostileCase[] changing = [.. cases.Where(c => c.Behaviour.Changes)];
        if (Servers.Broken is { } broken)
        {
            throw new InvalidOperationException("A hostile server failed by itself.", broken);
        }

        for (var visit = 1; visit <= 2; visit++)
        {
            Array.ForEach(changing, c => c.Visited());
            Look(changing);
        }
    }

    public void Dispose()
    {
        runspace.Dispose();
        Servers.DisposeAsync().AsTask().GetAwaiter().GetResult();
        File.Delete(roots);
    }

    private void Look(IEnumerable<HostileCase> which)
    {
        foreach (var group in which.GroupBy(c => c.Command))
        {
            pending.Clear();
            foreach (var one in group)
            {
                pending[one.Domain] = one;
            }

            using var shell = Shell.Create(runspace);
            shell.AddCommand(group.Key).AddParameter("ThrottleLimit", throttle).AddParameter("NameServer", Servers.NameServer)
                .AddParameter("ConnectTo", Servers.ConnectTo).AddParameter("TrustedRoot", roots);
            Special(shell, group.Key);
            using var results = new PSDataCollection<PSObject>();
            results.DataAdded += (_, _) =>
            {
                foreach (var result in results.ReadAll())
                {
                    Judge((TestResult)result.BaseObject);
                }
            };
            shell.Invoke(group.Select(c => c.Domain), results);
            foreach (var error in shell.Streams.Error)
            {
                Wrong.Enqueue($"{group.Key}: an error in place of a finding: {error}");
            }

            foreach (var left in pending.Values)
            {
                Wrong.Enqueue($"{left}: no result");
            }
        }
    }

    private void Special(Shell shell, string command)
    {
        if (command == "Test-MtaSts")
        {
            shell.AddParameter("ProbeSmtp").AddParameter("SmtpPort", Servers.SmtpPort);
        }
        else if (command == "Test-TlsRpt")
        {
            shell.AddParameter("CheckReceiver");
        }

        // The servers are this machine's.
        if (runspace.SessionStateProxy.InvokeCommand.GetCommand(command, CommandTypes.Cmdlet).Parameters.ContainsKey("AllowPrivateNetwork"))
        {
            shell.AddParameter("AllowPrivateNetwork");
        }
    }

    private void Judge(TestResult result)
    {
        if (!pending.TryRemove(result.Domain, out var hostile))
        {
            Wrong.Enqueue($"{result.Domain}: a result that nobody waits for");
            return;
        }

        Finding[] faults = [.. result.Findings.Where(f => f.Severity >= FindingSeverity.Warning)];
        foreach (var finding in result.Findings.Where(f => f.Code.Length == 0 || f.Message.Length is 0 or > 4000))
        {
            Wrong.Enqueue($"{hostile}: a finding without a name or beyond all length: {finding.Code} of {finding.Message.Length} characters");
        }

        var isGoodVisit = hostile.Behaviour.Changes && hostile.Visits != 1;
        string[] prefixes = hostile.Target == "Policy" && hostile.Kind == HostileKind.Dns ? ["Mx"] : [hostile.Target];
        var blamed = isGoodVisit ? null : Array.Find(faults, IsExpected);
        var found = blamed?.Code ?? (isGoodVisit ? "(good at this visit)" : faults.Length == 0 ? "(harmless by luck)" : faults[0].Code);
        Codes.AddOrUpdate(found, 1, (_, n) => n + 1);
        if (isGoodVisit ? faults.Length > 0 : blamed is null && !(MayPass(hostile) && faults.Length == 0))
        {
            Wrong.Enqueue($"{hostile}, visit {hostile.Visits}: found {string.Join(", ", result.Findings.Select(f => $"{f.Code} ({f.Message})").Take(4))}");
        }

        bool IsExpected(Finding finding) => hostile.Behaviour.Endings.Any(e => e == "*" || prefixes.Any(p => finding.Code == p + e))
            || IsHost(hostile, finding) || (isHasty && IsOutOfTime(finding));
    }

    private static bool IsOutOfTime(Finding finding) =>
        finding.Code.EndsWith("Timeout", StringComparison.Ordinal) || finding.Code is "MxProtocolError" or "MxBlocked";

    // A receiver takes reports by POST: any answer to a GET shows that it is there.
    private static bool MayPass(HostileCase hostile) =>
        hostile.Behaviour.MayPass
        || (hostile.Target == "ReportReceiver" && (hostile.Behaviour.Changes || hostile.Behaviour.Name.StartsWith("HTTP", StringComparison.Ordinal)));

    // The address of a mail server that could not be looked up has a code of its own.
    private static bool IsHost(HostileCase hostile, Finding finding) =>
        hostile is { Kind: HostileKind.Dns, Target: "Policy" } && finding.Code is "MxHostNotFound" or "MxHostDnsFailure" or "MxRefused" or "MxBlocked";

    /// <summary>The machine's time, on which waits are over sooner.</summary>
    private sealed class HastyTime(double pace) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / pace : dueTime, period > TimeSpan.Zero ? period / pace : period);
    }
}
