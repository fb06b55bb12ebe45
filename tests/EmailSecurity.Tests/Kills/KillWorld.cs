using System.Text;
using Amazon.CertificateManager;
using Amazon.CertificateManager.Model;
using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Applying;
using EmailSecurity.Aws;
using EmailSecurity.Deployment;
using EmailSecurity.Net;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Support;
using OutsideView = EmailSecurity.Sandbox.Running.OutsideView;

namespace EmailSecurity.Tests.Kills;

/// <summary>A sandbox, an observer outside, and an administrator who knows AWS's own tools.</summary>
internal sealed class KillWorld : IAsyncDisposable
{
    private readonly OutsideFactory outside = new();
    private readonly CloudFactory cloud = new();
    private readonly SandboxServer sandbox;
    private readonly double scale;

    private KillWorld(SandboxServer sandbox, KillProcess process, double scale)
    {
        this.sandbox = sandbox;
        this.scale = scale;
        Process = process;
        Outside = new OutsideView(sandbox.NameServer, sandbox.ConnectTo, sandbox.ConnectToHttp, sandbox.TrustedRoot);
    }

    /// <summary>Where the commands run.</summary>
    public KillProcess Process { get; }

    /// <summary>What senders see: DNS and HTTPS, and nothing of the module.</summary>
    public OutsideView Outside { get; }

    /// <summary>Starts a world.</summary>
    /// <param name="scale">Factor on AWS's own waits.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<KillWorld> StartAsync(double scale, CancellationToken cancellationToken)
    {
        var process = new KillProcess();
        var started = await SandboxServer.StartAsync(new SandboxOptions { Authorize = process.ArrivedAsync }, cancellationToken);
        await process.PrepareAsync(started, cancellationToken);
        return new KillWorld(started, process, scale);
    }

    /// <summary>Prepares what is there when a command begins, and lets AWS take its time from then on.</summary>
    public async Task PrepareAsync(string domain, KillCommand command, CancellationToken cancellationToken)
    {
        sandbox.SetLatency("none", 1);
        List<ZoneRecord> records = [new(domain, "MX", 300, [$"10 mx1.{domain}."]), new("_dmarc." + domain, "TXT", 300, ["\"v=DMARC1; p=reject\""])];
        records.AddRange(command.Start == KillStart.HandMade ? HandMade(domain) : []);
        sandbox.PutHostedZone(domain, records);
        if (command.Start == KillStart.Deployed)
        {
            await PublishAsync(domain, cancellationToken);
        }

        sandbox.SetLatency("real", scale);
    }

    /// <summary>What somebody made by hand, before.</summary>
    public static IReadOnlyList<ZoneRecord> HandMade(string domain) =>
    [
        new("_mta-sts." + domain, "TXT", 300, ["\"v=STSv1; id=20240101\""]),
        new("mta-sts." + domain, "CNAME", 300, ["mta-sts.vendor.example."]),
        new("_smtp._tls." + domain, "TXT", 300, ["\"v=TLSRPTv1; rua=mailto:old@example.net\""]),
        new("default._bimi." + domain, "TXT", 300, ["\"v=BIMI1; l=https://vendor.example/logo.svg;\""]),
    ];

    /// <summary>A command's words as a script of its own.</summary>
    public string Script(string domain, string text) => $"""
        $ErrorActionPreference = 'Stop'
        $WarningPreference = $ProgressPreference = 'SilentlyContinue'
        $domain = '{domain}'
        $first = 'assets/logo.svg'
        $second = '{Process.SecondLogo}'
        Import-Module ./EmailSecurity.psd1
        {text}
        """;

