using System.Globalization;
using System.Text.Json;
using EmailSecurity.Sandbox.Accounts;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Sandbox.Http;
using EmailSecurity.Sandbox.Marks;
using EmailSecurity.Sandbox.Signing;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>
/// A running sandbox: an emulation with an AWS endpoint and an admin interface before it, all on loopback, all gone when disposed.
/// </summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private const int CallsShown = 200;
    private const int CharactersShown = 300;

    private readonly CancellationTokenSource stopping = new();
    private readonly CallLog log = new();
    private readonly FaultPlan faults = new();
    private readonly DenialList denials = new();
    private readonly TemporaryFolder folder = new("emailsecurity-sandbox-");
    private readonly SandboxOptions options;
    private readonly SandboxClock clock;
    private readonly RootFile roots;
    private CallControls? controls;
    private LoopbackHost? awsHost;
    private LoopbackHost? adminHost;

    private SandboxServer(SandboxOptions options)
    {
        this.options = options;
        clock = new SandboxClock(options.Time);
        Emulation = new Emulation(clock);
        TrustedRoot = folder.File("trusted-root.pem");
        MarkRoot = folder.File("mark-root.pem");
        roots = new RootFile(TrustedRoot, () => Emulation.TrustedRootPem, TimeProvider.System); // other programs' time, whatever the services' clock is
        Marks = new MarkAuthority(clock, () => AdminUrl + "/markcertificates/");
    }

    /// <summary>The AWS endpoint of every service.</summary>
    public string EndpointUrl => awsHost is { } host ? Trim(host.Address) : "";

    /// <summary>Admin interface.</summary>
    public string AdminUrl => adminHost is { } host ? Trim(host.Address) : "";

    /// <summary>DNS server, <c>host:port</c>.</summary>
    public string NameServer => Emulation.NameServer;

    /// <summary>HTTPS edge, <c>host:port</c>.</summary>
    public string ConnectTo => Emulation.ConnectTo;

    /// <summary>The edge on plain HTTP, <c>host:port</c>.</summary>
    public string ConnectToHttp => Emulation.ConnectToHttp;

    /// <summary>PEM file of the CA that signs the edge's certificates.</summary>
    public string TrustedRoot { get; }

    /// <summary>PEM file of the root of the sandbox's mark certificates.</summary>
    public string MarkRoot { get; }

    /// <summary>Issues mark certificates.</summary>
    public MarkAuthority Marks { get; }

    /// <summary>Access key of the main account.</summary>
    public string AccessKey => Emulation.Main.AccessKey;

    /// <summary>Secret key of the main account.</summary>
    public string SecretKey => Emulation.Main.SecretKey;

    /// <summary>The main account: twelve digits.</summary>
    public string AccountId => Emulation.Main.Account.AccountId;

    /// <summary>Access key of the other account.</summary>
    public string OtherAccessKey => Emulation.Other.AccessKey;

    /// <summary>Secret key of the other account.</summary>
    public string OtherSecretKey => Emulation.Other.SecretKey;

    /// <summary>Buckets that belong to the other account.</summary>
    public IReadOnlyList<string> ForeignBuckets => Emulation.ForeignBuckets;

    /// <summary>Accounts, services, DNS and edge.</summary>
    public Emulation Emulation { get; }

    /// <summary>Keys and accounts.</summary>
    public AccountDirectory Accounts => Emulation.Accounts;

    /// <summary>Starts a sandbox.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        var server = new SandboxServer(options);
        try
        {
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a hosted zone of the main account with these records, or gives the one there these; no call is logged for it.</summary>
    /// <exception cref="FormatException">A record breaks a rule; the message names it.</exception>
    public void PutHostedZone(string zone, IReadOnlyList<ZoneRecord> records) => Emulation.PutHostedZone(zone, records);

    /// <summary>Every AWS call so far.</summary>
    public IReadOnlyList<LoggedCall> GetCalls() => log.Snapshot();

    /// <summary>Forgets the calls so far.</summary>
    public void ClearCalls() => log.Clear();

    /// <summary>Puts a fault plan, in the admin interface's form; null clears it.</summary>
    public void SetFaults(string? json)
    {
        if (json is null)
        {
            faults.Clear();
            return;
        }

        using var document = JsonDocument.Parse(json);
        faults.Put(document.RootElement);
    }

    /// <summary>Has each call announced as it arrives (service, operation), before anything is done about it; null ends that.</summary>
    internal void OnCall(Action<string, string>? arrived) => faults.Arrived = arrived;

    /// <summary>Has each call carried out within what is given here (service, operation, the call itself); null ends that.</summary>
    internal void Around(Func<string, AwsOperation, Func<Task>, Task>? around) => controls!.Around = around;

    /// <summary>Sets the latency profile.</summary>
    /// <param name="profile"><c>none</c> or <c>real</c>.</param>
    /// <param name="scale">Factor on the real waits.</param>
    public void SetLatency(string profile, double scale) => clock.Set(profile, scale);

    /// <summary>Stops everything and deletes the temporary folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        if (awsHost is not null)
        {
            await awsHost.DisposeAsync();
        }
        if (adminHost is not null)
        {
            await adminHost.DisposeAsync();
        }
        await Emulation.DisposeAsync();
        Marks.Dispose();
        await roots.DisposeAsync();
        stopping.Dispose();
        folder.Dispose();
    }

    private static string Trim(Uri address) => address.ToString().TrimEnd('/');

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Shown(string text) => text[..Math.Min(text.Length, CharactersShown)];

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await Emulation.StartAsync(cancellationToken);
        roots.Write();
        Emulation.RootsChanged = roots.Write;
        await File.WriteAllTextAsync(MarkRoot, Marks.RootPem, cancellationToken);
        // Clients sign by real time, whatever the services' clock is, or by the time that an answer gave them.
        IReadOnlyList<TimeProvider> clocks = options.JudgesSignaturesByTime ? [options.Time] : [TimeProvider.System, options.Time];
        var verifier = new SignatureVerifier(Accounts, clocks, options.Time);
        controls = new CallControls(log, faults, denials, options.Authorize);
        var frontEnd = new AwsFrontEnd(
            Emulation.Services, verifier, Emulation.Main.Account, controls, clock, options.TimeoutHold, stopping.Token);
        awsHost = await LoopbackHost.StartAsync(options.Port, AwsFrontEnd.MostBodyBytes, frontEnd.HandleAsync, cancellationToken);
        var admin = new AdminInterface(Emulation, Marks, log, faults, denials, clock, Page);
        adminHost = await LoopbackHost.StartAsync(0, AdminInterface.MostBodyBytes, admin.HandleAsync, cancellationToken);
    }

    private string Page() => StatePage.Render([Reach(), .. StateTables.Of(Emulation), Calls()]);

    private StateTable Reach() => new(
        "How to reach it",
        ["What", "Value"],
        [
            ["AWS endpoint", EndpointUrl],
            ["Name server", NameServer],
            ["HTTPS edge", ConnectTo],
            ["HTTP edge", ConnectToHttp],
            ["Trusted root", TrustedRoot],
            ["Mark root", MarkRoot],
            ["Account", AccountId],
            ["Latency profile", Invariant($"{clock.Profile}, scale {clock.Scale}")],
            ["Fault plan", Shown(faults.Text)],
            ["Denials", Shown(denials.Text)],
        ]);

    private StateTable Calls()
    {
        var calls = log.Snapshot();
        return new StateTable(
            Invariant($"AWS calls ({calls.Count} so far, newest first, at most {CallsShown})"),
            ["At ms", "Service", "Operation", "Write", "Status", "Error", "Took ms"],
            [
                .. calls.Reverse().Take(CallsShown).Select(c => (string[])
                [
                    Number(c.StartMs), c.Service, c.Operation, c.Write ? "yes" : "", Number(c.Status), c.Error ?? "", Number(c.DurationMs),
                ]),
            ]);
    }
}
