using Amazon.S3;
using Amazon.S3.Model;
using EmailSecurity.Sandbox.Contracts;
using static EmailSecurity.Tests.Sandbox.S3BucketTests;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>Bucket policies: what S3 takes, what it gives back, whom they let in.</summary>
public sealed class S3PolicyTests(HostFixture host) : IClassFixture<HostFixture>, IDisposable
{
    private readonly AmazonS3Client s3 = host.S3();

    private string DistributionArn => $"arn:aws:cloudfront::{host.Server.AccountId}:distribution/E2QWRUHAPOMQZL";

    public void Dispose() => s3.Dispose();

    [Theory]
    [InlineData("""{"Principal":{"Service":"cloudfront.amazonaws.com"}}""", null)]
    [InlineData("""{"Principal":"*","Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3:::BUCKET","arn:aws:s3:::BUCKET/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}""", null)]
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"}}""", null)]
    [InlineData("""{"Principal":{"AWS":["arn:aws:iam::ACCOUNT:root"]},"Action":"s3:Get*"}""", null)]
    [InlineData("""{"Principal":{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E74FTE3EXAMPLE"}}""", null)]
    [InlineData("""{"Principal":"*"}""", "AccessDenied")] // public
    [InlineData("""{"Principal":{"AWS":"*"}}""", "AccessDenied")]
    [InlineData("""{"Principal":"*","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}""", null)] // a fixed value is not public
    [InlineData("""{"Principal":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:cloudfront::123456789012:distribution/*"}}}""", "AccessDenied")]
    [InlineData("""{"Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}""", null)]
    [InlineData("""{"Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}}}""", "AccessDenied")]
    [InlineData("""{"Principal":"*","Condition":{"StringLike":{"aws:Referer":"https://example.com/"}}}""", "AccessDenied")]
    [InlineData("""{"NotPrincipal":{"AWS":"ACCOUNT"},"Principal":null}""", "MalformedPolicy")]
    [InlineData("""{"Principal":{"AWS":"999999999999"}}""", "MalformedPolicy")] // no such account
    [InlineData("""{"Principal":{"AWS":"arn:aws-cn:iam::ACCOUNT:root"}}""", "MalformedPolicy")]
    [InlineData("""{"Principal":{"Service":"nothing.amazonaws.com"}}""", "MalformedPolicy")]
    [InlineData("""{"Principal":"me"}""", "MalformedPolicy")]
    [InlineData("""{"Principal":{}}""", "MalformedPolicy")]
    [InlineData("""{}""", "MalformedPolicy")]
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"},"Effect":"allow"}""", "MalformedPolicy")]
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"},"Action":"s3:Frobnicate"}""", "MalformedPolicy")]
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"},"Action":"ec2:RunInstances"}""", "MalformedPolicy")]
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"},"Action":"s3:ListBucket"}""", "MalformedPolicy")] // a bucket action on objects only
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"},"Resource":"arn:aws:s3:::BUCKET"}""", "MalformedPolicy")] // an object action on the bucket only
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"},"Resource":"arn:aws:s3:::another/*"}""", "MalformedPolicy")]
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"},"Resource":"*"}""", "MalformedPolicy")]
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"},"Colour":"red"}""", "MalformedPolicy")]
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"},"Condition":{"Sounds":{"aws:SourceArn":"x"}}}""", "MalformedPolicy")]
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"},"Condition":{"StringEquals":{"aws:Colour":"x"}}}""", "MalformedPolicy")]
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"},"Condition":{"IpAddress":{"aws:SourceIp":"here"}}}""", "MalformedPolicy")]
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"},"Condition":{"NumericLessThan":{"s3:TlsVersion":"1.2"}}}""", "NotImplemented")]
    [InlineData("""{"Principal":{"AWS":"ACCOUNT"},"Condition":{"DateGreaterThanIfExists":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}}""", "NotImplemented")]
    public async Task Statements(string statement, string? error)
    {
        var name = await host.NewBucketAsync(s3);
        var json = System.Text.Json.Nodes.JsonNode.Parse(statement.Replace("BUCKET", name, StringComparison.Ordinal).Replace("ACCOUNT", host.Server.AccountId, StringComparison.Ordinal))!.AsObject();
        json.TryAdd("Effect", "Allow");
        json.TryAdd("Action", "s3:GetObject");
        json.TryAdd("Resource", $"arn:aws:s3:::{name}/*");
        Assert.Equal(error, await ErrorAsync(() => s3.PutBucketPolicyAsync(name, $$"""{"Version":"2012-10-17","Statement":[{{json.ToJsonString()}}]}""")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData(" {}")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"Version":"2030-01-01","Statement":[]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":["x"]}""")]
    [InlineData("""{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}""")]
    public async Task Documents_that_are_no_policy_are_refused(string document)
    {
        var name = await host.NewBucketAsync(s3);
        var error = await S3Raw.PutDocumentAsync(host, name, "policy", document);
        Assert.Equal("MalformedPolicy", error);
    }

    [Fact]
    public async Task A_policy_is_given_back_in_s3s_own_writing()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutBucketPolicyAsync(name, $$"""
            { "Version": "2012-10-17",
              "Statement": [ { "Sid": "a", "Effect": "Allow", "Principal": { "AWS": "{{host.Server.AccountId}}" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::{{name}}/*" } ] }
            """);
        Assert.Equal($$"""{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{{host.Server.AccountId}}:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::{{name}}/*"}]}""", (await s3.GetBucketPolicyAsync(name)).Policy);
        await s3.DeleteBucketPolicyAsync(name);
        Assert.Equal("NoSuchBucketPolicy", await S3Raw.SendAsync(host, "GET", $"/{name}?policy", "", "us-east-1"));
    }

    [Fact]
    public async Task A_public_policy_is_taken_once_the_block_is_off_and_says_so()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.DeletePublicAccessBlockAsync(new DeletePublicAccessBlockRequest { BucketName = name });
        await s3.PutBucketPolicyAsync(name, Policy(name, "\"*\"", "s3:GetObject", "/*"));
        Assert.True((await s3.GetBucketPolicyStatusAsync(new GetBucketPolicyStatusRequest { BucketName = name })).PolicyStatus.IsPublic);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = "k", ContentBody = "1" });
        using var other = host.OtherS3();
        await other.GetObjectAsync(name, "k");
        await s3.PutPublicAccessBlockAsync(new PutPublicAccessBlockRequest { BucketName = name, PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration { RestrictPublicBuckets = true } });
        Assert.Equal("AccessDenied", await ErrorAsync(() => other.GetObjectAsync(name, "k")));
        await s3.GetObjectAsync(name, "k");
    }

    [Fact]
    public async Task A_deny_binds_the_owner_too()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutBucketPolicyAsync(name, Policy(name, "\"*\"", "s3:GetBucketVersioning", "", "Deny"));
        Assert.Equal("AccessDenied", await ErrorAsync(() => s3.GetBucketVersioningAsync(name)));
        // Over plain HTTP to the sandbox counts as secure transport, so a TLS-only policy locks nobody out.
        await s3.PutBucketPolicyAsync(name, $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::{{name}}","arn:aws:s3:::{{name}}/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"} } }]}""");
        await s3.GetBucketVersioningAsync(name);
    }

    [Fact]
    public async Task Another_account_comes_in_by_policy_only()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = "k", ContentBody = "1" });
        using var other = host.OtherS3();
        Assert.Equal("AccessDenied", await ErrorAsync(() => other.GetObjectAsync(name, "k")));
        var account = (await host.Sts(new Amazon.Runtime.BasicAWSCredentials(host.Server.OtherAccessKey, host.Server.OtherSecretKey)).GetCallerIdentityAsync(new())).Account;
        await s3.PutBucketPolicyAsync(name, Policy(name, $$"""{"AWS":"{{account}}"}""", "s3:GetObject", "/*"));
        await other.GetObjectAsync(name, "k");
        Assert.Equal("AccessDenied", await ErrorAsync(() => other.GetObjectAsync(name, "missing"))); // no ListBucket: a missing key is not told
        Assert.Equal("AccessDenied", await ErrorAsync(() => other.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = "k", ContentBody = "1" })));
    }

    [Fact]
    public async Task A_distribution_reads_what_its_statement_allows()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = ".well-known/mta-sts.txt", ContentBody = "version: STSv1\n", ContentType = "text/plain", Headers = { CacheControl = "max-age=60" } });
        Assert.Equal(403, Get(DistributionArn).Status); // no policy at all
        await s3.PutBucketPolicyAsync(name, DistributionPolicy(name, "StringEquals", DistributionArn));
        var found = Get(DistributionArn);
        Assert.Equal((200, "version: STSv1\n", "text/plain", "max-age=60"), (found.Status, System.Text.Encoding.UTF8.GetString(found.Content), found.ContentType, found.CacheControl));
        Assert.Equal(403, Get(DistributionArn + "X").Status); // another distribution
        Assert.Equal(403, host.Origin.GetForDistribution(name, "missing", DistributionArn).Status); // hidden without ListBucket
        Assert.Equal(404, host.Origin.GetForDistribution("no-such-bucket", "k", DistributionArn).Status);
        await s3.PutBucketPolicyAsync(name, DistributionPolicy(name, "ArnLike", DistributionArn[..^3] + "*"));
        Assert.Equal(200, Get(DistributionArn).Status);
        await s3.PutBucketPolicyAsync(name, DistributionPolicy(name, "StringEquals", DistributionArn, list: true));
        Assert.Equal(404, host.Origin.GetForDistribution(name, "missing", DistributionArn).Status);
        await s3.DeleteBucketPolicyAsync(name);
        Assert.Equal(403, Get(DistributionArn).Status);

        OriginObject Get(string arn) => host.Origin.GetForDistribution(name, ".well-known/mta-sts.txt", arn);
    }

    [Fact]
    public async Task A_deleted_object_is_gone_for_a_distribution()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = name, VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled } });
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = "k", ContentBody = "1" });
        await s3.PutBucketPolicyAsync(name, DistributionPolicy(name, "StringEquals", DistributionArn));
        Assert.Equal(200, host.Origin.GetForDistribution(name, "k", DistributionArn).Status);
        await s3.DeleteObjectAsync(name, "k");
        Assert.Equal(403, host.Origin.GetForDistribution(name, "k", DistributionArn).Status);
    }

    [Fact]
    public async Task Logs_are_delivered()
    {
        var name = await host.NewBucketAsync(s3);
        host.Origin.DeliverLog(name, "cdn/E1.gz", [1, 2, 3]);
        using var got = await s3.GetObjectAsync(name, "cdn/E1.gz");
        Assert.Equal(3, got.ContentLength);
    }

    private static string Policy(string name, string principal, string action, string suffix, string effect = "Allow") =>
        $$"""{"Version":"2012-10-17","Statement":[{"Effect":"{{effect}}","Principal":{{principal}},"Action":"{{action}}","Resource":"arn:aws:s3:::{{name}}{{suffix}}"}]}""";

    private static string DistributionPolicy(string name, string condition, string arn, bool list = false) => $$"""
        {"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":{{(list ? """["s3:GetObject","s3:ListBucket"]""" : "\"s3:GetObject\"")}},
        "Resource":["arn:aws:s3:::{{name}}","arn:aws:s3:::{{name}}/*"],"Condition":{"{{condition}}":{"AWS:SourceArn":"{{arn}}"} } }]}
        """;
}
