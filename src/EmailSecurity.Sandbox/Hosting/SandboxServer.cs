using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Marks;
using EmailSecurity.Sandbox.Route53;
using EmailSecurity.Sandbox.S3;
using EmailSecurity.Sandbox.Signing;
using EmailSecurity.Sandbox.Sts;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>A running sandbox: an AWS endpoint, a DNS server, an HTTPS edge and an admin interface, all on loopback, all gone when disposed.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private const int CallsShown = 200;

    private readonly CancellationTokenSource stopping = new();
    private readonly CallLog log = new();
    private readonly FaultPlan faults = new();
    private readonly DenialList denials = new();
    private readonly SandboxClock clock;
    private readonly S3State s3;
    private readonly SandboxCredential main;
    private readonly SandboxCredential other;
    private readonly TemporaryFolder folder = new("emailsecurity-sandbox-");
    private readonly RootFile roots;
    private LoopbackHost? awsHost;
    private LoopbackHost? adminHost;

    private SandboxServer(SandboxOptions options, Func<SandboxClock, IBucketOrigin, string, ISandboxWorld> createWorld)
    {
        clock = new SandboxClock(options.Time);
        var accounts = new AccountDirectory();
        main = accounts.Open(NewAccountId(), "administrator");
        other = accounts.Open(NewAccountId(), "somebody-else");
        s3 = new S3State(clock, accounts);
        World = createWorld(clock, new BucketOrigin(s3), main.Account.AccountId);
        Accounts = accounts;
        TrustedRoot = folder.File("trusted-root.pem");
        MarkRoot = folder.File("mark-root.pem");
        roots = new RootFile(TrustedRoot, () => World.TrustedRootPem, TimeProvider.System); // other programs' time, whatever the services' clock is
        Marks = new MarkAuthority(clock, () => AdminUrl + "/markcertificates/");
        ForeignBuckets = OpenForeignBuckets();
    }

    /// <summary>The AWS endpoint of every service.</summary>
    public string EndpointUrl => awsHost is { } host ? Trim(host.Address) : "";

    /// <summary>Admin interface.</summary>
    public string AdminUrl => adminHost is { } host ? Trim(host.Address) : "";

    /// <summary>DNS server, <c>host:port</c>.</summary>
    public string NameServer => World.NameServer;

    /// <summary>HTTPS edge, <c>host:port</c>.</summary>
    public string ConnectTo => World.ConnectTo;

    /// <summary>The edge on plain HTTP, <c>host:port</c>.</summary>
    public string ConnectToHttp => World.ConnectToHttp;

    /// <summary>PEM file of the CA that signs the edge's certificates.</summary>
    public string TrustedRoot { get; }

    /// <summary>PEM file of the root of the sandbox's mark certificates.</summary>
    public string MarkRoot { get; }

    /// <summary>Issues mark certificates.</summary>
    public MarkAuthority Marks { get; }

    /// <summary>Access key of the main account.</summary>
    public string AccessKey => main.AccessKey;

    /// <summary>Secret key of the main account.</summary>
    public string SecretKey => main.SecretKey;

    /// <summary>The main account: twelve digits.</summary>
    public string AccountId => main.Account.AccountId;

    /// <summary>Access key of the other account.</summary>
    public string OtherAccessKey => other.AccessKey;

    /// <summary>Secret key of the other account.</summary>
    public string OtherSecretKey => other.SecretKey;

    /// <summary>Buckets that belong to the other account.</summary>
    public IReadOnlyList<string> ForeignBuckets { get; }

    /// <summary>Services, DNS and edge.</summary>
    public ISandboxWorld World { get; }

    /// <summary>Keys and accounts.</summary>
    public AccountDirectory Accounts { get; }

    /// <summary>Starts a sandbox.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken cancellationToken) => StartAsync(options, SandboxWorld.Create, cancellationToken);

    /// <summary>Starts a sandbox with another world.</summary>
    internal static async Task<SandboxServer> StartAsync(SandboxOptions options, Func<SandboxClock, IBucketOrigin, string, ISandboxWorld> createWorld, CancellationToken cancellationToken)
    {
        var server = new SandboxServer(options, createWorld);
        try
        {
            await server.World.StartAsync(cancellationToken);
            server.roots.Write();
            server.World.RootsChanged = server.roots.Write;
            await File.WriteAllTextAsync(server.MarkRoot, server.Marks.RootPem, cancellationToken);
            IReadOnlyList<IAwsService> services = [new S3Service(server.s3), new StsService(server.Accounts, server.clock), .. server.World.Services];
            // Clients sign by real time, whatever the services' clock is, or by the time that an answer gave them.
            IReadOnlyList<TimeProvider> clocks = options.JudgesSignaturesByTime ? [options.Time] : [TimeProvider.System, options.Time];
            var verifier = new SignatureVerifier(server.Accounts, clocks, options.Time);
            var frontEnd = new AwsFrontEnd(services, verifier, server.main.Account, server.log, server.faults, server.denials, options.Authorize, server.clock, options.TimeoutHold, server.stopping.Token);
            server.awsHost = await LoopbackHost.StartAsync(options.Port, AwsFrontEnd.MostBodyBytes, frontEnd.HandleAsync, cancellationToken);
            var admin = new AdminInterface(server.World, server.Marks, server.log, server.faults, server.denials, server.clock, server.Page);
            server.adminHost = await LoopbackHost.StartAsync(0, AdminInterface.MostBodyBytes, admin.HandleAsync, cancellationToken);
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
    public void PutHostedZone(string zone, IReadOnlyList<ZoneRecord> records) => ((IHostedZoneHost)World).PutHostedZone(zone, records);

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
        await World.DisposeAsync();
        Marks.Dispose();
        await roots.DisposeAsync();
        stopping.Dispose();
        folder.Dispose();
    }

    private static string NewAccountId() => RandomNumberGenerator.GetString("123456789", 1) + RandomNumberGenerator.GetString("0123456789", 11);

    private static string Trim(Uri address) => address.ToString().TrimEnd('/');

    private List<string> OpenForeignBuckets()
    {
        var names = new List<string>();
        foreach (var region in (string[])["us-east-1", "eu-west-1"])
        {
            var name = "taken-" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", 8);
            s3.Buckets.Add(name, new Bucket(name, other.Account, region, clock.Now));
            names.Add(name);
        }
        return names;
    }

    private string Page()
    {
        var calls = log.Snapshot();
        var faultPlan = faults.Text;
        List<StateTable> tables =
        [
            new StateTable(
                "How to reach it",
                ["What", "Value"],
                [
                    ["AWS endpoint", EndpointUrl], ["Name server", NameServer], ["HTTPS edge", ConnectTo], ["HTTP edge", ConnectToHttp],
                    ["Trusted root", TrustedRoot], ["Mark root", MarkRoot], ["Account", AccountId],
                    ["Latency profile", string.Create(CultureInfo.InvariantCulture, $"{clock.Profile}, scale {clock.Scale}")], ["Fault plan", faultPlan[..Math.Min(faultPlan.Length, 300)]], ["Denials", denials.Text[..Math.Min(denials.Text.Length, 300)]],
                ]),
            .. S3StateTables.Of(s3),
            .. World is IShowsState shows ? shows.Describe() : [],
            new StateTable(
                string.Create(CultureInfo.InvariantCulture, $"AWS calls ({calls.Count} so far, newest first, {CallsShown} at most)"),
                ["At ms", "Service", "Operation", "Write", "Status", "Error", "Took ms"],
                [.. calls.Reverse().Take(CallsShown).Select(c => (string[])[Number(c.StartMs), c.Service, c.Operation, c.Write ? "yes" : "", Number(c.Status), c.Error ?? "", Number(c.DurationMs)])]),
        ];
        return StatePage.Render(tables);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
