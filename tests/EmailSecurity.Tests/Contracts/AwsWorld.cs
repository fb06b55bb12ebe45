using Amazon.Route53;
using Amazon.Route53.Model;
using Amazon.S3;
using EmailSecurity.Aws.Session;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Contracts;

/// <summary>An AWS to run the contract suites on: moto or the sandbox.</summary>
public abstract class AwsWorld
{
    /// <summary>True on moto, which is the second opinion on wire format and no judge of behaviour.</summary>
    public abstract bool IsMoto { get; }

    /// <summary>The main account.</summary>
    public abstract ConnectionSettings Settings { get; }

    /// <summary>Another account of the same world.</summary>
    public abstract Task<ConnectionSettings> OtherAsync();

    /// <summary>Skips what moto is too lax for, saying why.</summary>
    public void SkipOnMoto(string reason) => Assert.SkipWhen(IsMoto, "moto: " + reason);

    internal static AwsClientOptions Options { get; } = new()
    {
        RequestTimeout = TimeSpan.FromMinutes(1),
        MaxBackoff = TimeSpan.FromMilliseconds(20),
        SettleDelay = TimeSpan.FromMilliseconds(30),
        Environment = _ => null,
    };

    /// <summary>How the adapters' clients are set up.</summary>
    internal virtual AwsClientOptions ClientOptions => Options;

    public IEmailSecurityServices Open(ConnectionSettings? settings = null) => new ServicesFactory(ClientOptions).Create(settings ?? Settings, TimeProvider.System);

    public async Task<IEmailSecurityServices> OpenOtherAsync() => Open(await OtherAsync());

    /// <summary>S3 without the adapter, to arrange and to look.</summary>
    public AmazonS3Client S3() => new(Settings.AccessKey, Settings.SecretKey, new AmazonS3Config { AuthenticationRegion = Settings.Region, ServiceURL = Settings.EndpointUrl, ForcePathStyle = true });

    /// <summary>Route 53 without the adapter, to arrange and to look; patient, for many tests at a time make zones, and few may be made a second.</summary>
    public AmazonRoute53Client Route53() => new(Settings.AccessKey, Settings.SecretKey, new AmazonRoute53Config { AuthenticationRegion = "us-east-1", ServiceURL = Settings.EndpointUrl, MaxErrorRetry = 10 });

    /// <summary>CloudFront without the adapter, to arrange and to look.</summary>
    public Amazon.CloudFront.AmazonCloudFrontClient CloudFront(int retries = 0) => new(Settings.AccessKey, Settings.SecretKey, new Amazon.CloudFront.AmazonCloudFrontConfig { AuthenticationRegion = "us-east-1", ServiceURL = Settings.EndpointUrl, MaxErrorRetry = retries, Timeout = retries > 0 ? TimeSpan.FromSeconds(10) : TimeSpan.FromMinutes(1) });

    /// <summary>A name nobody else uses.</summary>
    public static string Unique(string prefix) => $"{prefix}-{Guid.NewGuid().ToString("N")[..12]}";

    /// <summary>A domain nobody else uses.</summary>
    public static string UniqueDomain() => Unique("d") + ".example";

    public async Task<HostedZoneInfo> CreateZoneAsync(string name, bool isPrivate = false)
    {
        using var route53 = Route53();
        var made = await route53.CreateHostedZoneAsync(new CreateHostedZoneRequest
        {
            Name = name,
            CallerReference = Guid.NewGuid().ToString("N"),
            HostedZoneConfig = new HostedZoneConfig { Comment = "contract", PrivateZone = isPrivate },
            VPC = isPrivate ? new VPC { VPCId = "vpc-1a2b3c4d", VPCRegion = VPCRegion.UsEast1 } : null,
        });
        return new HostedZoneInfo(made.HostedZone.Id[(made.HostedZone.Id.LastIndexOf('/') + 1)..], name, 2);
    }

    /// <summary>An issued certificate for the names, in a zone of their domain.</summary>
    public Task<string> IssueCertificateAsync(IEmailSecurityServices services, string domain, params string[] names) => IssueCertificateAsync(services, services, domain, names);

    /// <summary>The same, where the domain's zone may be there already, perhaps in another account.</summary>
    public async Task<string> IssueCertificateAsync(IEmailSecurityServices services, IEmailSecurityServices dns, string domain, params string[] names)
    {
        var zone = (await dns.Zones.FindZonesAsync(domain, TestContext.Current.CancellationToken)).FirstOrDefault(z => z.Name == domain) ?? await CreateZoneAsync(domain);
        var tags = new Dictionary<string, string> { ["EmailSecurity:Stack"] = domain };
        var arn = await services.Certificates.RequestAsync(names, Guid.NewGuid().ToString("N"), tags, TestContext.Current.CancellationToken);
        if (IsMoto)
        {
            return arn; // moto's CloudFront does not look at the certificate
        }

        var pending = await EventuallyAsync(() => services.Certificates.GetAsync(arn, TestContext.Current.CancellationToken), c => c?.ValidationRecords.Count == names.Length);
        await dns.Zones.ChangeAsync(
            zone.Id,
            [.. pending!.ValidationRecords.DistinctBy(r => r.Name).Select(r => new RecordSetChange(false, new RecordSet { Name = r.Name, Type = "CNAME", Ttl = 300, Values = [r.Value] }))],
            TestContext.Current.CancellationToken);
        await EventuallyAsync(() => services.Certificates.GetAsync(arn, TestContext.Current.CancellationToken), c => c?.Status == CertificateStatus.Issued);
        return arn;
    }

    /// <summary>Waits for a condition, three minutes at most: a busy machine may need them, a broken one is told.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> read, Func<T, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            var value = await read();
            if (condition(value))
            {
                return value;
            }

            Assert.False(limit.IsCancellationRequested, $"Still waiting; last seen: {value}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public static async Task<EmailSecurityException> FailsAsync(string errorId, Func<Task> action)
    {
        var e = await Assert.ThrowsAsync<EmailSecurityException>(action);
        Assert.True(e.ErrorId == errorId, $"expected {errorId}, was {e.ErrorId}: {e.Message}");
        return e;
    }
}
