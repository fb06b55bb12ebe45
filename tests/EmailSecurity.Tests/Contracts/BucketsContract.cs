using System.Text;
using Amazon.S3.Model;
using EmailSecurity.Ports;
using LifecycleRule = EmailSecurity.Ports.LifecycleRule;

namespace EmailSecurity.Tests.Contracts;

/// <summary>What every IBuckets must do.</summary>
public abstract class BucketsContract
{
    private static readonly HashSet<BucketSetting> All = [.. Enum.GetValues<BucketSetting>()];

    protected abstract AwsWorld World { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bucket_that_does_not_exist_is_null()
    {
        using var services = World.Open();
        Assert.Null(await services.Buckets.GetAsync(AwsWorld.Unique("none"), All, Token));
        Assert.Empty(await services.Buckets.ListObjectVersionsAsync(AwsWorld.Unique("none"), Token));
        Assert.Null(await services.Buckets.GetObjectAsync(AwsWorld.Unique("none"), "key", null, 100, Token));
    }

    [Theory]
    [InlineData(BucketOwnership.BucketOwnerEnforced)]
    [InlineData(BucketOwnership.BucketOwnerPreferred)]
    public async Task A_created_bucket_has_its_ownership(BucketOwnership ownership)
    {
        using var services = World.Open();
        var name = AwsWorld.Unique("made");
        await services.Buckets.CreateAsync(name, ownership, new Dictionary<string, string>(), Token);
        var bucket = await services.Buckets.GetAsync(name, new HashSet<BucketSetting> { BucketSetting.Ownership }, Token);
        Assert.Equal(ownership, bucket!.Settings.Ownership);
        Assert.Null(bucket.Settings.Policy);
        Assert.Null(bucket.Settings.Versioned);
        Assert.False(bucket.Settings.AccessLoggingRead);
    }

    [Fact]
    public async Task A_created_bucket_has_its_tags_from_the_start()
    {
        using var services = World.Open();
        var name = AwsWorld.Unique("made");
        var tags = new Dictionary<string, string> { ["EmailSecurity:Stack"] = "example.com", ["team"] = "mail" };
        await services.Buckets.CreateAsync(name, BucketOwnership.BucketOwnerEnforced, tags, Token);
        World.SkipOnMoto("accepts tags in CreateBucket and forgets them");
        Assert.Equal(tags, (await services.Buckets.GetAsync(name, new HashSet<BucketSetting> { BucketSetting.Tags }, Token))!.Settings.Tags);
    }

    [Fact]
    public async Task Creating_a_bucket_again_is_success()
    {
        using var services = World.Open();
        var name = await CreateAsync(services);
        await services.Buckets.CreateAsync(name, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token);
    }

    [Fact]
    public async Task A_name_of_the_accounts_own_namespace_is_made_there()
    {
        using var services = World.Open();
        var account = (await services.Account.GetCallerIdentityAsync(Token)).AccountId;
        var start = AwsWorld.Unique("own");
        var name = $"{start}-{account}-{services.Region}-an";
        for (var i = 0; i < 2; i++)
        {
            await services.Buckets.CreateAsync(name, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token);
        }

        Assert.Equal([name], await services.Buckets.FindAsync(start, Token));
        Assert.NotNull(await services.Buckets.GetAsync(name, All, Token));
        await services.Buckets.EmptyAndDeleteAsync(name, null, Token);
        Assert.Null(await services.Buckets.GetAsync(name, All, Token));
    }

    [Fact]
    public async Task A_bucket_of_another_regions_namespace_is_made_and_found_there()
    {
        World.SkipOnMoto("has every bucket in every region");
        using var services = World.Open();
        var account = (await services.Account.GetCallerIdentityAsync(Token)).AccountId;
        var name = $"{AwsWorld.Unique("own")}-{account}-ap-south-1-an";
        Assert.Null(await services.Buckets.GetAsync(name, All, Token));
        await services.Buckets.CreateAsync(name, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), "ap-south-1", Token);
        Assert.Equal("ap-south-1", (await services.Buckets.GetAsync(name, All, Token))!.Region);
    }

