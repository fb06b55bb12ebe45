using System.Xml.Linq;
using EmailSecurity.Sandbox.Acm;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>CloudFront (rest-xml, API version 2020-05-31).</summary>
public sealed class CloudFrontService(CloudFrontStore store, AcmStore certificates, IBucketOrigin buckets) : IAwsService
{
    /// <summary>Namespace of every element.</summary>
    public static readonly XNamespace Ns = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

    /// <summary>API version.</summary>
    internal const string Version = "2020-05-31";

    private readonly DistributionCalls calls = new(store, certificates, buckets);
    private readonly OriginAccessControls controls = new(store);
    private readonly Invalidations invalidations = new(store);
    private readonly DistributionTags tags = new(store);
    private readonly OriginAccessIdentities identities = new(store);
    private readonly DomainAssociations domains = new(store, new ViewerRules(store, certificates));

    /// <inheritdoc/>
    public string Name => "cloudfront";

    /// <inheritdoc/>
    public AwsOperation? Identify(AwsCall call) => (call.Method, Segments(call)) switch
    {
        ("POST", ["distribution"]) => new(call.Query.ContainsKey("WithTags") ? "CreateDistributionWithTags" : "CreateDistribution", true),
        ("GET", ["distribution"]) => new("ListDistributions", false),
        ("GET", ["distribution", _]) => new("GetDistribution", false),
        ("DELETE", ["distribution", _]) => new("DeleteDistribution", true),
        ("GET", ["distribution", _, "config"]) => new("GetDistributionConfig", false),
        ("PUT", ["distribution", _, "config"]) => new("UpdateDistribution", true),
        ("POST", ["distribution", _, "invalidation"]) => new("CreateInvalidation", true),
        ("GET", ["distribution", _, "invalidation"]) => new("ListInvalidations", false),
        ("GET", ["distribution", _, "invalidation", _]) => new("GetInvalidation", false),
        ("POST", ["tagging"]) => call.Query.GetValueOrDefault("Operation") switch
        {
            "Tag" => new("TagResource", true),
            "Untag" => new("UntagResource", true),
            _ => null,
        },
        ("GET", ["tagging"]) => new("ListTagsForResource", false),
        ("POST", ["origin-access-control"]) => new("CreateOriginAccessControl", true),
        ("GET", ["origin-access-control"]) => new("ListOriginAccessControls", false),
        ("GET", ["origin-access-control", _]) => new("GetOriginAccessControl", false),
        ("GET", ["origin-access-control", _, "config"]) => new("GetOriginAccessControlConfig", false),
        ("PUT", ["origin-access-control", _, "config"]) => new("UpdateOriginAccessControl", true),
        ("DELETE", ["origin-access-control", _]) => new("DeleteOriginAccessControl", true),
        ("POST", ["domain-association"]) => new("UpdateDomainAssociation", true),
        ("POST", ["domain-conflicts"]) => new("ListDomainConflicts", false),
        ("POST", ["origin-access-identity", "cloudfront"]) => new("CreateCloudFrontOriginAccessIdentity", true),
        ("DELETE", ["origin-access-identity", "cloudfront", _]) => new("DeleteCloudFrontOriginAccessIdentity", true),
        ("GET", ["origin-access-identity", "cloudfront"]) => new("ListCloudFrontOriginAccessIdentities", false),
        ("GET", ["origin-access-identity", "cloudfront", _]) => new("GetCloudFrontOriginAccessIdentity", false),
        _ => null,
    };

    /// <inheritdoc/>
    public AwsReply Error(AwsCall call, int status, string code, string message) => RestXml.Error(Ns, call, status, code, message);

    /// <inheritdoc/>
    public Task<AwsReply> HandleAsync(AwsCall call, AwsOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            var segments = Segments(call);
            var id = segments.Length > 1 ? segments[1] : "";
            lock (store.Gate)
            {
                return Task.FromResult(operation.Name switch
                {
                    "CreateDistribution" => calls.Create(call, withTags: false),
                    "CreateDistributionWithTags" => calls.Create(call, withTags: true),
                    "GetDistribution" => calls.Get(store.Find(id, call.AccountId)),
                    "GetDistributionConfig" => DistributionCalls.Config(store.Find(id, call.AccountId)),
                    "UpdateDistribution" => calls.Update(call, store.Find(id, call.AccountId)),
                    "DeleteDistribution" => calls.Delete(call, store.Find(id, call.AccountId)),
                    "ListDistributions" => calls.List(call),
                    "CreateInvalidation" => invalidations.Create(call, store.Find(id, call.AccountId)),
                    "ListInvalidations" => invalidations.List(call, store.Find(id, call.AccountId)),
                    "GetInvalidation" => invalidations.Get(store.Find(id, call.AccountId), segments[^1]),
                    "TagResource" => tags.Tag(call),
                    "UntagResource" => tags.Untag(call),
                    "ListTagsForResource" => tags.List(call),
                    "UpdateDomainAssociation" => domains.Update(call),
                    "ListDomainConflicts" => domains.List(call),
                    _ when segments[0] == "origin-access-identity" => identities.Handle(call, operation.Name, segments[^1]),
                    _ => controls.Handle(call, operation.Name, id),
                });
            }
        }
        catch (AwsRuleException e)
        {
            return Task.FromResult(Error(call, e.Status, e.Code, e.Message));
        }
    }

    private static string[] Segments(AwsCall call)
    {
        var segments = call.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments is [Version, .. var rest] ? rest : [];
    }
}
