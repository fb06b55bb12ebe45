using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>An origin as the edge uses it.</summary>
/// <param name="Bucket">Bucket of an S3 REST origin; null for a custom origin, which the sandbox does not reach.</param>
public sealed record EdgeOrigin(string Id, string? Bucket, string Path, string OriginAccessControlId)
{
    /// <summary>Id of the origin access identity; empty for none.</summary>
    public string OriginAccessIdentityId { get; init; } = "";
}

/// <summary>A cache behaviour as the edge uses it.</summary>
public sealed record EdgeBehavior
{
    /// <summary>Path pattern; <c>*</c> for the default behaviour.</summary>
    public required string Pattern { get; init; }

    /// <summary>Origin id.</summary>
    public required string Origin { get; init; }

    /// <summary><c>allow-all</c>, <c>https-only</c> or <c>redirect-to-https</c>.</summary>
    public required string ViewerProtocolPolicy { get; init; }

    /// <summary>Methods allowed.</summary>
    public required IReadOnlySet<string> Methods { get; init; }

    /// <summary>True: text is gzipped for viewers that take it.</summary>
    public bool Compress { get; init; }

    /// <summary>Seconds.</summary>
    public long MinTtl { get; init; }

    /// <summary>Seconds, for an object without Cache-Control.</summary>
    public long DefaultTtl { get; init; }

    /// <summary>Seconds.</summary>
    public long MaxTtl { get; init; }

    /// <summary>Managed response headers policy; empty for none.</summary>
    public string ResponseHeadersPolicyId { get; init; } = "";

    /// <summary>True where the pattern covers a path (<c>*</c> and <c>?</c>, case-sensitive, with or without its leading slash).</summary>
    public bool Covers(string path) => Pattern == "*" || Regex.IsMatch(
        path,
        "^/?" + Regex.Escape(Pattern.TrimStart('/')).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking,
        TimeSpan.FromSeconds(1));
}

/// <summary>What a distribution's configuration says to the edge, read once per change.</summary>
public sealed record EdgeConfig
{
    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>Enabled.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Alternate domain names, lower case.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>ACM certificate; empty for the default one.</summary>
    public required string CertificateArn { get; init; }

    /// <summary>Security policy: <c>TLSv1.2_2021</c>.</summary>
    public required string MinimumProtocolVersion { get; init; }

    /// <summary>Served at <c>/</c>; empty for none.</summary>
    public required string DefaultRootObject { get; init; }

    /// <summary>Origins by id.</summary>
    public required IReadOnlyDictionary<string, EdgeOrigin> Origins { get; init; }

    /// <summary>Behaviours in order, the default last.</summary>
    public required IReadOnlyList<EdgeBehavior> Behaviors { get; init; }

    /// <summary>Log bucket; empty for no logging.</summary>
    public required string LogBucket { get; init; }

    /// <summary>Prefix of log files.</summary>
    public required string LogPrefix { get; init; }

    /// <summary>True: AAAA answers for the distribution's name.</summary>
    public required bool IsIpv6Enabled { get; init; }

    /// <summary>True: HTTP/2 is offered.</summary>
    public required bool IsHttp2 { get; init; }

    /// <summary>Reads a complete configuration.</summary>
    public static EdgeConfig Read(XElement config)
    {
        string Text(XElement element, string child) => element.Element(Ns + child)?.Value ?? "";
        var certificate = config.Element(Ns + "ViewerCertificate");
        var logging = config.Element(Ns + "Logging");
        var behaviors = (config.Element(Ns + "CacheBehaviors")?.Element(Ns + "Items")?.Elements(Ns + "CacheBehavior") ?? []).ToList();
        behaviors.Add(config.Element(Ns + "DefaultCacheBehavior")!);
        return new EdgeConfig
        {
            Enabled = Text(config, "Enabled") == "true",
            Aliases = [.. (config.Element(Ns + "Aliases")?.Element(Ns + "Items")?.Elements(Ns + "CNAME") ?? []).Select(e => e.Value.ToLowerInvariant())],
            CertificateArn = certificate is null ? "" : Text(certificate, "ACMCertificateArn"),
            MinimumProtocolVersion = certificate is null ? "TLSv1" : Text(certificate, "MinimumProtocolVersion"),
            DefaultRootObject = Text(config, "DefaultRootObject"),
            Origins = config.Element(Ns + "Origins")!.Element(Ns + "Items")!.Elements(Ns + "Origin").Select(o => new EdgeOrigin(
                Text(o, "Id"),
                o.Element(Ns + "S3OriginConfig") is null ? null : ConfigXml.BucketOf(Text(o, "DomainName")),
                Text(o, "OriginPath"),
                Text(o, "OriginAccessControlId"))
            {
                OriginAccessIdentityId = ConfigXml.Text(o.Element(Ns + "S3OriginConfig"), "OriginAccessIdentity").Split('/')[^1],
            }).ToDictionary(o => o.Id, StringComparer.Ordinal),
            Behaviors = [.. behaviors.Select(ReadBehavior)],
            LogBucket = logging is not null && Text(logging, "Enabled") == "true" ? ConfigXml.BucketOf(Text(logging, "Bucket")) ?? "" : "",
            LogPrefix = logging is null ? "" : Text(logging, "Prefix"),
            IsIpv6Enabled = Text(config, "IsIPV6Enabled") == "true",
            IsHttp2 = Text(config, "HttpVersion") is "http2" or "http2and3",
        };
    }

    private static EdgeBehavior ReadBehavior(XElement behavior)
    {
        string Text(string child) => behavior.Element(Ns + child)?.Value ?? "";
        long Seconds(string child, long missing) =>
            long.TryParse(Text(child), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : missing;
        var ttl = ManagedPolicies.Ttl(Text("CachePolicyId")) ?? (Seconds("MinTTL", 0), Seconds("DefaultTTL", 86400), Seconds("MaxTTL", 31536000));
        return new EdgeBehavior
        {
            Pattern = Text("PathPattern") is { Length: > 0 } pattern ? pattern : "*",
            Origin = Text("TargetOriginId"),
            ViewerProtocolPolicy = Text("ViewerProtocolPolicy"),
            Methods = (behavior.Element(Ns + "AllowedMethods")?.Element(Ns + "Items")?.Elements(Ns + "Method") ?? [])
                .Select(m => m.Value)
                .ToHashSet(StringComparer.Ordinal),
            Compress = Text("Compress") == "true",
            MinTtl = ttl.Item1,
            DefaultTtl = ttl.Item2,
            MaxTtl = ttl.Item3,
            ResponseHeadersPolicyId = Text("ResponseHeadersPolicyId"),
        };
    }
}
