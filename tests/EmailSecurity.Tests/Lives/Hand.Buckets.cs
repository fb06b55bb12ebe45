using EmailSecurity.Sandbox.S3;

namespace EmailSecurity.Tests.Lives;

/// <summary>What others do to the buckets.</summary>
internal sealed partial class Hand
{
    private static readonly string[] Policies =
    [
        "version: STSv1\r\nmode: testing\r\nmx: mx1.example.com\r\nmax_age: 86400\r\n",
        "version: STSv1\r\nmode: enforce\r\nmx: mx1.example.com\r\nmax_age: 604800\r\n",
        "version: STSv1\r\nmode: none\r\nmax_age: 86400\r\n",
        "hello",
    ];

    private Bucket[] Buckets()
    {
        lock (sandbox.Emulation.S3.Gate)
        {
            return [.. sandbox.Emulation.S3.Buckets.Values.Where(b => b.Name.StartsWith("es-example-com", StringComparison.Ordinal))
                .OrderBy(b => b.Name.Contains("-assets", StringComparison.Ordinal) ? 0 : 1)];
        }
    }

    private async Task<(string, AwsAnswer?)> OnBucketAsync()
    {
        var buckets = Buckets();
        if (buckets.Length == 0)
        {
            return ("looks for the buckets", null);
        }

        var bucket = random.Chance(0.65) ? buckets[0] : buckets[^1];
        var role = bucket.Name.Contains("-assets", StringComparison.Ordinal) ? "asset bucket" : "log bucket";
        Task<AwsAnswer> SetAsync(string setting, string body) => aws.CallAsync("s3", "PUT", $"/{bucket.Name}?{setting}", body, Region);
        Task<AwsAnswer> DropAsync(string setting) => aws.CallAsync("s3", "DELETE", $"/{bucket.Name}?{setting}", "", Region);
        var ns = DirectAws.S3;
        switch (random.Below(16))
        {
            case 0:
                return ($"deletes the {role} with all that is in it", await DeleteAsync(bucket));
            case 1 or 2:
                return await OnObjectAsync(bucket, role);
            case 3:
                var text = random.Pick(Policies);
                return ($"puts another policy into the {role}: {text.ReplaceLineEndings(" ").Trim()}",
                    await aws.CallAsync("s3", "PUT", $"/{bucket.Name}/.well-known/mta-sts.txt", text, Region, ("content-type", "text/plain")));
            case 4:
                return ($"puts a file of their own into the {role}", await aws.CallAsync("s3", "PUT", $"/{bucket.Name}/{Fresh("notes")}.txt", "theirs", Region));
            case 5:
                return ($"removes all tags of the {role}", await DropAsync("tagging"));
            case 6:
                return ($"adds a tag to the {role}", await TagsAsync(bucket, t => t.Append(new("team", Fresh("t")))));
            case 7:
                return ($"tags the {role} as another stack's", await TagsAsync(bucket, t => t.Where(p => p.Key != "EmailSecurity:Stack").Append(new("EmailSecurity:Stack", "example.net"))));
            case 8:
                return ($"removes some tags of the {role}", await TagsAsync(bucket, t => t.Where(_ => random.Chance(0.6))));
            case 9:
                return ($"suspends versioning of the {role}", await SetAsync("versioning", $"<VersioningConfiguration xmlns=\"{ns}\"><Status>Suspended</Status></VersioningConfiguration>"));
            case 10:
                return ($"removes the lifecycle of the {role}", await DropAsync("lifecycle"));
            case 11:
                return ($"encrypts the {role} by a KMS key of AWS's", await SetAsync("encryption", $"<ServerSideEncryptionConfiguration xmlns=\"{ns}\"><Rule><ApplyServerSideEncryptionByDefault>"
                    + "<SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"));
            case 12:
                return ($"removes the public access block of the {role}", await DropAsync("publicAccessBlock"));
            case 13:
                return ($"deletes the policy of the {role}", await DropAsync("policy"));
            case 14:
                return ($"sets the ownership of the {role}", await SetAsync("ownershipControls", $"<OwnershipControls xmlns=\"{ns}\"><Rule><ObjectOwnership>"
                    + $"{random.Pick(["ObjectWriter", "BucketOwnerPreferred", "BucketOwnerEnforced"])}</ObjectOwnership></Rule></OwnershipControls>"));
            default:
                return ($"turns the log of the {role} off", await SetAsync("logging", $"<BucketLoggingStatus xmlns=\"{ns}\"/>"));
        }
    }

    /// <summary>Deletes what is in the stack's buckets and not of the stack's own, as those do who put it there and were asked to.</summary>
    public async Task TakeFilesAwayAsync()
    {
        foreach (var bucket in Buckets())
        {
            var isAssets = bucket.Name.Contains("-assets", StringComparison.Ordinal);
            string[] kept = isAssets ? [".well-known/mta-sts.txt", "bimi/", "adopted/"] : ["cloudfront/", "s3/"];
            foreach (var (version, _) in bucket.Objects.All.Where(o => !kept.Any(k => o.Version.Key.StartsWith(k, StringComparison.Ordinal))).ToArray())
            {
                await aws.CallAsync("s3", "DELETE", $"/{bucket.Name}/{version.Key}?versionId={version.VersionId}", "", Region);
            }
        }
    }

    private async Task<(string, AwsAnswer?)> OnObjectAsync(Bucket bucket, string role)
    {
        var all = bucket.Objects.All.Where(o => !o.Version.Key.StartsWith("cloudfront/", StringComparison.Ordinal)).ToArray();
        if (all.Length == 0)
        {
            return ($"looks for files in the {role}", null);
        }

        var (version, isLatest) = random.Pick(all);
        return random.Chance(0.5)
            ? ($"deletes {Shown(version.Key)} in the {role}", await aws.CallAsync("s3", "DELETE", $"/{bucket.Name}/{version.Key}", "", Region))
            : ($"deletes {(isLatest ? "the newest" : "an old")} version of {Shown(version.Key)} in the {role} for good",
                await aws.CallAsync("s3", "DELETE", $"/{bucket.Name}/{version.Key}?versionId={version.VersionId}", "", Region));
    }

    private static string Shown(string key) => key.Length > 40 ? key[..40] + "..." : key;

    private Task<AwsAnswer> TagsAsync(Bucket bucket, Func<IEnumerable<KeyValuePair<string, string>>, IEnumerable<KeyValuePair<string, string>>> edit)
        => OtherPeople.TagAsync(aws, bucket.Name, [.. edit(bucket.Tags).Select(t => (t.Key, t.Value))]);

    private async Task<AwsAnswer> DeleteAsync(Bucket bucket)
    {
        foreach (var (version, _) in bucket.Objects.All.ToArray())
        {
            await aws.CallAsync("s3", "DELETE", $"/{bucket.Name}/{version.Key}?versionId={version.VersionId}", "", Region);
        }

        return await aws.CallAsync("s3", "DELETE", "/" + bucket.Name, "", Region);
    }
}
