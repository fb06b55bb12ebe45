using Amazon;
using Amazon.Route53;
using Amazon.Runtime;

namespace EmailSecurity.Tests.Subset;

public class Route53WireTests
{
    private const string Ns = "https://route53.amazonaws.com/doc/2013-04-01/";

    [Fact]
    public async Task Change_batch_is_the_service_models_document()
    {
        var http = new CannedHttp().Answer(200, $"<ChangeResourceRecordSetsResponse xmlns=\"{Ns}\"><ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status><SubmittedAt>2026-01-02T03:04:05.678Z</SubmittedAt></ChangeInfo></ChangeResourceRecordSetsResponse>");
        var response = await http.Route53().ChangeResourceRecordSetsAsync(new()
        {
            HostedZoneId = "/hostedzone/Z1",
            ChangeBatch = new()
            {
                Comment = "a & b",
                Changes =
                [
                    new() { Action = ChangeAction.UPSERT, ResourceRecordSet = new() { Name = "_mta-sts.example.com", Type = RRType.TXT, TTL = 300, ResourceRecords = [new() { Value = "\"v=STSv1; id=1;\"" }] } },
                    new() { Action = ChangeAction.DELETE, ResourceRecordSet = new() { Name = "mta-sts.example.com", Type = RRType.A, AliasTarget = new() { HostedZoneId = "Z2FDTNDATAQYW2", DNSName = "d1.cloudfront.net", EvaluateTargetHealth = false } } },
                ],
            },
        }, TestContext.Current.CancellationToken);

        var sent = Assert.Single(http.Sent);
        Assert.Equal("POST", sent.Method);
        Assert.Equal("https://route53.amazonaws.com/2013-04-01/hostedzone/Z1/rrset/", sent.Url);
        Assert.Equal("us-east-1/route53", sent.SignedFor);
        Assert.Equal($"""<?xml version="1.0" encoding="utf-8"?><ChangeResourceRecordSetsRequest xmlns="{Ns}"><ChangeBatch><Comment>a &amp; b</Comment><Changes><Change><Action>UPSERT</Action><ResourceRecordSet><Name>_mta-sts.example.com</Name><Type>TXT</Type><TTL>300</TTL><ResourceRecords><ResourceRecord><Value>"v=STSv1; id=1;"</Value></ResourceRecord></ResourceRecords></ResourceRecordSet></Change><Change><Action>DELETE</Action><ResourceRecordSet><Name>mta-sts.example.com</Name><Type>A</Type><AliasTarget><HostedZoneId>Z2FDTNDATAQYW2</HostedZoneId><DNSName>d1.cloudfront.net</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget></ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>""", sent.Body);
        Assert.Equal("/change/C1", response.ChangeInfo.Id);
        Assert.Equal(ChangeStatus.PENDING, response.ChangeInfo.Status);
        Assert.Equal(new DateTime(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc), response.ChangeInfo.SubmittedAt);
        Assert.Equal(DateTimeKind.Utc, response.ChangeInfo.SubmittedAt!.Value.Kind);
    }

    [Theory]
    [InlineData("/change/C1", "https://route53.amazonaws.com/2013-04-01/change/C1")]
    [InlineData("C1", "https://route53.amazonaws.com/2013-04-01/change/C1")]
    public async Task Ids_are_sent_without_their_path(string id, string url)
    {
        var http = new CannedHttp().Answer(200, $"<GetChangeResponse xmlns=\"{Ns}\"><ChangeInfo><Id>/change/C1</Id><Status>INSYNC</Status></ChangeInfo></GetChangeResponse>");
        Assert.Equal(ChangeStatus.INSYNC, (await http.Route53().GetChangeAsync(new() { Id = id }, TestContext.Current.CancellationToken)).ChangeInfo.Status);
        Assert.Equal(url, http.Sent[0].Url);
    }

