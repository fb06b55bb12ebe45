using System.Reflection;
using System.Text;
using System.Xml.Linq;
using Amazon.S3.Model;
using EmailSecurity.Planning;
using EmailSecurity.Sandbox.S3;
using EmailSecurity.Tests.EndToEnd;
using static EmailSecurity.Tests.Drift.DriftHand;

namespace EmailSecurity.Tests.Drift;

/// <summary>
/// Another hand alters every single setting of a published stack, one after another. The settings are those that AWS shows, so that one which nobody thought
/// of fails the test until it is known what becomes of it.
/// </summary>
public sealed class DriftTests
{
    [Fact]
    public async Task Every_setting_of_the_distribution_is_repaired_sidestepped_or_kept()
    {
        await using var lab = await PublishedAsync();
        using var hand = new DriftHand(lab);
        var (id, _, config) = await hand.DistributionAsync();
        Assert.Equal(DistributionCases.All.Keys.Order(StringComparer.Ordinal), DistributionCases.Paths(config).Order(StringComparer.Ordinal));
        await hand.PutBucketAsync("theirs-for-logs", "ownershipControls", Ownership("BucketOwnerPreferred"));
        List<string> wrong = [];
        foreach (var (path, (fate, alter)) in DistributionCases.All.Where(c => c.Value is { Fate: not Fate.Kept, Alter: not null }))
        {
            try
            {
                await AlterAsync(path, fate, alter!);
            }
            catch (Exception e) when (e is Xunit.Sdk.IAssertionException or EmailSecurityException)
            {
                wrong.Add($"{path}: {e.Message}");
                await hand.PutDistributionAsync(id, config);
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));

        // All that is kept, at once: nothing to repair, and nothing lost by a repair of something else.
        var kept = DistributionCases.All.Where(c => c.Value.Fate == Fate.Kept).ToArray();
        var all = new XElement(config);
        Assert.All(kept, k => k.Value.Alter!(all));
        Assert.Null(await hand.PutDistributionAsync(id, all));
        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
        var (_, _, theirs) = await hand.DistributionAsync();
        var commented = new XElement(theirs);
        DistributionCases.All["Comment"].Alter!(commented);
        Assert.Null(await hand.PutDistributionAsync(id, commented));
        var plan = await NamedAndRepairedAsync(lab, "Comment", id);
        Assert.Equal(Lines(theirs), Lines((await hand.DistributionAsync()).Config));
        Assert.Contains(plan.Information, i => i.Contains("webacl/theirs", StringComparison.Ordinal));

        async Task AlterAsync(string path, Fate fate, Action<XElement> alter)
        {
            var altered = new XElement(config);
            alter(altered);
            var refused = await hand.PutDistributionAsync(id, altered);
            Assert.True(fate == Fate.Fixed == refused is not null, $"{path}: {refused}");
            if (fate == Fate.Fixed)
            {
                return;
            }

            var (_, _, before) = await hand.DistributionAsync(id);
            await NamedAndRepairedAsync(lab, path, id);
            var (_, _, now) = await hand.DistributionAsync();
            var patterns = now.Descendants(Cf + "PathPattern").Select(p => p.Value).ToArray();
            Assert.Equal(fate == Fate.Sidestepped ? [".well-known/mta-sts.txt", "bimi/*", .. before.Descendants(Cf + "PathPattern").Select(p => p.Value)] : [], patterns);
            var wanted = fate == Fate.Sidestepped && path != "CacheBehaviors" ? before : config;
            Assert.True(path == "CacheBehaviors" || XNode.DeepEquals(DistributionCases.At(wanted, path), DistributionCases.At(now, path)), $"{path}: {DistributionCases.At(now, path)}");
            Assert.NotNull(await lab.ServedPolicyAsync());
            Assert.Null(await hand.PutDistributionAsync(id, config));
        }
    }

