using Amazon.Route53;

namespace EmailSecurity.Aws;

/// <summary>The Route 53 client of a session; the service is global and signed for us-east-1.</summary>
internal sealed class Route53Client(AwsSession session) : AmazonRoute53Client(session.Credentials, session.Configure(new AmazonRoute53Config(), AwsSession.GlobalRegion))
{
    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(Amazon.Runtime.Internal.RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        session.Tune(pipeline, Config);
    }
}
