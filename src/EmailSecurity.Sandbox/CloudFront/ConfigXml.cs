using System.Text.RegularExpressions;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>What the rules for a configuration have in common.</summary>
internal static partial class ConfigXml
{
    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>Bucket of an S3 REST host name; null for another host.</summary>
    public static string? BucketOf(string domainName) => BucketPattern().Match(domainName) is { Success: true } match ? match.Groups["bucket"].Value : null;

    /// <summary>The error for a parameter that is not valid.</summary>
    public static AwsRuleException Argument(string message) => new(400, "InvalidArgument", message);

    /// <summary>The text of a child; empty where it is missing.</summary>
    public static string Text(XElement? element, string child) => element?.Element(Ns + child)?.Value ?? "";

    /// <summary>A configuration with these alternate domain names instead of its own.</summary>
    public static XElement WithAliases(XElement config, IReadOnlyList<string> aliases)
    {
        var changed = new XElement(config);
        changed.Element(Ns + "Aliases")!.ReplaceWith(new XElement(
            Ns + "Aliases",
            new XElement(Ns + "Quantity", aliases.Count),
            aliases.Count == 0 ? null : new XElement(Ns + "Items", aliases.Select(a => new XElement(Ns + "CNAME", a)))));
        return changed;
    }

    /// <summary>Demands children.</summary>
    /// <exception cref="AwsRuleException">MalformedInput: one is missing.</exception>
    public static void Require(XElement element, params string[] children)
    {
        if (children.FirstOrDefault(c => element.Element(Ns + c) is null) is { } missing)
        {
            throw new AwsRuleException(
                400,
                "MalformedInput",
                $"1 validation error detected: Value null at '{element.Name.LocalName}.{missing}' failed to satisfy constraint: Member must not be null");
        }
    }

    [GeneratedRegex(@"^(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3([.-][a-z0-9-]+)?\.amazonaws\.com$", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex BucketPattern();
}
