using Amazon.CertificateManager;
using Amazon.CertificateManager.Model;
using Amazon.CloudFront;
using Amazon.CloudFront.Model;
using Amazon.Runtime;
using EmailSecurity.Applying;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>What runs at once, and stacks of one account, share: certificates and origin access controls.</summary>
public sealed class SharedResourceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_first_publishes_at_once_make_one_certificate()
    {
        await using var lab = await StackLab.StartAsync();
        var results = await Task.WhenAll(lab.PublishAsync(StackLab.Stack()), lab.PublishAsync(StackLab.Stack()));
        Assert.Single(await CertificatesAsync(lab));

        // Where the two got in each other's way, the next run finishes.
        var last = results.FirstOrDefault(r => r.Errors.Count == 0) ?? await lab.PublishAsync(StackLab.Stack());
        Assert.Equal(StackStatus.Deployed, last.Stack!.Status);
        Assert.Single(await CertificatesAsync(lab));
    }

    [Fact]
    public async Task A_publish_after_a_certificate_failed_requests_a_new_one()
    {
        await using var lab = await StackLab.StartAsync();
        for (var run = 0; run < 2; run++)
        {
            // Requested in the first run, its validation records published in the second.
            await lab.PublishAsync(StackLab.Stack(), waits: new WaitOptions { NoWait = true });
            lab.Time.Advance(TimeSpan.FromSeconds(30));
        }

        await lab.PutRecordsAsync(("example.com", "CAA", "0 issue \"ca.example.net\""));
        lab.Time.Advance(TimeSpan.FromMinutes(10));
        var failed = Assert.Single(await CertificatesAsync(lab));

        await lab.PutRecordsAsync(("example.com", "CAA", "0 issue \"amazon.com\""));
        var result = await lab.PublishAsync(StackLab.Stack());
        Assert.Empty(result.Errors);
        Assert.NotEqual(failed, Assert.Single(await CertificatesAsync(lab)));
    }

    [Fact]
    public async Task A_publish_within_the_hour_of_a_removal_gets_a_certificate()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PublishAsync(StackLab.Stack());
        Assert.Empty((await lab.RemoveAsync(new RemovalOptions { Force = true })).Errors);
        Assert.Empty(await CertificatesAsync(lab));
        Assert.Empty((await lab.PublishAsync(StackLab.Stack())).Errors);
    }

    [Fact]
    public async Task A_control_that_somebody_took_off_the_distribution_goes_with_the_stack()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack(), 0);
        await lab.EditDistributionAsync(c => c.Origins.Items[0].OriginAccessControlId = "");
        Assert.Empty((await lab.RemoveAsync(new RemovalOptions { Force = true })).Errors);
        using var cloudFront = CloudFront(lab);
        Assert.Empty(await ControlsAsync(lab, cloudFront));
    }

    [Fact]
    public async Task A_control_of_others_that_somebody_put_on_the_distribution_stays()
    {
        await using var lab = await StackLab.StartAsync();
        using var cloudFront = CloudFront(lab);
        await lab.PrepareAsync(StackLab.Stack(), 0);
        string theirs;
        using (lab.LetTimePass())
        {
            var config = new OriginAccessControlConfig
            {
                Name = "corporate",
                OriginAccessControlOriginType = OriginAccessControlOriginTypes.S3,
                SigningBehavior = OriginAccessControlSigningBehaviors.Always,
                SigningProtocol = OriginAccessControlSigningProtocols.Sigv4,
            };
            theirs = (await cloudFront.CreateOriginAccessControlAsync(new() { OriginAccessControlConfig = config }, Token)).OriginAccessControl.Id;
        }

        await lab.EditDistributionAsync(c => c.Origins.Items[0].OriginAccessControlId = theirs);
        Assert.Empty((await lab.RemoveAsync(new RemovalOptions { Force = true })).Errors);
        Assert.Contains("corporate", (await ControlsAsync(lab, cloudFront)).Select(c => c.Name));
    }

    // Quota: 100 distributions for each origin access control.
    [Fact]
    public async Task A_stack_opens_a_further_origin_access_control_where_one_is_full()
    {
        await using var lab = await StackLab.StartAsync();
        using var cloudFront = CloudFront(lab);
        var first = await FillAsync(lab, cloudFront, StackNames.OriginAccessControl, 100);

        var result = await lab.PublishAsync(StackLab.Stack());
        Assert.Empty(result.Errors);
        Assert.Equal(StackStatus.Deployed, result.Stack!.Status);
        var controls = await ControlsAsync(lab, cloudFront);
        Assert.Equal(["EmailSecurity", "EmailSecurity-2"], controls.Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.NotEqual(first, await ControlOfStackAsync(lab));
        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
    }

    [Fact]
    public async Task The_control_that_has_room_is_used_without_a_call_that_fails()
    {
        await using var lab = await StackLab.StartAsync();
        using var cloudFront = CloudFront(lab);
        await FillAsync(lab, cloudFront, StackNames.OriginAccessControl, 100);
        var second = await FillAsync(lab, cloudFront, StackNames.OriginAccessControlName(2), 1);
        lab.Sandbox.ClearCalls();

        Assert.Empty((await lab.PublishAsync(StackLab.Stack())).Errors);
        Assert.Equal(second, await ControlOfStackAsync(lab));
        Assert.Single(lab.Sandbox.GetCalls(), c => c.Operation == "CreateDistributionWithTags");
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Operation == "CreateOriginAccessControl");
    }

    // The removal of the last other stack deletes the control that this publish has found.
    [Fact]
    public async Task A_control_deleted_meanwhile_is_created_again()
    {
        await using var lab = await StackLab.StartAsync();
        using var cloudFront = CloudFront(lab);
        var id = await CreateControlAsync(lab, cloudFront, StackNames.OriginAccessControl);
        var host = new ActingHost(async () =>
        {
            using var busy = lab.Time.Busy();
            var current = await cloudFront.GetOriginAccessControlAsync(new GetOriginAccessControlRequest { Id = id }, Token);
            await cloudFront.DeleteOriginAccessControlAsync(new DeleteOriginAccessControlRequest { Id = id, IfMatch = current.ETag }, Token);
        });
        Assert.Empty((await lab.PublishAsync(StackLab.Stack(), host: host)).Errors);
        Assert.True(host.HasActed);
        Assert.NotEqual(id, await ControlOfStackAsync(lab));
    }

    private static AmazonCloudFrontClient CloudFront(StackLab lab) => new(
        new BasicAWSCredentials(lab.Sandbox.AccessKey, lab.Sandbox.SecretKey),
        new AmazonCloudFrontConfig { AuthenticationRegion = "us-east-1", ServiceURL = lab.Sandbox.EndpointUrl });

    private static async Task<IReadOnlyList<string>> CertificatesAsync(StackLab lab)
    {
        using var passing = lab.LetTimePass();
        var credentials = new BasicAWSCredentials(lab.Sandbox.AccessKey, lab.Sandbox.SecretKey);
        var config = new AmazonCertificateManagerConfig { AuthenticationRegion = "us-east-1", ServiceURL = lab.Sandbox.EndpointUrl };
        using var acm = new AmazonCertificateManagerClient(credentials, config);
        return [.. ((await acm.ListCertificatesAsync(new ListCertificatesRequest(), Token)).CertificateSummaryList ?? []).Select(c => c.CertificateArn)];
    }

    private static async Task<List<OriginAccessControlSummary>> ControlsAsync(StackLab lab, AmazonCloudFrontClient cloudFront)
    {
        using var passing = lab.LetTimePass();
        return (await cloudFront.ListOriginAccessControlsAsync(new ListOriginAccessControlsRequest(), Token)).OriginAccessControlList.Items ?? [];
    }

    private static async Task<string> ControlOfStackAsync(StackLab lab)
    {
        using var run = lab.Time.Run();
        using var services = lab.Connect();
        return (await services.Distributions.FindByAliasAsync([MtaStsPolicy.HostOf(StackLab.Domain)], Token))!.Settings.OriginAccessControlId;
    }

    private static async Task<string> CreateControlAsync(StackLab lab, AmazonCloudFrontClient cloudFront, string name)
    {
        using var passing = lab.LetTimePass();
        return (await cloudFront.CreateOriginAccessControlAsync(
            new CreateOriginAccessControlRequest
            {
                OriginAccessControlConfig = new OriginAccessControlConfig
                {
                    Name = name,
                    OriginAccessControlOriginType = OriginAccessControlOriginTypes.S3,
                    SigningBehavior = OriginAccessControlSigningBehaviors.Always,
                    SigningProtocol = OriginAccessControlSigningProtocols.Sigv4,
                },
            },
            Token)).OriginAccessControl.Id;
    }

    // Distributions of other stacks, as bare as CloudFront takes them.
    private static async Task<string> FillAsync(StackLab lab, AmazonCloudFrontClient cloudFront, string name, int count)
    {
        using var passing = lab.LetTimePass();
        using var services = lab.Connect();
        var bucket = "other-stacks-" + name.ToLowerInvariant();
        await services.Buckets.CreateAsync(bucket, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token);
        var id = await CreateControlAsync(lab, cloudFront, name);
        for (var i = 0; i < count; i++)
        {
            var tagged = new DistributionConfigWithTags { DistributionConfig = Config($"{name}-{i}", bucket, id), Tags = new Tags { Items = [] } };
            await cloudFront.CreateDistributionWithTagsAsync(new CreateDistributionWithTagsRequest { DistributionConfigWithTags = tagged }, Token);
        }

        return id;
    }

    private static DistributionConfig Config(string reference, string bucket, string control) => new()
    {
        CallerReference = reference,
        Comment = "another stack",
        Enabled = true,
        Origins = new Origins
        {
            Quantity = 1,
            Items =
            [
                new Origin
                {
                    Id = "o",
                    DomainName = $"{bucket}.s3.eu-central-1.amazonaws.com",
                    OriginAccessControlId = control,
                    S3OriginConfig = new S3OriginConfig { OriginAccessIdentity = "" },
                },
            ],
        },
        DefaultCacheBehavior = new DefaultCacheBehavior
        {
            TargetOriginId = "o",
            ViewerProtocolPolicy = ViewerProtocolPolicy.HttpsOnly,
            CachePolicyId = "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
    };
}
