using System.Xml.Linq;
using EmailSecurity.Sandbox.CloudFront;

namespace EmailSecurity.Tests.Lives;

/// <summary>What others do to the distribution.</summary>
internal sealed partial class Hand
{
    private static readonly XNamespace Cf = DirectAws.CloudFront;

    private static readonly (string Told, Action<XElement> Edit)[] Edits =
    [
        ("disables the distribution", c => c.Element(Cf + "Enabled")!.Value = "false"),
        ("disables the distribution", c => c.Element(Cf + "Enabled")!.Value = "false"),
        ("writes a comment of their own", c => c.Element(Cf + "Comment")!.Value = "hands off"),
        ("sets another price class", c => c.SetElementValue(Cf + "PriceClass", "PriceClass_100")),
        ("sets a default root object", c => c.SetElementValue(Cf + "DefaultRootObject", "index.html")),
        ("turns IPv6 off", c => c.SetElementValue(Cf + "IsIPV6Enabled", "false")),
        ("turns HTTP/3 off", c => c.SetElementValue(Cf + "HttpVersion", "http2")),
        ("turns the distribution's log off", c => Logging(c, "false")),
        ("lets plain HTTP through", c => c.Element(Cf + "DefaultCacheBehavior")!.SetElementValue(Cf + "ViewerProtocolPolicy", "allow-all")),
        ("turns compression off", c => c.Element(Cf + "DefaultCacheBehavior")!.SetElementValue(Cf + "Compress", "false")),
        ("caches by another policy", c => c.Element(Cf + "DefaultCacheBehavior")!.SetElementValue(Cf + "CachePolicyId", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad")),
        ("takes the origin access control off", c => Origin(c).SetElementValue(Cf + "OriginAccessControlId", "")),
        ("sets an origin path", c => Origin(c).SetElementValue(Cf + "OriginPath", "/old")),
        ("allows older TLS", c => c.Element(Cf + "ViewerCertificate")!.SetElementValue(Cf + "MinimumProtocolVersion", "TLSv1.2_2019")),
        ("takes an alias off", RemoveAlias),
        ("uses CloudFront's own certificate, without aliases", DropCertificate),
    ];

    private static XElement Origin(XElement config) => config.Element(Cf + "Origins")!.Element(Cf + "Items")!.Elements().First();

    private static void Logging(XElement config, string enabled)
    {
        var logging = config.Element(Cf + "Logging")!;
        logging.SetElementValue(Cf + "Enabled", enabled);
        logging.SetElementValue(Cf + "Bucket", "");
        logging.SetElementValue(Cf + "Prefix", "");
    }

    private static void RemoveAlias(XElement config)
    {
        var aliases = config.Element(Cf + "Aliases")!;
        aliases.Element(Cf + "Items")?.Elements().LastOrDefault()?.Remove();
        Recount(aliases);
    }

    private static void DropCertificate(XElement config)
    {
        var aliases = config.Element(Cf + "Aliases")!;
        aliases.Element(Cf + "Items")?.Elements().Remove();
        Recount(aliases);
        config.Element(Cf + "ViewerCertificate")!.ReplaceNodes(new XElement(Cf + "CloudFrontDefaultCertificate", "true"));
    }

    private static void Recount(XElement aliases)
    {
        var count = aliases.Element(Cf + "Items")?.Elements().Count() ?? 0;
        aliases.SetElementValue(Cf + "Quantity", count);
        if (count == 0)
        {
            aliases.Element(Cf + "Items")?.Remove();
        }
    }

    private Distribution? Ours()
    {
        lock (sandbox.Emulation.Distributions.Gate)
        {
            return sandbox.Emulation.Distributions.All.Where(d => d.Edge.Origins.Values.Any(o => o.Bucket?.StartsWith("es-example-com", StringComparison.Ordinal) == true))
                .MinBy(d => d.Sequence);
        }
    }

    private async Task<(string, AwsAnswer?)> OnDistributionAsync()
    {
        if (Ours() is not { } ours)
        {
            return ("looks for the distribution", null);
        }

        var path = $"/2020-05-31/distribution/{ours.Id}";
        switch (random.Below(12))
        {
            case 0 or 1:
                return ("deletes the distribution", await DeleteDistributionAsync(ours, path));
            case 2:
                return ("adds a tag to the distribution", await TagAsync(ours, ("team", Fresh("t"))));
            case 3:
                return ("tags the distribution as another stack's", await TagAsync(ours, ("EmailSecurity:Stack", "example.net")));
            case 4:
                string[] keys = [.. ours.Tags.Keys.Where(k => k.StartsWith("EmailSecurity:", StringComparison.Ordinal) && random.Chance(0.5))];
                return ($"removes tags of the distribution: {string.Join(" ", keys)}", await UntagAsync(ours, keys));
            case 5:
                return ("has all edges forget everything", await aws.CallAsync("cloudfront", "POST", path + "/invalidation",
                    $"<InvalidationBatch xmlns=\"{Cf}\"><Paths><Quantity>1</Quantity><Items><Path>/*</Path></Items></Paths><CallerReference>{Fresh("r")}</CallerReference></InvalidationBatch>"));
            default:
                var (told, edit) = random.Pick(Edits);
                return (told, await EditAsync(ours, path, edit));
        }
    }

    /// <summary>Gives the distribution and the buckets back their tag, as the owner does who was told of it.</summary>
    public async Task TagOursAsync()
    {
        if (Ours() is { } ours)
        {
            await TagAsync(ours, ("EmailSecurity:Stack", LifeLab.Domain));
        }

        foreach (var bucket in Buckets())
        {
            var tags = bucket.Tags.Where(t => t.Key != "EmailSecurity:Stack").Append(new("EmailSecurity:Stack", LifeLab.Domain));
            await OtherPeople.TagAsync(aws, bucket.Name, [.. tags.Select(t => (t.Key, t.Value))]);
        }
    }

    private Task<AwsAnswer> TagAsync(Distribution ours, params (string Key, string Value)[] tags) => aws.CallAsync("cloudfront", "POST",
        $"/2020-05-31/tagging?Operation=Tag&Resource={Uri.EscapeDataString(ours.Arn)}",
        $"<Tags xmlns=\"{Cf}\"><Items>{string.Concat(tags.Select(t => $"<Tag><Key>{t.Key}</Key><Value>{t.Value}</Value></Tag>"))}</Items></Tags>");

    private Task<AwsAnswer> UntagAsync(Distribution ours, string[] keys) => aws.CallAsync("cloudfront", "POST",
        $"/2020-05-31/tagging?Operation=Untag&Resource={Uri.EscapeDataString(ours.Arn)}",
        $"<TagKeys xmlns=\"{Cf}\"><Items>{string.Concat(keys.Select(k => $"<Key>{k}</Key>"))}</Items></TagKeys>");

    private async Task<AwsAnswer> EditAsync(Distribution ours, string path, Action<XElement> edit)
    {
        var config = new XElement(ours.Config);
        edit(config);
        return await aws.CallAsync("cloudfront", "PUT", path + "/config", config.ToString(), headers: ("If-Match", ours.ETag));
    }

    private async Task<AwsAnswer> DeleteDistributionAsync(Distribution ours, string path)
    {
        if (ours.Edge.Enabled && await EditAsync(ours, path, c => c.Element(Cf + "Enabled")!.Value = "false") is { Error.Length: > 0 } refused)
        {
            return refused;
        }

        return await aws.CallAsync("cloudfront", "DELETE", path, headers: ("If-Match", ours.ETag));
    }
}
