using System.Xml.Linq;
using EmailSecurity.Sandbox.Dns;
using static EmailSecurity.Tests.Sandbox.EmulationHarness;

namespace EmailSecurity.Tests.Sandbox;

public sealed class CloudFrontTests : IAsyncDisposable
{
    private readonly EmulationHarness harness = new();

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Fact]
    public async Task A_configuration_reads_back_whole_with_defaults_and_unknown_elements()
    {
        var arn = await harness.IssueAsync("example.com", ["mta-sts.example.com"]);
        var reply = await harness.CreateDistributionAsync(Config("r1", arn, ["mta-sts.example.com"], await harness.CreateControlAsync(), extra: "<Novelty><Depth><Leaf>kept</Leaf></Depth></Novelty>"));
        Assert.Equal((201, "InProgress"), (reply.Status, Value(reply.Body, "Status")));
        var id = Value(reply.Body, "Id");
        var config = await harness.CallAsync("cloudfront", "GET", $"/2020-05-31/distribution/{id}/config");
        var xml = XElement.Parse(config.Body);
        Assert.Equal("kept", Value(config.Body, "Leaf"));
        Assert.Equal("PriceClass_All", xml.Element(Cf + "PriceClass")!.Value);
        Assert.Equal("none", Value(config.Body, "RestrictionType"));
        Assert.Equal(reply.Headers["ETag"], config.Headers["ETag"]);
        Assert.Equal(200, (await harness.CallAsync("cloudfront", "PUT", $"/2020-05-31/distribution/{id}/config", config.Body, headers: ("If-Match", config.Headers["ETag"]))).Status);
        var name = Value(reply.Body, "DomainName");
        Assert.NotEmpty(harness.Emulation.Catalog.Resolve(name, DnsType.A).Sets);
        Assert.NotEmpty(harness.Emulation.Catalog.Resolve(name, DnsType.Aaaa).Sets);
        var zone = await harness.CreateZoneAsync("example.org");
        Assert.Equal(200, (await harness.ChangeAsync(zone, Alias("CREATE", "mta-sts.example.org", "A", name))).Status);
        Assert.Equal([127, 0, 0, 1], harness.Emulation.Catalog.Resolve("mta-sts.example.org", DnsType.A).OfType(DnsType.A).Single().Data.Single());
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { "log", "logs-closed", "InvalidArgument" },
        { "log", "logs-milan", "InvalidArgument" },
        { "log", "logs-missing", "InvalidArgument" },
        { "log", "logs-foreign", "AccessDenied" },
        { "alias", "other.example.org", "InvalidViewerCertificate" }, // not covered
        { "alias", "a.b.mta-sts.example.com", "InvalidViewerCertificate" },
        { "region", "eu-west-1", "InvalidViewerCertificate" },
        { "pending", "", "InvalidViewerCertificate" },
        { "none", "", "InvalidViewerCertificate" }, // aliases without a certificate
        { "control", "ENOTTHERE00000", "InvalidOriginAccessControl" },
        { "origin", "missing-bucket.s3.amazonaws.com", "InvalidArgument" },
        { "edit", "<Quantity>1</Quantity><Items><Origin>|<Quantity>2</Quantity><Items><Origin>", "InconsistentQuantities" },
        { "edit", "<TargetOriginId>s3<|<TargetOriginId>s4<", "NoSuchOrigin" },
        { "edit", "658327ea-f89d|658327ea-0000", "NoSuchCachePolicy" },
        { "edit", "https-only|https-always", "InvalidArgument" },
        { "edit", "TLSv1.2_2021|TLSv9", "InvalidMinimumProtocolVersion" },
        { "edit", "<Comment>c</Comment>|", "MalformedInput" },
        { "edit", "<SSLSupportMethod>sni-only</SSLSupportMethod>|", "InvalidArgument" },
        { "edit", "<DistributionConfig|<DistributionKonfig", "MalformedXML" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Broken_configurations_are_refused(string kind, string value, string code)
    {
        var arn = kind switch
        {
            "pending" => await harness.RequestCertificateAsync(["mta-sts.example.com"]),
            "region" => await harness.IssueAsync("example.com", ["mta-sts.example.com"], value),
            "none" => "",
            _ => await harness.IssueAsync("example.com", ["mta-sts.example.com"]),
        };
        var config = Config(
            "r", arn, [kind == "alias" ? value : "mta-sts.example.com"], kind == "control" ? value : await harness.CreateControlAsync(),
            log: kind == "log" ? value : "logs", origin: kind == "origin" ? value : "assets.s3.us-east-1.amazonaws.com");
        if (kind == "edit")
        {
            var parts = value.Split('|');
            Assert.Contains(parts[0], config, StringComparison.Ordinal);
            config = config.Replace(parts[0], parts[1], StringComparison.Ordinal);
            config = parts[0] == "<DistributionConfig" ? config.Replace("</DistributionConfig", "</DistributionKonfig", StringComparison.Ordinal) : config;
        }
        Assert.Equal(code, Code(await harness.CreateDistributionAsync(config)));
    }

    [Fact]
    public async Task Aliases_and_caller_references_are_unique()
    {
        var arn = await harness.IssueAsync("example.com", ["mta-sts.example.com"]);
        Assert.Equal(201, (await harness.CreateDistributionAsync(Config("r1", arn, ["mta-sts.example.com"]))).Status);
        Assert.Equal("CNAMEAlreadyExists", Code(await harness.CreateDistributionAsync(Config("r2", arn, ["MTA-STS.example.com"]))));
        Assert.Equal("DistributionAlreadyExists", Code(await harness.CreateDistributionAsync(Config("r1", arn, []))));
    }

    [Fact]
    public async Task Writes_need_the_present_etag_and_the_same_caller_reference()
    {
        var created = await harness.CreateDistributionAsync(Config("r1", "", []));
        var path = $"/2020-05-31/distribution/{Value(created.Body, "Id")}";
        var config = await harness.CallAsync("cloudfront", "GET", path + "/config");
        Assert.Equal("InvalidIfMatchVersion", Code(await harness.CallAsync("cloudfront", "PUT", path + "/config", config.Body)));
        Assert.Equal(200, (await harness.CallAsync("cloudfront", "PUT", path + "/config", config.Body, headers: ("If-Match", config.Headers["ETag"]))).Status);
        var stale = await harness.CallAsync("cloudfront", "PUT", path + "/config", config.Body, headers: ("If-Match", config.Headers["ETag"]));
        Assert.Equal((412, "PreconditionFailed"), (stale.Status, Code(stale)));
        var fresh = await harness.CallAsync("cloudfront", "GET", path + "/config");
        Assert.NotEqual(config.Headers["ETag"], fresh.Headers["ETag"]);
        Assert.Equal("IllegalUpdate", Code(await harness.CallAsync("cloudfront", "PUT", path + "/config", fresh.Body.Replace(">r1<", ">r2<", StringComparison.Ordinal), headers: ("If-Match", fresh.Headers["ETag"]))));
        Assert.Equal("IllegalUpdate", Code(await harness.CallAsync("cloudfront", "PUT", path + "/config", Config("r1", "", []), headers: ("If-Match", fresh.Headers["ETag"])))); // settings left out
        Assert.Equal("DistributionNotDisabled", Code(await harness.CallAsync("cloudfront", "DELETE", path, headers: ("If-Match", fresh.Headers["ETag"]))));
    }

    [Fact]
    public async Task Deletion_needs_a_disabled_and_deployed_distribution()
    {
        harness.Clock.Set("real", 1);
        var control = await harness.CreateControlAsync();
        var created = await harness.CreateDistributionAsync(Config("r1", "", [], control));
        var path = $"/2020-05-31/distribution/{Value(created.Body, "Id")}";
        harness.Time.Advance(TimeSpan.FromSeconds(239));
        Assert.Equal("InProgress", Value((await harness.CallAsync("cloudfront", "GET", path)).Body, "Status"));
        harness.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Deployed", Value((await harness.CallAsync("cloudfront", "GET", path)).Body, "Status"));
        var config = await harness.CallAsync("cloudfront", "GET", path + "/config");
        var updated = await harness.CallAsync("cloudfront", "PUT", path + "/config", config.Body.Replace("<Enabled>true</Enabled><ViewerC", "<Enabled>false</Enabled><ViewerC", StringComparison.Ordinal), headers: ("If-Match", config.Headers["ETag"]));
        Assert.Equal("InProgress", Value(updated.Body, "Status"));
        Assert.Equal("DistributionNotDisabled", Code(await harness.CallAsync("cloudfront", "DELETE", path, headers: ("If-Match", updated.Headers["ETag"]))));
        harness.Time.Advance(TimeSpan.FromSeconds(240));
        var controlEtag = (await harness.CallAsync("cloudfront", "GET", $"/2020-05-31/origin-access-control/{control}")).Headers["ETag"];
        Assert.Equal("OriginAccessControlInUse", Code(await harness.CallAsync("cloudfront", "DELETE", $"/2020-05-31/origin-access-control/{control}", headers: ("If-Match", controlEtag))));
        Assert.Equal(204, (await harness.CallAsync("cloudfront", "DELETE", path, headers: ("If-Match", updated.Headers["ETag"]))).Status);
        Assert.Equal(204, (await harness.CallAsync("cloudfront", "DELETE", $"/2020-05-31/origin-access-control/{control}", headers: ("If-Match", controlEtag))).Status);
        Assert.Equal("NoSuchDistribution", Code(await harness.CallAsync("cloudfront", "GET", path)));
    }

    [Fact]
    public async Task A_certificate_in_use_is_not_deletable()
    {
        var arn = await harness.IssueAsync("example.com", ["mta-sts.example.com"]);
        await harness.CreateDistributionAsync(Config("r1", arn, ["mta-sts.example.com"]));
        Assert.Equal("ResourceInUseException", (await harness.AcmAsync("DeleteCertificate", $"{{\"CertificateArn\":\"{arn}\"}}")).Json["__type"]!.GetValue<string>());
        Assert.Single((await harness.DescribeAsync(arn))["InUseBy"]!.AsArray());
    }

    [Fact]
    public async Task Distributions_are_listed_in_pages_and_tags_are_kept()
    {
        for (var i = 0; i < 3; i++)
        {
            await harness.CallAsync("cloudfront", "POST", "/2020-05-31/distribution?WithTags", $"<DistributionConfigWithTags xmlns='{Cf}'>{Config($"r{i}", "", [])}<Tags><Items><Tag><Key>k</Key><Value>v{i}</Value></Tag></Items></Tags></DistributionConfigWithTags>");
        }
        var first = XElement.Parse((await harness.CallAsync("cloudfront", "GET", "/2020-05-31/distribution?MaxItems=2")).Body);
        Assert.Equal("true", first.Element(Cf + "IsTruncated")!.Value);
        var last = XElement.Parse((await harness.CallAsync("cloudfront", "GET", $"/2020-05-31/distribution?MaxItems=2&Marker={first.Element(Cf + "NextMarker")!.Value}")).Body);
        Assert.Equal(("false", "1"), (last.Element(Cf + "IsTruncated")!.Value, last.Element(Cf + "Quantity")!.Value));
        var arn = last.Descendants(Cf + "ARN").Single().Value;
        Assert.Equal("v0", Value((await harness.CallAsync("cloudfront", "GET", "/2020-05-31/tagging?Resource=" + Uri.EscapeDataString(arn))).Body, "Value"));
        Assert.Equal(204, (await harness.CallAsync("cloudfront", "POST", "/2020-05-31/tagging?Operation=Untag&Resource=" + Uri.EscapeDataString(arn), $"<TagKeys xmlns='{Cf}'><Items><Key>k</Key></Items></TagKeys>")).Status);
        Assert.DoesNotContain("<Key>", (await harness.CallAsync("cloudfront", "GET", "/2020-05-31/tagging?Resource=" + Uri.EscapeDataString(arn))).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-slash", "InvalidArgument")]
    [InlineData("/a*b", "InvalidArgument")]
    [InlineData("/a b", "InvalidArgument")]
    public async Task Broken_invalidation_paths_are_refused(string path, string code) => Assert.Equal(code, Code(await InvalidateAsync(await NewDistributionAsync(), "i1", path)));

    [Fact]
    public async Task An_invalidation_takes_its_time_and_its_reference_is_idempotent()
    {
        harness.Clock.Set("real", 1);
        var id = await NewDistributionAsync();
        var created = await InvalidateAsync(id, "i1", "/a", "/b/*");
        Assert.Equal((201, "InProgress"), (created.Status, Value(created.Body, "Status")));
        Assert.Equal(Value(created.Body, "Id"), Value((await InvalidateAsync(id, "i1", "/a", "/b/*")).Body, "Id"));
        Assert.Equal("InvalidArgument", Code(await InvalidateAsync(id, "i1", "/other")));
        Assert.Equal("TooManyInvalidationsInProgress", Code(await InvalidateAsync(id, "i2", [.. Enumerable.Range(0, 2999).Select(i => $"/{i}")])));
        harness.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("Completed", Value((await harness.CallAsync("cloudfront", "GET", $"/2020-05-31/distribution/{id}/invalidation/{Value(created.Body, "Id")}")).Body, "Status"));
    }

    private async Task<string> NewDistributionAsync() => Value((await harness.CreateDistributionAsync(Config(Guid.NewGuid().ToString(), "", []))).Body, "Id");

    private Task<(int Status, string Body, IReadOnlyDictionary<string, string> Headers)> InvalidateAsync(string id, string reference, params string[] paths) => harness.CallAsync(
        "cloudfront", "POST", $"/2020-05-31/distribution/{id}/invalidation",
        $"<InvalidationBatch xmlns='{Cf}'><Paths><Quantity>{paths.Length}</Quantity><Items>{string.Concat(paths.Select(p => $"<Path>{p}</Path>"))}</Items></Paths><CallerReference>{reference}</CallerReference></InvalidationBatch>");
}
