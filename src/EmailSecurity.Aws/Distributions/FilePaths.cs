using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Distributions;

/// <summary>
/// The way from a viewer to a stack's files: what others put between them is found, and given way to nowhere but on the files' own paths, where cache
/// behaviors of the stack come first. The rest of the distribution keeps what others attached to it.
/// </summary>
internal static class FilePaths
{
    // CachingOptimized and CachingDisabled keep an object no longer than its Cache-Control says.
    private static readonly string[] PlainCaching = ["658327ea-f89d-4fab-a63d-7e88639e58f6", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"];

    // AWS's own, which add security or CORS headers and change nothing else.
    private static readonly string[] HarmlessHeaders =
    [
        "67f7725c-6f97-4210-82d7-5512b31e9d03", "60669652-455b-4ae9-85a4-c4c02393f86c", "5cc3b908-e619-4b99-88e5-2cf7f45965bd",
        "e61eb60c-9c35-4d20-a928-2b84e02af89c", "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
    ];

    // CORS-S3Origin and UserAgentRefererHeaders; a Host header of the viewer's, which others forward, is not the bucket's.
    private static readonly string[] HarmlessRequests = ["88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", "acba4595-bd28-49b8-b9fe-13317c0390fa"];

    /// <summary>The path patterns of the stack's own behaviors, and the files that each is for.</summary>
    private static readonly (string Pattern, string[] Files)[] Own =
    [
        (".well-known/mta-sts.txt", [".well-known/mta-sts.txt"]),
        ("bimi/*", ["bimi/*/logo.svg", "bimi/*/certificate.pem"]),
    ];

    /// <summary>True for the path pattern of a behavior of the stack's own.</summary>
    public static bool IsOwn(string? pattern) => Own.Any(o => o.Pattern == pattern?.TrimStart('/'));

    /// <summary>What stands in the way.</summary>
    public static IReadOnlyList<Hindrance> Read(DistributionConfig config)
    {
        List<Hindrance> found = [];
        if (config.Restrictions?.GeoRestriction is { RestrictionType.Value: not "none" } geo)
        {
            found.Add(new Hindrance(HindranceKind.GeoRestriction, $"geo restriction {geo.RestrictionType.Value} {string.Join(" ", geo.Items ?? [])}"));
        }

        if (config.ViewerMtlsConfig is { Mode: var mode } && mode?.Value is not ("optional" or "passthrough"))
        {
            found.Add(new Hindrance(HindranceKind.ClientCertificate, $"viewer mTLS {mode?.Value}"));
        }

        if (config.ConnectionFunctionAssociation?.Id is { Length: > 0 } function)
        {
            found.Add(new Hindrance(HindranceKind.ClientCertificate, $"connection function {function}"));
        }

        if (DistributionConfigs.TargetOrigin(config)?.CustomOriginConfig is not null)
        {
            found.Add(new Hindrance(HindranceKind.Policy, "custom origin settings")); // CloudFront signs reads of an S3 origin only
        }

        return [.. found.Concat(Own.SelectMany(o => OnPath(config, o.Pattern, o.Files))).Distinct()];
    }

    /// <summary>Takes it out of the way.</summary>
    /// <param name="config">The configuration, whose default behavior leads to our origin.</param>
    public static void Clear(DistributionConfig config)
    {
        if (config.Restrictions?.GeoRestriction is { } geo)
        {
            (geo.RestrictionType, geo.Quantity, geo.Items) = (GeoRestrictionType.None, 0, null);
        }

        if (config.ViewerMtlsConfig?.Mode?.Value is not ("optional" or "passthrough"))
        {
            config.ViewerMtlsConfig = null;
        }

        config.ConnectionFunctionAssociation = null;
        if (Own.All(o => !OnPath(config, o.Pattern, o.Files).Any()))
        {
            return;
        }

        config.CacheBehaviors ??= new CacheBehaviors();
        var theirs = (config.CacheBehaviors.Items ?? []).Where(b => !IsOwn(b.PathPattern));
        config.CacheBehaviors.Items = [.. Own.Select(o => OwnBehavior(o.Pattern, config.DefaultCacheBehavior)), .. theirs];
        config.CacheBehaviors.Quantity = config.CacheBehaviors.Items.Count;
    }

    /// <summary>True where some path matches both patterns: <c>*</c> is any number of characters, <c>?</c> is one.</summary>
    public static bool Overlap(string one, string other)
    {
        // From the ends of both: whether what is left of the one and of the other have a path in common.
        var common = new bool[one.Length + 1, other.Length + 1];
        for (var i = one.Length; i >= 0; i--)
        {
            for (var j = other.Length; j >= 0; j--)
            {
                var isStar = i < one.Length && one[i] == '*';
                var isOtherStar = j < other.Length && other[j] == '*';
                common[i, j] = (i == one.Length && j == other.Length)
                    || (isStar && (common[i + 1, j] || (j < other.Length && common[i, j + 1])))
                    || (isOtherStar && (common[i, j + 1] || (i < one.Length && common[i + 1, j])))
                    || (i < one.Length && j < other.Length && (one[i] == other[j] || one[i] == '?' || other[j] == '?') && common[i + 1, j + 1]);
            }
        }

        return common[0, 0];
    }

    // The first behavior whose pattern matches decides; the default one where none does.
    private static IEnumerable<Hindrance> OnPath(DistributionConfig config, string pattern, string[] files)
    {
        foreach (var behavior in config.CacheBehaviors?.Items ?? [])
        {
            var theirs = behavior.PathPattern?.TrimStart('/') ?? "";
            if (theirs != pattern && !files.Any(f => Overlap(theirs, f)))
            {
                continue;
            }

            var way = Way.Of(behavior);
            if (theirs == pattern)
            {
                return Hindering(config, way).Select(h => h with { Setting = $"{h.Setting} on {behavior.PathPattern}" });
            }

            if (Hindering(config, way).Any() || !LeadsToDefault(config, way))
            {
                return [new Hindrance(HindranceKind.CacheBehavior, $"cache behavior {behavior.PathPattern}")];
            }
        }

        return Hindering(config, Way.Of(config.DefaultCacheBehavior));
    }

    private static bool LeadsToDefault(DistributionConfig config, Way way)
        => way.Target == config.DefaultCacheBehavior.TargetOriginId && PlainCaching.Contains(way.CachePolicy, StringComparer.Ordinal);

    private static IEnumerable<Hindrance> Hindering(DistributionConfig config, Way way)
    {
        foreach (var function in way.Functions)
        {
            yield return new Hindrance(HindranceKind.Function, $"function {function}");
        }

        if (way.IsSigned)
        {
            yield return new Hindrance(HindranceKind.SignedRequests, "signed URLs");
        }

        if (way.RequestPolicy.Length > 0 && !HarmlessRequests.Contains(way.RequestPolicy, StringComparer.Ordinal))
        {
            yield return new Hindrance(HindranceKind.Policy, $"origin request policy {way.RequestPolicy}");
        }

        if (way.HeadersPolicy.Length > 0 && !HarmlessHeaders.Contains(way.HeadersPolicy, StringComparer.Ordinal))
        {
            yield return new Hindrance(HindranceKind.Policy, $"response headers policy {way.HeadersPolicy}");
        }

        if (way.IsOwn && !LeadsToDefault(config, way))
        {
            yield return new Hindrance(HindranceKind.CacheBehavior, "another origin or cache policy");
        }
    }

    private static CacheBehavior OwnBehavior(string pattern, DefaultCacheBehavior like) => new()
    {
        PathPattern = pattern,
        TargetOriginId = like.TargetOriginId,
        TrustedSigners = new TrustedSigners { Enabled = false, Quantity = 0 },
        TrustedKeyGroups = new TrustedKeyGroups { Enabled = false, Quantity = 0 },
        ViewerProtocolPolicy = like.ViewerProtocolPolicy,
        AllowedMethods = DistributionConfigs.ReadOnlyMethods(),
        SmoothStreaming = false,
        Compress = true,
        LambdaFunctionAssociations = new LambdaFunctionAssociations { Quantity = 0 },
        FunctionAssociations = new FunctionAssociations { Quantity = 0 },
        FieldLevelEncryptionId = "",
        CachePolicyId = PlainCaching[0],
    };

    // What a behavior does with a request, whichever of the two classes describes it.
    private sealed record Way(string Target, string CachePolicy, string RequestPolicy, string HeadersPolicy, bool IsSigned, IReadOnlyList<string> Functions,
        bool IsOwn)
    {
        public static Way Of(DefaultCacheBehavior b) => new(b.TargetOriginId ?? "", b.CachePolicyId ?? "", b.OriginRequestPolicyId ?? "",
            b.ResponseHeadersPolicyId ?? "", b.TrustedSigners?.Enabled == true || b.TrustedKeyGroups?.Enabled == true,
            Arns(b.FunctionAssociations, b.LambdaFunctionAssociations), IsOwn: false);

        public static Way Of(CacheBehavior b) => new(b.TargetOriginId ?? "", b.CachePolicyId ?? "", b.OriginRequestPolicyId ?? "",
            b.ResponseHeadersPolicyId ?? "", b.TrustedSigners?.Enabled == true || b.TrustedKeyGroups?.Enabled == true,
            Arns(b.FunctionAssociations, b.LambdaFunctionAssociations), FilePaths.IsOwn(b.PathPattern));

        private static string[] Arns(FunctionAssociations? functions, LambdaFunctionAssociations? lambdas) =>
        [
            .. (functions?.Items ?? []).Select(f => $"{f.FunctionARN} ({f.EventType?.Value})"),
            .. (lambdas?.Items ?? []).Select(f => $"{f.LambdaFunctionARN} ({f.EventType?.Value})"),
        ];
    }
}
