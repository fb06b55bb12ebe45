using Amazon.CertificateManager;
using Amazon.CloudFront;
using Amazon.Route53;
using EmailSecurity.Aws.Session;

namespace EmailSecurity.Tests.Contracts;

/// <summary>
/// The adapters as they are with AWS's own packages, whose clients read any document as an answer, give null for a list without items, require no
/// member and drop what they do not know.
/// </summary>
internal static class OfficialPackages
{
    // What CloudFront reports of every distribution, and the module's own classes leave undeclared.
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "CacheBehaviors", "CustomErrorResponses", "OriginGroups", "OriginShield", "LambdaFunctionAssociations", "GrpcConfig",
    };

    public static AwsClientOptions Like(AwsClientOptions options) => options with
    {
        Adjust = config =>
        {
            switch (config)
            {
                case AmazonRoute53Config route53:
                    route53.OfficialElements = Known;
                    break;
                case AmazonCloudFrontConfig cloudFront:
                    cloudFront.OfficialElements = Known;
                    break;
                case AmazonCertificateManagerConfig acm:
                    acm.OfficialElements = Known;
                    break;
            }
        },
    };
}

public sealed class CertificatesOnSandboxLikeOfficialPackages(SandboxFixture sandbox) : CertificatesContract, IClassFixture<SandboxFixture>
{
    protected override AwsWorld World => new SandboxAws(sandbox.Server, official: true);
}

public sealed class DistributionsOnSandboxLikeOfficialPackages(SandboxFixture sandbox) : DistributionsContract, IClassFixture<SandboxFixture>
{
    protected override AwsWorld World => new SandboxAws(sandbox.Server, official: true);
}

public sealed class ZonesOnSandboxLikeOfficialPackages(SandboxFixture sandbox) : ZonesContract, IClassFixture<SandboxFixture>
{
    protected override AwsWorld World => new SandboxAws(sandbox.Server, official: true);
}
