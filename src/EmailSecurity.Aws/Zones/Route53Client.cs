using Amazon.Route53;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Aws.Zones;

/// <summary>The Route 53 client of a session; the service is global and signed for us-east-1.</summary>
/// <param name="session">The session.</param>
/// <param name="repeated">Called for each attempt after the first.</param>
internal sealed class Route53Client(AwsSession session, Action repeated)
    : AmazonRoute53Client(session.Credentials, session.Configure(new AmazonRoute53Config(), "route53", AwsSession.GlobalRegion))
{
    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        session.Tune(pipeline, Config);
        AnswerGuard.Add(pipeline, AnswerRules.Route53);
        pipeline.AddHandlerBefore<Unmarshaller>(new AttemptCounter(repeated));
    }

    private sealed class AttemptCounter(Action repeated) : PipelineHandler
    {
        public override Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            if (executionContext.RequestContext.Retries > 0)
            {
                repeated();
            }

            return base.InvokeAsync<T>(executionContext);
        }
    }
}
