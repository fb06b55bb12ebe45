using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>The tagging operations. Every call is under the store's lock.</summary>
public sealed class DistributionTags(CloudFrontStore store)
{
    private const int MaxTags = 50;
    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>Reads a Tags element.</summary>
    /// <exception cref="AwsRuleException">InvalidTagging.</exception>
    public static (string Key, string Value)[] Read(XElement tags)
    {
        var read = (tags.Element(Ns + "Items")?.Elements(Ns + "Tag") ?? []).Select(
            t => (Key: t.Text(Ns + "Key") ?? "", Value: t.Text(Ns + "Value") ?? "")).ToArray();
        return read.All(t => t.Key.Length is > 0 and <= 128 && t.Value.Length <= 256 && !t.Key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            ? read
            : throw new AwsRuleException(400, "InvalidTagging", "The tagging specified is not valid.");
    }

    /// <summary>Adds tags to a distribution.</summary>
    /// <exception cref="AwsRuleException">InvalidTagging: more than 50.</exception>
    public static void Merge(Distribution distribution, (string Key, string Value)[] tags)
    {
        if (distribution.Tags.Keys.Union(tags.Select(t => t.Key), StringComparer.Ordinal).Count() > MaxTags)
        {
            throw new AwsRuleException(400, "InvalidTagging", $"A distribution has at most {MaxTags} tags.");
        }
        foreach (var (key, value) in tags)
        {
            distribution.Tags[key] = value;
        }
    }

    /// <summary>TagResource.</summary>
    public AwsReply Tag(AwsCall call)
    {
        Merge(Find(call), Read(RestXml.Parse(call.Body, "Tags", Ns, "MalformedXML")));
        return RestXml.Empty(204);
    }

    /// <summary>UntagResource.</summary>
    public AwsReply Untag(AwsCall call)
    {
        var distribution = Find(call);
        foreach (var key in RestXml.Parse(call.Body, "TagKeys", Ns, "MalformedXML").Element(Ns + "Items")?.Elements(Ns + "Key") ?? [])
        {
            distribution.Tags.Remove(key.Value);
        }
        return RestXml.Empty(204);
    }

    /// <summary>ListTagsForResource.</summary>
    public AwsReply List(AwsCall call) => RestXml.Reply(200, new XElement(
        Ns + "Tags",
        new XElement(
            Ns + "Items", Find(call).Tags.Select(t => new XElement(Ns + "Tag", new XElement(Ns + "Key", t.Key), new XElement(Ns + "Value", t.Value))))));

    private Distribution Find(AwsCall call)
    {
        var arn = call.Query.GetValueOrDefault("Resource") ?? "";
        return store.All.FirstOrDefault(d => d.Arn == arn && d.AccountId == call.AccountId)
            ?? throw (arn.StartsWith("arn:", StringComparison.Ordinal)
                ? new AwsRuleException(404, "NoSuchResource", "The specified resource does not exist.")
                : new AwsRuleException(400, "InvalidArgument", "The parameter Resource is not an ARN."));
    }
}
