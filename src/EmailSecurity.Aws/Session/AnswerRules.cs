namespace EmailSecurity.Aws.Session;

/// <summary>What an answer must look like to be the answer of an operation.</summary>
/// <param name="Form">Form of the body.</param>
/// <param name="Root">Root element, for XML.</param>
/// <param name="Must">Members that AWS always sends, as paths; of each element that the path but its last part points to.</param>
internal sealed record AnswerRule(AnswerForm Form, string Root = "", params string[] Must);

/// <summary>Form of an answer's body.</summary>
internal enum AnswerForm
{
    /// <summary>An XML document.</summary>
    Xml,
    /// <summary>A JSON object.</summary>
    Json,
    /// <summary>Nothing, at least no document: every page begins as one.</summary>
    Nothing,
    /// <summary>The content of an object: any octets, identified by their ETag.</summary>
    Content,
}

/// <summary>
/// The rules by which a page of a portal or proxy, with status 200, is known not to be AWS's answer. The official packages read any
/// document as an answer, with nothing in it where it is another: such a page would be an empty zone, or an account without certificates.
/// Members are those that the service models require and AWS sends in every answer.
/// </summary>
internal static class AnswerRules
{
    private static readonly AnswerRule Nothing = new(AnswerForm.Nothing);
    private static readonly AnswerRule ChangeMade = new(AnswerForm.Xml, "ChangeResourceRecordSetsResponse", "ChangeInfo", "ChangeInfo/Id", "ChangeInfo/Status");
    private static readonly string[] Distribution =
    [
        "Id", "ARN", "Status", "DomainName", "DistributionConfig", "DistributionConfig/CallerReference", "DistributionConfig/Origins",
        "DistributionConfig/DefaultCacheBehavior", "DistributionConfig/Enabled",
    ];

    /// <summary>Route 53, by request.</summary>
    public static IReadOnlyDictionary<string, AnswerRule> Route53 { get; } = Table(
        ("ListHostedZonesByName", new(
            AnswerForm.Xml, "ListHostedZonesByNameResponse", "HostedZones", "HostedZones/HostedZone/Id", "HostedZones/HostedZone/Name")),
        ("ListHostedZones", new(
            AnswerForm.Xml, "ListHostedZonesResponse", "HostedZones", "IsTruncated", "HostedZones/HostedZone/Id", "HostedZones/HostedZone/Name")),
        ("ListResourceRecordSets", new(
            AnswerForm.Xml, "ListResourceRecordSetsResponse", "ResourceRecordSets", "IsTruncated",
            "ResourceRecordSets/ResourceRecordSet/Name", "ResourceRecordSets/ResourceRecordSet/Type")),
        ("ChangeResourceRecordSets", ChangeMade),
        ("GetChange", ChangeMade with { Root = "GetChangeResponse" }));

    /// <summary>CloudFront, by request.</summary>
    public static IReadOnlyDictionary<string, AnswerRule> CloudFront { get; } = Table(
        ("ListDistributions", new(
            AnswerForm.Xml, "DistributionList", "IsTruncated", "Quantity",
            "Items/DistributionSummary/Id", "Items/DistributionSummary/ARN", "Items/DistributionSummary/Status")),
        ("GetDistribution", new(AnswerForm.Xml, "Distribution", Distribution)),
        ("CreateDistributionWithTags", new(AnswerForm.Xml, "Distribution", Distribution)),
        ("UpdateDistribution", new(AnswerForm.Xml, "Distribution", Distribution)),
        ("DeleteDistribution", Nothing),
        ("ListTagsForResource", new(AnswerForm.Xml, "Tags")),
        ("TagResource", Nothing),
        ("ListOriginAccessControls", new(
            AnswerForm.Xml, "OriginAccessControlList", "IsTruncated", "Items/OriginAccessControlSummary/Id", "Items/OriginAccessControlSummary/Name")),
        ("GetOriginAccessControl", new(AnswerForm.Xml, "OriginAccessControl", "Id")),
        ("CreateOriginAccessControl", new(AnswerForm.Xml, "OriginAccessControl", "Id")),
        ("DeleteOriginAccessControl", Nothing),
        ("CreateInvalidation", new(AnswerForm.Xml, "Invalidation", "Id", "Status")),
        ("GetInvalidation", new(AnswerForm.Xml, "Invalidation", "Id", "Status")),
        ("ListDomainConflicts", new(AnswerForm.Xml, "ListDomainConflictsResult", "DomainConflicts/DomainConflicts/Domain",
            "DomainConflicts/DomainConflicts/ResourceId", "DomainConflicts/DomainConflicts/AccountId")),
        ("UpdateDomainAssociation", new(AnswerForm.Xml, "UpdateDomainAssociationResult", "Domain", "ResourceId")));

    /// <summary>ACM, by request.</summary>
    public static IReadOnlyDictionary<string, AnswerRule> Acm { get; } = Table(
        ("ListCertificates", new(AnswerForm.Json, "", "CertificateSummaryList", "CertificateSummaryList/CertificateArn")),
        ("DescribeCertificate", new(AnswerForm.Json, "", "Certificate", "Certificate/CertificateArn", "Certificate/Status")),
        ("RequestCertificate", new(AnswerForm.Json, "", "CertificateArn")),
        ("ListTagsForCertificate", new(AnswerForm.Json)),
        ("DeleteCertificate", Nothing));

    /// <summary>S3, by request.</summary>
    public static IReadOnlyDictionary<string, AnswerRule> S3 { get; } = Table(
        ("ListBuckets", new(AnswerForm.Xml, "ListAllMyBucketsResult", "Buckets")),
        ("ListObjectsV2", new(AnswerForm.Xml, "ListBucketResult", "IsTruncated", "Contents/Key")),
        ("ListVersions", new(AnswerForm.Xml, "ListVersionsResult", "IsTruncated", "Version/Key", "DeleteMarker/Key")),
        ("DeleteObjects", new(AnswerForm.Xml, "DeleteResult")),
        ("GetBucketTagging", new(AnswerForm.Xml, "Tagging", "TagSet")),
        ("GetPublicAccessBlock", new(AnswerForm.Xml, "PublicAccessBlockConfiguration")),
        ("GetBucketOwnershipControls", new(AnswerForm.Xml, "OwnershipControls")),
        ("GetBucketEncryption", new(AnswerForm.Xml, "ServerSideEncryptionConfiguration")),
        ("GetBucketVersioning", new(AnswerForm.Xml, "VersioningConfiguration")),
        ("GetLifecycleConfiguration", new(AnswerForm.Xml, "LifecycleConfiguration")),
        ("GetBucketLogging", new(AnswerForm.Xml, "BucketLoggingStatus")),
        ("GetBucketPolicy", new(AnswerForm.Json)),
        ("GetObject", new(AnswerForm.Content)),
        ("PutObject", Nothing),
        ("PutBucket", Nothing),
        ("DeleteBucket", Nothing),
        ("PutBucketTagging", Nothing),
        ("PutPublicAccessBlock", Nothing),
        ("PutBucketOwnershipControls", Nothing),
        ("PutBucketEncryption", Nothing),
        ("PutBucketVersioning", Nothing),
        ("PutBucketPolicy", Nothing),
        ("DeleteBucketPolicy", Nothing),
        ("PutLifecycleConfiguration", Nothing),
        ("DeleteLifecycleConfiguration", Nothing),
        ("PutBucketLogging", Nothing));

    private static Dictionary<string, AnswerRule> Table(params (string Operation, AnswerRule Rule)[] rules) =>
        rules.ToDictionary(r => r.Operation + "Request", r => r.Rule, StringComparer.Ordinal);
}
