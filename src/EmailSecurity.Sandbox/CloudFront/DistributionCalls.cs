using System.Xml.Linq;
using EmailSecurity.Sandbox.Acm;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>Distributions: made, told, changed, removed and listed. Under the store's lock.</summary>
internal sealed class DistributionCalls(CloudFrontStore store, AcmStore certificates, IBucketOrigin buckets)
{
    // Unlike a creation, an update names every setting: what is left out is not defaulted (API reference, UpdateDistribution).
    private static readonly string[] RequiredForUpdates =
    [
        "Aliases", "DefaultRootObject", "CacheBehaviors", "CustomErrorResponses", "Logging", "PriceClass", "ViewerCertificate", "Restrictions",
    ];

    private const int MaxDistributions = 500;

    private static readonly XNamespace Ns = CloudFrontService.Ns;

    private readonly ConfigRules rules = new(store, certificates, buckets);
    private readonly DistributionXml xml = new(store);

    /// <summary>CreateDistribution and CreateDistributionWithTags.</summary>
    public AwsReply Create(AwsCall call, bool withTags)
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
        return RestXml.Reply(
            201,
            xml.Whole(distribution, justChanged: true),
            ("ETag", distribution.ETag),
            ("Location", $"https://cloudfront.amazonaws.com/{CloudFrontService.Version}/distribution/{distribution.Id}"));
    }

    /// <summary>GetDistribution.</summary>
    public AwsReply Get(Distribution distribution) => RestXml.Reply(200, xml.Whole(distribution, justChanged: false), ("ETag", distribution.ETag));

    /// <summary>GetDistributionConfig.</summary>
    public static AwsReply Config(Distribution distribution) => RestXml.Reply(200, new XElement(distribution.Config), ("ETag", distribution.ETag));

    /// <summary>UpdateDistribution.</summary>
    public AwsReply Update(AwsCall call, Distribution distribution)
    {
        var submitted = RestXml.Parse(call.Body, "DistributionConfig", Ns, "MalformedXML");
        IfMatch.Check(call, distribution.ETag);
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
        return RestXml.Reply(200, xml.Whole(distribution, justChanged: true), ("ETag", distribution.ETag));
    }

    /// <summary>DeleteDistribution.</summary>
    public AwsReply Delete(AwsCall call, Distribution distribution)
    {
        IfMatch.Check(call, distribution.ETag);
        if (distribution.Edge.Enabled || store.Now < distribution.DeployedAt)
        {
            throw new AwsRuleException(409, "DistributionNotDisabled", "The distribution you are trying to delete has not been disabled.");
        }
        store.Remove(distribution);
        return RestXml.Empty(204);
    }

    /// <summary>ListDistributions.</summary>
    public AwsReply List(AwsCall call)
    {
        var mine = store.All.Where(d => d.AccountId == call.AccountId).OrderByDescending(d => d.Sequence).ToArray();
        return RestXml.Reply(200, CloudFrontPage.Of("DistributionList", mine, call, d => d.Id, xml.Summary));
    }
}