    [Fact]
    public async Task Query_is_sent_and_a_page_is_read()
    {
        var http = new CannedHttp().Answer(200, $"""
            <?xml version="1.0"?>
            <ListResourceRecordSetsResponse xmlns="{Ns}"><ResourceRecordSets>
              <ResourceRecordSet><Name>\052.example.com.</Name><Type>TXT</Type><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>"a" "b"</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>
              <ResourceRecordSet><Name>w.example.com.</Name><Type>A</Type><SetIdentifier>one</SetIdentifier><Weight>3</Weight><AliasTarget><HostedZoneId>Z</HostedZoneId><DNSName>d.</DNSName><EvaluateTargetHealth>true</EvaluateTargetHealth></AliasTarget></ResourceRecordSet>
            </ResourceRecordSets><IsTruncated>true</IsTruncated><NextRecordName>x.example.com.</NextRecordName><NextRecordType>MX</NextRecordType><MaxItems>2</MaxItems></ListResourceRecordSetsResponse>
            """.TrimStart());
        var page = await http.Route53().ListResourceRecordSetsAsync(new() { HostedZoneId = "Z1", StartRecordName = "*.example.com", StartRecordType = RRType.TXT, MaxItems = "2" }, TestContext.Current.CancellationToken);
        Assert.Equal("https://route53.amazonaws.com/2013-04-01/hostedzone/Z1/rrset?maxitems=2&name=%2A.example.com&type=TXT", http.Sent[0].Url);
        Assert.Equal((true, "x.example.com.", RRType.MX), (page.IsTruncated, page.NextRecordName, page.NextRecordType));
        Assert.Equal(["\"a\" \"b\""], page.ResourceRecordSets[0].ResourceRecords.Select(r => r.Value));
        Assert.Null(page.ResourceRecordSets[0].AliasTarget);
        Assert.Null(page.ResourceRecordSets[0].SetIdentifier);
        Assert.Equal((3L, true), (page.ResourceRecordSets[1].Weight, page.ResourceRecordSets[1].AliasTarget.EvaluateTargetHealth));
        Assert.Null(page.ResourceRecordSets[1].ResourceRecords);
        Assert.Null(page.ResourceRecordSets[1].TTL);
    }

