using EmailSecurity.Applying;
using EmailSecurity.Deployment;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>Each way of bad input: one clear error with a stable id, and nothing half-made that a run afterwards does not handle.</summary>
public class BadInputTests
{
    [Fact]
    public async Task Unknown_hosted_zone()
    {
        await using var lab = await StackLab.StartAsync();
        var stack = StackWish.For("example.net") with { MxHost = ["mx.example.net"] };
        await NothingWrittenAsync(lab, "HostedZoneNotFound", ErrorKind.NotFound, () => lab.PublishAsync(stack));
    }

    [Fact]
    public async Task Foreign_record_is_refused_and_adopted_on_request_with_its_before_image()
    {
        await using var lab = await StackLab.StartAsync(("_mta-sts.example.com", "TXT", "\"v=STSv1; id=20200101\""));
        await NothingWrittenAsync(lab, "ForeignRecord", ErrorKind.Exists, () => lab.PublishAsync(StackLab.Stack()));
        Assert.Equal(["v=STSv1; id=20200101"], await lab.TxtAsync("_mta-sts.example.com"));

        var adopted = await lab.PublishAsync(StackLab.Stack(), options: new PublishOptions { Adopt = true });
        Assert.Empty(adopted.Errors);
        lab.Time.Advance(StackLab.InSync);
        Assert.Equal([$"v=STSv1; id={adopted.Stack!.PolicyId};"], await lab.TxtAsync("_mta-sts.example.com"));
        using var services = lab.Connect();
        var kept = (await services.Buckets.ListObjectVersionsAsync(adopted.Stack.AssetBucket, CancellationToken.None)).Single(v => v.Key.StartsWith("adopted/", StringComparison.Ordinal));
        var image = await services.Buckets.GetObjectAsync(adopted.Stack.AssetBucket, kept.Key, null, 10000, CancellationToken.None);
        Assert.Contains("id=20200101", System.Text.Encoding.UTF8.GetString(image!.Value.Span), StringComparison.Ordinal);

        // Ours from now on.
        Assert.Empty((await lab.PublishAsync(StackLab.Stack(s => s with { MaxAge = 99999 }))).Errors);
    }

    [Fact]
    public async Task Foreign_cname_at_the_policy_host_is_refused()
    {
        await using var lab = await StackLab.StartAsync(("mta-sts.example.com", "CNAME", "mta-sts.vendor.example."));
        var error = await NothingWrittenAsync(lab, "ForeignRecord", ErrorKind.Exists, () => lab.PublishAsync(StackLab.Stack()));
        Assert.Contains("mta-sts.vendor.example", error.Message, StringComparison.Ordinal);
        var adopted = await lab.PublishAsync(StackLab.Stack(), options: new PublishOptions { Adopt = true });
        Assert.Empty(adopted.Errors);
        Assert.NotNull(await lab.ServedPolicyAsync());
    }

    [Fact]
    public async Task Bucket_name_taken_by_another_account()
    {
        await using var lab = await StackLab.StartAsync();
        var name = StackNames.AssetBucket(StackLab.Domain, lab.Sandbox.AccountId, BucketForm.Shared("eu1"));
        using (var other = new Amazon.S3.AmazonS3Client(new Amazon.Runtime.BasicAWSCredentials(lab.Sandbox.OtherAccessKey, lab.Sandbox.OtherSecretKey), new Amazon.S3.AmazonS3Config { ServiceURL = lab.Sandbox.EndpointUrl, AuthenticationRegion = "us-east-1", ForcePathStyle = true }))
        {
            await other.PutBucketAsync(name);
        }

        lab.Sandbox.ClearCalls();
        await NothingWrittenAsync(lab, "BucketNameTaken", ErrorKind.Exists, () => lab.PublishAsync(StackLab.Stack(s => s with { BucketSuffix = "eu1" })));
    }

    [Fact]
    public async Task Certificate_that_fails_validation_and_the_way_out()
    {
        await using var lab = await StackLab.StartAsync();
        var failed = await lab.PublishAsync(StackLab.Stack(), host: new CaaMeanwhile(lab, "0 issue \"letsencrypt.org\""));
        var error = Assert.Single(failed.Errors);
        Assert.Equal("CertificateNotValidated", error.ErrorId);
        Assert.Contains("CAA", error.Message, StringComparison.Ordinal);
        Assert.Empty(await lab.TxtAsync("_mta-sts.example.com"));

        PutCaa(lab, "0 issue \"amazon.com\"");
        var mended = await lab.PublishAsync(StackLab.Stack());
        Assert.Empty(mended.Errors);
        Assert.Equal(StackStatus.Deployed, mended.Stack!.Status);
    }