    [Theory]
    [InlineData("SigningBehavior", "never", true)]
    [InlineData("SigningBehavior", "no-override", true)]
    [InlineData("OriginAccessControlOriginType", "lambda", true)]
    [InlineData("Name", "theirs", false)]
    [InlineData("Description", "theirs", false)]
    public async Task Every_setting_of_the_origin_access_control_is_repaired_or_kept(string setting, string value, bool isRepaired)
    {
        await using var lab = await PublishedAsync();
        using var hand = new DriftHand(lab);
        var id = DistributionCases.Value((await hand.DistributionAsync()).Config, "Origins/Origin/OriginAccessControlId");
        var control = await hand.ControlAsync(id);
        Assert.Equal(["Name", "Description", "SigningProtocol", "SigningBehavior", "OriginAccessControlOriginType"], control.Elements().Select(e => e.Name.LocalName));
        control.Element(Cf + setting)!.Value = value;
        await hand.PutControlAsync(id, control);
        if (isRepaired)
        {
            var plan = await NamedAndRepairedAsync(lab, setting, (await hand.DistributionAsync()).Id);
            Assert.Contains(plan.Changes, c => c.Resource == "origin access control" && c.Before.Contains(value, StringComparison.Ordinal));
            Assert.NotEqual(id, DistributionCases.Value((await hand.DistributionAsync()).Config, "Origins/Origin/OriginAccessControlId"));
        }
        else
        {
            Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_setting_of_a_bucket_is_repaired_or_kept(bool isLogs)
    {
        await using var lab = await PublishedAsync();
        using var hand = new DriftHand(lab);
        Assert.Empty(BucketCases.Unclassified);
        var bucket = isLogs ? lab.LogBucket() : lab.AssetBucket();
        var cases = BucketCases.All.Where(c => (isLogs ? c.Value.Logs : c.Value.Assets) is not (null or Fate.Fixed)).ToDictionary(c => c.Key, c => (Fate: isLogs ? c.Value.Logs!.Value : c.Value.Assets, c.Value.Alter));
        Dictionary<string, string?> documents = new(StringComparer.Ordinal);
        foreach (var subresource in BucketCases.Walked)
        {
            documents[subresource] = await hand.BucketAsync(bucket, subresource);
        }

        Assert.Empty(documents.SelectMany(d => BucketCases.Paths(d.Key, d.Value)).Except(cases.Keys));
        foreach (var (path, (fate, alter)) in cases)
        {
            var subresource = path.Split('/', ' ')[0];
            var altered = alter(documents[subresource]!);
            await hand.PutBucketAsync(bucket, subresource, altered);
            if (fate == Fate.Repaired)
            {
                await NamedAndRepairedAsync(lab, path, bucket);
                var now = BucketCases.Paths(subresource, await hand.BucketAsync(bucket, subresource)).ToArray();
                Assert.Empty(BucketCases.Paths(subresource, documents[subresource]).Except(now));
            }
            else
            {
                var seen = await hand.BucketAsync(bucket, subresource);
                var plan = await lab.PlanAsync(StackLab.Stack());
                Assert.True(plan.IsEmpty, $"{path}: {string.Join("; ", plan.Changes)}");
                Assert.Equal(seen, await hand.BucketAsync(bucket, subresource));
            }

            await hand.PutBucketAsync(bucket, subresource, documents[subresource]);
        }

        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
    }

    // Header by header, as S3 keeps them with an object.
    private static IReadOnlyDictionary<string, Fate> Headers { get; } = new Dictionary<string, Fate>(StringComparer.Ordinal)
    {
        ["content-type"] = Fate.Repaired,
        ["cache-control"] = Fate.Repaired,
        ["content-encoding"] = Fate.Repaired,
        ["x-amz-website-redirect-location"] = Fate.Repaired,
        ["content-disposition"] = Fate.Kept,
        ["content-language"] = Fate.Kept,
        ["expires"] = Fate.Kept, // Cache-Control takes precedence (RFC 9111 section 5.3)
    };

    [Fact]
    public async Task Every_header_of_a_served_object_and_its_bytes_are_repaired_or_kept()
    {
        var known = (string[])typeof(S3Operation).Assembly.GetType("EmailSecurity.Sandbox.S3.ObjectUploads")!.GetField("KeptHeaders", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;
        Assert.Equal(known.Order(StringComparer.Ordinal), Headers.Keys.Order(StringComparer.Ordinal));
        await using var lab = await PublishedAsync();
        var bucket = lab.AssetBucket();
        var keys = (await lab.OnS3Async(s3 => s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket }))).S3Objects.Select(o => o.Key).ToArray();
        Assert.Equal(2, keys.Length);
        foreach (var key in keys)
        {
            using var there = await lab.OnS3Async(s3 => s3.GetObjectAsync(bucket, key));
            using var reader = new StreamReader(there.ResponseStream, Encoding.UTF8);
            var content = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            foreach (var (header, fate) in Headers.Append(new("x-amz-meta-theirs", Fate.Kept)).Append(new("bytes", Fate.Repaired)))
            {
                await PutAsync(lab, bucket, key, header == "bytes" ? content.Replace("86400", "90000", StringComparison.Ordinal).Replace("Example", "Theirs", StringComparison.Ordinal) : content,
                    there.Headers.ContentType, there.Headers.CacheControl, header);
                if (fate == Fate.Repaired)
                {
                    await NamedAndRepairedAsync(lab, header, $"{bucket}/{key}");
                }
                else
                {
                    Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
                }
            }

            await lab.OnS3Async(s3 => s3.DeleteObjectAsync(bucket, key));
            await NamedAndRepairedAsync(lab, "deleted", $"{bucket}/{key}");
        }
    }

    [Fact]
    public async Task Every_record_is_repaired_field_by_field()
    {
        await using var lab = await PublishedAsync();
        using var hand = new DriftHand(lab);
        var sets = (await hand.RecordsAsync()).Where(s => Text(s, "Type") is not ("NS" or "SOA" or "MX") && !Text(s, "Name").StartsWith("_dmarc", StringComparison.Ordinal)).ToArray();
        Assert.Equal(9, sets.Length); // three TXT, two hosts of two addresses, two validations
        await lab.UseElsewhereAsync((await lab.DistributionAsync()).Config.ViewerCertificate.ACMCertificateArn);
        using var cloudFront = lab.CloudFront();
        var all = await cloudFront.ListDistributionsAsync(new Amazon.CloudFront.Model.ListDistributionsRequest(), TestContext.Current.CancellationToken);
        var elsewhere = all.DistributionList.Items.Single(d => d.Aliases.Items is not { Count: > 0 }).DomainName;
        foreach (var set in sets)
        {
            var name = Text(set, "Name").TrimEnd('.');
            foreach (var leaf in set.Descendants().Where(e => !e.HasElements).Select(e => e.Name.LocalName).Append("deleted").Append("Weight"))
            {
                lab.Time.Advance(TimeSpan.FromMinutes(1)); // the rate limits recover
                var altered = new XElement(set);
                var field = altered.Descendants().FirstOrDefault(e => e.Name.LocalName == leaf);
                var isValidation = Text(set, "Type") == "CNAME";
                switch (leaf)
                {
                    case "Name" or "Type" or "HostedZoneId" or "EvaluateTargetHealth": // which record it is; Route 53 refuses the latter for CloudFront
                        continue;
                    case "deleted":
                        await hand.ChangeRecordsAsync(("DELETE", set));
                        break;
                    case "Weight": // a routing policy: another set, which is never ours
                        altered.Element(set.Name.Namespace + "Type")!.AddAfterSelf(new XElement(set.Name.Namespace + "SetIdentifier", "theirs"), new XElement(set.Name.Namespace + "Weight", 1));
                        await hand.ChangeRecordsAsync(("DELETE", set), ("CREATE", altered));
                        if (!isValidation)
                        {
                            var e = await Assert.ThrowsAsync<EmailSecurityException>(() => lab.PlanAsync(StackLab.Stack()));
                            Assert.Equal(("ForeignRecord", name), (e.ErrorId, e.Target));
                        }

                        await hand.ChangeRecordsAsync(("DELETE", altered), ("CREATE", set));
                        continue;
                    default:
                        field!.Value = leaf switch
                        {
                            "TTL" => "7200",
                            "DNSName" => elsewhere + ".",
                            _ => isValidation ? "_elsewhere.acm-validations.aws." : field.Value.Insert(field.Value.Length - 1, "x"),
                        };
                        await hand.ChangeRecordsAsync(("UPSERT", altered));
                        break;
                }

                lab.Time.Advance(StackLab.InSync);
                if (isValidation && leaf == "TTL")
                {
                    Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes); // ACM does not care
                    await hand.ChangeRecordsAsync(("UPSERT", set));
                    continue;
                }

                await NamedAndRepairedAsync(lab, leaf, name);
                lab.Time.Advance(StackLab.InSync);
                Assert.Contains(await hand.RecordsAsync(), s => XNode.DeepEquals(s, set));
            }
        }
    }

