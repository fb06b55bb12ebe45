using EmailSecurity.Applying;
using EmailSecurity.Aws;
using EmailSecurity.Deployment;
using EmailSecurity.Marks;
using EmailSecurity.Net;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Lives;

/// <summary>Where a life takes place: a sandbox and the module on one virtual clock, a domain with mail, and things of other people's beside it.</summary>
internal sealed class LifeLab : IAsyncDisposable
{
    public const string Domain = "example.com";

    private readonly OutsideFactory outside = new();
    private readonly CloudFactory cloud = new();

    private LifeLab(SandboxServer sandbox, VirtualTime time)
    {
        Sandbox = sandbox;
        Time = time;
        Memory = new SettingsMemory(time);
        Aws = new DirectAws(sandbox, time);
        MarkRoots = MarkCertificateRoots.FromPem(File.ReadAllBytes(sandbox.MarkRoot));
    }

    /// <summary>The clock of sandbox and module.</summary>
    public VirtualTime Time { get; }

    public SandboxServer Sandbox { get; }

    /// <summary>Other people's calls.</summary>
    public DirectAws Aws { get; }

    /// <summary>What the session of all commands remembers.</summary>
    public SettingsMemory Memory { get; private set; }

    public MarkCertificateRoots MarkRoots { get; }

    public static async Task<LifeLab> StartAsync(CancellationToken cancellationToken)
    {
        var time = new VirtualTime();
        var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Time = time }, cancellationToken);
        var lab = new LifeLab(sandbox, time);
        sandbox.PutHostedZone(Domain,
        [
            new(Domain, "MX", 300, ["10 mx1.example.com."]),
            new(Domain, "TXT", 300, ["\"v=spf1 mx -all\"", "\"other-service=41\""]),
            new("_dmarc.example.com", "TXT", 300, ["\"v=DMARC1; p=reject\""]),
            new("www.example.com", "CNAME", 300, ["web.example.net."]),
        ]);
        sandbox.PutHostedZone("example.net", [new("example.net", "MX", 300, ["10 mx.example.net."]), new("mta-sts.example.net", "CNAME", 300, ["elsewhere.example.net."])]);
        await OtherPeople.SettleAsync(lab.Aws);
        sandbox.SetLatency("none", 1);
        return lab;
    }

    /// <summary>The next commands are typed in a new session, which remembers nothing.</summary>
    public void BeginSession() => Memory = new SettingsMemory(Time);

    /// <summary>Publishes.</summary>
    public Task<DeploymentResult> PublishAsync(StackWish wish, PublishOptions options, WaitOptions waits, CancellationToken cancellationToken)
        => RunAsync(d => d.PublishAsync(wish, StackParts.All, options with { MarkRoots = MarkRoots }, waits, new YesHost(), cancellationToken));

    /// <summary>What a publish would do.</summary>
    public Task<Plan> PlanAsync(StackWish wish, PublishOptions options)
        => RunAsync(d => d.PlanAsync(wish, StackParts.All, options with { MarkRoots = MarkRoots }, CancellationToken.None));

    public Task<DeploymentResult> RemoveAsync(RemovalOptions options, WaitOptions waits, CancellationToken cancellationToken)
        => RunAsync(d => d.RemoveAsync(EmailSecurityStack.For(Domain), options, waits, new YesHost(), cancellationToken));

    public Task<EmailSecurityStack?> GetAsync() => RunAsync(d => d.GetAsync(EmailSecurityStack.For(Domain), CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        Time.Dispose();
    }

    private async Task<T> RunAsync<T>(Func<StackDeployment, Task<T>> command)
    {
        using var run = Time.Run();
        Aws.IsWithinCommand = true;
        var settings = SandboxConnection.To(Sandbox);
        using var services = new EmailSecurityServices(outside.Create(settings, Time), cloud.Create(settings, Time));
        try
        {
            return await command(new StackDeployment(services, Time, Memory));
        }
        finally
        {
            Aws.IsWithinCommand = false;
        }
    }

    private sealed class YesHost : IPlanHost
    {
        public ValueTask<ChangeDecision> DecideAsync(Change change, CancellationToken cancellationToken) => ValueTask.FromResult(ChangeDecision.Apply);

        public void Report(PlanProgress progress)
        {
        }
    }
}
