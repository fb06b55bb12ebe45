using Amazon.S3;
using Amazon.S3.Model;
using static EmailSecurity.Tests.Sandbox.S3BucketTests;

namespace EmailSecurity.Tests.Sandbox;

public sealed class S3SettingTests(HostFixture host) : IClassFixture<HostFixture>, IDisposable
{
    private readonly AmazonS3Client s3 = host.S3();

    public void Dispose() => s3.Dispose();

    [Fact]
    public async Task Public_access_block_is_put_got_and_dropped()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutPublicAccessBlockAsync(new PutPublicAccessBlockRequest { BucketName = name, PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration { BlockPublicAcls = true } });
        var block = (await s3.GetPublicAccessBlockAsync(new GetPublicAccessBlockRequest { BucketName = name })).PublicAccessBlockConfiguration;
        Assert.True(block.BlockPublicAcls);
        Assert.NotEqual(true, block.BlockPublicPolicy);
        await s3.DeletePublicAccessBlockAsync(new DeletePublicAccessBlockRequest { BucketName = name });
        Assert.Equal("NoSuchPublicAccessBlockConfiguration", await ErrorAsync(() => s3.GetPublicAccessBlockAsync(new GetPublicAccessBlockRequest { BucketName = name })));
    }

    [Fact]
    public async Task Tags_are_replaced_as_a_whole()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutBucketTaggingAsync(name, [new Tag { Key = "EmailSecurity:Stack", Value = "example.com" }, new Tag { Key = "b", Value = "1" }]);
        await s3.PutBucketTaggingAsync(name, [new Tag { Key = "c", Value = "" }]);
        Assert.Equal("c", Assert.Single((await s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = name })).TagSet).Key);
        await s3.DeleteBucketTaggingAsync(name);
        Assert.Empty(await TagsOrNone(name));
    }

    [Theory]
    [InlineData("aws:mine", "v")]
    [InlineData("", "v")]
    [InlineData("semi;colon", "v")]
    [InlineData("k", "question?")]
    public async Task Bad_tags_are_refused(string key, string value)
    {
        var name = await host.NewBucketAsync(s3);
        Assert.Equal("InvalidTag", await S3Raw.PutDocumentAsync(host, name, "tagging", $"<Tagging><TagSet><Tag><Key>{key}</Key><Value>{value}</Value></Tag></TagSet></Tagging>"));
    }

    [Theory]
    [InlineData("tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value>2</Value></Tag></TagSet></Tagging>", "InvalidTag")]
    [InlineData("tagging", "<Tagging/>", "MalformedXML")]
    [InlineData("tagging", "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", "MalformedXML")]
    [InlineData("tagging", "<!DOCTYPE a><Tagging><TagSet/></Tagging>", "MalformedXML")]
    [InlineData("tagging", "not xml", "MalformedXML")]
    [InlineData("versioning", "<VersioningConfiguration/>", "IllegalVersioningConfigurationException")]
    [InlineData("versioning", "<VersioningConfiguration><Status>On</Status></VersioningConfiguration>", "MalformedXML")]
    [InlineData("versioning", "<VersioningConfiguration><Status>Enabled</Status><Colour>red</Colour></VersioningConfiguration>", "MalformedXML")]
    [InlineData("publicAccessBlock", "<PublicAccessBlockConfiguration><BlockPublicAcls>maybe</BlockPublicAcls></PublicAccessBlockConfiguration>", "MalformedXML")]
    [InlineData("ownershipControls", "<OwnershipControls><Rule><ObjectOwnership>Mine</ObjectOwnership></Rule></OwnershipControls>", "MalformedXML")]
    [InlineData("encryption", "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>ROT13</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>", "MalformedXML")]
    [InlineData("encryption", "<ServerSideEncryptionConfiguration/>", "MalformedXML")]
    [InlineData("lifecycle", "<LifecycleConfiguration/>", "MalformedXML")]
    [InlineData("lifecycle", "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>", "MalformedXML")] // neither Filter nor Prefix
    [InlineData("lifecycle", "<LifecycleConfiguration><Rule><ID>a</ID><Status>On</Status><Filter/><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>", "MalformedXML")]
    [InlineData("lifecycle", "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Filter/></Rule></LifecycleConfiguration>", "InvalidRequest")]
    [InlineData("lifecycle", "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Filter/><Expiration><Days>0</Days></Expiration></Rule></LifecycleConfiguration>", "InvalidArgument")]
    [InlineData("lifecycle", "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Filter/><Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule></LifecycleConfiguration>", "MalformedXML")]
    [InlineData("lifecycle", "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Filter><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>", "MalformedXML")]
    [InlineData("lifecycle", "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Filter/><NoncurrentVersionExpiration><NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule></LifecycleConfiguration>", "MalformedXML")]
    [InlineData("lifecycle", "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Filter/><Expiration><Days>1</Days></Expiration></Rule><Rule><ID>a</ID><Status>Enabled</Status><Filter/><Expiration><Days>2</Days></Expiration></Rule></LifecycleConfiguration>", "InvalidArgument")]
    public async Task Documents_that_break_a_rule_are_refused(string subresource, string xml, string error) =>
        Assert.Equal(error, await S3Raw.PutDocumentAsync(host, await host.NewBucketAsync(s3), subresource, xml));

    [Fact]
    public async Task Settings_need_a_checksum_and_a_right_one()
    {
        var name = await host.NewBucketAsync(s3);
        const string Xml = "<Tagging><TagSet/></Tagging>";
        Assert.Equal("InvalidRequest", await S3Raw.SendAsync(host, "PUT", $"/{name}?tagging", Xml, "us-east-1"));
        Assert.Equal("BadDigest", await S3Raw.SendAsync(host, "PUT", $"/{name}?tagging", Xml, "us-east-1", "content-md5: AAAAAAAAAAAAAAAAAAAAAA=="));
        Assert.Equal("InvalidDigest", await S3Raw.SendAsync(host, "PUT", $"/{name}?tagging", Xml, "us-east-1", "content-md5: AAAA"));
        Assert.Equal("BadDigest", await S3Raw.SendAsync(host, "PUT", $"/{name}?tagging", Xml, "us-east-1", "x-amz-checksum-crc32: AAAAAA=="));
        Assert.Equal("InvalidRequest", await S3Raw.SendAsync(host, "PUT", $"/{name}?tagging", Xml, "us-east-1", "x-amz-sdk-checksum-algorithm: CRC32"));
    }

    [Fact]
    public async Task Lifecycle_reads_back_as_put()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutLifecycleConfigurationAsync(name, new LifecycleConfiguration
        {
            Rules =
            [
                new LifecycleRule
                {
                    Id = "old-versions",
                    Status = LifecycleRuleStatus.Enabled,
                    Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "logs/" } },
                    Expiration = new LifecycleRuleExpiration { Days = 90 },
                    NoncurrentVersionExpiration = new LifecycleRuleNoncurrentVersionExpiration { NoncurrentDays = 30 },
                    AbortIncompleteMultipartUpload = new LifecycleRuleAbortIncompleteMultipartUpload { DaysAfterInitiation = 3 },
                },
            ],
        });
        var rule = Assert.Single((await s3.GetLifecycleConfigurationAsync(name)).Configuration.Rules);
        Assert.Equal("old-versions", rule.Id);
        Assert.Equal(90, rule.Expiration.Days);
        Assert.Equal(30, rule.NoncurrentVersionExpiration.NoncurrentDays);
        Assert.Equal(3, rule.AbortIncompleteMultipartUpload.DaysAfterInitiation);
        Assert.Equal("logs/", Assert.IsType<LifecyclePrefixPredicate>(rule.Filter.LifecycleFilterPredicate).Prefix);
        await s3.DeleteLifecycleConfigurationAsync(name);
        Assert.Equal("NoSuchLifecycleConfiguration", await S3Raw.SendAsync(host, "GET", $"/{name}?lifecycle", "", "us-east-1"));
    }

    [Fact]
    public async Task Acls_are_refused_while_ownership_is_enforced_and_ownership_while_acls_are_set()
    {
        var name = await host.NewBucketAsync(s3);
        Assert.Equal("AccessControlListNotSupported", await ErrorAsync(() => s3.PutBucketAclAsync(new PutBucketAclRequest { BucketName = name, ACL = S3CannedACL.LogDeliveryWrite })));
        Assert.False(host.Origin.GetFacts(name)!.AclsEnabled);
        await PutOwnershipAsync(name, ObjectOwnership.BucketOwnerPreferred);
        Assert.True(host.Origin.GetFacts(name)!.AclsEnabled);
        await s3.PutBucketAclAsync(new PutBucketAclRequest { BucketName = name, ACL = S3CannedACL.LogDeliveryWrite });
        Assert.Equal(3, (await s3.GetBucketAclAsync(new GetBucketAclRequest { BucketName = name })).Grants.Count);
        Assert.Equal("InvalidBucketAclWithObjectOwnership", await ErrorAsync(() => PutOwnershipAsync(name, ObjectOwnership.BucketOwnerEnforced)));
        Assert.Equal("AccessDenied", await ErrorAsync(() => s3.PutBucketAclAsync(new PutBucketAclRequest { BucketName = name, ACL = S3CannedACL.PublicRead })));
        await s3.PutBucketAclAsync(new PutBucketAclRequest { BucketName = name, ACL = S3CannedACL.Private });
        await PutOwnershipAsync(name, ObjectOwnership.BucketOwnerEnforced);
        await s3.DeleteBucketOwnershipControlsAsync(new DeleteBucketOwnershipControlsRequest { BucketName = name });
        Assert.Equal("OwnershipControlsNotFoundError", await ErrorAsync(() => s3.GetBucketOwnershipControlsAsync(new GetBucketOwnershipControlsRequest { BucketName = name })));
    }

    [Fact]
    public async Task Access_logs_need_a_target_that_takes_them()
    {
        var source = await host.NewBucketAsync(s3);
        var target = await host.NewBucketAsync(s3);
        using var europe = host.S3("eu-west-1");
        var abroad = await host.NewBucketAsync(europe);
        Assert.Equal("InvalidTargetBucketForLogging", await ErrorAsync(() => PutLoggingAsync(source, "no-such-bucket")));
        Assert.Equal("InvalidTargetBucketForLogging", await ErrorAsync(() => PutLoggingAsync(source, host.Server.ForeignBuckets[0])));
        Assert.Equal("CrossLocationLoggingProhibitted", await ErrorAsync(() => PutLoggingAsync(source, abroad)));
        Assert.Equal("InvalidTargetBucketForLogging", await ErrorAsync(() => PutLoggingAsync(source, target)));
        await s3.PutBucketPolicyAsync(target, LoggingPolicy(target, "s3/", "arn:aws:s3:::another"));
        Assert.Equal("InvalidTargetBucketForLogging", await ErrorAsync(() => PutLoggingAsync(source, target)));
        await s3.PutBucketPolicyAsync(target, LoggingPolicy(target, "other/", "arn:aws:s3:::" + source));
        Assert.Equal("InvalidTargetBucketForLogging", await ErrorAsync(() => PutLoggingAsync(source, target)));
        await s3.PutBucketPolicyAsync(target, LoggingPolicy(target, "s3/", "arn:aws:s3:::" + source));
        await PutLoggingAsync(source, target);
        var logging = (await s3.GetBucketLoggingAsync(source)).BucketLoggingConfig;
        Assert.Equal((target, "s3/"), (logging.TargetBucketName, logging.TargetPrefix));
        await s3.PutBucketLoggingAsync(new PutBucketLoggingRequest { BucketName = source, LoggingConfig = new S3BucketLoggingConfig() });
        Assert.Null((await s3.GetBucketLoggingAsync(source)).BucketLoggingConfig?.TargetBucketName);
    }

    [Fact]
    public async Task Access_logs_may_come_by_acl_where_acls_are_enabled()
    {
        var source = await host.NewBucketAsync(s3);
        var target = await host.NewBucketAsync(s3);
        await PutOwnershipAsync(target, ObjectOwnership.BucketOwnerPreferred);
        Assert.Equal("InvalidTargetBucketForLogging", await ErrorAsync(() => PutLoggingAsync(source, target)));
        await s3.PutBucketAclAsync(new PutBucketAclRequest { BucketName = target, ACL = S3CannedACL.LogDeliveryWrite });
        await PutLoggingAsync(source, target);
    }

    [Fact]
    public async Task Encryption_goes_back_to_aes256()
    {
        var name = await host.NewBucketAsync(s3);
        await s3.PutBucketEncryptionAsync(new PutBucketEncryptionRequest
        {
            BucketName = name,
            ServerSideEncryptionConfiguration = new ServerSideEncryptionConfiguration { ServerSideEncryptionRules = [new ServerSideEncryptionRule { ServerSideEncryptionByDefault = new ServerSideEncryptionByDefault { ServerSideEncryptionAlgorithm = ServerSideEncryptionMethod.AWSKMS } }] },
        });
        Assert.Equal(ServerSideEncryptionMethod.AWSKMS, await AlgorithmAsync(name));
        await s3.DeleteBucketEncryptionAsync(new DeleteBucketEncryptionRequest { BucketName = name });
        Assert.Equal(ServerSideEncryptionMethod.AES256, await AlgorithmAsync(name));
    }

    private async Task<ServerSideEncryptionMethod> AlgorithmAsync(string name) =>
        (await s3.GetBucketEncryptionAsync(new GetBucketEncryptionRequest { BucketName = name })).ServerSideEncryptionConfiguration.ServerSideEncryptionRules[0].ServerSideEncryptionByDefault.ServerSideEncryptionAlgorithm;

    private Task PutOwnershipAsync(string name, ObjectOwnership ownership) => s3.PutBucketOwnershipControlsAsync(new PutBucketOwnershipControlsRequest
    {
        BucketName = name,
        OwnershipControls = new OwnershipControls { Rules = [new OwnershipControlsRule { ObjectOwnership = ownership }] },
    });

    private Task PutLoggingAsync(string source, string target) => s3.PutBucketLoggingAsync(new PutBucketLoggingRequest
    {
        BucketName = source,
        LoggingConfig = new S3BucketLoggingConfig { TargetBucketName = target, TargetPrefix = "s3/" },
    });

    private string LoggingPolicy(string target, string prefix, string sourceArn) => $$"""
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::{{target}}/{{prefix}}*",
        "Condition":{"ArnLike":{"aws:SourceArn":"{{sourceArn}}"},"StringEquals":{"aws:SourceAccount":"{{host.Server.AccountId}}"} } }]}
        """;

    private async Task<IReadOnlyList<Tag>> TagsOrNone(string name)
    {
        try
        {
            return (await s3.GetBucketTaggingAsync(new GetBucketTaggingRequest { BucketName = name })).TagSet ?? [];
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchTagSet")
        {
            return [];
        }
    }
}
