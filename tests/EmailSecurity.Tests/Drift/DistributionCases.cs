using System.Xml.Linq;
using EmailSecurity.Sandbox.CloudFront;
using static EmailSecurity.Tests.Drift.DriftHand;

namespace EmailSecurity.Tests.Drift;

/// <summary>What becomes of a setting that another hand altered.</summary>
internal enum Fate
{
    /// <summary>The plan names it with its consequence, and a publish puts it back.</summary>
    Repaired,
    /// <summary>It stays for whatever else uses it, and the files are served without it by behaviors that come first.</summary>
    Sidestepped,
    /// <summary>It does no harm, or is stronger: no plan names it, and no publish loses it.</summary>
    Kept,
    /// <summary>AWS does not let it be changed in a stack's distribution, or it says the same as another.</summary>
    Fixed,
}

/// <summary>Every setting of a distribution, and what becomes of it.</summary>
internal static class DistributionCases
{
    public const string Theirs = "<Origin><Id>theirs</Id><DomainName>www.example.net</DomainName><OriginPath/><CustomHeaders><Quantity>0</Quantity></CustomHeaders><CustomOriginConfig><HTTPPort>80</HTTPPort>"
        + "<HTTPSPort>443</HTTPSPort><OriginProtocolPolicy>https-only</OriginProtocolPolicy></CustomOriginConfig></Origin>";

    private const string Default = "DefaultCacheBehavior/";
    private const string Own = "Origins/Origin/";

