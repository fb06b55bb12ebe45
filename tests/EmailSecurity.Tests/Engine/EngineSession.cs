using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Running;
using Shell = System.Management.Automation.PowerShell;

namespace EmailSecurity.Tests.Engine;

/// <summary>
/// A session of PowerShell with the built module imported, in this process: for what only code sees, the objects themselves and the stop of a pipeline.
/// Optionally with a sandbox of its own or a shared one.
/// </summary>
/// <example>
/// <code>
/// await using var session = await EngineSession.StartAsync();              // sandbox included
/// var stack = session.Invoke("New-EmailSecurityStack example.com | Publish-EmailSecurityStack").Single&lt;EmailSecurityStack&gt;();
/// session.Invoke("Publish-EmailSecurityStack -Domain $d -WhatIf", ("d", "example.com")).WhatIf
/// </code>
/// </example>
/// <remarks>One script at a time; sessions may run in parallel.</remarks>
public sealed class EngineSession : IAsyncDisposable
{
    private readonly RecordingHost host = new();
    private readonly bool ownsSandbox;

    private EngineSession(SandboxServer? sandbox, bool ownsSandbox, InitialSessionState state)
    {
        Sandbox = sandbox;
        this.ownsSandbox = ownsSandbox;
        Runspace = RunspaceFactory.CreateRunspace(host, state);
        Runspace.Open();
        if (sandbox is not null)
        {
            UseSandbox(sandbox);
        }
    }

    /// <summary>The runspace.</summary>
    public Runspace Runspace { get; }

    /// <summary>The sandbox; null in a session without one.</summary>
    public SandboxServer? Sandbox { get; }

    /// <summary>Answers to prompts, in order: index of the choice. With none left the default is taken.</summary>
    public Queue<int> Answers => host.Answers;

    /// <summary>Answers prompts for a value, by their message; null where nobody can be asked.</summary>
    public Func<string, string>? OnValue { get => host.OnValue; set => host.OnValue = value; }

    /// <summary>Called with every progress record as the host gets it; null for nothing.</summary>
    public Action<ProgressRecord>? OnProgress { get => host.OnProgress; set => host.OnProgress = value; }

    /// <summary>Opens a session without a sandbox.</summary>
    public static EngineSession Open() => new(null, false, ScriptHost.SessionState());

    /// <summary>Opens a session in which nothing is imported.</summary>
    public static EngineSession OpenBare() => new(null, false, ScriptHost.SessionState(OperatingSystem.IsWindows()));

    /// <summary>Opens a session on a running sandbox, which stays the caller's.</summary>
    public static EngineSession Open(SandboxServer sandbox) => new(sandbox, false, ScriptHost.SessionState());

    /// <summary>Opens a session on a running sandbox and its clock.</summary>
    public static EngineSession Open(SandboxServer sandbox, TimeProvider clock)
    {
        var session = Open(sandbox);
        session.Runspace.SessionStateProxy.SetVariable("EmailSecurityClock", clock);
        return session;
    }

    /// <summary>Starts a sandbox and opens a session on it; both end with the session.</summary>
    public static async Task<EngineSession> StartAsync(SandboxOptions? options = null)
    {
        var sandbox = await SandboxServer.StartAsync(options ?? new SandboxOptions(), TestContext.Current.CancellationToken);
        try
        {
            return new EngineSession(sandbox, true, ScriptHost.SessionState());
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">PowerShell.</param>
    /// <param name="variables">Variables it sees.</param>
    public EngineResult Invoke(string script, params (string Name, object? Value)[] variables) =>
        InvokeAsync(script, CancellationToken.None, variables).GetAwaiter().GetResult();

    /// <summary>Runs a script; cancelling the token stops the pipeline as Ctrl+C does (the result says so).</summary>
    public async Task<EngineResult> InvokeAsync(string script, CancellationToken stop, params (string Name, object? Value)[] variables)
    {
        foreach (var (name, value) in variables)
        {
            Runspace.SessionStateProxy.SetVariable(name, value);
        }

        host.Clear();
        using var shell = Shell.Create(Runspace);
        shell.AddScript(script);
        using var objects = new PSDataCollection<PSObject>();
        Exception? ended = null;
        var stopped = false;
        try
        {
            await using var registration = stop.Register(() => shell.BeginStop(null, null));
            await shell.InvokeAsync<PSObject, PSObject>(null, objects).ConfigureAwait(false);
        }
        catch (PipelineStoppedException)
        {
            stopped = true;
        }
        catch (RuntimeException exception)
        {
            ended = exception;
        }

        host.FlushPartialLine();
        var errors = shell.Streams.Error.ToList();
        if (ended is RuntimeException { ErrorRecord: { } record })
        {
            errors.Add(record);
        }

        return new EngineResult
        {
            Objects = [.. objects],
            Errors = errors,
            Terminated = ended is not null,
            Stopped = stopped,
            Warnings = [.. shell.Streams.Warning.Select(w => w.Message)],
            Verbose = [.. shell.Streams.Verbose.Select(v => v.Message)],
            Progress = [.. shell.Streams.Progress],
            Prompts = [.. host.Prompts],
            HostLines = [.. host.Lines],
        };
    }

    /// <summary>What a person at the prompt would see of a script: objects in their views, warnings and errors.</summary>
    public string Render(string script, params (string Name, object? Value)[] variables)
    {
        foreach (var (name, value) in variables)
        {
            Runspace.SessionStateProxy.SetVariable(name, value);
        }

        host.Clear();
        using var shell = Shell.Create(Runspace);
        shell.AddScript(script).AddCommand("Out-String").AddParameter("Width", 160);
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        var text = string.Concat(shell.Invoke<string>());
        host.FlushPartialLine();
        return string.Join("\n", [.. host.Lines, text.ReplaceLineEndings("\n")]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Runspace.Dispose();
        if (ownsSandbox && Sandbox is not null)
        {
            await Sandbox.DisposeAsync();
        }
    }

    // The environment is the whole process's and tests run in parallel; default parameter values are this session's own.
    private void UseSandbox(SandboxServer sandbox) => Runspace.SessionStateProxy.SetVariable("PSDefaultParameterValues", new DefaultParameterDictionary
    {
        ["*:AccessKey"] = sandbox.AccessKey,
        ["*:SecretKey"] = sandbox.SecretKey,
        ["*:Region"] = "eu-central-1",
        ["*:EndpointUrl"] = sandbox.EndpointUrl,
        ["*:NameServer"] = sandbox.NameServer,
        ["*:TrustedRoot"] = sandbox.TrustedRoot,
        ["*:ConnectTo"] = sandbox.ConnectTo,
        ["*:AllowPrivateNetwork"] = true,
    });
}
