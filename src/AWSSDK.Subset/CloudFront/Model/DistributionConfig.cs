using Amazon.Subset;

namespace Amazon.CloudFront.Model;

public class DistributionConfig : Structure
{
    [Must] public string CallerReference { get; set; }
    public Aliases Aliases { get; set; }
    public string DefaultRootObject { get; set; }
    [Must] public Origins Origins { get; set; }
    public OriginGroups OriginGroups { get; set; }
    [Must] public DefaultCacheBehavior DefaultCacheBehavior { get; set; }
    public CacheBehaviors CacheBehaviors { get; set; }
    public CustomErrorResponses CustomErrorResponses { get; set; }
    public string Comment { get; set; }
    public LoggingConfig Logging { get; set; }
    public PriceClass PriceClass { get; set; }
    [Must] public bool? Enabled { get; set; }
    public ViewerCertificate ViewerCertificate { get; set; }
    public Restrictions Restrictions { get; set; }
    public string WebACLId { get; set; }
    public HttpVersion HttpVersion { get; set; }
    public bool? IsIPV6Enabled { get; set; }
    public string ContinuousDeploymentPolicyId { get; set; }
    public bool? Staging { get; set; }
    public string AnycastIpListId { get; set; }
    public ConnectionMode ConnectionMode { get; set; }
    public ViewerMtlsConfig ViewerMtlsConfig { get; set; }
    public ConnectionFunctionAssociation ConnectionFunctionAssociation { get; set; }
}

public class Aliases : Structure
{
    public int? Quantity { get; set; }
    [Items("CNAME")] public List<string> Items { get; set; }
}

public class Origins : Structure
{
    public int? Quantity { get; set; }
    [Items("Origin")] public List<Origin> Items { get; set; }
}

public class Origin : Structure
{
    public string Id { get; set; }
    public string DomainName { get; set; }
    public string OriginPath { get; set; }
    public CustomHeaders CustomHeaders { get; set; }
    public S3OriginConfig S3OriginConfig { get; set; }
    public CustomOriginConfig CustomOriginConfig { get; set; }
    public int? ConnectionAttempts { get; set; }
    public int? ConnectionTimeout { get; set; }
    public int? ResponseCompletionTimeout { get; set; }
    public OriginShield OriginShield { get; set; }
    public string OriginAccessControlId { get; set; }
}

public class CustomHeaders : Structure
{
    public int? Quantity { get; set; }
    [Items("OriginCustomHeader")] public List<OriginCustomHeader> Items { get; set; }
}

public class OriginCustomHeader : Structure
{
    public string HeaderName { get; set; }
    public string HeaderValue { get; set; }
}

public class S3OriginConfig : Structure
{
    public string OriginAccessIdentity { get; set; }
}

public class CustomOriginConfig : Structure
{
    public int? HTTPPort { get; set; }
    public int? HTTPSPort { get; set; }
    public OriginProtocolPolicy OriginProtocolPolicy { get; set; }
    public OriginSslProtocols OriginSslProtocols { get; set; }
    public int? OriginReadTimeout { get; set; }
    public int? OriginKeepaliveTimeout { get; set; }
    public IpAddressType IpAddressType { get; set; }
}

public class OriginSslProtocols : Structure
{
    public int? Quantity { get; set; }
    [Items("SslProtocol")] public List<string> Items { get; set; }
}

public class OriginShield : Structure
{
    public bool? Enabled { get; set; }
    public string OriginShieldRegion { get; set; }
}

public class DefaultCacheBehavior : Structure
{
    public string TargetOriginId { get; set; }
    public TrustedSigners TrustedSigners { get; set; }
    public TrustedKeyGroups TrustedKeyGroups { get; set; }
    public ViewerProtocolPolicy ViewerProtocolPolicy { get; set; }
    public AllowedMethods AllowedMethods { get; set; }
    public bool? SmoothStreaming { get; set; }
    public bool? Compress { get; set; }
    public LambdaFunctionAssociations LambdaFunctionAssociations { get; set; }
    public FunctionAssociations FunctionAssociations { get; set; }
    public string FieldLevelEncryptionId { get; set; }
    public string RealtimeLogConfigArn { get; set; }
    public string CachePolicyId { get; set; }
    public string OriginRequestPolicyId { get; set; }
    public string ResponseHeadersPolicyId { get; set; }
    public ForwardedValues ForwardedValues { get; set; }
    public long? MinTTL { get; set; }
    public long? DefaultTTL { get; set; }
    public long? MaxTTL { get; set; }
}

public class ForwardedValues : Structure
{
    public bool? QueryString { get; set; }
}

public class TrustedSigners : Structure
{
    public bool? Enabled { get; set; }
    public int? Quantity { get; set; }
    [Items("AwsAccountNumber")] public List<string> Items { get; set; }
}

public class TrustedKeyGroups : Structure
{
    public bool? Enabled { get; set; }
    public int? Quantity { get; set; }
    [Items("KeyGroup")] public List<string> Items { get; set; }
}

public class AllowedMethods : Structure
{
    public int? Quantity { get; set; }
    [Items("Method")] public List<string> Items { get; set; }
    public CachedMethods CachedMethods { get; set; }
}

public class CachedMethods : Structure
{
    public int? Quantity { get; set; }
    [Items("Method")] public List<string> Items { get; set; }
}

public class FunctionAssociations : Structure
{
    public int? Quantity { get; set; }
    [Items("FunctionAssociation")] public List<FunctionAssociation> Items { get; set; }
}

public class FunctionAssociation : Structure
{
    public string FunctionARN { get; set; }
    public EventType EventType { get; set; }
}

public class ViewerCertificate : Structure
{
    public bool? CloudFrontDefaultCertificate { get; set; }
    public string IAMCertificateId { get; set; }
    public string ACMCertificateArn { get; set; }
    public SSLSupportMethod SSLSupportMethod { get; set; }
    public MinimumProtocolVersion MinimumProtocolVersion { get; set; }
}

public class Restrictions : Structure
{
    public GeoRestriction GeoRestriction { get; set; }
}

public class GeoRestriction : Structure
{
    public GeoRestrictionType RestrictionType { get; set; }
    public int? Quantity { get; set; }
    [Items("Location")] public List<string> Items { get; set; }
}

public class LoggingConfig : Structure
{
    public bool? Enabled { get; set; }
    public bool? IncludeCookies { get; set; }
    public string Bucket { get; set; }
    public string Prefix { get; set; }
}
