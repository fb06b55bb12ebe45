using System.Globalization;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Acm;
using EmailSecurity.Sandbox.Contracts;
using static EmailSecurity.Sandbox.CloudFront.ConfigXml;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>The rules that CloudFront checks a configuration by. The first one broken is the error.</summary>
public sealed class ConfigRules(CloudFrontStore store, AcmStore certificates, IBucketOrigin buckets)
{
    private const int MaxComment = 128;

    private static readonly XNamespace Ns = CloudFrontService.Ns;

    private readonly OriginRules origins = new(store, buckets);
    private readonly LoggingRules logging = new(buckets);
    private readonly ViewerRules viewers = new(store, certificates);

    private static readonly Dictionary<string, string[]> Enums = new(StringComparer.Ordinal)
    {
        ["PriceClass"] = ["PriceClass_100", "PriceClass_200", "PriceClass_All", "None"],
        ["HttpVersion"] = ["http1.1", "http2", "http3", "http2and3"],
        ["ViewerProtocolPolicy"] = ["allow-all", "https-only", "redirect-to-https"],
        ["SSLSupportMethod"] = ["sni-only", "vip", "static-ip"],
        ["Enabled"] = ["true", "false"],
        ["IsIPV6Enabled"] = ["true", "false"],
        ["Compress"] = ["true", "false"],
    };

    /// <summary>Checks a submitted configuration.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="accountId">Owner.</param>
    /// <param name="self">The distribution that is being updated; null for a new one.</param>
    /// <exception cref="AwsRuleException">The first rule broken.</exception>
    public void Check(XElement config, string accountId, Distribution? self)
    {
        CheckShape(config);
        origins.Check(config, accountId, self);
        foreach (var behavior in Behaviors(config))
        {
            BehaviorRules.Check(config, behavior);
        }
        logging.Check(config, accountId);
        var aliases = (config.Element(Ns + "Aliases")?.Element(Ns + "Items")?.Elements(Ns + "CNAME") ?? []).Select(e => e.Value.ToLowerInvariant()).ToArray();
        viewers.CheckAliases(aliases, self);
        viewers.CheckCertificate(config.Element(Ns + "ViewerCertificate"), accountId, aliases);
    }

    private static IEnumerable<XElement> Behaviors(XElement config) =>
        (config.Element(Ns + "CacheBehaviors")?.Element(Ns + "Items")?.Elements(Ns + "CacheBehavior") ?? [])
            .Append(config.Element(Ns + "DefaultCacheBehavior")!);

    private static void CheckShape(XElement config)
    {
        Require(config, "CallerReference", "Origins", "DefaultCacheBehavior", "Comment", "Enabled");
        Require(config.Element(Ns + "Origins")!, "Quantity", "Items");
        foreach (var element in config.DescendantsAndSelf())
        {
            var name = element.Name.LocalName;
            if (element.Element(Ns + "Quantity") is { } quantity)
            {
                if (!int.TryParse(quantity.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                    || count != (element.Element(Ns + "Items")?.Elements().Count() ?? 0))
                {
                    throw new AwsRuleException(400, "InconsistentQuantities", "The value of Quantity and the size of Items do not match.");
                }
            }
            if (!element.HasElements && Enums.TryGetValue(name, out var values) && !values.Contains(element.Value, StringComparer.Ordinal))
            {
                throw Argument($"The parameter {name} has the value '{element.Value}', which is not one of {string.Join(", ", values)}.");
            }
        }
        if (Text(config, "CallerReference").Length == 0)
        {
            throw Argument("The parameter CallerReference is required.");
        }
        if (Text(config, "Comment").Length > MaxComment)
        {
            throw Argument("The parameter Comment is too big.");
        }
        if (Text(config, "DefaultRootObject").StartsWith('/'))
        {
            throw new AwsRuleException(400, "InvalidDefaultRootObject", "The default root object file name is too big or contains an invalid character.");
        }
    }
}
