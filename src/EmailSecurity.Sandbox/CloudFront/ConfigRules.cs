using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Acm;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>The rules that CloudFront checks a configuration by. The first one broken is the error.</summary>
public sealed partial class ConfigRules(CloudFrontStore store, AcmStore certificates, IBucketOrigin buckets)
{
    private const int MaxAliases = 100;
    private const int MaxComment = 128;
    private const int MaxOrigins = 100;
    private const int MaxDistributionsPerControl = 100;
    private const string DistributionRegion = "us-east-1";

    private static readonly XNamespace Ns = CloudFrontService.Ns;

    // Developer Guide, "Configure standard logging (legacy)": opt-in Regions that standard logs are not delivered to.
    private static readonly HashSet<string> RegionsWithoutLogs = new(StringComparer.Ordinal)
    {
        "af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6",
        "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "me-south-1", "mx-central-1",
    };

    private static readonly Dictionary<string, string[]> Enums = new(StringComparer.Ordinal)
    {
        ["PriceClass"] = ["PriceClass_100", "PriceClass_200", "PriceClass_All", "None"],
        ["HttpVersion"] = ["http1.1", "http2", "http3", "http2and3"],
        ["ViewerProtocolPolicy"] = ["allow-all", "https-only", "redirect-to-https"],
        ["SSLSupportMethod"] = ["sni-only", "vip", "static-ip"],
        ["Enabled"] = ["true", "false"],
        ["IsIPV6Enabled"] = ["true", "false"],
        ["Compress"] = ["true", "false"],
    };

    private static readonly string[] TlsPolicies =
    [
        "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025",
    ];

    /// <summary>Bucket of an S3 REST host name; null for another host.</summary>
    public static string? BucketOf(string domainName) => BucketPattern().Match(domainName) is { Success: true } match ? match.Groups["bucket"].Value : null;

    /// <summary>Checks a submitted configuration.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="accountId">Owner.</param>
    /// <param name="self">The distribution that is being updated; null for a new one.</param>
    /// <exception cref="AwsRuleException">The first rule broken.</exception>
    public void Check(XElement config, string accountId, Distribution? self)
    {
        CheckShape(config);
        CheckOrigins(config, accountId, self);
        foreach (var behavior in Behaviors(config))
        {
            CheckBehavior(config, behavior);
        }
        CheckLogging(config, accountId);
        var aliases = (config.Element(Ns + "Aliases")?.Element(Ns + "Items")?.Elements(Ns + "CNAME") ?? []).Select(e => e.Value.ToLowerInvariant()).ToArray();
        CheckAliases(aliases, self);
        CheckCertificate(config.Element(Ns + "ViewerCertificate"), accountId, aliases);
    }