    /// <summary>The before-images in the stack's bucket, one text.</summary>
    public async Task<string> BeforeImagesAsync(CancellationToken cancellationToken)
    {
        using var s3 = S3();
        var text = new StringBuilder();
        foreach (var bucket in (await s3.ListBucketsAsync(cancellationToken)).Buckets ?? [])
        {
            var page = await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket.BucketName, Prefix = "adopted/" }, cancellationToken);
            foreach (var item in page.S3Objects ?? [])
            {
                using var answer = await s3.GetObjectAsync(bucket.BucketName, item.Key, cancellationToken);
                using var reader = new StreamReader(answer.ResponseStream);
                text.AppendLine(await reader.ReadToEndAsync(cancellationToken));
            }
        }

        return text.ToString();
    }

    /// <summary>Removes the stack at once, and says what of it is left; empty for nothing.</summary>
    public async Task<IReadOnlyList<string>> RemoveAsync(string domain, CancellationToken cancellationToken)
    {
        sandbox.SetLatency("none", 1);
        using var services = Connect();
        var gone = await Deployment(services).RemoveAsync(
            EmailSecurityStack.For(domain), new RemovalOptions { Force = true }, new WaitOptions(), new YesHost(), cancellationToken);
        string[] left = [.. gone.Errors.Select(e => e.Message), .. await LeftAsync(domain, cancellationToken)];
        sandbox.Emulation.DeleteHostedZone(domain);
        return left;
    }

    /// <summary>What is left of any stack in the account, and of this domain's in its zone.</summary>
    public async Task<IReadOnlyList<string>> LeftAsync(string domain, CancellationToken cancellationToken)
    {
        using var s3 = S3();
        using var cloudFront = new AmazonCloudFrontClient(Credentials, new AmazonCloudFrontConfig { AuthenticationRegion = "us-east-1", ServiceURL = sandbox.EndpointUrl });
        using var acm = new AmazonCertificateManagerClient(Credentials, new AmazonCertificateManagerConfig { AuthenticationRegion = "us-east-1", ServiceURL = sandbox.EndpointUrl });
        var buckets = await s3.ListBucketsAsync(cancellationToken);
        var distributions = await cloudFront.ListDistributionsAsync(new ListDistributionsRequest(), cancellationToken);
        var controls = await cloudFront.ListOriginAccessControlsAsync(new ListOriginAccessControlsRequest(), cancellationToken);
        var certificates = await acm.ListCertificatesAsync(new ListCertificatesRequest(), cancellationToken);
        return
        [
            .. (buckets.Buckets ?? []).Select(b => "bucket " + b.BucketName),
            .. (distributions.DistributionList.Items ?? []).Select(d => "distribution " + d.Id),
            .. (controls.OriginAccessControlList.Items ?? []).Select(c => "origin access control " + c.Name),
            .. (certificates.CertificateSummaryList ?? []).Select(c => "certificate " + c.DomainName),
            .. sandbox.Emulation.GetHostedZone(domain)!.Where(r => r.Type is not ("NS" or "SOA") && (r.Name.TrimEnd('.'), r.Type) != (domain, "MX")
                && r.Name.TrimEnd('.') != "_dmarc." + domain).Select(r => $"record {r.Name} {r.Type}"),
        ];
    }

    /// <summary>Ends a case with what is wrong.</summary>
    /// <exception cref="KillFailure">It does not hold.</exception>
    public static void Must(bool holds, string what)
    {
        if (!holds)
        {
            throw new KillFailure(what);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Outside.Dispose();
        Process.Dispose();
        await sandbox.DisposeAsync();
    }

    // The first of the commands, made here: nobody kills it.
    private async Task PublishAsync(string domain, CancellationToken cancellationToken)
    {
        var logo = await File.ReadAllBytesAsync(Path.Combine(KillProcess.Root, "assets", "logo.svg"), cancellationToken);
        var wish = StackWish.For(domain) with
        {
            ReportUri = ["mailto:tls@example.net"],
            MxHost = ["mx1." + domain],
            MaxAge = 86400,
            Logo = new StackAsset("logo.svg", logo),
        };
        using var services = Connect();
        var made = await Deployment(services).PublishAsync(wish, StackParts.All, new PublishOptions(), new WaitOptions(), new YesHost(), cancellationToken);
        Must(made.Errors.Count == 0, "the preparation fails: " + string.Join("; ", made.Errors.Select(e => e.Message)));
    }

    private static StackDeployment Deployment(IEmailSecurityServices services) => new(services, TimeProvider.System, new SettingsMemory(TimeProvider.System));

    private EmailSecurityServices Connect()
    {
        var settings = SandboxConnection.To(sandbox, allowPrivateNetwork: false);
        return new EmailSecurityServices(outside.Create(settings, TimeProvider.System), cloud.Create(settings, TimeProvider.System));
    }

    private BasicAWSCredentials Credentials => new(sandbox.AccessKey, sandbox.SecretKey);

    private AmazonS3Client S3() => new(Credentials, new AmazonS3Config { AuthenticationRegion = "eu-central-1", ServiceURL = sandbox.EndpointUrl, ForcePathStyle = true });

    private sealed class YesHost : IPlanHost
    {
        public ValueTask<ChangeDecision> DecideAsync(Planning.Change change, CancellationToken cancellationToken) => ValueTask.FromResult(ChangeDecision.Apply);

        public void Report(PlanProgress progress)
        {
        }
    }
}

/// <summary>Something that must hold does not.</summary>
internal sealed class KillFailure(string what) : Exception(what);
