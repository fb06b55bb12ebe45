using System.Globalization;
using Amazon.CloudFront.Model;

namespace EmailSecurity.Aws.Distributions;

/// <summary>Harmless settings of a distribution that others made: they are kept and reported.</summary>
internal static class ForeignSettings
{
    /// <summary>Each with its value, in AWS's words.</summary>
    public static IEnumerable<string> Read(DistributionConfig config)
    {
        var origins = config.Origins?.Items ?? [];
        (string Name, string? Value)[] rows =
        [
            ("web ACL", config.WebACLId),
            ("continuous deployment policy", config.ContinuousDeploymentPolicyId),
            ("default root object", config.DefaultRootObject),
            ("error pages", string.Join(" ", (config.CustomErrorResponses?.Items ?? []).Select(r => r.ErrorCode?.ToString(CultureInfo.InvariantCulture)))),
            ("price class", config.PriceClass?.Value is "PriceClass_All" or null ? "" : config.PriceClass.Value),
            ("cache behaviors", string.Join(" ", (config.CacheBehaviors?.Items ?? []).Where(b => !FilePaths.IsOwn(b.PathPattern)).Select(b => b.PathPattern))),
            ("functions", string.Join(" ", Functions(config.DefaultCacheBehavior))),
            ("origin headers", string.Join(" ", origins.SelectMany(o => o.CustomHeaders?.Items ?? []).Select(h => h.HeaderName))),
        ];
        return rows.Where(r => !string.IsNullOrEmpty(r.Value)).Select(r => $"{r.Name} {r.Value}");
    }

    private static IEnumerable<string> Functions(DefaultCacheBehavior? behavior) =>
        (behavior?.FunctionAssociations?.Items ?? []).Select(f => f.FunctionARN)
            .Concat((behavior?.LambdaFunctionAssociations?.Items ?? []).Select(f => f.LambdaFunctionARN));
}
