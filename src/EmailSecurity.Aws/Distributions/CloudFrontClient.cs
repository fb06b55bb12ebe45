using Amazon.CloudFront;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Distributions;

/// <summary>The CloudFront client of a session; the service is global and signed for us-east-1.</summary>
internal sealed class CloudFrontClient(AwsSession session)
    : AmazonCloudFrontClient(session.Credentials, session.Configure(new AmazonCloudFrontConfig(), "cloudfront", AwsSession.GlobalRegion))
{
    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(Amazon.Runtime.Internal.RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        session.Tune(pipeline, Config);
        AnswerGuard.Add(pipeline, AnswerRules.CloudFront);
        pipeline.AddHandlerBefore<AnswerGuard>(new ConfigurationGuard());
    }
}
