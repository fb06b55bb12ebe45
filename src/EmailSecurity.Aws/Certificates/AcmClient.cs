using Amazon.CertificateManager;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Certificates;

/// <summary>The ACM client of a session, in us-east-1: CloudFront uses certificates of that region only.</summary>
internal sealed class AcmClient(AwsSession session)
    : AmazonCertificateManagerClient(session.Credentials, session.Configure(new AmazonCertificateManagerConfig(), "acm", AwsSession.GlobalRegion))
{
    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(Amazon.Runtime.Internal.RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        session.Tune(pipeline, Config);
        AnswerGuard.Add(pipeline, AnswerRules.Acm);
    }
}
