using System.Diagnostics;
using System.Globalization;
using System.Text;
using Amazon.Route53;
using Amazon.Route53.Model;
using Amazon.Runtime;
using EmailSecurity.Applying;
using EmailSecurity.Aws;
using EmailSecurity.Deployment;
using EmailSecurity.Net;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Support;

/// <summary>
/// AWS calls and wall time of a stack's life against the sandbox: first publish, publish again, a one-line policy change, removal. Without
/// latency, then with AWS's own waits, scaled. Exit code 1 where a step fails, a re-publish writes, or a goal is missed.
/// </summary>
internal sealed class PublishBench : IAsyncDisposable
{
    private const string Domain = "example.com";
    private const double CertificateSeconds = 150;
    private const double DistributionSeconds = 240;
    private const double InvalidationSeconds = 30;
    private const double GoalRatio = 1.05;
    private const int GoalFirst = 35;
    private const int GoalAgain = 12;

    private const string Logo = """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 100 100" width="100" height="100">
          <title>Example</title>
          <rect width="100" height="100" fill="#0a3d62"/>
          <circle cx="50" cy="50" r="30" fill="#f6b93b"/>
        </svg>
        """;

    private readonly SandboxServer sandbox;
    private readonly OutsideFactory outside = new();
    private readonly CloudFactory cloud = new();
    private bool failed;

    private PublishBench(SandboxServer sandbox) => this.sandbox = sandbox;

    public static async Task<int> RunAsync(string[] args)
    {
        var scale = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 0.1;
        var verbose = args.Contains("--calls", StringComparer.Ordinal);
        var good = await OneAsync("none", 1, verbose); // the first round also warms the compiler up for the second
        good &= await OneAsync("real", scale, verbose);
        return good ? 0 : 1;
    }

    public ValueTask DisposeAsync() => sandbox.DisposeAsync();

