using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Permissions;

/// <summary>What the policies of assets/ must not give: other people's things, and other things of ours.</summary>
public sealed class AttackTests
{
    private const string Me = "111122223333";
    private static readonly string Assets = Path.Combine(SourceTree.Root, "assets");
    private static readonly IamPolicy SetUp = IamPolicy.Read(Path.Combine(Assets, "iam-policy.json"));
    private static readonly IamPolicy Operate = IamPolicy.Read(Path.Combine(Assets, "iam-policy-operate.json"));

    public static TheoryData<string, string, string> Attacks() => new()
    {
        // Buckets of other shapes, of other accounts, and of this account's name in somebody else's hands.
        { "s3:DeleteBucket", "arn:aws:s3:::es-invoices", Owned },
        { "s3:PutBucketPolicy", "arn:aws:s3:::es-example-com-a379a6-444455556666-assets", Owned },
        { "s3:PutBucketPolicy", $"arn:aws:s3:::es-example-com-a379a6-{Me}-assets", "aws:ResourceAccount=444455556666" },
        { "s3:PutObject", $"arn:aws:s3:::es-example-com-a379a6-{Me}-backup/key", Owned },
        { "s3:PutObject", $"arn:aws:s3:::es-example-com-a379a6-{Me}-logs/s3/forged", Owned },
        { "s3:GetObject", $"arn:aws:s3:::es-example-com-a379a6-{Me}-logs/s3/who-visits", Owned },
        { "s3:PutObject", $"arn:aws:s3:::es-example-com-a379a6-{Me}-assets/key", "aws:ResourceAccount=444455556666" },
        { "s3:DeleteBucketPolicy", $"arn:aws:s3:::es-example-com-a379a6-{Me}-assets", Owned },
        // In a bucket pattern * goes past the slash: a key of ours below the name of another bucket.
        { "s3:PutObject", $"arn:aws:s3:::es-invoices/x-{Me}-assets/.well-known/mta-sts.txt", Owned },
        { "s3:GetObject", $"arn:aws:s3:::es-invoices/x-{Me}-assets/key", Owned },
        { "s3:GetObjectVersion", $"arn:aws:s3:::es-invoices/2026/x-{Me}-logs/key", Owned },
        { "s3:PutObject", $"arn:aws:s3:::es-invoices/x-{Me}-logs/key", Owned },
        // The same in the account's own namespace.
        { "s3:PutBucketPolicy", "arn:aws:s3:::es-example-com-dzgwopzf-assets-444455556666-eu-central-1-an", Owned },
        { "s3:PutBucketPolicy", $"arn:aws:s3:::es-example-com-dzgwopzf-assets-{Me}-eu-central-1", Owned },
        { "s3:PutBucketPolicy", $"arn:aws:s3:::invoices-assets-{Me}-eu-central-1-an", Owned },
        { "s3:PutBucketPolicy", $"arn:aws:s3:::es-example-com-dzgwopzf-assets-{Me}-eu-central-1-an", "aws:ResourceAccount=444455556666" },
        { "s3:PutObject", $"arn:aws:s3:::es-example-com-dzgwopzf-backup-{Me}-eu-central-1-an/key", Owned },
        { "s3:PutObject", $"arn:aws:s3:::es-example-com-dzgwopzf-logs-{Me}-eu-central-1-an/s3/forged", Owned },
        { "s3:GetObject", $"arn:aws:s3:::es-example-com-dzgwopzf-logs-{Me}-eu-central-1-an/s3/who-visits", Owned },
        { "s3:PutObject", $"arn:aws:s3:::es-example-com-dzgwopzf-assets-{Me}-eu-central-1-an/key", "aws:ResourceAccount=444455556666" },
        { "s3:PutObject", $"arn:aws:s3:::es-invoices/x-assets-{Me}-eu-central-1-an/.well-known/mta-sts.txt", Owned },
        { "s3:PutObject", $"arn:aws:s3:::es-invoices-assets-{Me}/eu-central-1-an/.well-known/mta-sts.txt", Owned },
        { "s3:GetObject", $"arn:aws:s3:::es-invoices-assets-{Me}-backup/2026-an/key", Owned },
        // Distributions and certificates that do not bear the tag.
        { "cloudfront:UpdateDistribution", Distribution, "" },
        { "cloudfront:DeleteDistribution", Distribution, "aws:ResourceTag/Name=shop" },
        { "cloudfront:CreateInvalidation", Distribution, "" },
        { "cloudfront:TagResource", Distribution, "aws:RequestTag/Name=x;aws:TagKeys=Name" },
        { "cloudfront:UntagResource", Distribution, Marked },
        { "cloudfront:UpdateDistribution", "arn:aws:cloudfront::444455556666:distribution/E1", Marked },
        { "acm:DeleteCertificate", Certificate, "" },
        { "acm:DeleteCertificate", Certificate.Replace("us-east-1", "eu-west-1", StringComparison.Ordinal), Marked },
        { "acm:ExportCertificate", Certificate, Marked },
        { "acm:RequestCertificate", "*", "acm:ValidationMethod=DNS" },
        { "acm:RequestCertificate", "*", "aws:RequestTag/EmailSecurity:Stack=example.com;acm:ValidationMethod=EMAIL;acm:DomainNames=mta-sts.example.com" },
        { "acm:RequestCertificate", "*", "aws:RequestTag/EmailSecurity:Stack=example.com;acm:ValidationMethod=DNS;acm:DomainNames=mta-sts.example.com,www.example.com" },
        { "acm:RequestCertificate", "*", "aws:RequestTag/EmailSecurity:Stack=example.com;acm:ValidationMethod=DNS;acm:DomainNames=*.example.com" },
        { "acm:RequestCertificate", "*", "aws:RequestTag/EmailSecurity:Stack=example.com;acm:ValidationMethod=DNS" },
        {
            "acm:RequestCertificate", "*",
            "aws:RequestTag/EmailSecurity:Stack=example.com;acm:ValidationMethod=DNS;acm:DomainNames=mta-sts.example.com;acm:Export=ENABLED"
        },
        { "acm:AddTagsToCertificate", Certificate, "aws:RequestTag/Name=x;aws:TagKeys=Name" },
        { "cloudfront:UpdateOriginAccessControl", $"arn:aws:cloudfront::{Me}:origin-access-control/E1", "" },
        { "cloudfront:DeleteOriginAccessControl", "arn:aws:cloudfront::444455556666:origin-access-control/E1", "" },
        { "cloudfront:TagResource", $"arn:aws:cloudfront::{Me}:streaming-distribution/E1", "aws:RequestTag/EmailSecurity:Stack=example.com" },
        { "cloudfront:TagResource", "arn:aws:cloudfront::444455556666:distribution/E1", "aws:RequestTag/EmailSecurity:Stack=example.com" },
        // Records that no stack has.
        { "route53:ChangeResourceRecordSets", Zone, Records("example.com", "A") },
        { "route53:ChangeResourceRecordSets", Zone, Records("www.example.com", "CNAME") },
        { "route53:ChangeResourceRecordSets", Zone, Records("example.com", "TXT") },
        { "route53:ChangeResourceRecordSets", Zone, Records("_dmarc.example.com", "TXT") },
        { "route53:ChangeResourceRecordSets", Zone, Records("example.com", "MX") },
        { "route53:ChangeResourceRecordSets", Zone, Records("mta-sts.example.com", "NS") },
        { "route53:ChangeResourceRecordSets", Zone, Records("_mta-sts.example.com,www.example.com", "TXT") },
        { "route53:ChangeResourceRecordSets", Zone, Records("www.mta-sts.example.com", "CNAME") },
        { "route53:ChangeResourceRecordSets", Zone, Records("_acme-challenge.example.com", "TXT") },
        { "route53:ChangeResourceRecordSets", Zone, Records("selector1._domainkey.example.com", "TXT") },
        { "route53:ChangeResourceRecordSets", Zone, Records("\\052.example.com", "A") },
        { "route53:ChangeResourceRecordSets", Zone, "" },
        { "route53:DeleteHostedZone", Zone, "" },
        { "iam:PassRole", "*", "" },
    };

