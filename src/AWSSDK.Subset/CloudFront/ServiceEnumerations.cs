using Amazon.Runtime;

namespace Amazon.CloudFront;

public class ConnectionMode(string value) : ConstantClass(value)
{
    public static readonly ConnectionMode
        Direct = new("direct"), TenantOnly = new("tenant-only");

    public static ConnectionMode FindValue(string value) => FindValue<ConnectionMode>(value);
    public static implicit operator ConnectionMode(string value) => FindValue(value);
}

public class DistributionResourceType(string value) : ConstantClass(value)
{
    public static readonly DistributionResourceType
        Distribution = new("distribution"), DistributionTenant = new("distribution-tenant");

    public static DistributionResourceType FindValue(string value) => FindValue<DistributionResourceType>(value);
    public static implicit operator DistributionResourceType(string value) => FindValue(value);
}

public class EventType(string value) : ConstantClass(value)
{
    public static readonly EventType
        ViewerRequest = new("viewer-request"), ViewerResponse = new("viewer-response"), OriginRequest = new("origin-request"),
        OriginResponse = new("origin-response");

    public static EventType FindValue(string value) => FindValue<EventType>(value);
    public static implicit operator EventType(string value) => FindValue(value);
}

public class GeoRestrictionType(string value) : ConstantClass(value)
{
    public static readonly GeoRestrictionType
        Blacklist = new("blacklist"), Whitelist = new("whitelist"), None = new("none");

    public static GeoRestrictionType FindValue(string value) => FindValue<GeoRestrictionType>(value);
    public static implicit operator GeoRestrictionType(string value) => FindValue(value);
}

public class HttpVersion(string value) : ConstantClass(value)
{
    public static readonly HttpVersion
        Http11 = new("http1.1"), Http2 = new("http2"), Http3 = new("http3"), Http2and3 = new("http2and3");

    public static HttpVersion FindValue(string value) => FindValue<HttpVersion>(value);
    public static implicit operator HttpVersion(string value) => FindValue(value);
}

public class IpAddressType(string value) : ConstantClass(value)
{
    public static readonly IpAddressType
        Ipv4 = new("ipv4"), Ipv6 = new("ipv6"), Dualstack = new("dualstack");

    public static IpAddressType FindValue(string value) => FindValue<IpAddressType>(value);
    public static implicit operator IpAddressType(string value) => FindValue(value);
}

public class MinimumProtocolVersion(string value) : ConstantClass(value)
{
    public static readonly MinimumProtocolVersion
        SSLv3 = new("SSLv3"), TLSv1 = new("TLSv1"), TLSv1_2016 = new("TLSv1_2016"), TLSv11_2016 = new("TLSv1.1_2016"), TLSv12_2018 = new("TLSv1.2_2018"),
        TLSv12_2019 = new("TLSv1.2_2019"), TLSv12_2021 = new("TLSv1.2_2021"), TLSv13_2025 = new("TLSv1.3_2025"), TLSv12_2025 = new("TLSv1.2_2025");

    public static MinimumProtocolVersion FindValue(string value) => FindValue<MinimumProtocolVersion>(value);
    public static implicit operator MinimumProtocolVersion(string value) => FindValue(value);
}

public class OriginAccessControlOriginTypes(string value) : ConstantClass(value)
{
    public static readonly OriginAccessControlOriginTypes
        S3 = new("s3"), Mediastore = new("mediastore"), Mediapackagev2 = new("mediapackagev2"), Lambda = new("lambda");

    public static OriginAccessControlOriginTypes FindValue(string value) => FindValue<OriginAccessControlOriginTypes>(value);
    public static implicit operator OriginAccessControlOriginTypes(string value) => FindValue(value);
}

public class OriginAccessControlSigningBehaviors(string value) : ConstantClass(value)
{
    public static readonly OriginAccessControlSigningBehaviors
        Never = new("never"), Always = new("always"), NoOverride = new("no-override");

    public static OriginAccessControlSigningBehaviors FindValue(string value) => FindValue<OriginAccessControlSigningBehaviors>(value);
    public static implicit operator OriginAccessControlSigningBehaviors(string value) => FindValue(value);
}

public class OriginAccessControlSigningProtocols(string value) : ConstantClass(value)
{
    public static readonly OriginAccessControlSigningProtocols
        Sigv4 = new("sigv4");

    public static OriginAccessControlSigningProtocols FindValue(string value) => FindValue<OriginAccessControlSigningProtocols>(value);
    public static implicit operator OriginAccessControlSigningProtocols(string value) => FindValue(value);
}

public class OriginProtocolPolicy(string value) : ConstantClass(value)
{
    public static readonly OriginProtocolPolicy
        HttpOnly = new("http-only"), MatchViewer = new("match-viewer"), HttpsOnly = new("https-only");

    public static OriginProtocolPolicy FindValue(string value) => FindValue<OriginProtocolPolicy>(value);
    public static implicit operator OriginProtocolPolicy(string value) => FindValue(value);
}

public class PriceClass(string value) : ConstantClass(value)
{
    public static readonly PriceClass
        PriceClass_100 = new("PriceClass_100"), PriceClass_200 = new("PriceClass_200"), PriceClass_All = new("PriceClass_All"), None = new("None");

    public static PriceClass FindValue(string value) => FindValue<PriceClass>(value);
    public static implicit operator PriceClass(string value) => FindValue(value);
}

public class SSLSupportMethod(string value) : ConstantClass(value)
{
    public static readonly SSLSupportMethod
        SniOnly = new("sni-only"), Vip = new("vip"), StaticIp = new("static-ip");

    public static SSLSupportMethod FindValue(string value) => FindValue<SSLSupportMethod>(value);
    public static implicit operator SSLSupportMethod(string value) => FindValue(value);
}

public class ViewerProtocolPolicy(string value) : ConstantClass(value)
{
    public static readonly ViewerProtocolPolicy
        AllowAll = new("allow-all"), HttpsOnly = new("https-only"), RedirectToHttps = new("redirect-to-https");

    public static ViewerProtocolPolicy FindValue(string value) => FindValue<ViewerProtocolPolicy>(value);
    public static implicit operator ViewerProtocolPolicy(string value) => FindValue(value);
}

public class ViewerMtlsMode(string value) : ConstantClass(value)
{
    public static readonly ViewerMtlsMode
        Required = new("required"), Optional = new("optional"), Passthrough = new("passthrough");

    public static ViewerMtlsMode FindValue(string value) => FindValue<ViewerMtlsMode>(value);
    public static implicit operator ViewerMtlsMode(string value) => FindValue(value);
}
