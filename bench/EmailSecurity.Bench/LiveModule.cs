using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EmailSecurity.Findings;
using EmailSecurity.Sandbox.Running;

/// <summary>The module as its users have it: the built one, imported into the PowerShell engine, its commands run in a pipeline.</summary>
internal sealed class LiveModule : IDisposable
{
    private readonly Runspace runspace;
    private readonly string nameServer;
    private readonly string connectTo;
    private readonly string root;

    public LiveModule(string nameServer, string connectTo, string root)
    {
        (this.nameServer, this.connectTo, this.root) = (nameServer, connectTo, root);
        runspace = RunspaceFactory.CreateRunspace(ScriptHost.SessionState());
        runspace.Open();
    }

    /// <summary>Runs a command over domains and hands on each result as it comes out, keeping none.</summary>
    public void Run(string command, IEnumerable<string> domains, int throttle, Action<TestResult> each)
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddCommand(command).AddParameter("ThrottleLimit", throttle).AddParameter("NameServer", nameServer).AddParameter("ConnectTo", connectTo).AddParameter("TrustedRoot", root);
        using var results = new PSDataCollection<PSObject>();
        results.DataAdded += (_, _) =>
        {
            foreach (var result in results.ReadAll())
            {
                each((TestResult)result.BaseObject);
            }
        };
        shell.Invoke(domains, results);
        if (shell.Streams.Error.FirstOrDefault() is { } error)
        {
            throw new InvalidOperationException(error.ToString());
        }
    }

    public void Dispose() => runspace.Dispose();
}
