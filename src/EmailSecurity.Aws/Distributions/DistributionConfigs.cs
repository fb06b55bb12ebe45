using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using EmailSecurity.Ports;

namespace EmailSecurity.Aws.Distributions;

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
                AllowedMethods = ReadOnlyMethods(),
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

    /// <summary>GET and HEAD.</summary>
    public static AllowedMethods ReadOnlyMethods() => new()
    {
        Quantity = 2,
        Items = ["GET", "HEAD"],
        CachedMethods = new CachedMethods { Quantity = 2, Items = ["GET", "HEAD"] },
    };

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

        var origin = OwnOrigin(config, settings.OriginDomainName);
        origin.DomainName = settings.OriginDomainName;
        origin.OriginPath = settings.OriginPath;
        origin.OriginAccessControlId = settings.OriginAccessControlId;
        // With an origin access control the old origin access identity must be there, and empty.
        origin.S3OriginConfig ??= new S3OriginConfig();
        origin.S3OriginConfig.OriginAccessIdentity = "";
        origin.CustomOriginConfig = null;

        config.DefaultCacheBehavior.ViewerProtocolPolicy = ViewerProtocolPolicy.FindValue(settings.ViewerProtocolPolicy);
        if (config.DefaultCacheBehavior.CachePolicyId != settings.CachePolicyId)
        {
            config.DefaultCacheBehavior.CachePolicyId = settings.CachePolicyId;
            // The settings of before cache policies, which CloudFront does not take together with one.
            config.DefaultCacheBehavior.ForwardedValues = null;
            config.DefaultCacheBehavior.MinTTL = config.DefaultCacheBehavior.DefaultTTL = config.DefaultCacheBehavior.MaxTTL = null;
        }

        var certificate = config.ViewerCertificate;
        if (certificate?.ACMCertificateArn != settings.CertificateArn
            || certificate.MinimumProtocolVersion?.Value != settings.MinimumProtocolVersion)
        {
            // Created again, not changed: CloudFront also reports the certificate in deprecated elements, which would contradict it.
            config.ViewerCertificate = new ViewerCertificate
            {
                ACMCertificateArn = settings.CertificateArn,
                // A dedicated address that somebody pays for serves viewers without SNI too.
                SSLSupportMethod = certificate?.ACMCertificateArn is { Length: > 0 }
                    && certificate.SSLSupportMethod is { } method ? method : SSLSupportMethod.SniOnly,
                MinimumProtocolVersion = MinimumProtocolVersion.FindValue(settings.MinimumProtocolVersion),
            };
        }

        var logs = settings.LogBucketDomainName.Length > 0;
        config.Logging ??= new LoggingConfig { IncludeCookies = false };
        config.Logging.Enabled = logs;
        config.Logging.IncludeCookies ??= false;
        config.Logging.Bucket = settings.LogBucketDomainName;
        config.Logging.Prefix = logs ? settings.LogPrefix : "";
        FilePaths.Clear(config);
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
            OriginPath = origin?.OriginPath ?? "",
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
            Hindrances = FilePaths.Read(config),
        };
    }

    /// <summary>Disables the distribution.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="withoutAliases">True to remove its alternate domain names and its certificate too.</param>
    public static void Disable(DistributionConfig config, bool withoutAliases)
    {
        config.Enabled = false;
        if (withoutAliases)
        {
            config.Aliases = new Aliases { Quantity = 0 };
            config.ViewerCertificate = new ViewerCertificate { CloudFrontDefaultCertificate = true };
        }
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
        HasOriginAccessIdentity = TargetOrigin(distribution.DistributionConfig)?.S3OriginConfig?.OriginAccessIdentity is { Length: > 0 },
        OtherOrigins = [.. (distribution.DistributionConfig.Origins?.Items ?? []).Except([TargetOrigin(distribution.DistributionConfig)])
            .Select(o => o!.DomainName)],
        KeptSettings = [.. ForeignSettings.Read(distribution.DistributionConfig)],
        LastModified = new DateTimeOffset((distribution.LastModifiedTime ?? DateTime.UnixEpoch).ToUniversalTime()),
    };

    /// <summary>The origin that the default behavior points to; of an origin group, the member that is asked first.</summary>
    public static Origin? TargetOrigin(DistributionConfig config)
    {
        var origins = config.Origins?.Items ?? [];
        var id = FirstOfTarget(config);
        return origins.Find(o => o.Id == id) ?? origins.FirstOrDefault();
    }

    private static string? FirstOfTarget(DistributionConfig config)
    {
        var id = config.DefaultCacheBehavior?.TargetOriginId;
        return config.OriginGroups?.Items?.Find(g => g.Id == id)?.Members?.Items?.FirstOrDefault()?.OriginId ?? id;
    }

    // Ours among those that others added: it points to our bucket, or has the id that we gave it. The default behaviour is led back to it,
    // unless it points to an origin group that asks ours first.
    private static Origin OwnOrigin(DistributionConfig config, string domainName)
    {
        config.Origins ??= new Origins();
        var origins = config.Origins.Items ??= [];
        var first = FirstOfTarget(config);
        var target = origins.Find(o => o.Id == first);
        var own = target?.DomainName == domainName ? target : origins.Find(o => o.DomainName == domainName) ?? origins.Find(o => o.Id == OriginId);
        if (own is null)
        {
            own = new Origin { Id = OriginId, OriginPath = "", CustomHeaders = new CustomHeaders { Quantity = 0 } };
            origins.Add(own);
            config.Origins.Quantity = origins.Count;
        }

        if (target != own)
        {
            config.DefaultCacheBehavior.TargetOriginId = own.Id;
        }

        return own;
    }

    private static string Lower(string name) => name.ToLowerInvariant();
}
