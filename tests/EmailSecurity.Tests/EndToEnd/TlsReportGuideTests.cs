using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>The guide to where TLS reports go: its template, policies and rules are what AWS takes, and say the same thing twice.</summary>
public sealed partial class TlsReportGuideTests
{
    private const string Account = "111122223333";

    private static readonly string Guide = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "guides", "tls-reports.md")).ReplaceLineEndings("\n");

    // AWS CloudFormation Template Reference: the properties of each type that the template has, and of what is within them.
    private static readonly Dictionary<string, string[]> Properties = new(StringComparer.Ordinal)
    {
        ["AWS::S3::Bucket"] = ["BucketName", "PublicAccessBlockConfiguration", "OwnershipControls", "BucketEncryption", "LifecycleConfiguration"],
        ["AWS::S3::BucketPolicy"] = ["Bucket", "PolicyDocument"],
        ["AWS::SES::ReceiptRuleSet"] = ["RuleSetName"],
        ["AWS::SES::ReceiptRule"] = ["After", "Rule", "RuleSetName"],
        ["Rule"] = ["Actions", "Enabled", "Name", "Recipients", "ScanEnabled", "TlsPolicy"],
        ["S3Action"] = ["BucketName", "IamRoleArn", "ObjectKeyPrefix", "TopicArn"], // KmsKeyArn would make the messages unreadable
    };

    private static readonly YamlMappingNode Template = Yaml();

    [Fact]
    public void The_template_has_the_types_and_properties_of_CloudFormation()
    {
        var resources = Map(Template, "Resources").Children.ToDictionary(r => r.Key.ToString(), r => (YamlMappingNode)r.Value);
        Assert.Equal(["Reports", "ReportsPolicy", "Rule", "RuleSet"], resources.Keys.Order(StringComparer.Ordinal));
        Assert.All(resources.Values, r => Assert.Empty(Names(Map(r, "Properties")).Except(Properties[r["Type"].ToString()])));
        var rule = Map(Map(resources["Rule"], "Properties"), "Rule");
        Assert.Empty(Names(rule).Except(Properties["Rule"]));
        Assert.Empty(Names(Map((YamlMappingNode)((YamlSequenceNode)rule["Actions"])[0], "S3Action")).Except(Properties["S3Action"]));
        // What is referred to is there.
        string[] known = [.. resources.Keys, .. Map(Template, "Parameters").Children.Keys.Select(k => k.ToString()), "AWS::AccountId", "AWS::Region", "AWS::Partition"];
        Assert.All(Template.AllNodes.OfType<YamlScalarNode>().Where(n => n.Tag.ToString() == "!Ref"), n => Assert.Contains(n.Value, known));
        Assert.All(Template.AllNodes.OfType<YamlScalarNode>().Where(n => n.Tag.ToString() == "!Sub").SelectMany(n => Variable().Matches(n.Value!)), m => Assert.Contains(m.Groups["name"].Value, known));
    }

    [Fact]
    public void The_lines_of_the_command_line_make_the_same_policy_rule_and_retention()
    {
        var resources = Map(Template, "Resources");
        var policy = (JsonObject)Json(Map(Map(Map(resources, "ReportsPolicy"), "Properties"), "PolicyDocument"));
        Assert.True(JsonNode.DeepEquals(policy, Block("AllowSESPuts")), policy.ToJsonString());
        var rule = Json(Map(Map(Map(resources, "Rule"), "Properties"), "Rule"));
        Assert.True(JsonNode.DeepEquals(rule, Block("S3Action")), rule.ToJsonString());
        var lifecycle = Block("AbortIncompleteMultipartUpload")["Rules"]![0]!;
        var days = Map(Map(Template, "Parameters"), "RetentionDays")["Default"].ToString();
        Assert.Equal(days, lifecycle["Expiration"]!["Days"]!.ToJsonString());
        Assert.Contains(Invariant($"{days} days"), Guide, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S3_takes_bucket_policy_and_lifecycle_rule_and_lets_SES_alone_in()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        using var s3 = new AmazonS3Client(sandbox.AccessKey, sandbox.SecretKey, new AmazonS3Config { AuthenticationRegion = "us-east-1", ServiceURL = sandbox.EndpointUrl, ForcePathStyle = true });
        await s3.PutBucketAsync("my-tls-reports", TestContext.Current.CancellationToken);
        await s3.PutPublicAccessBlockAsync(
            new PutPublicAccessBlockRequest
            {
                BucketName = "my-tls-reports",
                PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration { BlockPublicAcls = true, BlockPublicPolicy = true, IgnorePublicAcls = true, RestrictPublicBuckets = true },
            }, TestContext.Current.CancellationToken);
        // With public policies blocked, S3 would refuse one without its conditions.
        await s3.PutBucketPolicyAsync(new PutBucketPolicyRequest { BucketName = "my-tls-reports", Policy = Block("AllowSESPuts").ToJsonString() }, TestContext.Current.CancellationToken);
        using var other = new AmazonS3Client(sandbox.OtherAccessKey, sandbox.OtherSecretKey, new AmazonS3Config { AuthenticationRegion = "us-east-1", ServiceURL = sandbox.EndpointUrl, ForcePathStyle = true });
        var refused = await Assert.ThrowsAsync<AmazonS3Exception>(() => other.PutObjectAsync(new PutObjectRequest { BucketName = "my-tls-reports", Key = "inbound/x", ContentBody = "x" }, TestContext.Current.CancellationToken));
        Assert.Equal("AccessDenied", refused.ErrorCode);
    }

    [Fact]
    public void Every_line_of_the_command_line_names_files_and_names_of_the_page()
    {
        var lines = Fence().Matches(Guide).Where(m => m.Groups["language"].Value == "sh").SelectMany(m => m.Groups["text"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        Assert.All(lines, l => Assert.Matches("^aws (cloudformation|s3api|ses|sesv2) [a-z-]+ --region eu-west-1 ", l));
        Assert.All(lines.SelectMany(l => Regex.Matches(l, @"file://(\S+)").Select(m => m.Groups[1].Value)), f => Assert.Contains($"`{f}`", Guide, StringComparison.Ordinal));
        Assert.All(lines.SelectMany(l => Regex.Matches(l, @"--bucket (\S+)").Select(m => m.Groups[1].Value)), b => Assert.Equal("my-tls-reports", b));
        Assert.All(lines.SelectMany(l => Regex.Matches(l, @"--rule-set-name (\S+)").Select(m => m.Groups[1].Value)), b => Assert.Equal("tls-reports", b));
    }

    private static YamlMappingNode Yaml()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Fence().Matches(Guide).Single(m => m.Groups["language"].Value == "yaml").Groups["text"].Value));
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    private static JsonNode Block(string with) =>
        Fence().Matches(Guide).Where(m => m.Groups["language"].Value == "json" && m.Groups["text"].Value.Contains(with, StringComparison.Ordinal))
            .Select(m => JsonNode.Parse(m.Groups["text"].Value, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!).Single();

    private static YamlMappingNode Map(YamlMappingNode node, string name) => (YamlMappingNode)node[name];

    private static HashSet<string> Names(YamlMappingNode node) => [.. node.Children.Keys.Select(k => k.ToString())];

    // As CloudFormation resolves it, for the account, region and defaults of the page.
    private static JsonNode Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(c => KeyValuePair.Create<string, JsonNode?>(c.Key.ToString(), Json(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Tag.IsEmpty: false } scalar when scalar.Tag.ToString() == "!Ref" => Resolve(scalar.Value!),
        YamlScalarNode { Tag.IsEmpty: false } scalar when scalar.Tag.ToString() == "!Sub" => Variable().Replace(scalar.Value!, m => Resolve(m.Groups["whole"].Value)),
        YamlScalarNode { Value: "true" } => true,
        _ => node.ToString(),
    };

    private static string Resolve(string name) => name switch
    {
        "AWS::AccountId" => Account,
        "AWS::Region" => "eu-west-1",
        "AWS::Partition" => "aws",
        "Reports.Arn" => "arn:aws:s3:::my-tls-reports",
        "Reports" => Resolve("BucketName"),
        _ => Map(Map(Template, "Parameters"), name)["Default"].ToString(),
    };

    [GeneratedRegex("```(?<language>[a-z]+)\n(?<text>.*?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\$\{(?<whole>(?<name>[\w:]+)[\w.:]*)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
