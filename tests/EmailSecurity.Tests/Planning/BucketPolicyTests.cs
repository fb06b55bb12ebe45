using System.Text.Json.Nodes;
using EmailSecurity.Planning;

namespace EmailSecurity.Tests.Plans;

public sealed class BucketPolicyTests
{
    private const string Arn = "arn:aws:cloudfront::123456789012:distribution/E1";

    private static readonly string Ours = BucketPolicies.Assets("bucket", "aws", Arn);

    public static TheoryData<string, bool> Statements => new()
    {
        { """{"Sid":"Backup","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/b"},"Action":"s3:GetObject","Resource":"*"}""", true },
        { """{"Effect":"Deny","Principal":"*","Action":"s3:DeleteBucket","Resource":"arn:aws:s3:::bucket"}""", true },
        { """{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}""", true },
        { """{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}""", false },
        { """{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}""", false },
        { """{"Sid":"AllowCloudFrontRead","Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:*","Resource":"*"}""", false },
    };

    [Theory]
    [MemberData(nameof(Statements))]
    public void A_statement_of_others_stays_beside_ours_unless_it_opens_the_bucket_to_everybody(string statement, bool stays)
    {
        var present = (JsonObject)JsonNode.Parse(Ours)!;
        ((JsonArray)present["Statement"]!).Insert(0, JsonNode.Parse(statement));
        var wanted = BucketPolicies.Beside(Ours, present.ToJsonString());
        Assert.Equal(stays, BucketPolicies.Same(wanted, present.ToJsonString()));
        Assert.Equal(stays ? 3 : 2, ((JsonArray)JsonNode.Parse(wanted)!["Statement"]!).Count);

        // Alone in the present policy, not even in a list.
        var alone = BucketPolicies.Beside(Ours, $$"""{"Version":"2012-10-17","Statement":{{statement}}}""");
        Assert.Equal(stays ? 3 : 2, ((JsonArray)JsonNode.Parse(alone)!["Statement"]!).Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not JSON")]
    [InlineData("[1]")]
    [InlineData("""{"Statement":[1,null,"x"]}""")]
    public void What_is_no_policy_gives_way(string? present) => Assert.Equal(Ours, BucketPolicies.Beside(Ours, present));
}
