using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws;

/// <summary>CloudFront's DistributionConfig from and to the settings a stack decides.</summary>
internal static class DistributionConfigs
{
    private const string OriginId = "assets";

    /// <summary>A complete configuration for a new distribution.</summary>
    public static DistributionConfig Create(DistributionSettings settings, string callerReference)
    {
        var config = new DistributionConfig
        {
            CallerReference = callerReference,
            DefaultRootObject = "",
            Origins = new Origins
            {
                Quantity = 1,
                Items =
                [
                    new Origin
                    {
                        Id = OriginId,
                        DomainName = settings.OriginDomainName,
                        OriginPath = "",
                        CustomHeaders = new CustomHeaders { Quantity = 0 },
                    },
                ],
            },
            DefaultCacheBehavior = new DefaultCacheBehavior
            {
                TargetOriginId = OriginId,
                TrustedSigners = new TrustedSigners { Enabled = false, Quantity = 0 },
                TrustedKeyGroups = new TrustedKeyGroups { Enabled = false, Quantity = 0 },
                AllowedMethods = new AllowedMethods
                {
                    Quantity = 2,
                    Items = ["GET", "HEAD"],
                    CachedMethods = new CachedMethods { Quantity = 2, Items = ["GET", "HEAD"] },
                },
                SmoothStreaming = false,
                Compress = true,
                FunctionAssociations = new FunctionAssociations { Quantity = 0 },
                FieldLevelEncryptionId = "",
            },
            PriceClass = PriceClass.PriceClass_All,
            Restrictions = new Restrictions { GeoRestriction = new GeoRestriction { RestrictionType = GeoRestrictionType.None, Quantity = 0 } },
            WebACLId = "",
        };
        Apply(config, settings);
        return config;
    }

    /// <summary>Sets what a stack decides; everything else stays as it is.</summary>
    public static void Apply(DistributionConfig config, DistributionSettings settings)
    {
        config.Aliases ??= new Aliases();
        config.Aliases.Items = [.. settings.Aliases];
        config.Aliases.Quantity = settings.Aliases.Count;
        config.Comment = settings.Comment.Length <= 128 ? settings.Comment : settings.Comment[..128];
        config.Enabled = settings.Enabled;
        config.HttpVersion = HttpVersion.FindValue(settings.HttpVersion);
        config.IsIPV6Enabled = settings.Ipv6;

        var origin = TargetOrigin(config) ?? throw new EmailSecurityException("AwsUnexpectedResponse", ErrorKind.InvalidData, "The distribution has no origin.", "Look at it in the CloudFront console.");
        origin.DomainName = settings.OriginDomainName;
        origin.OriginAccessControlId = settings.OriginAccessControlId;
        // With an origin access control the old origin access identity must be there, and empty.
        origin.S3OriginConfig ??= new S3OriginConfig();
        origin.S3OriginConfig.OriginAccessIdentity = "";
        origin.CustomOriginConfig = null;

        config.DefaultCacheBehavior.ViewerProtocolPolicy = ViewerProtocolPolicy.FindValue(settings.ViewerProtocolPolicy);
        config.DefaultCacheBehavior.CachePolicyId = settings.CachePolicyId;

        var certificate = config.ViewerCertificate;
        if (certificate?.ACMCertificateArn != settings.CertificateArn
            || certificate.MinimumProtocolVersion?.Value != settings.MinimumProtocolVersion
            || certificate.SSLSupportMethod != SSLSupportMethod.SniOnly)
        {
            // Made anew, not changed: CloudFront also reports the certificate in deprecated elements, which would contradict it.
            config.ViewerCertificate = new ViewerCertificate
            {
                ACMCertificateArn = settings.CertificateArn,
                SSLSupportMethod = SSLSupportMethod.SniOnly,
                MinimumProtocolVersion = MinimumProtocolVersion.FindValue(settings.MinimumProtocolVersion),
            };
        }

        var logs = settings.LogBucketDomainName.Length > 0;
        config.Logging ??= new LoggingConfig { IncludeCookies = false };
        config.Logging.Enabled = logs;
        config.Logging.IncludeCookies ??= false;
        config.Logging.Bucket = settings.LogBucketDomainName;
        config.Logging.Prefix = logs ? settings.LogPrefix : "";
    }

    /// <summary>What a stack decides, read back.</summary>
    public static DistributionSettings Read(DistributionConfig config)
    {
        var origin = TargetOrigin(config);
        var logging = config.Logging is { Enabled: true } on ? on : null;
        return new DistributionSettings
        {
            Aliases = [.. (config.Aliases?.Items ?? []).Select(Lower).Order(StringComparer.Ordinal)],
            OriginDomainName = origin?.DomainName ?? "",
            OriginAccessControlId = origin?.OriginAccessControlId ?? "",
            CertificateArn = config.ViewerCertificate?.ACMCertificateArn ?? "",
            LogBucketDomainName = logging?.Bucket ?? "",
            LogPrefix = logging?.Prefix ?? "",
            Comment = config.Comment ?? "",
            MinimumProtocolVersion = config.ViewerCertificate?.MinimumProtocolVersion?.Value ?? "",
            HttpVersion = config.HttpVersion?.Value ?? "",
            Ipv6 = config.IsIPV6Enabled == true,
            ViewerProtocolPolicy = config.DefaultCacheBehavior?.ViewerProtocolPolicy?.Value ?? "",
            CachePolicyId = config.DefaultCacheBehavior?.CachePolicyId ?? "",
            Enabled = config.Enabled == true,
        };
    }

    /// <summary>A distribution as the port reports it.</summary>
    public static ObservedDistribution ToObserved(Distribution distribution, IReadOnlyDictionary<string, string> tags) => new()
    {
        Id = distribution.Id,
        Arn = distribution.ARN,
        DomainName = Lower(distribution.DomainName),
        IsDeployed = distribution.Status == "Deployed",
        Settings = Read(distribution.DistributionConfig),
        Tags = tags,
        LastModified = new DateTimeOffset((distribution.LastModifiedTime ?? DateTime.UnixEpoch).ToUniversalTime()),
    };

    private static Origin? TargetOrigin(DistributionConfig config)
    {
        var origins = config.Origins?.Items ?? [];
        return origins.Find(o => o.Id == config.DefaultCacheBehavior?.TargetOriginId) ?? origins.FirstOrDefault();
    }

    private static string Lower(string name) => name.ToLowerInvariant();
}
