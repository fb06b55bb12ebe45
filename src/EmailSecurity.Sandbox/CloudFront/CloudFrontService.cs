using System.Globalization;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Acm;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>CloudFront (rest-xml, API version 2020-05-31).</summary>
public sealed class CloudFrontService(CloudFrontStore store, AcmStore certificates, IBucketOrigin buckets) : IAwsService
{
    // Unlike a creation, an update names every setting: what is left out is not defaulted (API reference, UpdateDistribution).
    private static readonly string[] RequiredForUpdates =
    [
        "Aliases", "DefaultRootObject", "CacheBehaviors", "CustomErrorResponses", "Logging", "PriceClass", "ViewerCertificate", "Restrictions",
    ];

    /// <summary>Namespace of every element.</summary>
    public static readonly XNamespace Ns = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

    private const string Version = "2020-05-31";
    private const int MaxDistributions = 500;
    private const int MaxPage = 100;

    private readonly ConfigRules rules = new(store, certificates, buckets);
    private readonly OriginAccessControls controls = new(store);
    private readonly Invalidations invalidations = new(store);
    private readonly DistributionTags tags = new(store);

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
                    "CreateDistribution" => Create(call, withTags: false),
                    "CreateDistributionWithTags" => Create(call, withTags: true),
                    "GetDistribution" => Reply(200, store.Find(id, call.AccountId)),
                    "GetDistributionConfig" => Config(store.Find(id, call.AccountId)),
                    "UpdateDistribution" => Update(call, store.Find(id, call.AccountId)),
                    "DeleteDistribution" => Delete(call, store.Find(id, call.AccountId)),
                    "ListDistributions" => List(call),
                    "CreateInvalidation" => invalidations.Create(call, store.Find(id, call.AccountId)),
                    "ListInvalidations" => invalidations.List(call, store.Find(id, call.AccountId)),
                    "GetInvalidation" => invalidations.Get(store.Find(id, call.AccountId), segments[^1]),
                    "TagResource" => tags.Tag(call),
                    "UntagResource" => tags.Untag(call),
                    "ListTagsForResource" => tags.List(call),
                    "ListCloudFrontOriginAccessIdentities" => NoIdentities(),
                    "GetCloudFrontOriginAccessIdentity" =>
                        throw new AwsRuleException(404, "NoSuchCloudFrontOriginAccessIdentity", "The specified origin access identity does not exist."),
                    _ => controls.Handle(call, operation.Name, id),
                });
            }
        }
        catch (AwsRuleException e)
        {
            return Task.FromResult(Error(call, e.Status, e.Code, e.Message));
        }
    }

    /// <summary>Refuses a write whose If-Match is not the present ETag.</summary>
    /// <exception cref="AwsRuleException">InvalidIfMatchVersion where it is missing or no ETag at all, PreconditionFailed where it is an old one.</exception>
    public static void CheckIfMatch(AwsCall call, string etag)
    {
        var given = (call.Headers.GetValueOrDefault("If-Match") ?? "").Trim('"');
        if (given == etag)
        {
            return;
        }
        if (given.Length == 0 || given[0] != 'E' || !given.All(char.IsAsciiLetterOrDigit))
        {
            throw new AwsRuleException(400, "InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.");
        }
        throw new AwsRuleException(
            412, "PreconditionFailed", "The request failed because it didn't meet the preconditions in one or more request-header fields.");
    }

    /// <summary>Page size and the item to start after.</summary>
    public static (int Size, string Marker) Page(AwsCall call)
    {
        var marker = call.Query.GetValueOrDefault("Marker") ?? "";
        if (call.Query.GetValueOrDefault("MaxItems") is not { Length: > 0 } text)
        {
            return (MaxPage, marker);
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? (Math.Min(size, MaxPage), marker)
            : throw new AwsRuleException(400, "InvalidArgument", $"The parameter MaxItems is not valid: {text}");
    }

    /// <summary>A page of a list in CloudFront's shape.</summary>
    public static XElement PageXml<T>(string root, IReadOnlyList<T> all, AwsCall call, Func<T, string> id, Func<T, XElement> item)
    {
        var (size, marker) = Page(call);
        var start = marker.Length == 0 ? 0 : all.Select(id).TakeWhile(i => i != marker).Count() + 1;
        var page = all.Skip(start).Take(size).ToArray();
        var more = start + page.Length < all.Count;
        return new XElement(
            Ns + root,
            new XElement(Ns + "Marker", marker),
            more ? new XElement(Ns + "NextMarker", id(page[^1])) : null,
            new XElement(Ns + "MaxItems", size),
            new XElement(Ns + "IsTruncated", more),
            new XElement(Ns + "Quantity", page.Length),
            page.Length > 0 ? new XElement(Ns + "Items", page.Select(item)) : null);
    }

    private static string[] Segments(AwsCall call)
    {
        var segments = call.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments is [Version, .. var rest] ? rest : [];
    }

    private static AwsReply NoIdentities() => RestXml.Reply(200, new XElement(
        Ns + "CloudFrontOriginAccessIdentityList",
        new XElement(Ns + "Marker", ""),
        new XElement(Ns + "MaxItems", MaxPage),
        new XElement(Ns + "IsTruncated", false),
        new XElement(Ns + "Quantity", 0)));

    private AwsReply Create(AwsCall call, bool withTags)
    {
        var body = RestXml.Parse(call.Body, withTags ? "DistributionConfigWithTags" : "DistributionConfig", Ns, "MalformedXML");
        var submitted = withTags
            ? body.Element(Ns + "DistributionConfig") ?? throw new AwsRuleException(400, "MalformedInput", "DistributionConfig is required")
            : body;
        var newTags = withTags ? DistributionTags.Read(body.Element(Ns + "Tags") ?? throw new AwsRuleException(400, "MalformedInput", "Tags is required")) : [];
        var reference = submitted.Text(Ns + "CallerReference");
        if (store.All.FirstOrDefault(d => d.AccountId == call.AccountId && d.Config.Text(Ns + "CallerReference") == reference) is { } existing)
        {
            throw new AwsRuleException(
                409,
                "DistributionAlreadyExists",
                $"The caller reference that you are using to create a distribution is associated with another distribution. Already exists: {existing.Id}");
        }
        rules.Check(submitted, call.AccountId, null);
        if (store.All.Count(d => d.AccountId == call.AccountId) >= MaxDistributions)
        {
            throw new AwsRuleException(
                400, "TooManyDistributions", "Processing your request would cause you to exceed the maximum number of distributions allowed.");
        }
        var distribution = store.Add(call.AccountId, ConfigDefaults.Complete(submitted));
        DistributionTags.Merge(distribution, newTags);
        return Reply(201, distribution, justChanged: true, location: true);
    }

    private AwsReply Update(AwsCall call, Distribution distribution)
    {
        var submitted = RestXml.Parse(call.Body, "DistributionConfig", Ns, "MalformedXML");
        CheckIfMatch(call, distribution.ETag);
        if (submitted.Text(Ns + "CallerReference") is { } reference && reference != distribution.Config.Text(Ns + "CallerReference"))
        {
            throw new AwsRuleException(400, "IllegalUpdate", "The update contains modifications that are not allowed.");
        }
        rules.Check(submitted, call.AccountId, distribution);
        if (Array.Find(RequiredForUpdates, r => submitted.Element(Ns + r) is null) is { } missing)
        {
            throw new AwsRuleException(400, "IllegalUpdate", $"{missing} is required for updates.");
        }
        store.Update(distribution, ConfigDefaults.Complete(submitted));
        return Reply(200, distribution, justChanged: true);
    }

    private AwsReply Delete(AwsCall call, Distribution distribution)
    {
        CheckIfMatch(call, distribution.ETag);
        if (distribution.Edge.Enabled || store.Now < distribution.DeployedAt)
        {
            throw new AwsRuleException(409, "DistributionNotDisabled", "The distribution you are trying to delete has not been disabled.");
        }
        store.Remove(distribution);
        return RestXml.Empty(204);
    }

    private static AwsReply Config(Distribution distribution) => RestXml.Reply(200, new XElement(distribution.Config), ("ETag", distribution.ETag));

    private AwsReply Reply(int status, Distribution distribution, bool justChanged = false, bool location = false)
    {
        var xml = new XElement(
            Ns + "Distribution",
            new XElement(Ns + "Id", distribution.Id),
            new XElement(Ns + "ARN", distribution.Arn),
            new XElement(Ns + "Status", StatusOf(distribution, justChanged)),
            new XElement(Ns + "LastModifiedTime", RestXml.Time(distribution.LastModified)),
            new XElement(Ns + "InProgressInvalidationBatches", distribution.Invalidations.Count(i => i.CompleteAt > store.Now)),
            new XElement(Ns + "DomainName", distribution.DomainName),
            new XElement(Ns + "ActiveTrustedSigners", new XElement(Ns + "Enabled", false), new XElement(Ns + "Quantity", 0)),
            new XElement(Ns + "ActiveTrustedKeyGroups", new XElement(Ns + "Enabled", false), new XElement(Ns + "Quantity", 0)),
            new XElement(distribution.Config),
            Recordals(distribution));
        return location
            ? RestXml.Reply(
                status, xml, ("ETag", distribution.ETag), ("Location", $"https://cloudfront.amazonaws.com/{Version}/distribution/{distribution.Id}"))
            : RestXml.Reply(status, xml, ("ETag", distribution.ETag));
    }

    private string StatusOf(Distribution distribution, bool justChanged = false) =>
        justChanged || store.Now < distribution.DeployedAt ? "InProgress" : "Deployed";

    private static XElement? Recordals(Distribution distribution) => distribution.Edge.Aliases.Count == 0 ? null : new XElement(
        Ns + "AliasICPRecordals",
        distribution.Edge.Aliases.Select(
            a => new XElement(Ns + "AliasICPRecordal", new XElement(Ns + "CNAME", a), new XElement(Ns + "ICPRecordalStatus", "APPROVED"))));

    private AwsReply List(AwsCall call)
    {
        var mine = store.All.Where(d => d.AccountId == call.AccountId).OrderByDescending(d => d.Sequence).ToArray();
        return RestXml.Reply(200, PageXml("DistributionList", mine, call, d => d.Id, Summary));
    }

    private XElement Summary(Distribution distribution)
    {
        XElement? Part(string name) => distribution.Config.Element(Ns + name) is { } part ? new XElement(part) : null;
        return new XElement(
            Ns + "DistributionSummary",
            new XElement(Ns + "Id", distribution.Id),
            new XElement(Ns + "ARN", distribution.Arn),
            new XElement(Ns + "ETag", distribution.ETag),
            new XElement(Ns + "Status", StatusOf(distribution)),
            new XElement(Ns + "LastModifiedTime", RestXml.Time(distribution.LastModified)),
            new XElement(Ns + "DomainName", distribution.DomainName),
            Part("Aliases"),
            Part("Origins"),
            Part("OriginGroups"),
            Part("DefaultCacheBehavior"),
            Part("CacheBehaviors"),
            Part("CustomErrorResponses"),
            Part("Comment"),
            Part("PriceClass"),
            Part("Enabled"),
            Part("ViewerCertificate"),
            Part("Restrictions"),
            Part("WebACLId"),
            Part("HttpVersion"),
            Part("IsIPV6Enabled"),
            Recordals(distribution),
            Part("Staging"),
            Part("ConnectionMode"),
            Part("AnycastIpListId"),
            Part("ViewerMtlsConfig"),
            Part("ConnectionFunctionAssociation"));
    }
}
