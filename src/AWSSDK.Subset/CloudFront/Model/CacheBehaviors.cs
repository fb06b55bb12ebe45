using Amazon.Subset;

namespace Amazon.CloudFront.Model;

public class OriginGroups : Structure
{
    public int? Quantity { get; set; }
    [Items("OriginGroup")] public List<OriginGroup> Items { get; set; }
}

public class OriginGroup : Structure
{
    public string Id { get; set; }
    public OriginGroupMembers Members { get; set; }
}

public class OriginGroupMembers : Structure
{
    public int? Quantity { get; set; }
    [Items("OriginGroupMember")] public List<OriginGroupMember> Items { get; set; }
}

public class OriginGroupMember : Structure
{
    public string OriginId { get; set; }
}

public class CacheBehaviors : Structure
{
    public int? Quantity { get; set; }
    [Items("CacheBehavior")] public List<CacheBehavior> Items { get; set; }
}

public class CacheBehavior : Structure
{
    public string PathPattern { get; set; }
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

public class LambdaFunctionAssociations : Structure
{
    public int? Quantity { get; set; }
    [Items("LambdaFunctionAssociation")] public List<LambdaFunctionAssociation> Items { get; set; }
}

public class LambdaFunctionAssociation : Structure
{
    public string LambdaFunctionARN { get; set; }
    public EventType EventType { get; set; }
    public bool? IncludeBody { get; set; }
}

public class CustomErrorResponses : Structure
{
    public int? Quantity { get; set; }
    [Items("CustomErrorResponse")] public List<CustomErrorResponse> Items { get; set; }
}

public class CustomErrorResponse : Structure
{
    public int? ErrorCode { get; set; }
    public string ResponsePagePath { get; set; }
    public string ResponseCode { get; set; }
    public long? ErrorCachingMinTTL { get; set; }
}

public class ViewerMtlsConfig : Structure
{
    public ViewerMtlsMode Mode { get; set; }
}

public class ConnectionFunctionAssociation : Structure
{
    public string Id { get; set; }
}
