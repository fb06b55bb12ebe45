using Amazon.Runtime;

namespace Amazon.Route53;

public class ChangeAction(string value) : ConstantClass(value)
{
    public static readonly ChangeAction
        CREATE = new("CREATE"), DELETE = new("DELETE"), UPSERT = new("UPSERT");

    public static ChangeAction FindValue(string value) => FindValue<ChangeAction>(value);
    public static implicit operator ChangeAction(string value) => FindValue(value);
}

public class ChangeStatus(string value) : ConstantClass(value)
{
    public static readonly ChangeStatus
        PENDING = new("PENDING"), INSYNC = new("INSYNC");

    public static ChangeStatus FindValue(string value) => FindValue<ChangeStatus>(value);
    public static implicit operator ChangeStatus(string value) => FindValue(value);
}

public class HostedZoneType(string value) : ConstantClass(value)
{
    public static readonly HostedZoneType
        PrivateHostedZone = new("PrivateHostedZone");

    public static HostedZoneType FindValue(string value) => FindValue<HostedZoneType>(value);
    public static implicit operator HostedZoneType(string value) => FindValue(value);
}

public class RRType(string value) : ConstantClass(value)
{
    public static readonly RRType
        SOA = new("SOA"), A = new("A"), TXT = new("TXT"), NS = new("NS"), CNAME = new("CNAME"), MX = new("MX"), NAPTR = new("NAPTR"), PTR = new("PTR"),
        SRV = new("SRV"), SPF = new("SPF"), AAAA = new("AAAA"), CAA = new("CAA"), DS = new("DS"), TLSA = new("TLSA"), SSHFP = new("SSHFP"), SVCB = new("SVCB"),
        HTTPS = new("HTTPS");

    public static RRType FindValue(string value) => FindValue<RRType>(value);
    public static implicit operator RRType(string value) => FindValue(value);
}

public class ResourceRecordSetFailover(string value) : ConstantClass(value)
{
    public static readonly ResourceRecordSetFailover
        PRIMARY = new("PRIMARY"), SECONDARY = new("SECONDARY");

    public static ResourceRecordSetFailover FindValue(string value) => FindValue<ResourceRecordSetFailover>(value);
    public static implicit operator ResourceRecordSetFailover(string value) => FindValue(value);
}

public class ResourceRecordSetRegion(string value) : ConstantClass(value)
{
    public static readonly ResourceRecordSetRegion
        UsEast1 = new("us-east-1"), UsEast2 = new("us-east-2"), UsWest1 = new("us-west-1"), UsWest2 = new("us-west-2"), CaCentral1 = new("ca-central-1"),
        EuWest1 = new("eu-west-1"), EuWest2 = new("eu-west-2"), EuWest3 = new("eu-west-3"), EuCentral1 = new("eu-central-1"), EuCentral2 = new("eu-central-2"),
        ApSoutheast1 = new("ap-southeast-1"), ApSoutheast2 = new("ap-southeast-2"), ApSoutheast3 = new("ap-southeast-3"), ApNortheast1 = new("ap-northeast-1"),
        ApNortheast2 = new("ap-northeast-2"), ApNortheast3 = new("ap-northeast-3"), EuNorth1 = new("eu-north-1"), SaEast1 = new("sa-east-1"),
        CnNorth1 = new("cn-north-1"), CnNorthwest1 = new("cn-northwest-1"), ApEast1 = new("ap-east-1"), MeSouth1 = new("me-south-1"),
        MeCentral1 = new("me-central-1"), ApSouth1 = new("ap-south-1"), ApSouth2 = new("ap-south-2"), AfSouth1 = new("af-south-1"),
        EuSouth1 = new("eu-south-1"), EuSouth2 = new("eu-south-2"), ApSoutheast4 = new("ap-southeast-4"), IlCentral1 = new("il-central-1"),
        CaWest1 = new("ca-west-1"), ApSoutheast5 = new("ap-southeast-5"), MxCentral1 = new("mx-central-1"), ApSoutheast7 = new("ap-southeast-7"),
        UsGovEast1 = new("us-gov-east-1"),
        UsGovWest1 = new("us-gov-west-1"), ApEast2 = new("ap-east-2"), ApSoutheast6 = new("ap-southeast-6"), EuscDeEast1 = new("eusc-de-east-1");

    public static ResourceRecordSetRegion FindValue(string value) => FindValue<ResourceRecordSetRegion>(value);
    public static implicit operator ResourceRecordSetRegion(string value) => FindValue(value);
}

public class TagResourceType(string value) : ConstantClass(value)
{
    public static readonly TagResourceType
        Healthcheck = new("healthcheck"), Hostedzone = new("hostedzone");

    public static TagResourceType FindValue(string value) => FindValue<TagResourceType>(value);
    public static implicit operator TagResourceType(string value) => FindValue(value);
}

public class VPCRegion(string value) : ConstantClass(value)
{
    public static readonly VPCRegion
        UsEast1 = new("us-east-1"), UsEast2 = new("us-east-2"), UsWest1 = new("us-west-1"), UsWest2 = new("us-west-2"), EuWest1 = new("eu-west-1"),
        EuWest2 = new("eu-west-2"), EuWest3 = new("eu-west-3"), EuCentral1 = new("eu-central-1"), EuCentral2 = new("eu-central-2"), ApEast1 = new("ap-east-1"),
        MeSouth1 = new("me-south-1"), UsGovWest1 = new("us-gov-west-1"), UsGovEast1 = new("us-gov-east-1"), UsIsoEast1 = new("us-iso-east-1"),
        UsIsoWest1 = new("us-iso-west-1"), UsIsobEast1 = new("us-isob-east-1"), MeCentral1 = new("me-central-1"), ApSoutheast1 = new("ap-southeast-1"),
        ApSoutheast2 = new("ap-southeast-2"), ApSoutheast3 = new("ap-southeast-3"), ApSouth1 = new("ap-south-1"), ApSouth2 = new("ap-south-2"),
        ApNortheast1 = new("ap-northeast-1"), ApNortheast2 = new("ap-northeast-2"), ApNortheast3 = new("ap-northeast-3"), EuNorth1 = new("eu-north-1"),
        SaEast1 = new("sa-east-1"), CaCentral1 = new("ca-central-1"), CnNorth1 = new("cn-north-1"), CnNorthwest1 = new("cn-northwest-1"),
        AfSouth1 = new("af-south-1"), EuSouth1 = new("eu-south-1"), EuSouth2 = new("eu-south-2"), ApSoutheast4 = new("ap-southeast-4"),
        IlCentral1 = new("il-central-1"), CaWest1 = new("ca-west-1"), ApSoutheast5 = new("ap-southeast-5"), MxCentral1 = new("mx-central-1"),
        UsIsofSouth1 = new("us-isof-south-1"), UsIsofEast1 = new("us-isof-east-1"), ApSoutheast7 = new("ap-southeast-7"), ApEast2 = new("ap-east-2"),
        EuIsoeWest1 = new("eu-isoe-west-1"), ApSoutheast6 = new("ap-southeast-6"), UsIsobWest1 = new("us-isob-west-1"), EuscDeEast1 = new("eusc-de-east-1");

    public static VPCRegion FindValue(string value) => FindValue<VPCRegion>(value);
    public static implicit operator VPCRegion(string value) => FindValue(value);
}
