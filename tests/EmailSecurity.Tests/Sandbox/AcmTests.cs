using EmailSecurity.Sandbox.Dns;
using static EmailSecurity.Tests.Sandbox.EmulationHarness;

namespace EmailSecurity.Tests.Sandbox;

public sealed class AcmTests : IAsyncDisposable
{
    private readonly EmulationHarness harness = new();

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Fact]
    public async Task The_validation_record_comes_late_and_is_the_same_for_a_second_request()
    {
        var arn = await harness.RequestCertificateAsync(["mta-sts.example.com", "*.example.com", "example.com"]);
        var first = (await harness.DescribeAsync(arn))["DomainValidationOptions"]!.AsArray();
        Assert.All(first, o => Assert.Null(o!["ResourceRecord"]));
        var second = (await harness.DescribeAsync(arn))["DomainValidationOptions"]!.AsArray();
        Assert.Equal(second[1]!["ResourceRecord"]!.ToJsonString(), second[2]!["ResourceRecord"]!.ToJsonString()); // wildcard and base share it
        Assert.Matches(@"^_[0-9a-f]{32}\.mta-sts\.example\.com\.$", second[0]!["ResourceRecord"]!["Name"]!.GetValue<string>());
        Assert.Matches(@"^_[0-9a-f]{32}\.[a-z]{10}\.acm-validations\.aws\.$", second[0]!["ResourceRecord"]!["Value"]!.GetValue<string>());
        var other = await harness.RequestCertificateAsync(["mta-sts.example.com"]);
        Assert.NotEqual(arn, other);
        await harness.DescribeAsync(other);
        Assert.Equal(second[0]!["ResourceRecord"]!.ToJsonString(), (await harness.DescribeAsync(other))["DomainValidationOptions"]![0]!["ResourceRecord"]!.ToJsonString());
    }

    [Fact]
    public async Task It_is_issued_only_when_DNS_shows_every_record()
    {
        var arn = await harness.RequestCertificateAsync(["a.example.com", "b.example.com"]);
        await harness.DescribeAsync(arn);
        var records = (await harness.DescribeAsync(arn))["DomainValidationOptions"]!.AsArray().Select(o => o!["ResourceRecord"]!).Select(r => new ZoneRecord(r["Name"]!.GetValue<string>(), "CNAME", 60, [r["Value"]!.GetValue<string>()])).ToArray();
        harness.Emulation.PutThirdPartyZone("example.com", [records[0]]);
        var half = await harness.DescribeAsync(arn);
        Assert.Equal("PENDING_VALIDATION", half["Status"]!.GetValue<string>());
        Assert.Equal("SUCCESS", half["DomainValidationOptions"]![0]!["ValidationStatus"]!.GetValue<string>());
        harness.Emulation.PutThirdPartyZone("example.com", [records[0], records[1] with { Values = ["_wrong.acm-validations.aws."] }]);
        Assert.Equal("PENDING_VALIDATION", (await harness.DescribeAsync(arn))["Status"]!.GetValue<string>());
        harness.Emulation.PutThirdPartyZone("example.com", records);
        Assert.Equal("ISSUED", (await harness.DescribeAsync(arn))["Status"]!.GetValue<string>());
    }

    [Fact]
    public async Task With_real_latency_it_takes_150_seconds_from_the_submission_of_the_record()
    {
        harness.Clock.Set("real", 1);
        var zone = await harness.CreateZoneAsync("example.com");
        harness.Time.Advance(TimeSpan.FromSeconds(60));
        var arn = await harness.RequestCertificateAsync(["a.example.com"]);
        Assert.Null((await harness.DescribeAsync(arn))["DomainValidationOptions"]![0]!["ResourceRecord"]);
        harness.Time.Advance(TimeSpan.FromSeconds(3));
        var record = (await harness.DescribeAsync(arn))["DomainValidationOptions"]![0]!["ResourceRecord"]!;
        await harness.ChangeAsync(zone, Change("UPSERT", record["Name"]!.GetValue<string>(), "CNAME", 300, record["Value"]!.GetValue<string>()));
        harness.Time.Advance(TimeSpan.FromSeconds(149));
        Assert.Equal("PENDING_VALIDATION", (await harness.DescribeAsync(arn))["Status"]!.GetValue<string>());
        harness.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("ISSUED", (await harness.DescribeAsync(arn))["Status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("example.com", "0 issue \"letsencrypt.org\"", "FAILED")]
    [InlineData("example.com", "0 issue \"amazontrust.com\"", "ISSUED")]
    [InlineData("example.com", "0 issue \"amazon.com; validationmethods=dns-01\"", "ISSUED")]
    [InlineData("example.com", "0 issuewild \";\"", "ISSUED")] // no wildcard in this certificate
    [InlineData("example.com", "0 issue \";\"", "FAILED")]
    [InlineData("example.com", "128 tbs \"x\"", "FAILED")]
    [InlineData("a.example.com", "0 issue \"other.example\"", "FAILED")]
    public async Task CAA_is_obeyed(string owner, string caa, string status)
    {
        var arn = await harness.RequestCertificateAsync(["a.example.com"]);
        await harness.DescribeAsync(arn);
        var record = (await harness.DescribeAsync(arn))["DomainValidationOptions"]![0]!["ResourceRecord"]!;
        harness.Emulation.PutThirdPartyZone("example.com", [new(record["Name"]!.GetValue<string>(), "CNAME", 60, [record["Value"]!.GetValue<string>()]), new(owner, "CAA", 60, [caa])]);
        var certificate = await harness.DescribeAsync(arn);
        Assert.Equal(status, certificate["Status"]!.GetValue<string>());
        Assert.Equal(status == "FAILED" ? "CAA_ERROR" : null, certificate["FailureReason"]?.GetValue<string>());
    }

    [Fact]
    public async Task CAA_is_followed_through_a_CNAME()
    {
        var arn = await harness.RequestCertificateAsync(["a.example.com"]);
        await harness.DescribeAsync(arn);
        var record = (await harness.DescribeAsync(arn))["DomainValidationOptions"]![0]!["ResourceRecord"]!;
        harness.Emulation.PutThirdPartyZone("host.example", [new("edge.host.example", "CAA", 60, ["0 issue \"other.example\""])]);
        harness.Emulation.PutThirdPartyZone("example.com", [new(record["Name"]!.GetValue<string>(), "CNAME", 60, [record["Value"]!.GetValue<string>()]), new("a.example.com", "CNAME", 60, ["edge.host.example"])]);
        Assert.Equal("CAA_ERROR", (await harness.DescribeAsync(arn))["FailureReason"]!.GetValue<string>());
    }

    [Fact]
    public async Task Validation_times_out_after_72_hours()
    {
        var arn = await harness.RequestCertificateAsync(["a.example.com"]);
        harness.Time.Advance(TimeSpan.FromHours(73));
        Assert.Equal("VALIDATION_TIMED_OUT", (await harness.DescribeAsync(arn))["Status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_token_gives_the_same_certificate_for_an_hour()
    {
        const string Body = """{"DomainName":"a.example.com","ValidationMethod":"DNS","IdempotencyToken":"token1"}""";
        var first = (await harness.AcmAsync("RequestCertificate", Body)).Json["CertificateArn"]!.GetValue<string>();
        Assert.Equal(first, (await harness.AcmAsync("RequestCertificate", Body)).Json["CertificateArn"]!.GetValue<string>());
        Assert.NotEqual(first, (await harness.AcmAsync("RequestCertificate", Body.Replace("a.example", "b.example", StringComparison.Ordinal))).Json["CertificateArn"]!.GetValue<string>());
        harness.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.NotEqual(first, (await harness.AcmAsync("RequestCertificate", Body)).Json["CertificateArn"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"DomainName":"localhost"}""", "ValidationException")]
    [InlineData("""{"DomainName":"a_b.example.com"}""", "ValidationException")]
    [InlineData("""{"DomainName":"*.*.example.com"}""", "ValidationException")]
    [InlineData("""{"DomainName":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb.example.com"}""", "ValidationException")] // over 64
    [InlineData("""{"DomainName":"a.example.com","IdempotencyToken":"not-a-word"}""", "ValidationException")]
    [InlineData("""{"DomainName":"a.example.com","SubjectAlternativeNames":["b.example.com","c.example.com","d.example.com","e.example.com","f.example.com","g.example.com","h.example.com","i.example.com","j.example.com","k.example.com"]}""", "LimitExceededException")]
    public async Task Broken_requests_are_refused(string body, string code)
    {
        var reply = await harness.AcmAsync("RequestCertificate", body);
        Assert.Equal((400, code), (reply.Status, reply.Json["__type"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Certificates_are_listed_by_status_and_page_in_their_region()
    {
        for (var i = 0; i < 3; i++)
        {
            await harness.RequestCertificateAsync([$"n{i}.example.com"]);
        }
        await harness.RequestCertificateAsync(["elsewhere.example.com"], "eu-west-1");
        var page = (await harness.AcmAsync("ListCertificates", """{"MaxItems":2}""")).Json;
        Assert.Equal(2, page["CertificateSummaryList"]!.AsArray().Count);
        var last = (await harness.AcmAsync("ListCertificates", $$"""{"MaxItems":2,"NextToken":"{{page["NextToken"]!.GetValue<string>()}}"}""")).Json;
        Assert.Single(last["CertificateSummaryList"]!.AsArray());
        Assert.Null(last["NextToken"]);
        Assert.Empty((await harness.AcmAsync("ListCertificates", """{"CertificateStatuses":["ISSUED"]}""")).Json["CertificateSummaryList"]!.AsArray());
    }

    [Theory]
    [InlineData(151, 198)] // not yet due
    [InlineData(154, 350)] // 45 days before the end
    [InlineData(700, 806)] // also where nobody looked meanwhile
    public async Task A_certificate_in_use_is_renewed_while_its_records_are_in_DNS(int days, int lasts)
    {
        var arn = await harness.IssueAsync("example.com", ["mta-sts.example.com", "bimi.example.com"]);
        Assert.Equal(201, (await harness.CreateDistributionAsync(EmulationHarness.Config("r", arn, ["mta-sts.example.com"]))).Status);
        var first = await harness.DescribeAsync(arn);
        harness.Time.Advance(TimeSpan.FromDays(days));
        var now = await harness.DescribeAsync(arn);
        Assert.Equal("ISSUED", now["Status"]!.GetValue<string>());
        Assert.Equal(lasts, Math.Round((now["NotAfter"]!.GetValue<double>() - first["NotBefore"]!.GetValue<double>()) / 86400));
        Assert.Equal(lasts == 198, first["Serial"]!.GetValue<string>() == now["Serial"]!.GetValue<string>());
        Assert.Equal(lasts == 198 ? null : "SUCCESS", now["RenewalSummary"]?["RenewalStatus"]!.GetValue<string>());
        Assert.Equal(first["IssuedAt"]!.ToJsonString(), now["IssuedAt"]!.ToJsonString());
    }

    [Theory]
    [InlineData(false, true)] // not in use
    [InlineData(true, false)] // the record is gone
    public async Task A_certificate_that_cannot_be_renewed_expires(bool isUsed, bool hasRecord)
    {
        var arn = await harness.IssueAsync("example.com", ["mta-sts.example.com"]);
        if (isUsed)
        {
            await harness.CreateDistributionAsync(EmulationHarness.Config("r", arn, ["mta-sts.example.com"]));
        }
        if (!hasRecord)
        {
            harness.Emulation.DeleteThirdPartyZone("example.com");
        }
        harness.Time.Advance(TimeSpan.FromDays(197));
        Assert.Equal("ISSUED", (await harness.DescribeAsync(arn))["Status"]!.GetValue<string>());
        harness.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal("EXPIRED", (await harness.DescribeAsync(arn))["Status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Tags_are_kept_and_unknown_certificates_are_named()
    {
        var arn = await harness.RequestCertificateAsync(["a.example.com"]);
        await harness.AcmAsync("AddTagsToCertificate", $$"""{"CertificateArn":"{{arn}}","Tags":[{"Key":"k","Value":"v"}]}""");
        Assert.Equal("v", (await harness.AcmAsync("ListTagsForCertificate", $$"""{"CertificateArn":"{{arn}}"}""")).Json["Tags"]![0]!["Value"]!.GetValue<string>());
        Assert.Equal("ResourceNotFoundException", (await harness.AcmAsync("DescribeCertificate", $$"""{"CertificateArn":"{{arn}}"}""", "eu-west-1")).Json["__type"]!.GetValue<string>());
    }
}