    [Theory]
    [InlineData("A-E-an", "me-south-1")] // a region without such namespaces
    [InlineData("B-E-an", "eu-west-1")]
    [InlineData("A-eu-west-2-an", "eu-west-1")]
    public async Task A_name_of_a_namespace_that_is_not_the_accounts_is_refused(string form, string region)
    {
        World.SkipOnMoto("makes buckets in every namespace");
        using var services = World.Open();
        using var other = await World.OpenOtherAsync();
        var mine = (await services.Account.GetCallerIdentityAsync(Token)).AccountId;
        var theirs = (await other.Account.GetCallerIdentityAsync(Token)).AccountId;
        var name = AwsWorld.Unique("own") + "-" + form.Replace("A", mine, StringComparison.Ordinal).Replace("B", theirs, StringComparison.Ordinal).Replace("E", region, StringComparison.Ordinal);
        await AwsWorld.FailsAsync("BucketNamespaceRefused",
            () => services.Buckets.CreateAsync(name, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), region, Token));
    }

    [Fact]
    public async Task A_bucket_is_made_in_the_region_of_the_session()
    {
        using var services = World.Open();
        var name = await CreateAsync(services);
        using var s3 = World.S3();
        var location = await s3.GetBucketLocationAsync(new GetBucketLocationRequest { BucketName = name }, Token);
        Assert.Equal(services.Region == "us-east-1" ? "" : services.Region, location.Location.Value);
    }

    [Fact]
    public async Task Every_setting_reads_back_as_it_was_put()
    {
        using var services = World.Open();
        var name = await CreateAsync(services);
        var account = (await services.Account.GetCallerIdentityAsync(Token)).AccountId;
        var desired = new BucketSettings
        {
            Tags = new Dictionary<string, string> { ["EmailSecurity:Stack"] = "example.com", ["b"] = "2" },
            BlocksPublicAccess = true,
            Ownership = BucketOwnership.BucketOwnerPreferred,
            Encryption = "AES256",
            Versioned = true,
            Policy = Policy(name, account),
            Lifecycle = [new LifecycleRule("logs", "", 90, 7, 1), new LifecycleRule("old", "assets/", null, 30, null)],
        };
        foreach (var setting in All.Where(s => s != BucketSetting.AccessLogging))
        {
            await services.Buckets.PutSettingAsync(name, setting, desired, Token);
        }

        var observed = (await services.Buckets.GetAsync(name, All, Token))!.Settings;
        Assert.Equal(desired.Tags, observed.Tags);
        Assert.True(observed.BlocksPublicAccess);
        Assert.Equal(desired.Ownership, observed.Ownership);
        Assert.Equal("AES256", observed.Encryption);
        Assert.True(observed.Versioned);
        Assert.Equal(JsonText(desired.Policy), JsonText(observed.Policy!));
        Assert.Equal(desired.Lifecycle.OrderBy(r => r.Id), observed.Lifecycle!.OrderBy(r => r.Id));
        Assert.True(observed.AccessLoggingRead);
        Assert.Null(observed.AccessLogging);
    }

    [Fact]
    public async Task A_new_bucket_has_no_policy_lifecycle_or_tags()
    {
        using var services = World.Open();
        var observed = (await services.Buckets.GetAsync(await CreateAsync(services), All, Token))!.Settings;
        Assert.Empty(observed.Tags);
        Assert.Equal("", observed.Policy);
        Assert.Empty(observed.Lifecycle!);
        Assert.False(observed.Versioned);
    }

    [Fact]
    public async Task Putting_a_setting_twice_changes_nothing()
    {
        using var services = World.Open();
        var name = await CreateAsync(services);
        var desired = new BucketSettings { Versioned = true, Lifecycle = [new LifecycleRule("logs", "", 90, null, null)] };
        for (var i = 0; i < 2; i++)
        {
            await services.Buckets.PutSettingAsync(name, BucketSetting.Versioning, desired, Token);
            await services.Buckets.PutSettingAsync(name, BucketSetting.Lifecycle, desired, Token);
        }

        var observed = (await services.Buckets.GetAsync(name, All, Token))!.Settings;
        Assert.True(observed.Versioned);
        Assert.Single(observed.Lifecycle!);
    }

    [Fact]
    public async Task An_empty_policy_and_lifecycle_take_away_what_was_there()
    {
        using var services = World.Open();
        var name = await CreateAsync(services);
        var account = (await services.Account.GetCallerIdentityAsync(Token)).AccountId;
        var some = new BucketSettings { Policy = Policy(name, account), Lifecycle = [new LifecycleRule("logs", "", 90, null, null)] };
        var none = new BucketSettings { Policy = "", Lifecycle = [] };
        foreach (var desired in new[] { some, none, none })
        {
            await services.Buckets.PutSettingAsync(name, BucketSetting.Policy, desired, Token);
            await services.Buckets.PutSettingAsync(name, BucketSetting.Lifecycle, desired, Token);
        }

        var observed = (await services.Buckets.GetAsync(name, All, Token))!.Settings;
        Assert.Equal("", observed.Policy);
        Assert.Empty(observed.Lifecycle!);
    }

    [Fact]
    public async Task Access_logs_go_to_the_target_and_can_be_switched_off()
    {
        using var services = World.Open();
        var (name, logs) = (await CreateAsync(services), await CreateAsync(services));
        var account = (await services.Account.GetCallerIdentityAsync(Token)).AccountId;
        await services.Buckets.PutSettingAsync(logs, BucketSetting.Policy, new BucketSettings { Policy = LogPolicy(logs, account) }, Token);
        var on = new BucketSettings { AccessLogging = new AccessLogTarget(logs, "s3/") };
        await services.Buckets.PutSettingAsync(name, BucketSetting.AccessLogging, on, Token);
        var wanted = new HashSet<BucketSetting> { BucketSetting.AccessLogging };
        Assert.Equal(on.AccessLogging, (await services.Buckets.GetAsync(name, wanted, Token))!.Settings.AccessLogging);
        await services.Buckets.PutSettingAsync(name, BucketSetting.AccessLogging, new BucketSettings(), Token);
        Assert.Null((await services.Buckets.GetAsync(name, wanted, Token))!.Settings.AccessLogging);
    }

    [Fact]
    public async Task A_rule_that_moves_objects_to_cold_storage_never_looks_like_ours()
    {
        using var services = World.Open();
        var name = await CreateAsync(services);
        using var s3 = World.S3();
        await s3.PutLifecycleConfigurationAsync(
            new PutLifecycleConfigurationRequest
            {
                BucketName = name,
                Configuration = new LifecycleConfiguration
                {
                    Rules =
                    [
                        new Amazon.S3.Model.LifecycleRule
                        {
                            Id = "logs",
                            Status = Amazon.S3.LifecycleRuleStatus.Enabled,
                            Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "" } },
                            Expiration = new LifecycleRuleExpiration { Days = 90 },
                            Transitions = [new LifecycleTransition { Days = 30, StorageClass = Amazon.S3.S3StorageClass.Glacier }],
                        },
                    ],
                },
            },
            Token);
        var rule = Assert.Single((await services.Buckets.GetAsync(name, new HashSet<BucketSetting> { BucketSetting.Lifecycle }, Token))!.Settings.Lifecycle!);
        Assert.NotEqual(new LifecycleRule("logs", "", 90, null, null), rule);
    }

    [Fact]
    public async Task An_object_reads_back_with_its_headers()
    {
        using var services = World.Open();
        var name = await CreateAsync(services);
        var content = Encoding.UTF8.GetBytes("version: STSv1\r\nmode: testing\r\n");
        await services.Buckets.PutObjectAsync(name, new BucketObject(".well-known/mta-sts.txt", content, "text/plain; charset=utf-8", "max-age=60"), Token);
        await services.Buckets.PutObjectAsync(name, new BucketObject("logo.svgz", new byte[] { 0x1f, 0x8b }, "image/svg+xml", "max-age=60") { ContentEncoding = "gzip" }, Token);
        Assert.Equal(content, (await services.Buckets.GetObjectAsync(name, ".well-known/mta-sts.txt", null, 65536, Token))!.Value.ToArray());
        Assert.Equal(content[..10], (await services.Buckets.GetObjectAsync(name, ".well-known/mta-sts.txt", null, 10, Token))!.Value.ToArray());
        Assert.Null(await services.Buckets.GetObjectAsync(name, "absent", null, 10, Token));
        using var s3 = World.S3();
        var plain = await s3.GetObjectMetadataAsync(name, ".well-known/mta-sts.txt", Token);
        Assert.Equal("text/plain; charset=utf-8", plain.Headers.ContentType);
        Assert.Equal("max-age=60", plain.Headers.CacheControl);
        Assert.Equal(content.Length, plain.ContentLength);
        var packed = await s3.GetObjectMetadataAsync(name, "logo.svgz", Token);
        Assert.Equal("gzip", packed.Headers.ContentEncoding);

        var read = await services.Buckets.GetMetadataAsync(name, ".well-known/mta-sts.txt", null, Token);
        Assert.Equal(("text/plain; charset=utf-8", "max-age=60", null, null),
            (read!.ContentType, read.CacheControl, read.ContentEncoding, read.WebsiteRedirect));
        if (!World.IsMoto) // moto tells checksums at HEAD only
        {
            Assert.Equal(Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(content)), read.Sha256);
        }

        Assert.Equal("gzip", (await services.Buckets.GetMetadataAsync(name, "logo.svgz", null, Token))!.ContentEncoding);
        Assert.Null(await services.Buckets.GetMetadataAsync(name, "absent", null, Token));
        Assert.Null(await services.Buckets.GetMetadataAsync(AwsWorld.Unique("none"), "key", null, Token));
    }

    [Fact]
    public async Task Every_version_has_its_own_metadata()
    {
        using var services = World.Open();
        var name = await CreateAsync(services);
        Assert.Equal("", await services.Buckets.PutObjectAsync(name, new BucketObject("key", new byte[] { 0 }, "text/html", "no-store"), Token));
        await services.Buckets.PutSettingAsync(name, BucketSetting.Versioning, new BucketSettings { Versioned = true }, Token);
        var first = await services.Buckets.PutObjectAsync(name, new BucketObject("key", new byte[] { 1 }, "text/plain", "no-store"), Token);
        var second = await services.Buckets.PutObjectAsync(name, new BucketObject("key", new byte[] { 2 }, "image/svg+xml", "no-store"), Token);
        Assert.NotEqual(first, second);
        Assert.Equal((first, "text/plain"), await ReadAsync(first));
        Assert.Equal((second, "image/svg+xml"), await ReadAsync(null));

        async Task<(string, string)> ReadAsync(string? version)
            => (await services.Buckets.GetMetadataAsync(name, "key", version, Token)) is { } m ? (m.VersionId, m.ContentType) : ("", "");
    }

    [Fact]
    public async Task What_others_put_there_is_found_and_stays()
    {
        using var services = World.Open();
        var name = await CreateAsync(services);
        static bool IsOwn(string key) => key.StartsWith("ours/", StringComparison.Ordinal) || key == ".well-known/own";
        Assert.Null(await services.Buckets.FindOthersAsync(name, IsOwn, Token));
        Assert.Null(await services.Buckets.FindOthersAsync(AwsWorld.Unique("none"), IsOwn, Token));
        await services.Buckets.PutSettingAsync(name, BucketSetting.Versioning, new BucketSettings { Versioned = true }, Token);
        foreach (var key in (string[])["ours/1", ".well-known/own", ".well-known/theirs", "notes", "theirs/1", "theirs/1", "theirs/2", "theirs/3"])
        {
            await services.Buckets.PutObjectAsync(name, new BucketObject(key, new byte[] { 1 }, "text/plain", "no-store"), Token);
        }

        var found = await services.Buckets.FindOthersAsync(name, IsOwn, Token);
        Assert.Equal((5, 3, false), (found!.Count, found.Keys.Count, found.IsMore));
        Assert.EndsWith(" and 2 more", found.ToString(), StringComparison.Ordinal);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(5, (await services.Buckets.EmptyOwnAndDeleteAsync(name, IsOwn, Token))!.Count);
        }

        Assert.Equal([".well-known/theirs", "notes", "theirs/1", "theirs/1", "theirs/2", "theirs/3"],
            (await services.Buckets.ListObjectVersionsAsync(name, Token)).Select(v => v.Key).Order(StringComparer.Ordinal));
        Assert.Null(await services.Buckets.EmptyOwnAndDeleteAsync(name, _ => true, Token));
        Assert.Null(await services.Buckets.GetAsync(name, All, Token));
    }

    [Fact]
    public async Task A_lifecycle_rule_that_is_kept_is_put_back_word_for_word()
    {
        using var services = World.Open();
        var name = await CreateAsync(services);
        using var s3 = World.S3();
        var theirs = new Amazon.S3.Model.LifecycleRule
        {
            Id = "theirs",
            Status = Amazon.S3.LifecycleRuleStatus.Disabled,
            Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = "x/" } },
            Transitions = [new LifecycleTransition { Days = 30, StorageClass = Amazon.S3.S3StorageClass.Glacier }],
        };
        await s3.PutLifecycleConfigurationAsync(name, new LifecycleConfiguration { Rules = [theirs] }, Token);
        var now = (await services.Buckets.GetAsync(name, new HashSet<BucketSetting> { BucketSetting.Lifecycle }, Token))!.Settings.Lifecycle!.Single();
        Assert.Equal(("theirs", "x/", false, true), (now.Id, now.Prefix, now.IsEnabled, now.HasMore));
        var ours = new LifecycleRule("ours", "", 90, 7, 1) { NewerNoncurrentVersions = 2 };
        await services.Buckets.PutSettingAsync(name, BucketSetting.Lifecycle,
            new BucketSettings { Lifecycle = [ours, now with { IsKept = true }, new LifecycleRule("gone", "", 1, 1, 1) { IsKept = true }] }, Token);
        var rules = (await s3.GetLifecycleConfigurationAsync(name, Token)).Configuration.Rules.OrderBy(r => r.Id, StringComparer.Ordinal).ToArray();
        Assert.Equal(["ours", "theirs"], rules.Select(r => r.Id));
        Assert.Equal(("Disabled", 30, "GLACIER"),
            (rules[1].Status.Value, rules[1].Transitions.Single().Days!.Value, rules[1].Transitions.Single().StorageClass.Value));
        var expected = World.IsMoto ? ours with { NewerNoncurrentVersions = null } : ours; // moto forgets it
        Assert.Contains(expected, (await services.Buckets.GetAsync(name, new HashSet<BucketSetting> { BucketSetting.Lifecycle }, Token))!.Settings.Lifecycle!);
    }

    [Fact]
    public async Task An_empty_object_is_empty_and_not_absent()
    {
        using var services = World.Open();
        var name = await CreateAsync(services);
        await services.Buckets.PutObjectAsync(name, new BucketObject("empty", ReadOnlyMemory<byte>.Empty, "text/plain", "no-store"), Token);
        Assert.Equal(0, (await services.Buckets.GetObjectAsync(name, "empty", null, 10, Token))!.Value.Length);
    }

    [Fact]
    public async Task Versions_are_listed_with_hash_size_and_order()
    {
        using var services = World.Open();
        var name = await CreateAsync(services);
        await services.Buckets.PutSettingAsync(name, BucketSetting.Versioning, new BucketSettings { Versioned = true }, Token);
        foreach (var text in new[] { "one", "second" })
        {
            await services.Buckets.PutObjectAsync(name, new BucketObject("key", Encoding.UTF8.GetBytes(text), "text/plain", "no-store"), Token);
        }

        var versions = await services.Buckets.ListObjectVersionsAsync(name, Token);
        Assert.Equal(2, versions.Count);
        var latest = Assert.Single(versions, v => v.IsLatest);
        Assert.Equal(6, latest.Size);
        Assert.Equal("a9f0e61a137d86aa9db53465e0801612", latest.ETag);
        Assert.All(versions, v => Assert.InRange(v.LastModified, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5)));
        var old = Assert.Single(versions, v => !v.IsLatest);
        Assert.Equal("one"u8.ToArray(), (await services.Buckets.GetObjectAsync(name, "key", old.VersionId, 10, Token))!.Value.ToArray());

        using var s3 = World.S3();
        await s3.DeleteObjectAsync(name, "key", Token);
        versions = await services.Buckets.ListObjectVersionsAsync(name, Token);
        Assert.Equal(3, versions.Count);
        Assert.True(Assert.Single(versions, v => v.IsLatest).IsDeleteMarker);
        Assert.Null(await services.Buckets.GetObjectAsync(name, "key", null, 10, Token));
        Assert.Null(await services.Buckets.GetObjectAsync(name, "key", versions.Single(v => v.IsDeleteMarker).VersionId, 10, Token));
    }

    [Fact]
    public async Task A_bucket_is_emptied_of_versions_and_markers_and_deleted()
    {
        using var services = World.Open();
        var name = await CreateAsync(services);
        await services.Buckets.PutSettingAsync(name, BucketSetting.Versioning, new BucketSettings { Versioned = true }, Token);
        for (var i = 0; i < 6; i++)
        {
            await services.Buckets.PutObjectAsync(name, new BucketObject("key " + (i % 2), new byte[] { (byte)i }, "text/plain", "no-store"), Token);
        }

        using var s3 = World.S3();
        await s3.DeleteObjectAsync(name, "key 0", Token);
        var progress = new Counter();
        await services.Buckets.EmptyAndDeleteAsync(name, progress, Token);
        Assert.Equal(7, progress.Last);
        Assert.Null(await services.Buckets.GetAsync(name, All, Token));
        await services.Buckets.EmptyAndDeleteAsync(name, null, Token);
    }

    [Fact]
    public async Task A_bucket_of_another_account_is_never_read_written_or_deleted()
    {
        using var services = World.Open();
        using var other = await World.OpenOtherAsync();
        var name = await CreateAsync(other);
        await other.Buckets.PutObjectAsync(name, new BucketObject("key", new byte[] { 1 }, "text/plain", "no-store"), Token);
        var taken = await AwsWorld.FailsAsync("BucketNameTaken", () => services.Buckets.CreateAsync(name, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token));
        Assert.Equal(ErrorKind.Exists, taken.Kind);
        Assert.Equal(name, taken.Target);
        World.SkipOnMoto("does not keep accounts apart in S3, nor look at x-amz-expected-bucket-owner");
        taken = await AwsWorld.FailsAsync("BucketNameTaken", () => services.Buckets.GetAsync(name, All, Token));
        Assert.Contains(name, taken.Message, StringComparison.Ordinal);
        var put = new BucketSettings { Versioned = true };
        await AwsWorld.FailsAsync("AccessDenied", () => services.Buckets.PutSettingAsync(name, BucketSetting.Versioning, put, Token));
        await AwsWorld.FailsAsync("AccessDenied", () => services.Buckets.PutObjectAsync(name, new BucketObject("key", new byte[] { 2 }, "text/plain", "no-store"), Token));
        await AwsWorld.FailsAsync("AccessDenied", () => services.Buckets.GetObjectAsync(name, "key", null, 10, Token));
        await AwsWorld.FailsAsync("AccessDenied", () => services.Buckets.EmptyAndDeleteAsync(name, null, Token));
        Assert.Equal(new byte[] { 1 }, (await other.Buckets.GetObjectAsync(name, "key", null, 10, Token))!.Value.ToArray());
    }

    private static async Task<string> CreateAsync(IEmailSecurityServices services)
    {
        var name = AwsWorld.Unique("bucket");
        await services.Buckets.CreateAsync(name, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token);
        return name;
    }

    private static string Policy(string bucket, string account) => $$"""
        {"Version":"2012-10-17","Statement":[
        {"Sid":"Tls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::{{bucket}}","arn:aws:s3:::{{bucket}}/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"},"StringNotEquals":{"aws:PrincipalAccount":"{{account}}"} } },
        {"Sid":"CloudFront","Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::{{bucket}}/*","Condition":{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::{{account}}:distribution/E1"} } } ]}
        """;

    private static string LogPolicy(string bucket, string account) => $$"""
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::{{bucket}}/*","Condition":{"StringEquals":{"aws:SourceAccount":"{{account}}"} } } ]}
        """;

    private static string JsonText(string json) => System.Text.Json.Nodes.JsonNode.Parse(json)!.ToJsonString();

    private sealed class Counter : IProgress<int>
    {
        public int Last { get; private set; }

        public void Report(int value) => Last = value;
    }
}
