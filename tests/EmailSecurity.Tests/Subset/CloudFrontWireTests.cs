using System.Xml.Linq;
using Amazon.CloudFront;
using Amazon.CloudFront.Model;

namespace EmailSecurity.Tests.Subset;

public class CloudFrontWireTests
{
    private const string Ns = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

    /// <summary>A configuration with elements that the classes do not declare, at every level.</summary>
    private const string Config = "<CallerReference>ref-1</CallerReference>"
        + "<Aliases><Quantity>1</Quantity><Items><CNAME>mta-sts.example.com</CNAME></Items></Aliases>"
        + "<DefaultRootObject></DefaultRootObject>"
        + "<Origins><Quantity>1</Quantity><Items><Origin><Id>s3</Id><DomainName>b.s3.eu-west-1.amazonaws.com</DomainName><OriginPath></OriginPath>"
        + "<CustomHeaders><Quantity>1</Quantity><Items><OriginCustomHeader><HeaderName>X</HeaderName><HeaderValue>1</HeaderValue></OriginCustomHeader></Items></CustomHeaders>"
        + "<S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity><OriginReadTimeout>30</OriginReadTimeout></S3OriginConfig>"
        + "<VpcOriginConfig><VpcOriginId>vo</VpcOriginId></VpcOriginConfig>"
        + "<ConnectionAttempts>3</ConnectionAttempts><ConnectionTimeout>10</ConnectionTimeout><OriginShield><Enabled>false</Enabled></OriginShield>"
        + "<OriginAccessControlId>E1</OriginAccessControlId><Newest><A><B>1</B><B>2</B></A></Newest></Origin></Items></Origins>"
        + "<OriginGroups><Quantity>0</Quantity></OriginGroups>"
        + "<DefaultCacheBehavior><BrandNewFirst>yes</BrandNewFirst><TargetOriginId>s3</TargetOriginId>"
        + "<TrustedSigners><Enabled>false</Enabled><Quantity>0</Quantity></TrustedSigners><TrustedKeyGroups><Enabled>false</Enabled><Quantity>0</Quantity></TrustedKeyGroups>"
        + "<ViewerProtocolPolicy>https-only</ViewerProtocolPolicy>"
        + "<AllowedMethods><Quantity>2</Quantity><Items><Method>HEAD</Method><Method>GET</Method></Items><CachedMethods><Quantity>2</Quantity><Items><Method>HEAD</Method><Method>GET</Method></Items></CachedMethods></AllowedMethods>"
        + "<SmoothStreaming>false</SmoothStreaming><Compress>true</Compress>"
        + "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations><FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>"
        + "<FieldLevelEncryptionId></FieldLevelEncryptionId><CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId><GrpcConfig><Enabled>false</Enabled></GrpcConfig></DefaultCacheBehavior>"
        + "<CacheBehaviors><Quantity>1</Quantity><Items><CacheBehavior><PathPattern>/x/*</PathPattern><Unknown/></CacheBehavior></Items></CacheBehaviors>"
        + "<CustomErrorResponses><Quantity>0</Quantity></CustomErrorResponses>"
        + "<Comment>  kept  &amp; whole </Comment>"
        + "<Logging><Enabled>true</Enabled><IncludeCookies>false</IncludeCookies><Bucket>logs.s3.amazonaws.com</Bucket><Prefix>cdn/</Prefix></Logging>"
        + "<PriceClass>PriceClass_All</PriceClass><Enabled>true</Enabled>"
        + "<ViewerCertificate><CloudFrontDefaultCertificate>false</CloudFrontDefaultCertificate><ACMCertificateArn>arn:aws:acm:us-east-1:1:certificate/c</ACMCertificateArn><SSLSupportMethod>sni-only</SSLSupportMethod><MinimumProtocolVersion>TLSv1.2_2021</MinimumProtocolVersion><Certificate>arn:aws:acm:us-east-1:1:certificate/c</Certificate><CertificateSource>acm</CertificateSource></ViewerCertificate>"
        + "<Restrictions><GeoRestriction><RestrictionType>none</RestrictionType><Quantity>0</Quantity></GeoRestriction></Restrictions>"
        + "<WebACLId></WebACLId><HttpVersion>http2and3</HttpVersion><IsIPV6Enabled>true</IsIPV6Enabled><ContinuousDeploymentPolicyId></ContinuousDeploymentPolicyId><Staging>false</Staging>"
        + "<TenantConfig><ParameterDefinitions/></TenantConfig><YetAnother at=\"1\">text</YetAnother>";

