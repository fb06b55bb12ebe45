using Amazon.Runtime;
using Amazon.S3;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Buckets;

/// <summary>The S3 client of a session in one region.</summary>
internal sealed class S3BucketsClient(AwsSession session, string region) : AmazonS3Client(session.Credentials, Configuration(session, region))
{
    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(Amazon.Runtime.Internal.RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        session.Tune(pipeline, Config);
        AnswerGuard.Add(pipeline, AnswerRules.S3);
    }

    private static AmazonS3Config Configuration(AwsSession session, string region) => session.Configure(
        new AmazonS3Config
        {
            // An emulator has one host name for all buckets.
            ForcePathStyle = session.EndpointOf("s3") is not null,
            // Every upload carries its own SHA-256 header; the SDK's trailing checksum would need aws-chunked framing.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        },
        "s3",
        region);
}
