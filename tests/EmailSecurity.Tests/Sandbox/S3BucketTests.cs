using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace EmailSecurity.Tests.Sandbox;

public sealed class S3BucketTests(HostFixture host) : IClassFixture<HostFixture>, IDisposable
{
    private readonly AmazonS3Client s3 = host.S3();

    public void Dispose() => s3.Dispose();

    [Theory]
    [InlineData("ab")]
    [InlineData("Capital-letters")]
    [InlineData("under_score")]
    [InlineData("-leading")]
    [InlineData("trailing-")]
    [InlineData("two..dots")]
    [InlineData("192.168.5.4")]
    [InlineData("xn--name")]
    [InlineData("sthree-name")]
    [InlineData("name-s3alias")]
    [InlineData("name--ol-s3")]
    [InlineData("a123456789012345678901234567890123456789012345678901234567890123")]
    public async Task Names_that_break_a_rule_are_refused(string name) =>
        Assert.Equal("InvalidBucketName", await ErrorAsync(() => s3.PutBucketAsync(name)));

    [Fact]
    public async Task New_buckets_have_the_defaults_of_today()
    {
        var name = await host.NewBucketAsync(s3);
        var block = (await s3.GetPublicAccessBlockAsync(new GetPublicAccessBlockRequest { BucketName = name })).PublicAccessBlockConfiguration;
        Assert.True(block.BlockPublicAcls & block.BlockPublicPolicy & block.IgnorePublicAcls & block.RestrictPublicBuckets);
        Assert.Equal("BucketOwnerEnforced", (await s3.GetBucketOwnershipControlsAsync(new GetBucketOwnershipControlsRequest { BucketName = name })).OwnershipControls.Rules.Single().ObjectOwnership);
        Assert.Equal(ServerSideEncryptionMethod.AES256, (await s3.GetBucketEncryptionAsync(new GetBucketEncryptionRequest { BucketName = name })).ServerSideEncryptionConfiguration.ServerSideEncryptionRules.Single().ServerSideEncryptionByDefault.ServerSideEncryptionAlgorithm);
        Assert.NotEqual(VersionStatus.Enabled, (await s3.GetBucketVersioningAsync(name)).VersioningConfig.Status);
        Assert.Equal("NoSuchTagSet", await ErrorAsync(() => s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = name }), tolerateNone: true));
    }

    [Fact]
    public async Task A_bucket_again_is_success_in_us_east_1_and_an_error_elsewhere()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutBucketAsync(name);
        using var europe = host.S3("eu-west-1");
        var other = await host.NewBucketAsync(europe);
        Assert.Equal("BucketAlreadyOwnedByYou", await ErrorAsync(() => europe.PutBucketAsync(new PutBucketRequest { BucketName = other, BucketRegionName = "eu-west-1" })));
    }

    [Fact]
    public async Task Names_are_global()
    {
        foreach (var name in host.Server.ForeignBuckets)
        {
            Assert.Equal("BucketAlreadyExists", await ErrorAsync(() => s3.PutBucketAsync(name)));
        }
        using var other = host.OtherS3();
        var theirs = await host.NewBucketAsync(other);
        Assert.Equal("BucketAlreadyExists", await ErrorAsync(() => s3.PutBucketAsync(theirs)));
        Assert.Equal(HttpStatusCode.Forbidden, (await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = theirs }))).StatusCode);
        Assert.DoesNotContain((await s3.ListBucketsAsync()).Buckets ?? [], b => b.BucketName == theirs);
    }

    [Theory]
    [InlineData("eu-west-1", null, "IllegalLocationConstraintException")]
    [InlineData("eu-west-1", "eu-central-1", "IllegalLocationConstraintException")]
    [InlineData("us-east-1", "us-east-1", "InvalidLocationConstraint")]
    [InlineData("us-east-1", "nowhere", "InvalidLocationConstraint")]
    [InlineData("us-east-1", "eu-central-1", null)]
    [InlineData("ap-southeast-7", "ap-southeast-7", null)]
    [InlineData("eu-west-1", "EU", null)]
    public async Task Location_constraints(string endpoint, string? constraint, string? error)
    {
        var name = HostFixture.NewName();
        var body = constraint is null ? "" : $"""<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>{constraint}</LocationConstraint></CreateBucketConfiguration>""";
        Assert.Equal(error, await S3Raw.SendAsync(host, "PUT", "/" + name, body, endpoint));
        if (error is null)
        {
            Assert.Equal(constraint == "EU" ? "eu-west-1" : constraint, host.Origin.GetFacts(name)!.Region);
            var location = (await s3.GetBucketLocationAsync(name)).Location;
            Assert.Equal(constraint, location.Value == "eu-west-1" && constraint == "EU" ? "EU" : location.Value);
        }
    }

    // Amazon S3 User Guide, "Namespaces for general purpose buckets". A: this account; B: the other; E: the endpoint's region.
    [Theory]
    [InlineData("eu-west-1", "n-A-E-an", "account-regional", null)]
    [InlineData("us-east-1", "n-A-E-an", "account-regional", null)]
    [InlineData("eu-west-1", "n-A-E-an", null, "MissingNamespaceHeader")]
    [InlineData("eu-west-1", "n-A-E-an", "global", "InvalidNamespaceHeader")]
    [InlineData("eu-west-1", "n-A-E-an", "regional", "InvalidArgument")]
    [InlineData("eu-west-1", "n-A-E", "account-regional", "InvalidNamespaceHeader")]
    [InlineData("eu-west-1", "n-A-E", "global", null)]
    [InlineData("eu-west-1", "n-an", "account-regional", "InvalidNamespaceHeader")]
    [InlineData("eu-west-1", "n-an", null, "InvalidBucketName")]
    [InlineData("eu-west-1", "n-B-E-an", "account-regional", "InvalidBucketNamespace")]
    [InlineData("eu-west-1", "n-B-E-an", null, "MissingNamespaceHeader")]
    [InlineData("eu-west-1", "n-A-eu-west-2-an", "account-regional", "InvalidBucketNamespace")]
    [InlineData("us-east-1", "n-A-eu-west-1-an", "account-regional", "InvalidBucketNamespace")] // the endpoint of us-east-1, for a bucket elsewhere
    [InlineData("me-south-1", "n-A-E-an", "account-regional", "InvalidBucketNamespace")]
    [InlineData("me-central-1", "n-A-E-an", "account-regional", "InvalidBucketNamespace")]
    [InlineData("me-central-1", "n-A-E", null, null)]
    public async Task Each_account_has_a_namespace_of_its_own_in_a_region(string endpoint, string form, string? header, string? error)
    {
        var name = form.Replace("n-", HostFixture.NewName() + "-", StringComparison.Ordinal).Replace("-A", "-" + host.Server.AccountId, StringComparison.Ordinal)
            .Replace("-B", "-" + host.Server.Emulation.Other.Account.AccountId, StringComparison.Ordinal).Replace("-E", "-" + endpoint, StringComparison.Ordinal);
        var region = form.EndsWith("eu-west-1-an", StringComparison.Ordinal) ? "eu-west-1" : endpoint;
        var body = region == "us-east-1" ? "" : $"""<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>""";
        string[] headers = header is null ? [] : ["x-amz-bucket-namespace: " + header];

        Assert.Equal(error, await S3Raw.SendAsync(host, "PUT", "/" + name, body, endpoint, headers));

        // "Any attempt to re-create an account regional namespace bucket that you already own in any AWS Region will return an HTTP 409 BucketAlreadyOwnedByYou"
        if (error is null && name.EndsWith("-an", StringComparison.Ordinal))
        {
            Assert.Equal("BucketAlreadyOwnedByYou", await S3Raw.SendAsync(host, "PUT", "/" + name, body, endpoint, headers));
        }
    }

    [Fact]
    public async Task A_bucket_elsewhere_names_its_region()
    {
        using var europe = host.S3("eu-west-1");
        var name = await host.NewBucketAsync(europe);
        Assert.Equal("AuthorizationHeaderMalformed", await S3Raw.SendAsync(host, "GET", $"/{name}?versioning", "", "us-east-1"));
        Assert.Equal("PermanentRedirect", await S3Raw.SendAsync(host, "GET", $"/{name}?versioning", "", "ap-south-1"));
    }

    [Fact]
    public async Task Expected_owner_is_honoured()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.GetBucketVersioningAsync(new GetBucketVersioningRequest { BucketName = name, ExpectedBucketOwner = host.Server.AccountId });
        Assert.Equal("AccessDenied", await ErrorAsync(() => s3.GetBucketVersioningAsync(new GetBucketVersioningRequest { BucketName = name, ExpectedBucketOwner = "111111111111" })));
    }

    [Fact]
    public async Task A_bucket_with_a_version_or_marker_left_is_not_deleted()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = name, VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled } });
        var put = await s3.PutObjectAsync(new PutObjectRequest { BucketName = name, Key = "k", ContentBody = "1" });
        var marker = await s3.DeleteObjectAsync(name, "k");
        Assert.Empty((await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = name })).S3Objects ?? []);
        Assert.Equal("BucketNotEmpty", await ErrorAsync(() => s3.DeleteBucketAsync(name)));
        await s3.DeleteObjectAsync(name, "k", put.VersionId);
        Assert.Equal("BucketNotEmpty", await ErrorAsync(() => s3.DeleteBucketAsync(name)));
        await s3.DeleteObjectAsync(name, "k", marker.VersionId);
        await s3.DeleteBucketAsync(name);
        Assert.Equal("NoSuchBucket", await ErrorAsync(() => s3.GetBucketVersioningAsync(name)));
        await s3.PutBucketAsync(name);
    }

    [Fact]
    public async Task Buckets_are_listed_page_by_page()
    {
        using var client = host.S3();
        foreach (var suffix in (string[])["c", "a", "b"])
        {
            await client.PutBucketAsync("paged-bucket-" + suffix);
        }
        var names = new List<string>();
        string? token = null;
        do
        {
            var page = await client.ListBucketsAsync(new ListBucketsRequest { Prefix = "paged-bucket-", MaxBuckets = 2, ContinuationToken = token });
            names.AddRange(page.Buckets.Select(b => b.BucketName));
            token = page.ContinuationToken;
        }
        while (token is not null);
        Assert.Equal(["paged-bucket-a", "paged-bucket-b", "paged-bucket-c"], names);
    }

    [Theory]
    [InlineData("x-amz-acl: public-read", "InvalidBucketAclWithObjectOwnership")]
    [InlineData("x-amz-object-ownership: Nobody", "InvalidArgument")]
    [InlineData("x-amz-bucket-object-lock-enabled: true", "NotImplemented")]
    [InlineData("x-amz-object-ownership: BucketOwnerPreferred", null)]
    public async Task Create_headers(string header, string? error) =>
        Assert.Equal(error, await S3Raw.SendAsync(host, "PUT", "/" + HostFixture.NewName(), "", "us-east-1", header));

    internal static async Task<string?> ErrorAsync(Func<Task> call, bool tolerateNone = false)
    {
        try
        {
            await call();
        }
        catch (AmazonS3Exception e)
        {
            return e.ErrorCode;
        }
        // The .NET client turns a few "there is none" errors into empty answers.
        return tolerateNone ? "NoSuchTagSet" : null;
    }
}
