using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Tests.TlsReports;

namespace EmailSecurity.Tests.Support;

/// <summary>The bucket of the help's examples: my-tls-reports, with a message of a sender's below inbound/.</summary>
internal static class ReportBucket
{
    public const string Name = "my-tls-reports";

    public static async Task MakeAsync(SandboxServer sandbox)
    {
        using var s3 = new AmazonS3Client(
            sandbox.AccessKey, sandbox.SecretKey, new AmazonS3Config { AuthenticationRegion = "us-east-1", ServiceURL = sandbox.EndpointUrl, ForcePathStyle = true });
        await s3.PutBucketAsync(Name);
        using var message = new MemoryStream(RemoteReports.Message("r1"));
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = Name, Key = "inbound/o1", InputStream = message });
    }
}