    private static async Task<bool> OneAsync(string profile, double scale, bool verbose)
    {
        await using var bench = new PublishBench(await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None));
        await bench.PrepareAsync();
        bench.sandbox.SetLatency(profile, scale);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"latency profile {profile}{(profile == "real" ? $", scale {scale}" : "")}"));
        await bench.StepsAsync(profile, scale, verbose);
        return !bench.failed;
    }

    private async Task StepsAsync(string profile, double scale, bool verbose)
    {
        var memory = new SettingsMemory(TimeProvider.System);
        var first = await StepAsync("first publish", verbose, memory, d => Publish(d, 86400));
        var again = await StepAsync("publish again, same session", verbose, memory, d => Publish(d, 86400));
        var other = await StepAsync("publish again, new session", verbose, new SettingsMemory(TimeProvider.System), d => Publish(d, 86400));
        Expect(again.Writes == 0 && other.Writes == 0, "a publish of what is there makes no write call");
        var change = await StepAsync("one-line policy change", verbose, memory, d => Publish(d, 172800));
        await StepAsync("removal: policy taken back", verbose, memory, d => Remove(d, force: false), waits: true);
        var forced = await StepAsync("removal: forced, all gone", verbose, memory, d => Remove(d, force: true));
        if (profile == "none")
        {
            Goal(first.Calls <= GoalFirst, $"calls of the first publish: {first.Calls} (goal {GoalFirst})");
            Goal(again.Calls <= GoalAgain, $"calls of a re-publish: {again.Calls} (goal {GoalAgain})");
        }
        else
        {
            Chain("first publish", first.Seconds, scale, ("certificate", CertificateSeconds), ("distribution", DistributionSeconds));
            Chain("one-line policy change", change.Seconds, scale, ("invalidation", InvalidationSeconds));
            Chain("forced removal", forced.Seconds, scale, ("distribution disabled", DistributionSeconds));
        }
    }

    private async Task<(int Calls, int Writes, double Seconds)> StepAsync(string name, bool verbose, SettingsMemory memory, Func<StackDeployment, Task<DeploymentResult>> step, bool waits = false)
    {
        sandbox.ClearCalls();
        using var services = new EmailSecurityServices(outside.Create(Settings(), TimeProvider.System), cloud.Create(Settings(), TimeProvider.System));
        var watch = Stopwatch.StartNew();
        var result = await step(new StackDeployment(services, TimeProvider.System, memory));
        var seconds = watch.Elapsed.TotalSeconds;
        var calls = sandbox.GetCalls();
        var writes = calls.Count(c => c.Write);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-30} {calls.Count,4} calls {writes,4} writes {seconds,8:0.00} s"));
        if (verbose)
        {
            foreach (var group in calls.GroupBy(c => (c.Service, c.Operation)).OrderByDescending(g => g.Count()))
            {
                Console.WriteLine($"      {group.Count(),3} {group.Key.Service} {group.Key.Operation}");
            }
        }

        Expect(result.Errors.Count == 0, $"{name}: {string.Join("; ", result.Errors.Select(e => e.Message))}");
        Expect(waits ? result.Execution.Pending.Count > 0 : result.Execution.IsComplete, $"{name}: every step is done{(waits ? " but the wait" : "")}");
        return (calls.Count, writes, seconds);
    }

    private static Task<DeploymentResult> Publish(StackDeployment deployment, long maxAge)
        => deployment.PublishAsync(StackWish.For(Domain) with { ReportUri = ["mailto:tls@example.com"], MaxAge = maxAge, Logo = new StackAsset("logo.svg", Encoding.UTF8.GetBytes(Logo)) }, StackParts.All, new PublishOptions(), new WaitOptions(), new YesHost(), CancellationToken.None);

    private static Task<DeploymentResult> Remove(StackDeployment deployment, bool force)
        => deployment.RemoveAsync(EmailSecurityStack.For(Domain), new RemovalOptions { Force = force }, new WaitOptions(), new YesHost(), CancellationToken.None);

    private void Chain(string step, double seconds, double scale, params (string What, double Seconds)[] waits)
    {
        var chain = waits.Sum(w => w.Seconds) * scale;
        var ratio = seconds / chain;
        var sum = string.Join(", then ", waits.Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.What} {w.Seconds * scale:0.0} s")));
        Goal(ratio <= GoalRatio, string.Create(CultureInfo.InvariantCulture, $"{step} / longest chain of unavoidable waits ({sum} = {chain:0.0} s): {ratio:0.000} (goal {GoalRatio:0.00})"));
    }

    private void Expect(bool holds, string what)
    {
        if (holds)
        {
            return;
        }

        failed = true;
        Console.WriteLine($"  WRONG: {what}");
    }

    private void Goal(bool met, string what)
    {
        failed |= !met;
        Console.WriteLine($"  {(met ? "met   " : "MISSED")} {what}");
    }

    private ConnectionSettings Settings() => SandboxConnection.To(sandbox, allowPrivateNetwork: false);

    private async Task PrepareAsync()
    {
        using var route53 = new AmazonRoute53Client(new BasicAWSCredentials(sandbox.AccessKey, sandbox.SecretKey), new AmazonRoute53Config { AuthenticationRegion = "us-east-1", ServiceURL = sandbox.EndpointUrl });
        var zone = await route53.CreateHostedZoneAsync(new CreateHostedZoneRequest { Name = Domain, CallerReference = Guid.NewGuid().ToString() });
        (string Name, string Type, string Value)[] records = [("example.com", "MX", "10 mx1.example.com."), ("_dmarc.example.com", "TXT", "\"v=DMARC1; p=reject\"")];
        await route53.ChangeResourceRecordSetsAsync(new ChangeResourceRecordSetsRequest
        {
            HostedZoneId = zone.HostedZone.Id.Replace("/hostedzone/", "", StringComparison.Ordinal),
            ChangeBatch = new ChangeBatch { Changes = [.. records.Select(r => new Amazon.Route53.Model.Change { Action = Amazon.Route53.ChangeAction.UPSERT, ResourceRecordSet = new ResourceRecordSet { Name = r.Name, Type = r.Type, TTL = 300, ResourceRecords = [new ResourceRecord { Value = r.Value }] } })] },
        });
    }

    private sealed class YesHost : IPlanHost
    {
        public ValueTask<ChangeDecision> DecideAsync(EmailSecurity.Planning.Change change, CancellationToken cancellationToken) => ValueTask.FromResult(ChangeDecision.Apply);

        public void Report(PlanProgress progress)
        {
        }
    }
}