    public static TheoryData<string, string, string> SettingUp() => new()
    {
        { "s3:CreateBucket", $"arn:aws:s3:::es-example-com-a379a6-{Me}-assets", "" },
        { "s3:DeleteBucket", $"arn:aws:s3:::es-example-com-a379a6-{Me}-assets", Owned },
        { "s3:DeleteObjectVersion", $"arn:aws:s3:::es-example-com-a379a6-{Me}-assets/bimi/x/logo.svg", Owned },
        { "s3:PutBucketPolicy", $"arn:aws:s3:::es-example-com-a379a6-{Me}-assets", Owned },
        { "s3:CreateBucket", $"arn:aws:s3:::es-example-com-dzgwopzf-assets-{Me}-eu-central-1-an", "" },
        { "s3:DeleteBucket", $"arn:aws:s3:::es-example-com-dzgwopzf-logs-{Me}-ap-southeast-1-an", Owned },
        { "s3:DeleteObjectVersion", $"arn:aws:s3:::es-example-com-dzgwopzf-assets-{Me}-eu-central-1-an/bimi/x/logo.svg", Owned },
        { "s3:PutBucketPolicy", $"arn:aws:s3:::es-example-com-dzgwopzf-assets-{Me}-us-gov-west-1-an", Owned },
        { "cloudfront:CreateDistribution", $"arn:aws:cloudfront::{Me}:distribution/*", "" },
        { "cloudfront:UpdateDistribution", Distribution, Marked },
        { "cloudfront:DeleteDistribution", Distribution, Marked },
        { "cloudfront:TagResource", Distribution, "aws:RequestTag/EmailSecurity:Stack=example.com;aws:TagKeys=EmailSecurity:Stack" },
        { "acm:AddTagsToCertificate", Certificate, "aws:RequestTag/EmailSecurity:Stack=example.com;aws:TagKeys=EmailSecurity:Stack" },
        { "acm:RequestCertificate", "*", "aws:RequestTag/EmailSecurity:Stack=example.com;acm:ValidationMethod=DNS;acm:DomainNames=mta-sts.example.com,bimi-assets.example.com" },
        { "acm:DeleteCertificate", Certificate, Marked },
        { "cloudfront:DeleteOriginAccessControl", $"arn:aws:cloudfront::{Me}:origin-access-control/E1", "" },
        { "route53:ChangeResourceRecordSets", Zone, Records("mta-sts.example.com", "A") },
        { "route53:ChangeResourceRecordSets", Zone, Records("_a1b2.mta-sts.example.com", "CNAME") },
    };