    /// <summary>By path; an alteration of a fixed setting is null.</summary>
    public static IReadOnlyDictionary<string, (Fate Fate, Action<XElement>? Alter)> All { get; } = new Dictionary<string, (Fate, Action<XElement>?)>(StringComparer.Ordinal)
    {
        ["CallerReference"] = (Fate.Fixed, Set("CallerReference", "other")),
        ["Aliases"] = (Fate.Repaired, c => Keep(c, "Aliases", "bimi-assets.example.com")),
        ["DefaultRootObject"] = (Fate.Kept, Set("DefaultRootObject", "index.html")),
        ["Origins"] = (Fate.Kept, AddTheirs),
        [Own + "Id"] = (Fate.Kept, c => { Set(Own + "Id", "renamed")(c); Set(Default + "TargetOriginId", "renamed")(c); }),
        [Own + "DomainName"] = (Fate.Repaired, c => Set(Own + "DomainName", Value(c, Own + "DomainName").Replace("-assets", "-logs", StringComparison.Ordinal))(c)),
        [Own + "OriginPath"] = (Fate.Repaired, Set(Own + "OriginPath", "/elsewhere")),
        [Own + "CustomHeaders"] = (Fate.Kept, List(Own + "CustomHeaders", "<OriginCustomHeader><HeaderName>x-theirs</HeaderName><HeaderValue>1</HeaderValue></OriginCustomHeader>")),
        [Own + "S3OriginConfig/OriginAccessIdentity"] = (Fate.Fixed, Set(Own + "S3OriginConfig/OriginAccessIdentity", "origin-access-identity/cloudfront/E1")),
        [Own + "S3OriginConfig/OriginReadTimeout"] = (Fate.Kept, Set(Own + "S3OriginConfig/OriginReadTimeout", "20")),
        [Own + "CustomOriginConfig"] = (Fate.Repaired, c =>
        {
            At(c, Own + "S3OriginConfig")!.Remove();
            At(c, "Origins/Origin")!.Add(XElement.Parse(Theirs.Replace("<Origin>", $"<Origin xmlns='{Cf}'>", StringComparison.Ordinal)).Element(Cf + "CustomOriginConfig"));
        }
        ),
        [Own + "VpcOriginConfig"] = (Fate.Fixed, null), // another kind of origin, for which there is no bucket
        [Own + "ConnectionAttempts"] = (Fate.Kept, Set(Own + "ConnectionAttempts", "2")),
        [Own + "ConnectionTimeout"] = (Fate.Kept, Set(Own + "ConnectionTimeout", "5")),
        [Own + "ResponseCompletionTimeout"] = (Fate.Kept, Set(Own + "ResponseCompletionTimeout", "60")),
        [Own + "OriginShield/Enabled"] = (Fate.Kept, Set(Own + "OriginShield/Enabled", "true")),
        [Own + "OriginShield/OriginShieldRegion"] = (Fate.Kept, Set(Own + "OriginShield/OriginShieldRegion", "eu-central-1")),
        [Own + "OriginAccessControlId"] = (Fate.Repaired, Set(Own + "OriginAccessControlId", "")),
        ["OriginGroups"] = (Fate.Kept, c =>
        {
            AddTheirs(c);
            List("OriginGroups", $"<OriginGroup><Id>group</Id><FailoverCriteria><StatusCodes><Quantity>1</Quantity><Items><StatusCode>500</StatusCode></Items></StatusCodes></FailoverCriteria>"
                + $"<Members><Quantity>2</Quantity><Items><OriginGroupMember><OriginId>{Value(c, Own + "Id")}</OriginId></OriginGroupMember><OriginGroupMember><OriginId>theirs</OriginId></OriginGroupMember>"
                + "</Items></Members></OriginGroup>")(c);
        }
        ),
        [Default + "TargetOriginId"] = (Fate.Repaired, c => { AddTheirs(c); Set(Default + "TargetOriginId", "theirs")(c); }),
        [Default + "TrustedSigners"] = (Fate.Sidestepped, c => { List(Default + "TrustedSigners", "<AwsAccountNumber>self</AwsAccountNumber>")(c); Set(Default + "TrustedSigners/Enabled", "true")(c); }),
        [Default + "TrustedKeyGroups"] = (Fate.Sidestepped, c => { List(Default + "TrustedKeyGroups", "<KeyGroup>k1</KeyGroup>")(c); Set(Default + "TrustedKeyGroups/Enabled", "true")(c); }),
        [Default + "ViewerProtocolPolicy"] = (Fate.Repaired, Set(Default + "ViewerProtocolPolicy", "allow-all")),
        [Default + "AllowedMethods"] = (Fate.Kept, Methods),
        [Default + "AllowedMethods/CachedMethods"] = (Fate.Kept, c => { Methods(c); List(Default + "AllowedMethods/CachedMethods", "<Method>HEAD</Method><Method>GET</Method><Method>OPTIONS</Method>")(c); }),
        [Default + "SmoothStreaming"] = (Fate.Kept, Set(Default + "SmoothStreaming", "true")),
        [Default + "Compress"] = (Fate.Kept, Set(Default + "Compress", "false")),
        [Default + "LambdaFunctionAssociations"] = (Fate.Sidestepped, List(Default + "LambdaFunctionAssociations",
            "<LambdaFunctionAssociation><LambdaFunctionARN>arn:aws:lambda:us-east-1:123456789012:function:theirs:1</LambdaFunctionARN><EventType>origin-response</EventType></LambdaFunctionAssociation>")),
        [Default + "FunctionAssociations"] = (Fate.Sidestepped, List(Default + "FunctionAssociations",
            "<FunctionAssociation><FunctionARN>arn:aws:cloudfront::123456789012:function/theirs</FunctionARN><EventType>viewer-request</EventType></FunctionAssociation>")),
        [Default + "FieldLevelEncryptionId"] = (Fate.Kept, Set(Default + "FieldLevelEncryptionId", "F1")),
        [Default + "RealtimeLogConfigArn"] = (Fate.Kept, Set(Default + "RealtimeLogConfigArn", "arn:aws:cloudfront::123456789012:realtime-log-config/theirs")),
        [Default + "CachePolicyId"] = (Fate.Repaired, Set(Default + "CachePolicyId", "2e54312d-136d-493c-8eb9-b001f22f67d2")),
        [Default + "OriginRequestPolicyId"] = (Fate.Sidestepped, Set(Default + "OriginRequestPolicyId", "216adef6-5c7f-47e4-b989-5492eafa07d3")),
        [Default + "ResponseHeadersPolicyId"] = (Fate.Kept, Set(Default + "ResponseHeadersPolicyId", "67f7725c-6f97-4210-82d7-5512b31e9d03")),
        [Default + "GrpcConfig"] = (Fate.Kept, Set(Default + "GrpcConfig/Enabled", "true")),
        [Default + "ForwardedValues"] = (Fate.Repaired, LegacyCaching),
        [Default + "MinTTL"] = (Fate.Repaired, LegacyCaching),
        [Default + "DefaultTTL"] = (Fate.Repaired, LegacyCaching),
        [Default + "MaxTTL"] = (Fate.Repaired, LegacyCaching),
        ["CacheBehaviors"] = (Fate.Sidestepped, c =>
        {
            AddTheirs(c);
            var behavior = new XElement(Cf + "CacheBehavior", new XElement(Cf + "PathPattern", "*.txt"), At(c, "DefaultCacheBehavior")!.Elements());
            behavior.Element(Cf + "TargetOriginId")!.Value = "theirs";
            At(c, "CacheBehaviors")!.ReplaceNodes(new XElement(Cf + "Quantity", 1), new XElement(Cf + "Items", behavior));
        }
        ),
        ["CustomErrorResponses"] = (Fate.Kept, List("CustomErrorResponses",
            "<CustomErrorResponse><ErrorCode>404</ErrorCode><ResponsePagePath>/index.html</ResponsePagePath><ResponseCode>200</ResponseCode><ErrorCachingMinTTL>10</ErrorCachingMinTTL></CustomErrorResponse>")),
        ["Comment"] = (Fate.Repaired, Set("Comment", "theirs")),
        ["Logging/Enabled"] = (Fate.Repaired, Set("Logging/Enabled", "false")),
        ["Logging/IncludeCookies"] = (Fate.Kept, Set("Logging/IncludeCookies", "true")),
        ["Logging/Bucket"] = (Fate.Kept, Set("Logging/Bucket", "theirs-for-logs.s3.amazonaws.com")),
        ["Logging/Prefix"] = (Fate.Repaired, Set("Logging/Prefix", "theirs/")),
        ["PriceClass"] = (Fate.Kept, Set("PriceClass", "PriceClass_100")),
        ["Enabled"] = (Fate.Repaired, Set("Enabled", "false")),
        ["ViewerCertificate/CloudFrontDefaultCertificate"] = (Fate.Fixed, null), // not with alternate domain names
        ["ViewerCertificate/IAMCertificateId"] = (Fate.Fixed, null), // as an ACM certificate: a certificate that covers the hosts is the user's to choose
        ["ViewerCertificate/ACMCertificateArn"] = (Fate.Fixed, null), // see CertificatePlanner: a user's own that covers the hosts stays
        ["ViewerCertificate/SSLSupportMethod"] = (Fate.Kept, Set("ViewerCertificate/SSLSupportMethod", "vip")),
        ["ViewerCertificate/MinimumProtocolVersion"] = (Fate.Repaired, Set("ViewerCertificate/MinimumProtocolVersion", "TLSv1.1_2016")),
        ["ViewerCertificate/Certificate"] = (Fate.Fixed, null), // the deprecated form of ACMCertificateArn
        ["ViewerCertificate/CertificateSource"] = (Fate.Fixed, null),
        ["Restrictions/GeoRestriction"] = (Fate.Repaired, c => { List("Restrictions/GeoRestriction", "<Location>DE</Location>")(c); Set("Restrictions/GeoRestriction/RestrictionType", "whitelist")(c); }),
        ["WebACLId"] = (Fate.Kept, Set("WebACLId", "arn:aws:wafv2:us-east-1:123456789012:global/webacl/theirs/1")),
        ["HttpVersion"] = (Fate.Repaired, Set("HttpVersion", "http1.1")),
        ["IsIPV6Enabled"] = (Fate.Repaired, Set("IsIPV6Enabled", "false")),
        ["ContinuousDeploymentPolicyId"] = (Fate.Kept, Set("ContinuousDeploymentPolicyId", "c1")),
        ["Staging"] = (Fate.Fixed, null), // of a staging distribution, which has no aliases
        ["AnycastIpListId"] = (Fate.Kept, Set("AnycastIpListId", "a1")),
        ["TenantConfig"] = (Fate.Fixed, null), // of a multi-tenant distribution, which has no aliases
        ["ConnectionMode"] = (Fate.Fixed, null),
        ["ViewerMtlsConfig"] = (Fate.Repaired, Set("ViewerMtlsConfig/Mode", "required")),
        ["ConnectionFunctionAssociation"] = (Fate.Repaired, Set("ConnectionFunctionAssociation/Id", "f1")),
        ["CacheTagConfig"] = (Fate.Kept, Set("CacheTagConfig/HeaderName", "x-tag")),
    };

