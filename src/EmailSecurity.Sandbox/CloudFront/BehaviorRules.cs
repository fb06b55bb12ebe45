using System.Globalization;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;
using static EmailSecurity.Sandbox.CloudFront.ConfigXml;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>The rules for cache behaviours.</summary>
internal static class BehaviorRules
{
    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>Checks a behaviour.</summary>
    /// <exception cref="AwsRuleException">The first rule broken.</exception>
    public static void Check(XElement config, XElement behavior)
    {
        Require(behavior, "TargetOriginId", "ViewerProtocolPolicy");
        var origins = config.Element(Ns + "Origins")!.Element(Ns + "Items")!.Elements(Ns + "Origin").Concat(
            config.Element(Ns + "OriginGroups")?.Element(Ns + "Items")?.Elements(Ns + "OriginGroup") ?? []);
        if (!origins.Any(o => Text(o, "Id") == Text(behavior, "TargetOriginId")))
        {
            throw new AwsRuleException(404, "NoSuchOrigin", "One or more of your origins or origin groups do not exist.");
        }
        if (behavior.Name.LocalName == "CacheBehavior" && Text(behavior, "PathPattern").Length == 0)
        {
            throw Argument("The parameter PathPattern is required.");
        }
        CheckCaching(behavior);
        CheckPolicies(behavior);
        CheckMethods(behavior);
    }

    private static void CheckCaching(XElement behavior)
    {
        var policy = Text(behavior, "CachePolicyId");
        var forwarded = behavior.Element(Ns + "ForwardedValues");
        if (policy.Length > 0)
        {
            if (forwarded is not null
                || behavior.Element(Ns + "MinTTL") is not null
                || behavior.Element(Ns + "DefaultTTL") is not null
                || behavior.Element(Ns + "MaxTTL") is not null)
            {
                throw Argument("The parameter ForwardedValues cannot be used when a cache policy is associated to the cache behavior.");
            }
            if (ManagedPolicies.Ttl(policy) is null)
            {
                throw new AwsRuleException(404, "NoSuchCachePolicy", "The cache policy does not exist.");
            }
        }
        else if (forwarded is null)
        {
            throw Argument("The parameter ForwardedValues is required.");
        }
        else
        {
            CheckTtl(behavior);
        }
    }

    private static void CheckPolicies(XElement behavior)
    {
        if (Text(behavior, "ResponseHeadersPolicyId") is { Length: > 0 } headers && !ManagedPolicies.IsResponseHeaders(headers))
        {
            throw new AwsRuleException(404, "NoSuchResponseHeadersPolicy", "The response headers policy does not exist.");
        }
        if (Text(behavior, "OriginRequestPolicyId") is { Length: > 0 } request && !ManagedPolicies.IsOriginRequest(request))
        {
            throw new AwsRuleException(404, "NoSuchOriginRequestPolicy", "The origin request policy does not exist.");
        }
    }

    private static void CheckMethods(XElement behavior)
    {
        var methods = behavior.Element(Ns + "AllowedMethods")?.Element(Ns + "Items")?.Elements(Ns + "Method").Select(m => m.Value);
        if (methods is not null
            && string.Join(',', methods.Order(StringComparer.Ordinal)) is not
                ("GET,HEAD" or "GET,HEAD,OPTIONS" or "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"))
        {
            throw Argument("The parameter AllowedMethods is not one of the three sets of methods that CloudFront takes.");
        }
    }

    private static void CheckTtl(XElement behavior)
    {
        if (!long.TryParse(Text(behavior, "MinTTL"), NumberStyles.None, CultureInfo.InvariantCulture, out var min))
        {
            throw Argument("The parameter MinTTL is required.");
        }
        var hasDefault = long.TryParse(Text(behavior, "DefaultTTL"), NumberStyles.None, CultureInfo.InvariantCulture, out var normal);
        var hasMax = long.TryParse(Text(behavior, "MaxTTL"), NumberStyles.None, CultureInfo.InvariantCulture, out var max);
        if ((hasDefault && normal < min) || (hasMax && max < min) || (hasDefault && hasMax && normal > max))
        {
            throw new AwsRuleException(400, "InvalidTTLOrder", "The TTL order specified is not valid: MinTTL <= DefaultTTL <= MaxTTL.");
        }
    }
}
