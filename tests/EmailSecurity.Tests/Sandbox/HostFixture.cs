using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SecurityToken;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Hosting;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>A sandbox for one test class, and the official clients on it.</summary>
public sealed class HostFixture : IAsyncLifetime
{
    private static int number;

    public SandboxServer Server { get; private set; } = null!;

    /// <summary>S3 as CloudFront sees it.</summary>
    public IBucketOrigin Origin => Server.Emulation.Buckets;

    public HttpClient Http { get; } = new();

    public async ValueTask InitializeAsync() => Server = await SandboxServer.StartAsync(
        new SandboxOptions { TimeoutHold = TimeSpan.FromMilliseconds(200) },
        CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>The main account's client; no retries, so that a test sees every answer.</summary>
    public AmazonS3Client S3(string region = "us-east-1", string? secret = null, string? accessKey = null, int retries = 0) =>
        new(new BasicAWSCredentials(accessKey ?? Server.AccessKey, secret ?? Server.SecretKey), Config(new AmazonS3Config { ForcePathStyle = true }, region, retries));

    /// <summary>The other account's client.</summary>
    public AmazonS3Client OtherS3(string region = "us-east-1") => S3(region, Server.OtherSecretKey, Server.OtherAccessKey);

    public AmazonSecurityTokenServiceClient Sts(AWSCredentials? credentials = null, string region = "us-east-1") =>
        new(credentials ?? new BasicAWSCredentials(Server.AccessKey, Server.SecretKey), Config(new AmazonSecurityTokenServiceConfig(), region, 0));

    public T Config<T>(T config, string region, int retries)
        where T : ClientConfig
    {
        config.AuthenticationRegion = region;
        config.ServiceURL = Server.EndpointUrl;
        config.MaxErrorRetry = retries;
        config.MaxStaleConnectionRetries = retries; // the SDK also retries broken connections outside of its retry policy
        return config;
    }

    /// <summary>A bucket name nobody has used.</summary>
    public static string NewName() => "b-" + Interlocked.Increment(ref number).ToString("d6", System.Globalization.CultureInfo.InvariantCulture) + "-test";

    /// <summary>A new bucket of the main account.</summary>
    public async Task<string> NewBucketAsync(AmazonS3Client s3)
    {
        var name = NewName();
        // The .NET client sends no location constraint of itself where a ServiceURL is set.
        await s3.PutBucketAsync(new PutBucketRequest { BucketName = name, BucketRegionName = s3.Config.AuthenticationRegion == "us-east-1" ? null : s3.Config.AuthenticationRegion });
        return name;
    }

    public async Task AdminAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, Server.AdminUrl + path) { Content = json is null ? null : new StringContent(json) };
        using var response = await Http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