    /// <summary>Every setting there is: those reported, and those of the service model that are left out now.</summary>
    public static IEnumerable<string> Paths(XElement config) => Walk(config, "").Distinct(StringComparer.Ordinal);

    /// <summary>The element at a path; null for none.</summary>
    public static XElement? At(XElement config, string path) => path.Split('/').Aggregate((XElement?)config, (e, name) => e?.Element(Cf + name) ?? e?.Element(Cf + "Items")?.Element(Cf + name));

    public static string Value(XElement config, string path) => At(config, path)?.Value ?? "";

    private static IEnumerable<string> Walk(XElement element, string prefix)
    {
        var names = element.Elements().Select(e => e.Name.LocalName).Concat(ElementOrder.All.GetValueOrDefault(element.Name.LocalName) ?? [])
            .Where(n => n != "PathPattern").Distinct(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var child = element.Element(Cf + name);
            if (child?.Element(Cf + "Quantity") is not null)
            {
                yield return prefix + name;
                var nested = name == "Origins" ? child.Element(Cf + "Items")!.Element(Cf + "Origin") : null;
                foreach (var path in nested is null ? child.Elements().Where(e => e.Element(Cf + "Quantity") is not null).Select(e => $"{prefix}{name}/{e.Name.LocalName}") : Walk(nested, Own))
                {
                    yield return path;
                }
            }
            else if (child is { HasElements: true } && name != "GrpcConfig")
            {
                foreach (var path in Walk(child, prefix + name + "/"))
                {
                    yield return path;
                }
            }
            else
            {
                yield return prefix + name;
            }
        }
    }

