using Amazon.Route53;
using Amazon.Route53.Model;
using Amazon.Runtime;
using EmailSecurity.Aws;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>A sandbox with one hosted zone that has mail and an enforcing DMARC record, and the means to publish, look and break things.</summary>
internal sealed class StackLab : IAsyncDisposable
{
    public const string Domain = "example.com";

    public const string Logo = """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 100 100" width="100" height="100">
          <title>Example</title>
          <rect width="100" height="100" fill="#0a3d62"/>
          <circle cx="50" cy="50" r="30" fill="#f6b93b"/>
        </svg>
        """;

    private ServicesFactory factory = new();

    private StackLab(SandboxServer sandbox) => Sandbox = sandbox;

    public SandboxServer Sandbox { get; }

    public string ZoneId { get; private set; } = "";

    public AmazonRoute53Client Route53 { get; private set; } = null!;

    public static async Task<StackLab> StartAsync(params (string Name, string Type, string Value)[] records)
    {
        var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        var lab = new StackLab(sandbox)
        {
            Route53 = new AmazonRoute53Client(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonRoute53Config { AuthenticationRegion = "us-east-1", ServiceURL = sandbox.EndpointUrl }),
        };
        lab.ZoneId = await lab.CreateZoneAsync(Domain);
        (string Name, string Type, string Value)[] usual = [("example.com", "MX", "10 mx1.example.com."), ("_dmarc.example.com", "TXT", "\"v=DMARC1; p=reject\"")];
        await lab.PutRecordsAsync([.. usual.Where(u => !records.Any(r => (r.Name, r.Type) == (u.Name, u.Type))), .. records]);
        sandbox.ClearCalls();
        return lab;
    }

    /// <summary>Gives a call that is not answered up sooner than a user would.</summary>
    public void BeImpatient(TimeSpan requestTimeout) => factory = new ServicesFactory(AwsClientOptions.For(new Uri(Sandbox.EndpointUrl)) with { RequestTimeout = requestTimeout });

    public async Task<string> CreateZoneAsync(string name)
    {
        var zone = await Route53.CreateHostedZoneAsync(new CreateHostedZoneRequest { Name = name, CallerReference = Guid.NewGuid().ToString() });
        return zone.HostedZone.Id.Replace("/hostedzone/", "", StringComparison.Ordinal);
    }

    public Task PutRecordsAsync(params (string Name, string Type, string Value)[] records) => Route53.ChangeResourceRecordSetsAsync(new ChangeResourceRecordSetsRequest
    {
        HostedZoneId = ZoneId,
        ChangeBatch = new ChangeBatch { Changes = [.. records.Select(r => new Amazon.Route53.Model.Change { Action = Amazon.Route53.ChangeAction.UPSERT, ResourceRecordSet = new ResourceRecordSet { Name = r.Name, Type = r.Type, TTL = 300, ResourceRecords = [new ResourceRecord { Value = r.Value }] } })] },
    });

    public IEmailSecurityServices Connect(string? region = null) => factory.Create(Settings(region), TimeProvider.System);

    public ConnectionSettings Settings(string? region = null) => new()
    {
        AccessKey = Sandbox.AccessKey,
        SecretKey = Sandbox.SecretKey,
        Region = region ?? "eu-central-1",
        EndpointUrl = Sandbox.EndpointUrl,
        NameServer = Sandbox.NameServer,
        TrustedRoot = Sandbox.TrustedRoot,
        ConnectTo = Sandbox.ConnectTo,
    };

    public static StackWish Stack(Func<StackWish, StackWish>? change = null)
    {
        var stack = StackWish.For(Domain) with
        {
            ReportUri = ["mailto:tls@example.com"],
            MaxAge = 86400,
            Logo = new StackAsset("logo.svg", System.Text.Encoding.UTF8.GetBytes(Logo)),
        };
        return change is null ? stack : change(stack);
    }