    [Fact]
    public async Task Failed_certificate_is_removed_with_the_rest()
    {
        await using var lab = await StackLab.StartAsync();
        var before = await LabState.DescribeAsync(lab);
        Assert.Single((await lab.PublishAsync(StackLab.Stack(), host: new CaaMeanwhile(lab, "0 issue \";\""))).Errors);
        var removed = await lab.RemoveAsync();
        Assert.Empty(removed.Errors);
        Assert.Null(removed.Stack);
        Assert.Equal(before.Split('\n'), (await LabState.DescribeAsync(lab)).Split('\n').Where(l => !l.Contains("_smtp._tls", StringComparison.Ordinal) && !l.Contains(" CAA ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Wrong_credentials()
    {
        await using var lab = await StackLab.StartAsync();
        using var run = lab.Time.Run();
        using var services = new ServicesFactory().Create(lab.Settings() with { SecretKey = "wrong" }, lab.Time);
        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time)).PublishAsync(StackLab.Stack(), StackParts.All, new PublishOptions(), new WaitOptions(), new StackLab.YesHost(), CancellationToken.None));
        Assert.Equal(ErrorKind.Authentication, error.Kind);
    }

    [Fact]
    public async Task Region_without_standard_logs()
    {
        await using var lab = await StackLab.StartAsync();
        using var run = lab.Time.Run();
        using var services = lab.Connect("eu-south-1");
        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time)).PublishAsync(StackLab.Stack(), StackParts.All, new PublishOptions(), new WaitOptions(), new StackLab.YesHost(), CancellationToken.None));
        Assert.Equal(("RegionNotSupportedForLogging", ErrorKind.NotSupported), (error.ErrorId, error.Kind));
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
    }

    [Fact]
    public async Task Enforce_policy_that_does_not_cover_the_live_mx()
    {
        await using var lab = await StackLab.StartAsync();
        var stack = StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce, MxHost = ["other.example.com"] });
        var error = await NothingWrittenAsync(lab, "PolicyDoesNotCoverMx", ErrorKind.InvalidData, () => lab.PublishAsync(stack));
        Assert.Contains("mx1.example.com", error.Message, StringComparison.Ordinal);
        Assert.Empty((await lab.PublishAsync(stack, options: new PublishOptions { AllowUncoveredMx = true })).Errors);
    }

    [Fact]
    public async Task Dmarc_that_does_not_enforce_stops_bimi_only()
    {
        await using var lab = await StackLab.StartAsync(("_dmarc.example.com", "TXT", "\"v=DMARC1; p=none\""));
        var result = await lab.PublishAsync(StackLab.Stack());
        Assert.Equal("DmarcNotEnforcing", Assert.Single(result.Errors).ErrorId);
        lab.Time.Advance(StackLab.InSync);
        Assert.Empty(await lab.TxtAsync("default._bimi.example.com"));
        Assert.Single(await lab.TxtAsync("_mta-sts.example.com"));
        Assert.Single(await lab.TxtAsync("_smtp._tls.example.com"));
    }

    private static async Task<EmailSecurityException> NothingWrittenAsync(StackLab lab, string id, ErrorKind kind, Func<Task> run)
    {
        var error = await Assert.ThrowsAsync<EmailSecurityException>(run);
        Assert.Equal((id, kind), (error.ErrorId, error.Kind));
        Assert.NotEmpty(error.Fix);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
        return error;
    }

    // As DNS shows it; no call of AWS, which the virtual clock would have to wait for in the middle of a run.
    private static void PutCaa(StackLab lab, string value) => lab.Sandbox.Emulation.PutThirdPartyZone("example.com", [new("example.com", "CAA", 300, [value])]);

    /// <summary>Says yes, while somebody forbids Amazon to issue just before the certificate is requested.</summary>
    private sealed class CaaMeanwhile(StackLab lab, string caa) : IPlanHost
    {
        public ValueTask<ChangeDecision> DecideAsync(Change change, CancellationToken cancellationToken)
        {
            if (change.Id == "certificate")
            {
                PutCaa(lab, caa);
            }

            return ValueTask.FromResult(ChangeDecision.Apply);
        }

        public void Report(PlanProgress progress)
        {
        }
    }
}