    private static string Document(string root, string content) => $"<?xml version=\"1.0\"?>\n<{root} xmlns=\"{Ns}\">{content}</{root}>";

    private static string Distribution(string config) => Document("Distribution",
        "<Id>EDIST</Id><ARN>arn:aws:cloudfront::1:distribution/EDIST</ARN><Status>InProgress</Status><LastModifiedTime>2026-01-02T03:04:05.678Z</LastModifiedTime><InProgressInvalidationBatches>0</InProgressInvalidationBatches><DomainName>d1.cloudfront.net</DomainName><ActiveTrustedSigners><Enabled>false</Enabled><Quantity>0</Quantity></ActiveTrustedSigners><DistributionConfig>" + config + "</DistributionConfig>");

    [Fact]
    public async Task Read_modify_write_changes_what_was_changed_and_nothing_else()
    {
        var http = new CannedHttp()
            .Answer(200, Document("DistributionConfig", Config), headers: ("ETag", "E2TAG"))
            .Answer(200, Distribution(Config), headers: ("ETag", "E3TAG"));
        var client = http.CloudFront();
        var read = await client.GetDistributionConfigAsync(new() { Id = "EDIST" }, TestContext.Current.CancellationToken);
        Assert.Equal("E2TAG", read.ETag);

        read.DistributionConfig.Enabled = false;
        read.DistributionConfig.Aliases.Items.Add("bimi-assets.example.com");
        read.DistributionConfig.Aliases.Quantity = 2;
        var updated = await client.UpdateDistributionAsync(new() { Id = "EDIST", IfMatch = read.ETag, DistributionConfig = read.DistributionConfig }, TestContext.Current.CancellationToken);

        Assert.Equal("https://cloudfront.amazonaws.com/2020-05-31/distribution/EDIST/config", http.Sent[1].Url);
        Assert.Equal(("PUT", "E2TAG", "us-east-1/cloudfront"), (http.Sent[1].Method, http.Sent[1].Headers["If-Match"], http.Sent[1].SignedFor));
        var expected = Document("DistributionConfig", Config
            .Replace("</Aliases><DefaultRootObject>", "</Aliases><DefaultRootObject>", StringComparison.Ordinal)
            .Replace("<Quantity>1</Quantity><Items><CNAME>mta-sts.example.com</CNAME></Items>", "<Quantity>2</Quantity><Items><CNAME>mta-sts.example.com</CNAME><CNAME>bimi-assets.example.com</CNAME></Items>", StringComparison.Ordinal)
            .Replace("<PriceClass>PriceClass_All</PriceClass><Enabled>true</Enabled>", "<PriceClass>PriceClass_All</PriceClass><Enabled>false</Enabled>", StringComparison.Ordinal));
        Assert.Equal(XElement.Parse(expected, LoadOptions.PreserveWhitespace).ToString(SaveOptions.DisableFormatting), XElement.Parse(http.Sent[1].Body, LoadOptions.PreserveWhitespace).ToString(SaveOptions.DisableFormatting));
        Assert.Equal(("E3TAG", "InProgress", "d1.cloudfront.net"), (updated.ETag, updated.Distribution.Status, updated.Distribution.DomainName));
        Assert.Equal(new DateTime(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc), updated.Distribution.LastModifiedTime);
    }

    [Fact]
    public async Task What_an_answer_without_namespace_holds_is_sent_back_in_the_services_namespace()
    {
        var http = new CannedHttp().Answer(200, "<DistributionConfig>" + Config + "</DistributionConfig>").Answer(200, Distribution(Config));
        var client = http.CloudFront();
        var read = await client.GetDistributionConfigAsync(new() { Id = "E" }, TestContext.Current.CancellationToken);
        await client.UpdateDistributionAsync(new() { Id = "E", IfMatch = "x", DistributionConfig = read.DistributionConfig }, TestContext.Current.CancellationToken);
        Assert.All(XElement.Parse(http.Sent[1].Body).DescendantsAndSelf(), e => Assert.Equal(Ns, e.Name.NamespaceName));
    }

