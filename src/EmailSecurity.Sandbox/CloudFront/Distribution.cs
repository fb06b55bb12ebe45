using System.Xml.Linq;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>An invalidation.</summary>
/// <param name="CompleteAt">When every edge has dropped the paths.</param>
public sealed record Invalidation(string Id, string CallerReference, IReadOnlyList<string> Paths, DateTimeOffset CreatedAt, DateTimeOffset CompleteAt);

/// <summary>A distribution. Its members are read and changed under the store's lock.</summary>
public sealed class Distribution
{
    /// <summary>Id: <c>E</c> and 13 characters.</summary>
    public required string Id { get; init; }

    /// <summary>Owner.</summary>
    public required string AccountId { get; init; }

    /// <summary><c>d...cloudfront.net</c>.</summary>
    public required string DomainName { get; init; }

    /// <summary>Order of making.</summary>
    public required long Sequence { get; init; }

    /// <summary>ARN.</summary>
    public string Arn => $"arn:aws:cloudfront::{AccountId}:distribution/{Id}";

    /// <summary>The configuration as submitted, with the defaults CloudFront fills in.</summary>
    public required XElement Config { get; set; }

    /// <summary>Present ETag.</summary>
    public required string ETag { get; set; }

    /// <summary>Last change.</summary>
    public required DateTimeOffset LastModified { get; set; }

    /// <summary>When the present configuration is on every edge.</summary>
    public required DateTimeOffset DeployedAt { get; set; }

    /// <summary>What the present configuration says to the edge.</summary>
    public required EdgeConfig Edge { get; set; }

    /// <summary>What the edge goes on serving until <see cref="DeployedAt"/>; null for nothing.</summary>
    public EdgeConfig? PreviousEdge { get; set; }

    /// <summary>Tags.</summary>
    public SortedDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>Invalidations, oldest first.</summary>
    public List<Invalidation> Invalidations { get; } = [];

    /// <summary>Invalidations made and not yet carried out at the edge.</summary>
    public Queue<Invalidation> Pending { get; } = new();

    /// <summary>What the edge serves at a time; null before the first deployment.</summary>
    public EdgeConfig? EdgeAt(DateTimeOffset now) => now >= DeployedAt ? Edge : PreviousEdge;

    /// <summary>Certificates that the distribution needs: of the present configuration and of the one still being served.</summary>
    public bool Uses(string certificateArn, DateTimeOffset now) =>
        Edge.CertificateArn == certificateArn || (now < DeployedAt && PreviousEdge?.CertificateArn == certificateArn);

    /// <summary>True where a configuration in use signs with an origin access control.</summary>
    public bool UsesOriginAccessControl(string id, DateTimeOffset now) =>
        Edge.Origins.Values.Any(o => o.OriginAccessControlId == id)
            || (now < DeployedAt && PreviousEdge?.Origins.Values.Any(o => o.OriginAccessControlId == id) == true);
}
