namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>CloudFront's managed policies by id (Amazon CloudFront Developer Guide, "Use managed ... policies").</summary>
public static class ManagedPolicies
{
    /// <summary>CachingOptimized.</summary>
    public const string CachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

    /// <summary>CachingDisabled.</summary>
    public const string CachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

    /// <summary>SecurityHeadersPolicy.</summary>
    public const string SecurityHeaders = "67f7725c-6f97-4210-82d7-5512b31e9d03";

    private static readonly Dictionary<string, (long Min, long Default, long Max)> Cache = new(StringComparer.Ordinal)
    {
        [CachingOptimized] = (1, 86400, 31536000),
        ["b2884449-e4de-46a7-ac36-70bc7f1ddd6d"] = (1, 86400, 31536000), // CachingOptimizedForUncompressedObjects
        [CachingDisabled] = (0, 0, 0),
        ["08627262-05a9-4f76-9ded-b50ca2e3a84f"] = (0, 86400, 31536000), // Elemental-MediaPackage
        ["2e54312d-136d-493c-8eb9-b001f22f67d2"] = (2, 2, 600), // Amplify
        ["83da9c7e-98b4-4e11-a168-04f0df8e2c65"] = (0, 0, 31536000), // UseOriginCacheControlHeaders
        ["4cc15a8a-d715-48a4-82b8-cc0b614638fe"] = (0, 0, 31536000), // UseOriginCacheControlHeaders-QueryStrings
    };

    private static readonly HashSet<string> ResponseHeaders = new(StringComparer.Ordinal)
    {
        SecurityHeaders,
        "60669652-455b-4ae9-85a4-c4c02393f86c", // SimpleCORS
        "5cc3b908-e619-4b99-88e5-2cf7f45965bd", // CORS-With-Preflight
        "e61eb60c-9c35-4d20-a928-2b84e02af89c", // CORS-and-SecurityHeadersPolicy
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63", // CORS-with-preflight-and-SecurityHeadersPolicy
    };

    private static readonly HashSet<string> OriginRequest = new(StringComparer.Ordinal)
    {
        "216adef6-5c7f-47e4-b989-5492eafa07d3", // AllViewer
        "b689b0a8-53d0-40ab-baf2-68738e2966ac", // AllViewerExceptHostHeader
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", // CORS-S3Origin
        "59781a5b-3903-41f3-afcb-af62929ccde1", // CORS-CustomOrigin
        "acba4595-bd28-49b8-b9fe-13317c0390fa", // UserAgentRefererHeaders
    };

    /// <summary>Minimum, default and maximum TTL in seconds of a cache policy; null for an unknown id.</summary>
    public static (long Min, long Default, long Max)? Ttl(string cachePolicyId) => Cache.TryGetValue(cachePolicyId, out var ttl) ? ttl : null;

    /// <summary>True for a managed response headers policy.</summary>
    public static bool IsResponseHeaders(string id) => ResponseHeaders.Contains(id);

    /// <summary>True for a managed origin request policy.</summary>
    public static bool IsOriginRequest(string id) => OriginRequest.Contains(id);
}