    [Fact]
    public async Task Foreign_namespaces_inside_unknown_elements_survive()
    {
        const string Foreign = "<Odd xmlns:o=\"urn:o\" o:kind=\"k\"><o:Inner>v</o:Inner></Odd>";
        var http = new CannedHttp().Answer(200, Document("DistributionConfig", Config + Foreign)).Answer(200, Distribution(Config));
        var client = http.CloudFront();
        var read = await client.GetDistributionConfigAsync(new() { Id = "E" }, TestContext.Current.CancellationToken);
        await client.UpdateDistributionAsync(new() { Id = "E", IfMatch = "x", DistributionConfig = read.DistributionConfig }, TestContext.Current.CancellationToken);
        var odd = XElement.Parse(http.Sent[1].Body).Element((XNamespace)Ns + "Odd")!;
        Assert.Equal(("k", "v"), (odd.Attribute((XNamespace)"urn:o" + "kind")!.Value, odd.Element((XNamespace)"urn:o" + "Inner")!.Value));
    }

    [Fact]
    public async Task A_configuration_read_from_one_distribution_can_create_another()
    {
        var http = new CannedHttp().Answer(200, Distribution(Config)).Answer(201, Distribution(Config), headers: ("Location", "https://x/EDIST"));
        var client = http.CloudFront();
        var read = await client.GetDistributionAsync(new() { Id = "E" }, TestContext.Current.CancellationToken);
        await client.CreateDistributionWithTagsAsync(new() { DistributionConfigWithTags = new() { DistributionConfig = read.Distribution.DistributionConfig, Tags = new() { Items = [new() { Key = "EmailSecurity:Stack", Value = "example.com" }] } } }, TestContext.Current.CancellationToken);
        Assert.Equal("https://cloudfront.amazonaws.com/2020-05-31/distribution?WithTags", http.Sent[1].Url);
        var sent = XElement.Parse(http.Sent[1].Body);
        Assert.Equal(["DistributionConfig", "Tags"], sent.Elements().Select(e => e.Name.LocalName));
        Assert.Equal("text", sent.Descendants((XNamespace)Ns + "YetAnother").Single().Value);
    }

    [Fact]
    public async Task A_new_distribution_is_written_in_the_service_models_order()
    {
        var http = new CannedHttp().Answer(201, Distribution(Config), headers: [("Location", "https://x/EDIST"), ("ETag", "E1")]);
        var response = await http.CloudFront().CreateDistributionWithTagsAsync(new()
        {
            DistributionConfigWithTags = new()
            {
                Tags = new() { Items = [] },
                DistributionConfig = new()
                {
                    Enabled = true,
                    HttpVersion = HttpVersion.Http2and3,
                    Comment = "",
                    CallerReference = "r",
                    DefaultCacheBehavior = new() { CachePolicyId = "p", ViewerProtocolPolicy = ViewerProtocolPolicy.HttpsOnly, TargetOriginId = "s3" },
                    Origins = new() { Items = [new() { S3OriginConfig = new() { OriginAccessIdentity = "" }, DomainName = "b", Id = "s3" }], Quantity = 1 },
                },
            },
        }, TestContext.Current.CancellationToken);
        Assert.Equal($"""<?xml version="1.0" encoding="utf-8"?><DistributionConfigWithTags xmlns="{Ns}"><DistributionConfig><CallerReference>r</CallerReference><Origins><Quantity>1</Quantity><Items><Origin><Id>s3</Id><DomainName>b</DomainName><S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig></Origin></Items></Origins><DefaultCacheBehavior><TargetOriginId>s3</TargetOriginId><ViewerProtocolPolicy>https-only</ViewerProtocolPolicy><CachePolicyId>p</CachePolicyId></DefaultCacheBehavior><Comment></Comment><Enabled>true</Enabled><HttpVersion>http2and3</HttpVersion></DistributionConfig><Tags><Items /></Tags></DistributionConfigWithTags>""", http.Sent[0].Body);
        Assert.Equal(("https://x/EDIST", "E1", "EDIST"), (response.Location, response.ETag, response.Distribution.Id));
    }

    [Fact]
    public async Task A_page_of_distributions_is_read()
    {
        var summary = "<DistributionSummary><Id>E1</Id><ARN>arn:1</ARN><ETag>T</ETag><Status>Deployed</Status><LastModifiedTime>2026-01-02T03:04:05Z</LastModifiedTime><DomainName>d.cloudfront.net</DomainName><Aliases><Quantity>2</Quantity><Items><CNAME>a</CNAME><CNAME>b</CNAME></Items></Aliases><Comment/><PriceClass>PriceClass_NotYetKnown</PriceClass><Enabled>true</Enabled><Something/></DistributionSummary>";
        var http = new CannedHttp().Answer(200, Document("DistributionList", "<Marker></Marker><NextMarker>E1</NextMarker><MaxItems>1</MaxItems><IsTruncated>true</IsTruncated><Quantity>1</Quantity><Items>" + summary + "</Items>"));
        var list = (await http.CloudFront().ListDistributionsAsync(new() { Marker = "E0/+", MaxItems = "1" }, TestContext.Current.CancellationToken)).DistributionList;
        Assert.Equal("https://cloudfront.amazonaws.com/2020-05-31/distribution?Marker=E0%2F%2B&MaxItems=1", http.Sent[0].Url);
        Assert.Equal((true, "E1", 1), (list.IsTruncated, list.NextMarker, list.Quantity));
        Assert.Equal(["a", "b"], list.Items[0].Aliases.Items);
        Assert.Equal("PriceClass_NotYetKnown", list.Items[0].PriceClass.Value);
        Assert.Null(list.Items[0].Origins);
    }

