using System.Text.RegularExpressions;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Acm;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Dns;
using static EmailSecurity.Sandbox.CloudFront.ConfigXml;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>The rules for alternate domain names and the certificate that viewers see.</summary>
internal sealed partial class ViewerRules(CloudFrontStore store, AcmStore certificates)
{
    private const int MaxAliases = 100;
    private const string DistributionRegion = "us-east-1";

    private static readonly string[] TlsPolicies =
    [
        "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025",
    ];

    [GeneratedRegex(@"^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{1,63}$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex AliasPattern();

    /// <summary>Checks alternate domain names.</summary>
    /// <exception cref="AwsRuleException">The first rule broken.</exception>
    public void CheckAliases(string[] aliases, Distribution? self)
    {
        CheckCount(aliases);
        foreach (var alias in aliases)
        {
            CheckName(alias);
        }
        if (aliases.Distinct(StringComparer.Ordinal).Count() != aliases.Length)
        {
            throw Argument("The parameter CNAME contains duplicates.");
        }
        // An alias belongs to one distribution in the world, whoever owns it and whether it is enabled or not.
        string[] added = [.. aliases.Except(self?.Edge.Aliases ?? [], StringComparer.Ordinal)];
        bool Has(EdgeConfig? edge) => edge?.Aliases.Intersect(added, StringComparer.Ordinal).Any() == true;
        if (store.All.Any(d => d != self && (Has(d.Edge) || (store.Now < d.DeployedAt && Has(d.PreviousEdge)))))
        {
            throw new AwsRuleException(409, "CNAMEAlreadyExists", "One or more of the CNAMEs you provided are already associated with a different resource.");
        }
    }

    /// <summary>Checks how many alternate domain names a distribution has.</summary>
    /// <exception cref="AwsRuleException">TooManyDistributionCNAMEs.</exception>
    public static void CheckCount(string[] aliases)
    {
        if (aliases.Length > MaxAliases)
        {
            throw new AwsRuleException(400, "TooManyDistributionCNAMEs", "Your request contains more CNAMEs than are allowed per distribution.");
        }
    }

    /// <summary>Checks the form of an alternate domain name.</summary>
    /// <exception cref="AwsRuleException">InvalidArgument.</exception>
    public static void CheckName(string alias)
    {
        if (alias.Length > 253 || !AliasPattern().IsMatch(alias))
        {
            throw Argument($"The parameter CNAME contains one or more parameters that are not valid: {alias}");
        }
    }

    /// <summary>Checks the certificate for them.</summary>
    /// <exception cref="AwsRuleException">The first rule broken.</exception>
    public void CheckCertificate(XElement? viewer, string accountId, string[] aliases)
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
        var names = NamesOf(arn, accountId);
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

    private IReadOnlyList<string> NamesOf(string arn, string accountId)
    {
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
            return certificate.Names;
        }
    }

    // A wildcard in the certificate covers one label, and a wildcard alias only where it is the same wildcard.
    private static bool CoversName(string certificateName, string alias) =>
        certificateName == alias
            || (certificateName.StartsWith("*.", StringComparison.Ordinal)
                && !alias.StartsWith("*.", StringComparison.Ordinal)
                && DnsName.Parent(alias) == certificateName[2..]);
}