    private static Action<XElement> Set(string path, string value) => config =>
    {
        var parts = path.Split('/');
        var element = config;
        foreach (var part in parts)
        {
            var next = element.Element(Cf + part) ?? element.Element(Cf + "Items")?.Element(Cf + part);
            if (next is null)
            {
                element.Add(next = new XElement(Cf + part));
            }

            element = next;
        }

        element.Value = value;
    };

    private static Action<XElement> List(string path, string items) => config =>
    {
        var list = At(config, path)!;
        var content = XElement.Parse($"<Items xmlns='{Cf}'>{items}</Items>");
        list.Element(Cf + "Items")?.Remove();
        list.SetElementValue(Cf + "Quantity", content.Elements().Count());
        list.Element(Cf + "Quantity")!.AddAfterSelf(content);
    };

    private static void AddTheirs(XElement config)
    {
        var origins = At(config, "Origins")!;
        if (origins.Element(Cf + "Items")!.Elements().All(o => o.Element(Cf + "Id")!.Value != "theirs"))
        {
            origins.Element(Cf + "Items")!.Add(XElement.Parse(Theirs.Replace("<Origin>", $"<Origin xmlns='{Cf}'>", StringComparison.Ordinal)));
            origins.SetElementValue(Cf + "Quantity", origins.Element(Cf + "Items")!.Elements().Count());
        }
    }

    private static void Methods(XElement config)
    {
        var cached = new XElement(At(config, Default + "AllowedMethods/CachedMethods")!);
        List(Default + "AllowedMethods", "<Method>HEAD</Method><Method>GET</Method><Method>OPTIONS</Method>")(config);
        At(config, Default + "AllowedMethods/CachedMethods")!.ReplaceWith(cached);
    }

    private static void LegacyCaching(XElement config)
    {
        var behavior = At(config, "DefaultCacheBehavior")!;
        behavior.Element(Cf + "CachePolicyId")!.Remove();
        behavior.Add(new XElement(Cf + "ForwardedValues", new XElement(Cf + "QueryString", "false"), new XElement(Cf + "Cookies", new XElement(Cf + "Forward", "none"))),
            new XElement(Cf + "MinTTL", 3600), new XElement(Cf + "DefaultTTL", 86400), new XElement(Cf + "MaxTTL", 86400));
    }

    private static void Keep(XElement config, string path, string value)
    {
        var list = At(config, path)!;
        list.Element(Cf + "Items")!.Elements().Where(e => e.Value != value).Remove();
        list.SetElementValue(Cf + "Quantity", 1);
    }
}
