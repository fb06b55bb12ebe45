using Amazon.Route53;
using Amazon.Route53.Model;
using Amazon.Runtime;
using EmailSecurity.Applying;
using EmailSecurity.Aws.Session;
using EmailSecurity.Deployment;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>
/// A sandbox with one hosted zone that has mail and an enforcing DMARC record, and the means to publish, look and break things.
/// Sandbox and module share a virtual clock, and AWS takes as long as it really does (latency profile real, scale 1).
/// </summary>
internal sealed class StackLab : IAsyncDisposable
{
    public const string Domain = "example.com";

    /// <summary>Until a change of Route 53's is everywhere.</summary>
    public static readonly TimeSpan InSync = TimeSpan.FromMinutes(1);

    public const string Logo = """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 100 100" width="100" height="100">
          <title>Example</title>
          <rect width="100" height="100" fill="#0a3d62"/>
          <circle cx="50" cy="50" r="30" fill="#f6b93b"/>
        </svg>
        """;

    private readonly ServicesFactory factory = new(new AwsClientOptions()); // as patient as with AWS itself: the clock is virtual

    private StackLab(SandboxServer sandbox, VirtualTime time)
    {
        Sandbox = sandbox;
        Time = time;
    }

    /// <summary>The clock of sandbox and module.</summary>
    public VirtualTime Time { get; }

    public SandboxServer Sandbox { get; }

    public string ZoneId { get; private set; } = "";

    public AmazonRoute53Client Route53 { get; private set; } = null!;

