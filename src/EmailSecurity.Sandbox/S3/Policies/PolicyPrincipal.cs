using System.Text.Json;
using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.S3.Documents;

namespace EmailSecurity.Sandbox.S3.Policies;

/// <summary>Who a statement is about.</summary>
internal sealed partial class PolicyPrincipal
{
    /// <summary>Service principals; S3 refuses names that are none. Those that occur in bucket policies.</summary>
    private static readonly HashSet<string> Services = new(StringComparer.Ordinal)
    {
        "cloudfront.amazonaws.com", "logging.s3.amazonaws.com", "s3.amazonaws.com", "delivery.logs.amazonaws.com", "logs.amazonaws.com",
        "cloudtrail.amazonaws.com", "config.amazonaws.com", "ses.amazonaws.com", "elasticloadbalancing.amazonaws.com",
        "logdelivery.elasticloadbalancing.amazonaws.com", "lambda.amazonaws.com", "backup.amazonaws.com", "serverlessrepo.amazonaws.com",
        "guardduty.amazonaws.com", "ssm.amazonaws.com", "dms.amazonaws.com", "glue.amazonaws.com", "athena.amazonaws.com", "events.amazonaws.com",
        "sns.amazonaws.com", "waf.amazonaws.com",
    };

    private readonly bool everybody;
    private readonly bool inverted;
    private readonly IReadOnlyList<(string Kind, string Value)> named;

    private PolicyPrincipal(bool everybody, bool inverted, IReadOnlyList<(string Kind, string Value)> named)
    {
        this.everybody = everybody;
        this.inverted = inverted;
        this.named = named;
    }

    /// <summary>True where it takes in people nobody named.</summary>
    public bool IsPublic => inverted || everybody;

    /// <summary>Reads Principal or NotPrincipal.</summary>
    /// <param name="accountExists">Tells whether an account is one of the sandbox's.</param>
    public static PolicyPrincipal Parse(JsonElement element, bool inverted, string partition, Func<string, bool> accountExists)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return element.GetString() == "*" ? new PolicyPrincipal(true, inverted, []) : throw Invalid();
        }
        if (element.ValueKind != JsonValueKind.Object || !element.EnumerateObject().Any())
        {
            throw S3Exception.MalformedPolicy("Invalid policy syntax.");
        }
        var named = new List<(string, string)>();
        var everybody = false;
        foreach (var property in element.EnumerateObject())
        {
            foreach (var value in PolicyJson.Strings(property.Value))
            {
                switch (property.Name)
                {
                    case "AWS" when value == "*": everybody = true; break;
                    case "AWS": named.Add(("AWS", Account(value, partition, accountExists))); break;
                    case "Service" when Services.Contains(value): named.Add(("Service", value)); break;
                    case "CanonicalUser" when Canonical().IsMatch(value): named.Add(("CanonicalUser", value)); break;
                    case "Federated": throw S3Exception.NotImplemented("federated principals");
                    default: throw Invalid();
                }
            }
        }
        return new PolicyPrincipal(everybody, inverted, named);
    }

    /// <summary>True where the caller is meant.</summary>
    public bool Matches(Caller caller) => inverted != (everybody || named.Any(n => n.Kind switch
    {
        "AWS" => caller.AccountId is not null && (n.Value == caller.Arn || n.Value.EndsWith($"::{caller.AccountId}:root", StringComparison.Ordinal)),
        "Service" => n.Value == caller.Service,
        "CanonicalUser" => n.Value == caller.CanonicalUserId,
        _ => false,
    }));

    /// <summary>An account id stands for the account's root ARN; ARNs must name something that exists.</summary>
    private static string Account(string value, string partition, Func<string, bool> accountExists)
    {
        if (value.Length == 12 && value.All(char.IsAsciiDigit))
        {
            return accountExists(value) ? $"arn:{partition}:iam::{value}:root" : throw Invalid();
        }
        if (OriginAccessIdentity().IsMatch(value))
        {
            return value;
        }
        var match = Identity().Match(value);
        return match.Success && match.Groups["partition"].Value == partition && accountExists(match.Groups["account"].Value) ? value : throw Invalid();
    }

    private static S3Exception Invalid() => S3Exception.MalformedPolicy("Invalid principal in policy");

    [GeneratedRegex(
        @"^arn:(?<partition>aws[a-z-]*):(iam|sts)::(?<account>[0-9]{12}):(root|user/.+|role/.+|assumed-role/.+|federated-user/.+)\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Identity();

    [GeneratedRegex(@"^arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E[A-Z0-9]{5,20}\z", RegexOptions.NonBacktracking)]
    private static partial Regex OriginAccessIdentity();

    [GeneratedRegex(@"^[0-9a-f]{64,96}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Canonical();
}