    [Fact]
    public async Task A_record_set_read_and_deleted_again_keeps_what_is_not_declared_in_its_place()
    {
        var set = "<ResourceRecordSet><Name>a.example.com.</Name><Type>A</Type><SetIdentifier>s</SetIdentifier><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>192.0.2.1</Value></ResourceRecord></ResourceRecords><CidrRoutingConfig><CollectionId>c</CollectionId><LocationName>*</LocationName></CidrRoutingConfig><FromTheFuture kind=\"x\"><Deep>1</Deep></FromTheFuture></ResourceRecordSet>";
        var http = new CannedHttp()
            .Answer(200, $"<ListResourceRecordSetsResponse xmlns=\"{Ns}\"><ResourceRecordSets>{set}</ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>300</MaxItems></ListResourceRecordSetsResponse>")
            .Answer(200, $"<ChangeResourceRecordSetsResponse xmlns=\"{Ns}\"><ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status></ChangeInfo></ChangeResourceRecordSetsResponse>");
        var client = http.Route53();
        var read = (await client.ListResourceRecordSetsAsync(new() { HostedZoneId = "Z1" }, TestContext.Current.CancellationToken)).ResourceRecordSets[0];
        await client.ChangeResourceRecordSetsAsync(new() { HostedZoneId = "Z1", ChangeBatch = new() { Changes = [new() { Action = ChangeAction.DELETE, ResourceRecordSet = read }] } }, TestContext.Current.CancellationToken);
        Assert.Contains("<Action>DELETE</Action>" + set, http.Sent[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tags_are_changed_and_read()
    {
        var http = new CannedHttp()
            .Answer(200, $"<ChangeTagsForResourceResponse xmlns=\"{Ns}\"/>")
            .Answer(200, $"<ListTagsForResourceResponse xmlns=\"{Ns}\"><ResourceTagSet><ResourceType>hostedzone</ResourceType><ResourceId>Z1</ResourceId><Tags><Tag><Key>k</Key><Value></Value></Tag></Tags></ResourceTagSet></ListTagsForResourceResponse>");
        var client = http.Route53();
        await client.ChangeTagsForResourceAsync(new() { ResourceType = TagResourceType.Hostedzone, ResourceId = "Z1", AddTags = [new() { Key = "k", Value = "" }], RemoveTagKeys = ["old"] }, TestContext.Current.CancellationToken);
        Assert.Equal("https://route53.amazonaws.com/2013-04-01/tags/hostedzone/Z1", http.Sent[0].Url);
        Assert.EndsWith("<AddTags><Tag><Key>k</Key><Value></Value></Tag></AddTags><RemoveTagKeys><Key>old</Key></RemoveTagKeys></ChangeTagsForResourceRequest>", http.Sent[0].Body.Replace("<Value />", "<Value></Value>", StringComparison.Ordinal), StringComparison.Ordinal);
        var tag = Assert.Single((await client.ListTagsForResourceAsync(new() { ResourceType = TagResourceType.Hostedzone, ResourceId = "Z1" }, TestContext.Current.CancellationToken)).ResourceTagSet.Tags);
        Assert.Equal(("k", ""), (tag.Key, tag.Value));
    }

    [Theory]
    [InlineData("us-east-1", "https://route53.amazonaws.com/2013-04-01/hostedzone", "us-east-1/route53")]
    [InlineData("eu-central-1", "https://route53.amazonaws.com/2013-04-01/hostedzone", "us-east-1/route53")]
    [InlineData("cn-north-1", "https://route53.amazonaws.com.cn/2013-04-01/hostedzone", "cn-northwest-1/route53")]
    [InlineData("us-gov-east-1", "https://route53.us-gov.amazonaws.com/2013-04-01/hostedzone", "us-gov-west-1/route53")]
    public async Task Each_partition_has_its_endpoint_and_signing_region(string region, string url, string signedFor)
    {
        var http = new CannedHttp().Answer(200, $"<ListHostedZonesResponse xmlns=\"{Ns}\"><HostedZones/><Marker/><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListHostedZonesResponse>");
        Assert.Empty((await http.Route53(RegionEndpoint.GetBySystemName(region)).ListHostedZonesAsync(new(), TestContext.Current.CancellationToken)).HostedZones);
        Assert.Equal((url, signedFor), (http.Sent[0].Url, http.Sent[0].SignedFor));
    }

    [Theory]
    [InlineData("http://127.0.0.1:4566", null, "us-east-1/route53")]
    [InlineData("http://127.0.0.1:4566/", "us-east-1", "us-east-1/route53")]
    [InlineData("https://sandbox.example:8443", "eu-west-1", "eu-west-1/route53")]
    public async Task A_service_url_is_called_as_given(string serviceUrl, string? authenticationRegion, string signedFor)
    {
        var http = new CannedHttp().Answer(200, $"<ListHostedZonesResponse xmlns=\"{Ns}\"><HostedZones/><IsTruncated>false</IsTruncated></ListHostedZonesResponse>");
        var config = http.With(new AmazonRoute53Config());
        if (authenticationRegion is not null)
        {
            config.AuthenticationRegion = authenticationRegion;
        }

        config.ServiceURL = serviceUrl;
        await new AmazonRoute53Client(new BasicAWSCredentials("AKID", "SECRET"), config).ListHostedZonesAsync(new(), TestContext.Current.CancellationToken);
        Assert.Equal(serviceUrl.TrimEnd('/') + "/2013-04-01/hostedzone", http.Sent[0].Url);
        Assert.Equal(signedFor, http.Sent[0].SignedFor);
    }

    [Fact]
    public async Task A_path_member_without_a_value_is_refused_before_anything_is_sent()
    {
        var http = new CannedHttp();
        var error = await Assert.ThrowsAsync<AmazonClientException>(() => http.Route53().GetHostedZoneAsync(new(), TestContext.Current.CancellationToken));
        Assert.Contains("Id", error.Message, StringComparison.Ordinal);
        Assert.Empty(http.Sent);
    }

    [Fact]
    public async Task A_character_that_xml_cannot_carry_is_refused_before_anything_is_sent()
    {
        var http = new CannedHttp();
        await Assert.ThrowsAnyAsync<Exception>(() => http.Route53().CreateHostedZoneAsync(new() { Name = "a\u0001b", CallerReference = "r" }, TestContext.Current.CancellationToken));
        Assert.Empty(http.Sent);
    }

    [Fact]
    public async Task Cancellation_ends_a_call_that_hangs()
    {
        using var stop = new CancellationTokenSource();
        var call = new CannedHttp().Hang().Route53().ListHostedZonesAsync(new(), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }
}