    // The plan names it, with before, after and a consequence; a publish repairs it; then there is nothing left to do.
    private static async Task<Plan> NamedAndRepairedAsync(StackLab lab, string what, string target)
    {
        var plan = await lab.PlanAsync(StackLab.Stack());
        var change = plan.Changes.FirstOrDefault(c => c.IsWrite && c.Target == target);
        Assert.True(change is not null, $"{what}: {target} is not in {string.Join("; ", plan.Changes)}");
        Assert.NotEqual(change.Before, change.After);
        Assert.True(change.Reason.Length > 0 && change.Consequence.EndsWith('.'), $"{what}: {change} {change.Consequence}");
        var result = await lab.PublishAsync(StackLab.Stack());
        Assert.True(result.Errors.Count == 0, $"{what}: {string.Join("; ", result.Errors.Select(e => e.Message))}");
        var again = await lab.PlanAsync(StackLab.Stack());
        Assert.True(again.IsEmpty, $"{what}: {string.Join("; ", again.Changes)}");
        return plan;
    }

    private static async Task<StackLab> PublishedAsync()
    {
        var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack());
        lab.Sandbox.SetLatency("none", 1);
        await lab.OnS3Async(s3 => s3.PutBucketAsync(new PutBucketRequest
        {
            BucketName = "theirs-for-logs",
            PutBucketConfiguration = new PutBucketConfiguration { LocationConstraint = "eu-central-1" },
        }));
        await lab.OnS3Async(s3 => s3.PutBucketPolicyAsync("theirs-for-logs", """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::theirs-for-logs/*"}]}
            """));
        return lab;
    }

    private static IEnumerable<string> Lines(XElement document) => document.Descendants().Where(e => !e.HasElements)
        .Select(e => $"{string.Join('/', e.AncestorsAndSelf().Reverse().Skip(1).Select(a => a.Name.LocalName))}={e.Value}");

    private static string Ownership(string value)
        => $"<OwnershipControls xmlns='{BucketCases.S3}'><Rule><ObjectOwnership>{value}</ObjectOwnership></Rule></OwnershipControls>";

    private static string Text(XElement set, string name) => set.Element(set.Name.Namespace + name)?.Value ?? "";

    private static Task PutAsync(StackLab lab, string bucket, string key, string content, string type, string cache, string header)
    {
        var put = new PutObjectRequest { BucketName = bucket, Key = key, ContentBody = content, ContentType = header == "content-type" ? "text/html" : type, UseChunkEncoding = false };
        put.Headers.CacheControl = header == "cache-control" ? "max-age=31536000" : cache;
        switch (header)
        {
            case "content-encoding":
                put.Headers.ContentEncoding = "br";
                break;
            case "x-amz-website-redirect-location":
                put.WebsiteRedirectLocation = "/elsewhere";
                break;
            case "content-disposition":
                put.Headers.ContentDisposition = "attachment";
                break;
            case "content-language":
                put.Headers["Content-Language"] = "de";
                break;
            case "expires":
                put.Headers["Expires"] = "Thu, 01 Jan 2026 00:00:00 GMT";
                break;
            case "x-amz-meta-theirs":
                put.Metadata["theirs"] = "1";
                break;
            default:
                break;
        }

        return lab.OnS3Async(s3 => s3.PutObjectAsync(put));
    }
}