    public async Task<DeploymentResult> PublishAsync(EmailSecurityStack stack, StackParts parts = StackParts.All, PublishOptions? options = null, WaitOptions? waits = null, SettingsMemory? memory = null, IPlanHost? host = null, CancellationToken cancellationToken = default)
    {
        using var services = Connect();
        return await new StackDeployment(services, TimeProvider.System, memory ?? new SettingsMemory(TimeProvider.System)).PublishAsync(stack, parts, options ?? new PublishOptions(), waits ?? new WaitOptions(), host ?? new YesHost(), cancellationToken);
    }

    public async Task<Plan> PlanAsync(EmailSecurityStack stack, PublishOptions? options = null)
    {
        using var services = Connect();
        return await new StackDeployment(services, TimeProvider.System, new SettingsMemory(TimeProvider.System)).PlanAsync(stack, StackParts.All, options ?? new PublishOptions(), CancellationToken.None);
    }

    public async Task<DeploymentResult> RemoveAsync(RemovalOptions? options = null, IPlanHost? host = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        using var services = Connect();
        return await new StackDeployment(services, time ?? TimeProvider.System, new SettingsMemory(TimeProvider.System)).RemoveAsync(EmailSecurityStack.For(Domain), options ?? new RemovalOptions(), new WaitOptions(), host ?? new YesHost(), cancellationToken);
    }

    public async Task<EmailSecurityStack?> GetAsync()
    {
        using var services = Connect();
        return await new StackDeployment(services, TimeProvider.System, new SettingsMemory(TimeProvider.System)).GetAsync(EmailSecurityStack.For(Domain), CancellationToken.None);
    }

    /// <summary>The policy as the edge serves it; null where it serves none.</summary>
    public async Task<string?> ServedPolicyAsync()
    {
        using var services = Connect();
        var fetched = await services.Fetcher.FetchAsync(new FetchRequest(StackNames.PolicyUrl(Domain), 65536, TimeSpan.FromMinutes(2)), CancellationToken.None);
        return fetched is { Outcome: FetchOutcome.Response, StatusCode: 200 } ? System.Text.Encoding.UTF8.GetString(fetched.Body.Span) : null;
    }

    /// <summary>The TXT values of a name as DNS has them.</summary>
    public async Task<IReadOnlyList<string>> TxtAsync(string name)
    {
        using var services = Connect();
        var answer = await services.Resolver.QueryAsync(name, DnsRecordType.TXT, CancellationToken.None);
        Assert.True(answer.Status is DnsStatus.NoError or DnsStatus.NxDomain, answer.Detail);
        return [.. answer.Records.Select(r => r.Value)];
    }

    /// <summary>Everything in the zone beside what it began with, one line a record set, sorted.</summary>
    public async Task<IReadOnlyList<string>> ZoneAsync()
    {
        var sets = await Route53.ListResourceRecordSetsAsync(new ListResourceRecordSetsRequest { HostedZoneId = ZoneId });
        return [.. sets.ResourceRecordSets.Where(s => s.Type != RRType.NS && s.Type != RRType.SOA).Select(s => $"{s.Name} {s.Type} {s.AliasTarget?.DNSName}{string.Join("|", s.ResourceRecords?.Select(r => r.Value) ?? [])}").Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        Route53.Dispose();
        await Sandbox.DisposeAsync();
    }

    /// <summary>The time that it will be.</summary>
    internal sealed class ShiftedTime(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }

    /// <summary>Says yes to everything.</summary>
    internal sealed class YesHost : IPlanHost
    {
        public List<Planning.Change> Asked { get; } = [];

        public ValueTask<ChangeDecision> DecideAsync(Planning.Change change, CancellationToken cancellationToken)
        {
            Asked.Add(change);
            return ValueTask.FromResult(ChangeDecision.Apply);
        }

        public void Report(PlanProgress progress)
        {
        }
    }
}
