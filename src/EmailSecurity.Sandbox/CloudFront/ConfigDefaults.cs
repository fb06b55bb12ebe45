using System.Xml.Linq;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>Fills in what CloudFront adds to a submitted configuration. Elements that are not known here are kept.</summary>
public static class ConfigDefaults
{
    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>The complete configuration; the submitted one is not changed.</summary>
    public static XElement Complete(XElement submitted)
    {
        var config = new XElement(submitted);
        foreach (var element in config.DescendantsAndSelf())
        {
            element.Attributes().Where(a => a.IsNamespaceDeclaration).Remove();
        }
        Add(config, "Aliases", Quantity());
        Add(config, "DefaultRootObject", "");
        Add(config, "OriginGroups", Quantity());
        Add(config, "CacheBehaviors", Quantity());
        Add(config, "CustomErrorResponses", Quantity());
        Add(config, "Logging", E("Enabled", "false"), E("IncludeCookies", "false"), E("Bucket", ""), E("Prefix", ""));
        Add(config, "PriceClass", "PriceClass_All");
        Add(config, "Restrictions", new XElement(Ns + "GeoRestriction", E("RestrictionType", "none"), Quantity()));
        Add(config, "WebACLId", "");
        Add(config, "HttpVersion", "http2");
        Add(config, "IsIPV6Enabled", "false");
        Add(config, "ContinuousDeploymentPolicyId", "");
        Add(config, "Staging", "false");
        CompleteLogging(config.Element(Ns + "Logging")!);
        CompleteCertificate(config);
        foreach (var origin in config.Element(Ns + "Origins")!.Element(Ns + "Items")!.Elements(Ns + "Origin"))
        {
            CompleteOrigin(origin);
        }
        CompleteBehavior(config.Element(Ns + "DefaultCacheBehavior")!);
        foreach (var behavior in config.Element(Ns + "CacheBehaviors")!.Element(Ns + "Items")?.Elements(Ns + "CacheBehavior") ?? [])
        {
            CompleteBehavior(behavior);
        }
        ElementOrder.Apply(config);
        return config;
    }

    private static XElement E(string name, string value) => new(Ns + name, value);

    private static XElement Quantity() => E("Quantity", "0");

    private static void Add(XElement parent, string name, params object[] content)
    {
        if (parent.Element(Ns + name) is null)
        {
            parent.Add(new XElement(Ns + name, content));
        }
    }

    private static void CompleteLogging(XElement logging)
    {
        Add(logging, "Enabled", "false");
        Add(logging, "IncludeCookies", "false");
        Add(logging, "Bucket", "");
        Add(logging, "Prefix", "");
        if (logging.Element(Ns + "Enabled")!.Value != "true")
        {
            // API reference, LoggingConfig: values beside a false Enabled are deleted.
            logging.SetElementValue(Ns + "IncludeCookies", "false");
            logging.SetElementValue(Ns + "Bucket", "");
            logging.SetElementValue(Ns + "Prefix", "");
        }
    }

    private static void CompleteCertificate(XElement config)
    {
        Add(config, "ViewerCertificate");
        var certificate = config.Element(Ns + "ViewerCertificate")!;
        if (certificate.Element(Ns + "ACMCertificateArn")?.Value is { Length: > 0 } arn)
        {
            Add(certificate, "CloudFrontDefaultCertificate", "false");
            Add(certificate, "MinimumProtocolVersion", "TLSv1");
            certificate.SetElementValue(Ns + "Certificate", arn);
            certificate.SetElementValue(Ns + "CertificateSource", "acm");
        }
        else if (certificate.Element(Ns + "IAMCertificateId")?.Value is not { Length: > 0 })
        {
            certificate.SetElementValue(Ns + "CloudFrontDefaultCertificate", "true");
            // API reference, ViewerCertificate: with the default certificate CloudFront sets the policy to TLSv1.
            certificate.SetElementValue(Ns + "SSLSupportMethod", "vip");
            certificate.SetElementValue(Ns + "MinimumProtocolVersion", "TLSv1");
            certificate.SetElementValue(Ns + "CertificateSource", "cloudfront");
        }
    }

    private static void CompleteOrigin(XElement origin)
    {
        Add(origin, "OriginPath", "");
        Add(origin, "CustomHeaders", Quantity());
        Add(origin, "ConnectionAttempts", "3");
        Add(origin, "ConnectionTimeout", "10");
        Add(origin, "OriginShield", E("Enabled", "false"));
        Add(origin, "OriginAccessControlId", "");
    }

    private static void CompleteBehavior(XElement behavior)
    {
        Add(behavior, "TrustedSigners", E("Enabled", "false"), Quantity());
        Add(behavior, "TrustedKeyGroups", E("Enabled", "false"), Quantity());
        Add(behavior, "AllowedMethods", E("Quantity", "2"), new XElement(Ns + "Items", E("Method", "HEAD"), E("Method", "GET")));
        Add(behavior.Element(Ns + "AllowedMethods")!, "CachedMethods", E("Quantity", "2"), new XElement(Ns + "Items", E("Method", "HEAD"), E("Method", "GET")));
        Add(behavior, "SmoothStreaming", "false");
        Add(behavior, "Compress", "false");
        Add(behavior, "LambdaFunctionAssociations", Quantity());
        Add(behavior, "FunctionAssociations", Quantity());
        Add(behavior, "FieldLevelEncryptionId", "");
        Add(behavior, "GrpcConfig", E("Enabled", "false"));
    }
}
