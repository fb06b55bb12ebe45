using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;
using static EmailSecurity.Sandbox.Route53.Route53Xml;

namespace EmailSecurity.Sandbox.Route53;

/// <summary>Tags of hosted zones. Under the store's lock.</summary>
internal sealed class ZoneTags(Route53Store store)
{
    private const int MaxTags = 10;

    private static readonly XNamespace Ns = Route53Service.Ns;

    /// <summary>ChangeTagsForResource.</summary>
    public static AwsReply Change(AwsCall call, HostedZone zone)
    {
        var request = RestXml.Parse(call.Body, "ChangeTagsForResourceRequest", Ns, "InvalidInput");
        var tags = new SortedDictionary<string, string>(zone.Tags, StringComparer.Ordinal);
        foreach (var key in request.Element(Ns + "RemoveTagKeys")?.Elements(Ns + "Key") ?? [])
        {
            tags.Remove(key.Value);
        }
        foreach (var tag in request.Element(Ns + "AddTags")?.Elements(Ns + "Tag") ?? [])
        {
            var key = tag.Text(Ns + "Key") ?? "";
            var value = tag.Text(Ns + "Value") ?? "";
            if (key.Length is 0 or > 128 || value.Length > 256 || key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                throw InvalidInput($"The tag key or value is not valid: '{key}'");
            }
            tags[key] = value;
        }
        if (tags.Count > MaxTags)
        {
            throw InvalidInput($"A resource has at most {MaxTags} tags");
        }
        zone.Tags.Clear();
        foreach (var (key, value) in tags)
        {
            zone.Tags[key] = value;
        }
        return RestXml.Reply(200, new XElement(Ns + "ChangeTagsForResourceResponse"));
    }

    /// <summary>The tags of a zone.</summary>
    public static XElement Of(HostedZone zone) => new(
        Ns + "ResourceTagSet",
        new XElement(Ns + "ResourceType", "hostedzone"),
        new XElement(Ns + "ResourceId", zone.Id),
        new XElement(Ns + "Tags", zone.Tags.Select(t => new XElement(Ns + "Tag", new XElement(Ns + "Key", t.Key), new XElement(Ns + "Value", t.Value)))));

    /// <summary>ListTagsForResources.</summary>
    public AwsReply List(AwsCall call)
    {
        var request = RestXml.Parse(call.Body, "ListTagsForResourcesRequest", Ns, "InvalidInput");
        var ids = request.Element(Ns + "ResourceIds")?.Elements(Ns + "ResourceId").Select(e => e.Value).ToArray() ?? [];
        return ids.Length is > 0 and <= 10
            ? RestXml.Reply(
                200,
                new XElement(Ns + "ListTagsForResourcesResponse", new XElement(Ns + "ResourceTagSets", ids.Select(i => Of(store.Zone(i, call.AccountId))))))
            : throw InvalidInput("ResourceIds has 1 to 10 members");
    }
}
