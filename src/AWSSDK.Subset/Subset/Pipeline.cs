using System.Globalization;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Util;
using Amazon.Util.Internal;

namespace Amazon.Subset;

/// <summary>What the three clients add to AWSSDK.Core's own pipeline: where to call, and that SigV4 signs it.</summary>
internal static class Pipeline
{
    public static string UserAgent { get; } = InternalSDKUtils.BuildUserAgentString("4.1.0");

    public static void Customize(RuntimePipeline pipeline)
    {
        pipeline.ReplaceHandler<Amazon.Runtime.Internal.EndpointResolver>(new EndpointResolver());
        pipeline.AddHandlerAfter<Marshaller>(new AuthResolver());
    }

    /// <summary>The SDK's defaults (standard retries) for every mode a user may have set.</summary>
    public static DefaultConfigurationProvider Defaults() => new(Enum.GetValues<DefaultConfigurationMode>().Select(mode => new DefaultConfiguration
    {
        Name = mode,
        RetryMode = RequestRetryMode.Standard,
        S3UsEast1RegionalEndpoint = S3UsEast1RegionalEndpointValue.Regional,
        ConnectTimeout = mode is DefaultConfigurationMode.Mobile ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(3.1),
    }));

    /// <summary>What an endpoint depends on.</summary>
    public static EndpointParameters Parameters(IClientConfig config, RegionEndpoint alternate)
    {
        var parameters = new EndpointParameters
        {
            ["Region"] = alternate?.SystemName ?? config.RegionEndpoint?.SystemName,
            ["UseFIPS"] = config.UseFIPSEndpoint,
            ["UseDualStack"] = config.UseDualstackEndpoint,
            ["Endpoint"] = config.ServiceURL,
        };
        // ServiceURL clears RegionEndpoint: the region is then the one to sign for, or the one in the URL.
        if (parameters["Region"] is null && !string.IsNullOrEmpty(config.ServiceURL))
        {
            parameters["Region"] = string.IsNullOrEmpty(config.AuthenticationRegion)
                ? AWSSDKUtils.DetermineRegion(config.ServiceURL)
                : config.AuthenticationRegion;
        }

        return parameters;
    }

    private sealed class EndpointResolver : BaseEndpointResolver
    {
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) =>
            Parameters(requestContext.ClientConfig, requestContext.Request.AlternateEndpoint);
    }

    private sealed class AuthResolver : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }
}

internal sealed class Metadata(string serviceId) : IServiceMetadata
{
    public string ServiceId { get; } = serviceId;

    public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>Endpoint and signing region of a service: Route 53 and CloudFront have one of each per partition, ACM one per region.</summary>
internal sealed class EndpointProvider(string service) : IEndpointProvider
{
    private readonly bool isGlobal = service is "route53" or "cloudfront";

    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        var name = parameters["Region"] as string;
        var region = string.IsNullOrEmpty(name) ? null : RegionEndpoint.GetBySystemName(name);
        var fips = parameters["UseFIPS"] is true;
        var custom = parameters["Endpoint"] as string;
        if (string.IsNullOrEmpty(custom) && region is null)
        {
            throw new AmazonClientException("No region is set, and no ServiceURL.");
        }

        if (!string.IsNullOrEmpty(custom) && fips)
        {
            throw new AmazonClientException("A FIPS endpoint and a ServiceURL exclude each other.");
        }

        if (parameters["UseDualStack"] is true)
        {
            throw new AmazonClientException("Dual-stack endpoints of " + service + " are not supported here.");
        }

        var partition = region?.PartitionName ?? "aws";
        var signingRegion = isGlobal ? GlobalSigningRegion(partition) ?? region?.SystemName : region?.SystemName;
        var url = !string.IsNullOrEmpty(custom) ? custom : "https://" + Host(partition, region, fips);
        return new Endpoint(url, string.Create(CultureInfo.InvariantCulture,
            $$"""{"authSchemes":[{"name":"sigv4","signingName":"{{service}}","signingRegion":"{{signingRegion ?? "us-east-1"}}"}]}"""), "");
    }

    private string Host(string partition, RegionEndpoint region, bool fips)
    {
        var prefix = fips ? service + "-fips" : service;
        return (service, partition) switch
        {
            ("route53", "aws-us-gov") => "route53.us-gov.amazonaws.com", // one host, FIPS or not
            ("cloudfront", "aws-cn") => "cloudfront.cn-northwest-1.amazonaws.com.cn",
            ("route53" or "cloudfront", "aws" or "aws-cn") => $"{prefix}.{region.PartitionDnsSuffix}",
            ("acm", "aws-us-gov") => $"acm.{region.SystemName}.{region.PartitionDnsSuffix}",
            _ => $"{prefix}.{region.SystemName}.{region.PartitionDnsSuffix}",
        };
    }

    private static string GlobalSigningRegion(string partition) => partition switch
    {
        "aws" => "us-east-1",
        "aws-cn" => "cn-northwest-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => null,
    };
}