    private static string Owned => "aws:ResourceAccount=" + Me;

    private static string Marked => "aws:ResourceTag/EmailSecurity:Stack=example.com";

    private static string Distribution => $"arn:aws:cloudfront::{Me}:distribution/E1";

    private static string Certificate => $"arn:aws:acm:us-east-1:{Me}:certificate/1";

    private static string Zone => "arn:aws:route53:::hostedzone/Z1";

    [Theory, MemberData(nameof(Attacks))]
    public void Neither_policy_gives_it(string action, string resource, string context)
    {
        Assert.False(SetUp.Allows(Request(action, resource, context)));
        Assert.False(Operate.Allows(Request(action, resource, context)));
    }

    [Theory, MemberData(nameof(SettingUp))]
    public void Operating_does_not_give_what_setting_up_does(string action, string resource, string context)
    {
        Assert.True(SetUp.Allows(Request(action, resource, context)));
        Assert.False(Operate.Allows(Request(action, resource, context)));
    }

    [Theory]
    [InlineData("aws"), InlineData("aws-cn"), InlineData("aws-us-gov"), InlineData("aws-eusc")]
    public void Every_partition_is_meant(string partition)
    {
        Assert.True(SetUp.Allows(Request("s3:PutBucketPolicy", $"arn:{partition}:s3:::es-example-com-a379a6-{Me}-assets", Owned)));
        Assert.True(Operate.Allows(Request("cloudfront:CreateInvalidation", $"arn:{partition}:cloudfront::{Me}:distribution/E1", Marked)));
    }

    // docs/permissions.md: what closes the tagging of things that are there, for those who have tried it in their account.
    [Theory]
    [InlineData("cloudfront:TagResource", "arn:aws:cloudfront::111122223333:distribution/*", true)]
    [InlineData("cloudfront:TagResource", "arn:aws:cloudfront::111122223333:distribution/E1", false)]
    [InlineData("acm:AddTagsToCertificate", "arn:aws:acm:us-east-1:111122223333:certificate/*", true)]
    [InlineData("acm:AddTagsToCertificate", "arn:aws:acm:us-east-1:111122223333:certificate/1", false)]
    public void The_closer_form_of_the_tagging_statement_tags_only_what_is_being_made(string action, string resource, bool allowed)
    {
        var page = File.ReadAllText(Path.Combine(Assets, "..", "docs", "permissions.md")).ReplaceLineEndings("\n");
        var lines = page.Split('\n').Where(l => l.Contains("${*}", StringComparison.Ordinal) && l.TrimStart().StartsWith("\"Resource\"", StringComparison.Ordinal)).ToArray();
        var closer = File.ReadAllText(Path.Combine(Assets, "iam-policy.json")).ReplaceLineEndings("\n");
        var at = closer.IndexOf("\"Resource\"", closer.IndexOf("MarkWhatIsMade", StringComparison.Ordinal), StringComparison.Ordinal);
        closer = closer[..at] + Assert.Single(lines).Trim() + closer[closer.IndexOf('\n', at)..];
        var policy = new IamPolicy(System.Text.Json.JsonDocument.Parse(closer).RootElement);

        Assert.Equal(allowed, policy.Allows(Request(action, resource, "aws:RequestTag/EmailSecurity:Stack=example.com;aws:TagKeys=EmailSecurity:Stack")));
    }

    private static string Records(string names, string type) => $"route53:ChangeResourceRecordSetsNormalizedRecordNames={names};route53:ChangeResourceRecordSetsRecordTypes={type}";

    private static IamRequest Request(string action, string resource, string context)
    {
        var keys = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase) { ["aws:PrincipalAccount"] = [Me] };
        if (resource.Split(':', 6) is [_, _, _, _, { Length: 12 } account, _])
        {
            keys["aws:ResourceAccount"] = [account];
        }

        foreach (var pair in context.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            keys[pair[..pair.IndexOf('=', StringComparison.Ordinal)]] = pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(',');
        }

        return new IamRequest(action, resource, keys);
    }
}