    public static async Task<StackLab> StartAsync(params (string Name, string Type, string Value)[] records)
    {
        var time = new VirtualTime();
        var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Time = time }, TestContext.Current.CancellationToken);
        var lab = new StackLab(sandbox, time)
        {
            Route53 = new AmazonRoute53Client(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonRoute53Config { AuthenticationRegion = "us-east-1", ServiceURL = sandbox.EndpointUrl }),
        };
        lab.ZoneId = await lab.CreateZoneAsync(Domain);
        (string Name, string Type, string Value)[] usual = [("example.com", "MX", "10 mx1.example.com."), ("_dmarc.example.com", "TXT", "\"v=DMARC1; p=reject\"")];
        await lab.PutRecordsAsync([.. usual.Where(u => !records.Any(r => (r.Name, r.Type) == (u.Name, u.Type))), .. records]);
        sandbox.SetLatency("real", 1);
        time.Advance(TimeSpan.FromMinutes(1)); // the rate limits have recovered from the preparations
        sandbox.ClearCalls();
        return lab;
    }


    public async Task<string> CreateZoneAsync(string name)
    {
        using var passing = LetTimePass();
        var zone = await Route53.CreateHostedZoneAsync(new CreateHostedZoneRequest { Name = name, CallerReference = Guid.NewGuid().ToString() });
        return zone.HostedZone.Id.Replace("/hostedzone/", "", StringComparison.Ordinal);
    }

    public async Task PutRecordsAsync(params (string Name, string Type, string Value)[] records)
    {
        await ChangeRecordsAsync(records);
        Time.Advance(InSync);
    }

    /// <summary>Puts records while a command runs; they are not in DNS at once.</summary>
    public async Task ChangeRecordsAsync(params (string Name, string Type, string Value)[] records)
    {
        using (LetTimePass())
        {
            await Route53.ChangeResourceRecordSetsAsync(new ChangeResourceRecordSetsRequest
            {
                HostedZoneId = ZoneId,
                ChangeBatch = new ChangeBatch { Changes = [.. records.Select(r => new Amazon.Route53.Model.Change { Action = Amazon.Route53.ChangeAction.UPSERT, ResourceRecordSet = new ResourceRecordSet { Name = r.Name, Type = r.Type, TTL = 300, ResourceRecords = [new ResourceRecord { Value = r.Value }] } })] },
            });
        }
    }

    /// <summary>Has somebody use a certificate of ours in a distribution of their own; returns its ARN.</summary>
    public async Task<string> UseElsewhereAsync(string certificateArn)
    {
        using var cloudFront = new Amazon.CloudFront.AmazonCloudFrontClient(new BasicAWSCredentials(Sandbox.AccessKey, Sandbox.SecretKey), new Amazon.CloudFront.AmazonCloudFrontConfig { AuthenticationRegion = "us-east-1", ServiceURL = Sandbox.EndpointUrl });
        var all = await cloudFront.ListDistributionsAsync(new Amazon.CloudFront.Model.ListDistributionsRequest());
        var ours = all.DistributionList.Items.First(d => d.ViewerCertificate.ACMCertificateArn == certificateArn);
        var config = (await cloudFront.GetDistributionConfigAsync(new Amazon.CloudFront.Model.GetDistributionConfigRequest { Id = ours.Id })).DistributionConfig;
        config.CallerReference = Guid.NewGuid().ToString();
        config.Aliases = new Amazon.CloudFront.Model.Aliases { Items = [], Quantity = 0 };
        var request = new Amazon.CloudFront.Model.CreateDistributionWithTagsRequest { DistributionConfigWithTags = new Amazon.CloudFront.Model.DistributionConfigWithTags { DistributionConfig = config, Tags = new Amazon.CloudFront.Model.Tags { Items = [] } } };
        return (await cloudFront.CreateDistributionWithTagsAsync(request)).Distribution.ARN;
    }

    /// <summary>For a call of the test's own, which the clock does not see: what AWS takes for it passes, and no more.</summary>
    public IDisposable LetTimePass()
    {
        var run = Time.Run();
        var busy = Time.Busy();
        return new Both(run, busy);
    }

    public IEmailSecurityServices Connect(string? region = null, bool isOther = false) => factory.Create(isOther
        ? Settings(region) with { AccessKey = Sandbox.OtherAccessKey, SecretKey = Sandbox.OtherSecretKey }
        : Settings(region), Time);

    public ConnectionSettings Settings(string? region = null)
        => region is null ? SandboxConnection.To(Sandbox) : SandboxConnection.To(Sandbox) with { Region = region };

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
        using var run = Time.Run();
        using var services = Connect();
        return await new StackDeployment(services, Time, memory ?? new SettingsMemory(Time)).PublishAsync(stack, parts, options ?? new PublishOptions(), waits ?? new WaitOptions(), host ?? new YesHost(), cancellationToken);
    }

    /// <summary>Publishes what a test begins with: AWS takes no time for it.</summary>
    /// <param name="stack">What is published.</param>
    /// <param name="scale">The factor on AWS's own waits from then on: where their length does not matter, fewer looks are as good.</param>
    public async Task<DeploymentResult> PrepareAsync(EmailSecurityStack stack, double scale = 1)
    {
        Sandbox.SetLatency("none", 1);
        var result = await PublishAsync(stack);
        Sandbox.SetLatency("real", scale);
        Time.Advance(TimeSpan.FromMinutes(1)); // the rate limits have recovered
        Assert.Empty(result.Errors);
        return result;
    }

    public async Task<Plan> PlanAsync(EmailSecurityStack stack, PublishOptions? options = null)
    {
        using var run = Time.Run();
        using var services = Connect();
        return await new StackDeployment(services, Time, new SettingsMemory(Time)).PlanAsync(stack, StackParts.All, options ?? new PublishOptions(), CancellationToken.None);
    }

    public async Task<DeploymentResult> RemoveAsync(RemovalOptions? options = null, IPlanHost? host = null, CancellationToken cancellationToken = default)
    {
        using var run = Time.Run();
        using var services = Connect();
        return await new StackDeployment(services, Time, new SettingsMemory(Time)).RemoveAsync(EmailSecurityStack.For(Domain), options ?? new RemovalOptions(), new WaitOptions(), host ?? new YesHost(), cancellationToken);
    }

    public async Task<IReadOnlyList<string>> ListDomainsAsync()
    {
        using var run = Time.Run();
        using var services = Connect();
        return await new StackDeployment(services, Time, new SettingsMemory(Time)).ListDomainsAsync(CancellationToken.None).ToListAsync();
    }

    public async Task<EmailSecurityStack?> GetAsync()
    {
        using var run = Time.Run();
        using var services = Connect();
        return await new StackDeployment(services, Time, new SettingsMemory(Time)).GetAsync(EmailSecurityStack.For(Domain), CancellationToken.None);
    }

    /// <summary>The policy as the edge serves it; null where it serves none.</summary>
    public async Task<string?> ServedPolicyAsync(string domain = Domain)
    {
        using var services = Connect();
        var fetched = await services.Fetcher.FetchAsync(new FetchRequest(MtaStsPolicy.UrlOf(domain), 65536, TimeSpan.FromMinutes(2)), CancellationToken.None);
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
        Time.Dispose();
    }

    private sealed class Both(IDisposable run, IDisposable busy) : IDisposable
    {
        public void Dispose()
        {
            run.Dispose();
            busy.Dispose();
        }
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
