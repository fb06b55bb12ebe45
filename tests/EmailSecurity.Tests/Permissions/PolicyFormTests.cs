using System.Text.Json;
using System.Text.RegularExpressions;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Permissions;

/// <summary>
/// The policies of assets/ are such as IAM takes and understands. What IAM does not understand does not fail there: it allows nothing, and the first to see
/// that is the administrator whose publish is refused.
/// </summary>
public sealed partial class PolicyFormTests
{
    // "The size of each managed policy cannot exceed 6,144 characters"; white space is not counted.
    private const int MostCharacters = 6144;

    // IAM user guide, "AWS global condition context keys": those that every service gives.
    private static readonly string[] Global = ["aws:PrincipalAccount", "aws:ResourceAccount"];

    // Service Authorization Reference: which further keys AWS gives with an action. aws:ResourceTag comes with the resource types distribution and certificate.
    private static readonly Dictionary<string, string[]> Keys = new(StringComparer.Ordinal)
    {
        ["cloudfront:TagResource"] = ["aws:RequestTag/", "aws:TagKeys", "aws:ResourceTag/"],
        ["cloudfront:UpdateDistribution"] = ["aws:ResourceTag/"],
        ["cloudfront:DeleteDistribution"] = ["aws:ResourceTag/"],
        ["cloudfront:ListDomainConflicts"] = ["aws:ResourceTag/"],
        ["cloudfront:UpdateDomainAssociation"] = ["aws:ResourceTag/"],
        ["cloudfront:CreateInvalidation"] = ["aws:ResourceTag/"],
        ["acm:AddTagsToCertificate"] = ["aws:RequestTag/", "aws:TagKeys", "aws:ResourceTag/"],
        ["acm:DeleteCertificate"] = ["aws:ResourceTag/"],
        ["acm:RequestCertificate"] = ["aws:RequestTag/", "aws:TagKeys", "acm:DomainNames", "acm:Export", "acm:KeyAlgorithm", "acm:ValidationMethod"],
        ["route53:ChangeResourceRecordSets"] =
        [
            "route53:ChangeResourceRecordSetsNormalizedRecordNames", "route53:ChangeResourceRecordSetsRecordTypes", "route53:ChangeResourceRecordSetsActions",
        ],
    };

    // Service Authorization Reference: the resource types of the actions that take one; the others take * alone.
    private static readonly Dictionary<string, string> Resources = new(StringComparer.Ordinal)
    {
        ["cloudfront:CreateDistribution"] = "distribution/",
        ["cloudfront:UpdateDistribution"] = "distribution/",
        ["cloudfront:DeleteDistribution"] = "distribution/",
        ["cloudfront:ListDomainConflicts"] = "distribution/",
        ["cloudfront:UpdateDomainAssociation"] = "distribution/",
        ["cloudfront:CreateInvalidation"] = "distribution/",
        ["cloudfront:TagResource"] = "distribution/",
        ["cloudfront:CreateOriginAccessControl"] = "origin-access-control/",
        ["cloudfront:DeleteOriginAccessControl"] = "origin-access-control/",
        ["acm:AddTagsToCertificate"] = "certificate/",
        ["acm:DeleteCertificate"] = "certificate/",
        ["route53:ChangeResourceRecordSets"] = "hostedzone/",
    };

    public static TheoryData<string> Files() => [.. Directory.GetFiles(Assets, "iam-policy*.json").Select(f => Path.GetFileName(f))];

    private static string Assets => Path.Combine(SourceTree.Root, "assets");

    [Theory, MemberData(nameof(Files))]
    public void Resources_are_written_as_IAM_reads_them(string file)
    {
        foreach (var (statement, resource) in Of(file).SelectMany(s => IamPolicy.Values(s.GetProperty("Resource")).Select(r => (s, r))))
        {
            var sid = statement.GetProperty("Sid").GetString();
            if (resource == "*")
            {
                Assert.All(Actions(statement), a => Assert.False(Resources.ContainsKey(a) || (a != "s3:ListAllMyBuckets" && a.StartsWith("s3:", StringComparison.Ordinal)), $"{sid}: {a} takes a resource"));
                continue;
            }

            var parts = resource.Split(':', 6);
            Assert.True(parts.Length == 6 && parts[0] == "arn", $"{sid}: {resource} is not an ARN");
            Assert.Matches("^[a-z0-9]+$", parts[2]); // "You can't use a wildcard in the service segment"
            Assert.All(parts[..5], part => Assert.DoesNotContain("${", part, StringComparison.Ordinal)); // variables: behind the fifth colon alone
            Assert.All(Variable().Matches(parts[5]), m => Assert.Contains(m.Groups[1].Value, (string[])["aws:PrincipalAccount", "*"]));
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Conditions_ask_for_keys_that_AWS_gives(string file)
    {
        foreach (var statement in Of(file).Where(s => s.TryGetProperty("Condition", out _)))
        {
            foreach (var key in statement.GetProperty("Condition").EnumerateObject().SelectMany(c => c.Value.EnumerateObject()).Select(k => k.Name))
            {
                Assert.All(Actions(statement), a => Assert.True(
                    Global.Contains(key, StringComparer.Ordinal) || Keys.GetValueOrDefault(a, []).Any(k => k.EndsWith('/') ? key.StartsWith(k, StringComparison.Ordinal) : key == k),
                    $"{statement.GetProperty("Sid").GetString()}: {a} gives no {key}"));
            }
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Every_action_finds_a_resource_of_its_kind(string file)
    {
        foreach (var statement in Of(file))
        {
            string[] resources = [.. IamPolicy.Values(statement.GetProperty("Resource"))];
            Assert.All(Actions(statement).Where(Resources.ContainsKey), a => Assert.Contains(resources, r => r.Split(':', 6)[^1].StartsWith(Resources[a], StringComparison.Ordinal)));
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void It_fits_into_a_managed_policy(string file)
    {
        var text = File.ReadAllText(Path.Combine(Assets, file));
        Assert.InRange(text.Count(c => !char.IsWhiteSpace(c)), 1, MostCharacters);
        Assert.Equal("2012-10-17", JsonDocument.Parse(text).RootElement.GetProperty("Version").GetString()); // an older version knows no variables
        Assert.Distinct(Of(file).Select(s => s.GetProperty("Sid").GetString()));
    }

    private static IReadOnlyList<JsonElement> Of(string file) => IamPolicy.Read(Path.Combine(Assets, file)).Statements;

    private static string[] Actions(JsonElement statement) => [.. IamPolicy.Values(statement.GetProperty("Action"))];

    [GeneratedRegex(@"\$\{([^}]+)\}")]
    private static partial Regex Variable();
}