    [GeneratedRegex(@"^(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3([.-][a-z0-9-]+)?\.amazonaws\.com$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex BucketPattern();

    [GeneratedRegex(@"^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{1,63}$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex AliasPattern();

    private static AwsRuleException Argument(string message) => new(400, "InvalidArgument", message);

    private static string Text(XElement? element, string child) => element?.Element(Ns + child)?.Value ?? "";

    private static IEnumerable<XElement> Behaviors(XElement config) =>
        (config.Element(Ns + "CacheBehaviors")?.Element(Ns + "Items")?.Elements(Ns + "CacheBehavior") ?? [])
            .Append(config.Element(Ns + "DefaultCacheBehavior")!);

    private static void Require(XElement element, params string[] children)
    {
        if (children.FirstOrDefault(c => element.Element(Ns + c) is null) is { } missing)
        {
            throw new AwsRuleException(
                400,
                "MalformedInput",
                $"1 validation error detected: Value null at '{element.Name.LocalName}.{missing}' failed to satisfy constraint: Member must not be null");
        }
    }

    private static void CheckShape(XElement config)
    {
        Require(config, "CallerReference", "Origins", "DefaultCacheBehavior", "Comment", "Enabled");
        Require(config.Element(Ns + "Origins")!, "Quantity", "Items");
        foreach (var element in config.DescendantsAndSelf())
        {
            var name = element.Name.LocalName;
            if (element.Element(Ns + "Quantity") is { } quantity)
            {
                if (!int.TryParse(quantity.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                    || count != (element.Element(Ns + "Items")?.Elements().Count() ?? 0))
                {
                    throw new AwsRuleException(400, "InconsistentQuantities", "The value of Quantity and the size of Items do not match.");
                }
            }
            if (!element.HasElements && Enums.TryGetValue(name, out var values) && !values.Contains(element.Value, StringComparer.Ordinal))
            {
                throw Argument($"The parameter {name} has the value '{element.Value}', which is not one of {string.Join(", ", values)}.");
            }
        }
        if (Text(config, "CallerReference").Length == 0)
        {
            throw Argument("The parameter CallerReference is required.");
        }
        if (Text(config, "Comment").Length > MaxComment)
        {
            throw Argument("The parameter Comment is too big.");
        }
        if (Text(config, "DefaultRootObject").StartsWith('/'))
        {
            throw new AwsRuleException(400, "InvalidDefaultRootObject", "The default root object file name is too big or contains an invalid character.");
        }
    }

    private void CheckOrigins(XElement config, string accountId, Distribution? self)
    {
        var origins = config.Element(Ns + "Origins")!.Element(Ns + "Items")!.Elements(Ns + "Origin").ToArray();
        if (origins.Length == 0)
        {
            throw Argument("The parameter Origins is required.");
        }
        if (origins.Length > MaxOrigins)
        {
            throw new AwsRuleException(400, "TooManyOrigins", "Your request contains too many origins.");
        }
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var origin in origins)
        {
            Require(origin, "Id", "DomainName");
            if (!ids.Add(Text(origin, "Id")))
            {
                throw Argument("The parameter Origin Id is not unique.");
            }
            if (Text(origin, "OriginPath") is { Length: > 0 } path && (!path.StartsWith('/') || path.EndsWith('/')))
            {
                throw Argument("The parameter OriginPath must start with a slash and must not end with one.");
            }
            CheckOrigin(origin, accountId, self);
        }
    }

    private void CheckOrigin(XElement origin, string accountId, Distribution? self)
    {
        var domain = Text(origin, "DomainName");
        var s3 = origin.Element(Ns + "S3OriginConfig");
        if (s3 is null && origin.Element(Ns + "CustomOriginConfig") is null && origin.Element(Ns + "VpcOriginConfig") is null)
        {
            throw new AwsRuleException(400, "InvalidOrigin", "The specified origin server does not exist or is not valid.");
        }
        if (s3 is not null)
        {
            Require(s3, "OriginAccessIdentity");
            if (BucketOf(domain) is not { } bucket || buckets.GetFacts(bucket) is null)
            {
                throw Argument("The parameter Origin DomainName does not refer to a valid S3 bucket.");
            }
        }
        var controlId = Text(origin, "OriginAccessControlId");
        var identity = Text(s3, "OriginAccessIdentity");
        if (controlId.Length > 0 && identity.Length > 0)
        {
            throw new AwsRuleException(
                400, "IllegalOriginAccessConfiguration", "An origin cannot contain both an origin access control (OAC) and an origin access identity (OAI).");
        }
        if (identity.Length > 0)
        {
            throw new AwsRuleException(400, "InvalidOriginAccessIdentity", "The specified origin access identity does not exist or is not valid.");
        }
        if (controlId.Length == 0)
        {
            return;
        }
        var control = store.Controls.GetValueOrDefault(controlId);
        if (control is null || control.AccountId != accountId)
        {
            throw new AwsRuleException(400, "InvalidOriginAccessControl", "The specified origin access control does not exist or is not valid.");
        }
        if (control.OriginType == "s3" && BucketOf(domain) is null)
        {
            throw new AwsRuleException(
                400, "InvalidDomainNameForOriginAccessControl", "The domain name of the origin is not valid for the type of the origin access control.");
        }
        if (store.All.Count(d => d != self && d.UsesOriginAccessControl(controlId, store.Now)) >= MaxDistributionsPerControl)
        {
            throw new AwsRuleException(
                400,
                "TooManyDistributionsAssociatedToOriginAccessControl",
                "The maximum number of distributions have been associated with the specified origin access control.");
        }
    }

    private static void CheckBehavior(XElement config, XElement behavior)
    {
        Require(behavior, "TargetOriginId", "ViewerProtocolPolicy");
        var origins = config.Element(Ns + "Origins")!.Element(Ns + "Items")!.Elements(Ns + "Origin").Concat(
            config.Element(Ns + "OriginGroups")?.Element(Ns + "Items")?.Elements(Ns + "OriginGroup") ?? []);
        if (!origins.Any(o => Text(o, "Id") == Text(behavior, "TargetOriginId")))
        {
            throw new AwsRuleException(404, "NoSuchOrigin", "One or more of your origins or origin groups do not exist.");
        }
        if (behavior.Name.LocalName == "CacheBehavior" && Text(behavior, "PathPattern").Length == 0)
        {
            throw Argument("The parameter PathPattern is required.");
        }
        var policy = Text(behavior, "CachePolicyId");
        var forwarded = behavior.Element(Ns + "ForwardedValues");
        if (policy.Length > 0)
        {
            if (forwarded is not null
                || behavior.Element(Ns + "MinTTL") is not null
                || behavior.Element(Ns + "DefaultTTL") is not null
                || behavior.Element(Ns + "MaxTTL") is not null)
            {
                throw Argument("The parameter ForwardedValues cannot be used when a cache policy is associated to the cache behavior.");
            }
            if (ManagedPolicies.Ttl(policy) is null)
            {
                throw new AwsRuleException(404, "NoSuchCachePolicy", "The cache policy does not exist.");
            }
        }
        else if (forwarded is null)
        {
            throw Argument("The parameter ForwardedValues is required.");
        }
        else
        {
            CheckTtl(behavior);
        }
        if (Text(behavior, "ResponseHeadersPolicyId") is { Length: > 0 } headers && !ManagedPolicies.IsResponseHeaders(headers))
        {
            throw new AwsRuleException(404, "NoSuchResponseHeadersPolicy", "The response headers policy does not exist.");
        }
        if (Text(behavior, "OriginRequestPolicyId") is { Length: > 0 } request && !ManagedPolicies.IsOriginRequest(request))
        {
            throw new AwsRuleException(404, "NoSuchOriginRequestPolicy", "The origin request policy does not exist.");
        }
        var methods = behavior.Element(Ns + "AllowedMethods")?.Element(Ns + "Items")?.Elements(Ns + "Method").Select(m => m.Value);
        if (methods is not null
            && string.Join(',', methods.Order(StringComparer.Ordinal)) is not
                ("GET,HEAD" or "GET,HEAD,OPTIONS" or "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"))
        {
            throw Argument("The parameter AllowedMethods is not one of the three sets of methods that CloudFront takes.");
        }
    }

    private static void CheckTtl(XElement behavior)
    {
        if (!long.TryParse(Text(behavior, "MinTTL"), NumberStyles.None, CultureInfo.InvariantCulture, out var min))
        {
            throw Argument("The parameter MinTTL is required.");
        }
        var hasDefault = long.TryParse(Text(behavior, "DefaultTTL"), NumberStyles.None, CultureInfo.InvariantCulture, out var normal);
        var hasMax = long.TryParse(Text(behavior, "MaxTTL"), NumberStyles.None, CultureInfo.InvariantCulture, out var max);
        if ((hasDefault && normal < min) || (hasMax && max < min) || (hasDefault && hasMax && normal > max))
        {
            throw new AwsRuleException(400, "InvalidTTLOrder", "The TTL order specified is not valid: MinTTL <= DefaultTTL <= MaxTTL.");
        }
    }

    private void CheckLogging(XElement config, string accountId)
    {
        var logging = config.Element(Ns + "Logging");
        if (Text(logging, "Enabled") != "true")
        {
            return;
        }
        var host = Text(logging, "Bucket");
        if (BucketOf(host) is not { } bucket)
        {
            throw Argument($"The parameter Logging Bucket does not refer to a valid S3 bucket: {host}");
        }
        var facts = buckets.GetFacts(bucket) ?? throw Argument($"The S3 bucket that you specified for CloudFront logs doesn't exist: {host}");
        if (facts.OwnerAccountId != accountId)
        {
            throw new AwsRuleException(
                403,
                "AccessDenied",
                $"You don't have permission to access the S3 bucket for CloudFront logs: {host} If you're using IAM, you need s3:GetBucketAcl and "
                    + "s3:PutBucketAcl permissions to create a distribution or to update log settings for an existing distribution. In addition, "
                    + "the S3 ACL for the bucket must grant you FULL_CONTROL.");
        }
        if (RegionsWithoutLogs.Contains(facts.Region))
        {
            throw Argument(
                $"The S3 bucket that you specified for CloudFront logs is in {facts.Region}, a Region that CloudFront doesn't deliver standard "
                    + $"logs to: {host}");
        }
        if (!facts.AclsEnabled)
        {
            throw Argument($"The S3 bucket that you specified for CloudFront logs does not enable ACL access: {host}");
        }
        if (Text(logging, "Prefix").StartsWith('/'))
        {
            throw Argument("The parameter Logging Prefix must not start with a slash.");
        }
    }

    private void CheckAliases(string[] aliases, Distribution? self)
    {
        if (aliases.Length > MaxAliases)
        {
            throw new AwsRuleException(400, "TooManyDistributionCNAMEs", "Your request contains more CNAMEs than are allowed per distribution.");
        }
        foreach (var alias in aliases)
        {
            if (alias.Length > 253 || !AliasPattern().IsMatch(alias))
            {
                throw Argument($"The parameter CNAME contains one or more parameters that are not valid: {alias}");
            }
        }
        if (aliases.Distinct(StringComparer.Ordinal).Count() != aliases.Length)
        {
            throw Argument("The parameter CNAME contains duplicates.");
        }
        // An alias belongs to one distribution in the world, whoever owns it and whether it is enabled or not.
        bool Has(EdgeConfig? edge) => edge?.Aliases.Intersect(aliases, StringComparer.Ordinal).Any() == true;
        if (store.All.Any(d => d != self && (Has(d.Edge) || (store.Now < d.DeployedAt && Has(d.PreviousEdge)))))
        {
            throw new AwsRuleException(409, "CNAMEAlreadyExists", "One or more of the CNAMEs you provided are already associated with a different resource.");
        }
    }

    private void CheckCertificate(XElement? viewer, string accountId, string[] aliases)
    {
        var arn = Text(viewer, "ACMCertificateArn");
        if (arn.Length == 0)
        {
            if (aliases.Length > 0)
            {
                throw new AwsRuleException(
                    400,
                    "InvalidViewerCertificate",
                    "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate that validates "
                        + "your authorization to use the domain name. For more details, see: "
                        + "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html#alternate-domain-names-requirements");
            }
            return;
        }
        if (Text(viewer, "SSLSupportMethod").Length == 0)
        {
            throw Argument("The parameter SSLSupportMethod is required.");
        }
        if (Text(viewer, "MinimumProtocolVersion") is { Length: > 0 } policy && !TlsPolicies.Contains(policy, StringComparer.Ordinal))
        {
            throw new AwsRuleException(400, "InvalidMinimumProtocolVersion", "The minimum protocol version specified is not valid.");
        }
        IReadOnlyList<string> names;
        lock (certificates.Gate)
        {
            var certificate = certificates.Find(arn);
            if (certificate is null || certificate.AccountId != accountId || certificate.Region != DistributionRegion || certificate.Status != "ISSUED")
            {
                throw new AwsRuleException(
                    400,
                    "InvalidViewerCertificate",
                    "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.");
            }
            names = certificate.Names;
        }
        if (aliases.FirstOrDefault(a => !names.Any(n => CoversName(n, a))) is not null)
        {
            throw new AwsRuleException(
                400,
                "InvalidViewerCertificate",
                "The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) that you're trying to add. "
                    + "For more details, see: "
                    + "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html#alternate-domain-names-requirements");
        }
    }

    // A wildcard in the certificate covers one label, and a wildcard alias only where it is the same wildcard.
    private static bool CoversName(string certificateName, string alias) =>
        certificateName == alias
            || (certificateName.StartsWith("*.", StringComparison.Ordinal)
                && !alias.StartsWith("*.", StringComparison.Ordinal)
                && Dns.DnsName.Parent(alias) == certificateName[2..]);
}