    [Fact]
    public async Task Invalidations_and_origin_access_controls_go_and_come()
    {
        const string Invalidation = "<Id>I1</Id><Status>InProgress</Status><CreateTime>2026-01-02T03:04:05Z</CreateTime><InvalidationBatch><Paths><Quantity>1</Quantity><Items><Path>/*</Path></Items></Paths><CallerReference>c</CallerReference></InvalidationBatch>";
        const string Control = "<Id>E2</Id><OriginAccessControlConfig><Name>n</Name><Description></Description><SigningProtocol>sigv4</SigningProtocol><SigningBehavior>always</SigningBehavior><OriginAccessControlOriginType>s3</OriginAccessControlOriginType></OriginAccessControlConfig>";
        var http = new CannedHttp()
            .Answer(201, Document("Invalidation", Invalidation))
            .Answer(201, Document("OriginAccessControl", Control), headers: ("ETag", "T1"))
            .Answer(204, "");
        var client = http.CloudFront();
        var invalidation = await client.CreateInvalidationAsync(new() { DistributionId = "E1", InvalidationBatch = new() { CallerReference = "c", Paths = new() { Quantity = 1, Items = ["/.well-known/mta-sts.txt"] } } }, TestContext.Current.CancellationToken);
        Assert.Equal(("I1", "InProgress"), (invalidation.Invalidation.Id, invalidation.Invalidation.Status));
        Assert.Contains("<InvalidationBatch xmlns=\"" + Ns + "\"><Paths><Quantity>1</Quantity><Items><Path>/.well-known/mta-sts.txt</Path></Items></Paths><CallerReference>c</CallerReference></InvalidationBatch>", http.Sent[0].Body, StringComparison.Ordinal);
        var control = await client.CreateOriginAccessControlAsync(new() { OriginAccessControlConfig = new() { Name = "n", SigningBehavior = OriginAccessControlSigningBehaviors.Always, SigningProtocol = OriginAccessControlSigningProtocols.Sigv4, OriginAccessControlOriginType = OriginAccessControlOriginTypes.S3 } }, TestContext.Current.CancellationToken);
        Assert.Equal(("E2", "T1", OriginAccessControlSigningBehaviors.Always), (control.OriginAccessControl.Id, control.ETag, control.OriginAccessControl.OriginAccessControlConfig.SigningBehavior));
        await client.DeleteOriginAccessControlAsync(new() { Id = "E2", IfMatch = "T1" }, TestContext.Current.CancellationToken);
        Assert.Equal(("DELETE", "T1", ""), (http.Sent[2].Method, http.Sent[2].Headers["If-Match"], http.Sent[2].Body));
    }

    [Fact]
    public async Task Tagging_names_the_operation_and_the_resource_in_the_query()
    {
        var http = new CannedHttp().Answer(204, "").Answer(200, Document("Tags", "<Items><Tag><Key>k</Key><Value>v</Value></Tag></Items>"));
        var client = http.CloudFront();
        await client.TagResourceAsync(new() { Resource = "arn:aws:cloudfront::1:distribution/E", Tags = new() { Items = [new Tag { Key = "k", Value = "v" }] } }, TestContext.Current.CancellationToken);
        Assert.Equal("https://cloudfront.amazonaws.com/2020-05-31/tagging?Operation=Tag&Resource=arn%3Aaws%3Acloudfront%3A%3A1%3Adistribution%2FE", http.Sent[0].Url);
        Assert.EndsWith("<Tags xmlns=\"" + Ns + "\"><Items><Tag><Key>k</Key><Value>v</Value></Tag></Items></Tags>", http.Sent[0].Body, StringComparison.Ordinal);
        Assert.Equal("v", (await client.ListTagsForResourceAsync(new() { Resource = "arn:x" }, TestContext.Current.CancellationToken)).Tags.Items[0].Value);
    }
}
