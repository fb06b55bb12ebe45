using System.Xml.Linq;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>The order of elements in CloudFront's answers: that of the service model. Elements that it does not know are kept, at the end.</summary>
public static class ElementOrder
{
    private static readonly string[] Items = ["Enabled", "Quantity", "Items"];

    private static readonly string[] Behavior =
    [
        "PathPattern", "TargetOriginId", "TrustedSigners", "TrustedKeyGroups", "ViewerProtocolPolicy", "AllowedMethods", "SmoothStreaming", "Compress",
        "LambdaFunctionAssociations", "FunctionAssociations", "FieldLevelEncryptionId", "RealtimeLogConfigArn", "CachePolicyId", "OriginRequestPolicyId",
        "ResponseHeadersPolicyId", "GrpcConfig", "ForwardedValues", "MinTTL", "DefaultTTL", "MaxTTL",
    ];

    private static readonly Dictionary<string, string[]> Structures = new(StringComparer.Ordinal)
    {
        ["DistributionConfig"] =
        [
            "CallerReference", "Aliases", "DefaultRootObject", "Origins", "OriginGroups", "DefaultCacheBehavior", "CacheBehaviors", "CustomErrorResponses",
            "Comment", "Logging", "PriceClass", "Enabled", "ViewerCertificate", "Restrictions", "WebACLId", "HttpVersion", "IsIPV6Enabled",
            "ContinuousDeploymentPolicyId", "Staging",
            "AnycastIpListId", "TenantConfig", "ConnectionMode", "ViewerMtlsConfig", "ConnectionFunctionAssociation", "CacheTagConfig",
        ],
        ["Aliases"] = Items,
        ["Origins"] = Items,
        ["Origin"] =
        [
            "Id", "DomainName", "OriginPath", "CustomHeaders", "S3OriginConfig", "CustomOriginConfig", "VpcOriginConfig", "ConnectionAttempts",
            "ConnectionTimeout", "ResponseCompletionTimeout", "OriginShield", "OriginAccessControlId",
        ],
        ["CustomHeaders"] = Items,
        ["OriginCustomHeader"] = ["HeaderName", "HeaderValue"],
        ["S3OriginConfig"] = ["OriginAccessIdentity", "OriginReadTimeout"],
        ["CustomOriginConfig"] =
        [
            "HTTPPort", "HTTPSPort", "OriginProtocolPolicy", "OriginSslProtocols", "OriginReadTimeout", "OriginKeepaliveTimeout",
            "IpAddressType", "OriginMtlsConfig",
        ],
        ["OriginSslProtocols"] = Items,
        ["OriginShield"] = ["Enabled", "OriginShieldRegion"],
        ["OriginGroups"] = Items,
        ["OriginGroup"] = ["Id", "FailoverCriteria", "Members", "SelectionCriteria"],
        ["StatusCodes"] = Items,
        ["Members"] = Items,
        ["DefaultCacheBehavior"] = Behavior,
        ["CacheBehaviors"] = Items,
        ["CacheBehavior"] = Behavior,
        ["TrustedSigners"] = Items,
        ["TrustedKeyGroups"] = Items,
        ["AllowedMethods"] = ["Quantity", "Items", "CachedMethods"],
        ["CachedMethods"] = Items,
        ["LambdaFunctionAssociations"] = Items,
        ["LambdaFunctionAssociation"] = ["LambdaFunctionARN", "EventType", "IncludeBody"],
        ["FunctionAssociations"] = Items,
        ["FunctionAssociation"] = ["FunctionARN", "EventType"],
        ["ForwardedValues"] = ["QueryString", "Cookies", "Headers", "QueryStringCacheKeys"],
        ["Cookies"] = ["Forward", "WhitelistedNames"],
        ["WhitelistedNames"] = Items,
        ["Headers"] = Items,
        ["QueryStringCacheKeys"] = Items,
        ["CustomErrorResponses"] = Items,
        ["CustomErrorResponse"] = ["ErrorCode", "ResponsePagePath", "ResponseCode", "ErrorCachingMinTTL"],
        ["Logging"] = ["Enabled", "IncludeCookies", "Bucket", "Prefix"],
        ["ViewerCertificate"] =
        [
            "CloudFrontDefaultCertificate", "IAMCertificateId", "ACMCertificateArn", "SSLSupportMethod", "MinimumProtocolVersion",
            "Certificate", "CertificateSource",
        ],
        ["GeoRestriction"] = ["RestrictionType", "Quantity", "Items"],
        ["OriginAccessControlConfig"] = ["Name", "Description", "SigningProtocol", "SigningBehavior", "OriginAccessControlOriginType"],
    };

    /// <summary>Structures and the order of their elements.</summary>
    public static IReadOnlyDictionary<string, string[]> All => Structures;

    /// <summary>Puts the elements of a structure, and of all in it, in order.</summary>
    public static void Apply(XElement structure)
    {
        foreach (var child in structure.Elements())
        {
            Apply(child);
        }
        if (Structures.TryGetValue(structure.Name.LocalName, out var order))
        {
            var children = structure.Elements().ToArray();
            structure.RemoveNodes();
            structure.Add(children.OrderBy(c => Array.IndexOf(order, c.Name.LocalName) is var at && at < 0 ? int.MaxValue : at));
        }
    }
}
