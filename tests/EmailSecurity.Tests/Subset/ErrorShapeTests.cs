using System.Net;
using Amazon.CertificateManager;
using Amazon.CertificateManager.Model;
using Amazon.CloudFront.Model;
using Amazon.Route53;
using Amazon.Route53.Model;
using Amazon.Runtime;

namespace EmailSecurity.Tests.Subset;

public class ErrorShapeTests
{
    private const string R53 = "https://route53.amazonaws.com/doc/2013-04-01/";
    private const string Json = "application/x-amz-json-1.1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Standard(string ns, string code, string message) => $"<?xml version=\"1.0\"?>\n<ErrorResponse xmlns=\"{ns}\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>req-1</RequestId></ErrorResponse>";

    [Fact]
    public async Task The_code_names_the_exception()
    {
        var http = new CannedHttp().Answer(404, Standard(R53, "NoSuchHostedZone", "No zone &lt;Z&gt;."));
        var error = await Assert.ThrowsAsync<NoSuchHostedZoneException>(() => http.Route53().GetHostedZoneAsync(new() { Id = "Z" }, Token));
        Assert.Equal(("NoSuchHostedZone", "No zone <Z>.", "req-1", HttpStatusCode.NotFound, ErrorType.Sender), (error.ErrorCode, error.Message, error.RequestId, error.StatusCode, error.ErrorType));
    }

    [Fact]
    public async Task Invalid_change_batch_has_no_error_element()
    {
        const string body = $"""<InvalidChangeBatch xmlns="{R53}"><Messages><Message>Tried to create a.</Message><Message>Tried to delete b.</Message></Messages><RequestId>r</RequestId></InvalidChangeBatch>""";
        var http = new CannedHttp().Answer(400, body);
        var error = await Assert.ThrowsAsync<InvalidChangeBatchException>(() => http.Route53().ChangeResourceRecordSetsAsync(new() { HostedZoneId = "Z", ChangeBatch = new() { Changes = [] } }, Token));
        Assert.Equal(["Tried to create a.", "Tried to delete b."], error.Messages);
        Assert.Equal(("Tried to create a. Tried to delete b.", "InvalidChangeBatch", "r"), (error.Message, error.ErrorCode, error.RequestId));
    }

    [Theory]
    [InlineData(400, "PriorRequestNotComplete", typeof(PriorRequestNotCompleteException))]
    [InlineData(400, "InvalidChangeBatch", typeof(InvalidChangeBatchException))]
    [InlineData(400, "Throttling", typeof(Amazon.Route53.Model.ThrottlingException))]
    [InlineData(400, "CodeOfTomorrow", typeof(AmazonRoute53Exception))]
    [InlineData(400, "../Odd", typeof(AmazonRoute53Exception))]
    [InlineData(400, "AmazonRoute53", typeof(AmazonRoute53Exception))]
    public async Task A_code_is_its_class_or_else_the_services_exception(int status, string code, Type type)
    {
        var error = await Assert.ThrowsAnyAsync<AmazonRoute53Exception>(() => new CannedHttp().Answer(status, Standard(R53, code, "m")).Route53().ListHostedZonesAsync(new(), Token));
        Assert.Equal((type, code), (error.GetType(), error.ErrorCode));
    }

    [Theory]
    [InlineData(409, "CNAMEAlreadyExists", typeof(CNAMEAlreadyExistsException))]
    [InlineData(409, "DistributionAlreadyExists", typeof(DistributionAlreadyExistsException))]
    [InlineData(412, "PreconditionFailed", typeof(PreconditionFailedException))]
    [InlineData(400, "InvalidIfMatchVersion", typeof(InvalidIfMatchVersionException))]
    [InlineData(404, "NoSuchDistribution", typeof(NoSuchDistributionException))]
    [InlineData(409, "OriginAccessControlInUse", typeof(OriginAccessControlInUseException))]
    [InlineData(409, "DistributionNotDisabled", typeof(DistributionNotDisabledException))]
    [InlineData(409, "ResourceInUse", typeof(Amazon.CloudFront.Model.ResourceInUseException))]
    public async Task CloudFront_codes_have_their_classes(int status, string code, Type type)
    {
        var body = Standard("http://cloudfront.amazonaws.com/doc/2020-05-31/", code, "m");
        Assert.IsType(type, await Record.ExceptionAsync(() => new CannedHttp().Answer(status, body).CloudFront().DeleteDistributionAsync(new() { Id = "E", IfMatch = "t" }, Token)));
    }

    [Theory]
    [InlineData("""{"__type":"ResourceNotFoundException","message":"gone"}""", typeof(ResourceNotFoundException), "gone")]
    [InlineData("""{"__type":"com.amazonaws.acm#ResourceInUseException:http://x/","Message":"in use"}""", typeof(Amazon.CertificateManager.Model.ResourceInUseException), "in use")]
    [InlineData("""{"__type":"LimitExceededException"}""", typeof(LimitExceededException), "The service answered 400 BadRequest: LimitExceededException.")]
    [InlineData("""{"code":"SomethingElse","message":"m"}""", typeof(AmazonCertificateManagerException), "m")]
    [InlineData("""<ErrorResponse><Error><Code>InvalidParameterException</Code><Message>as XML</Message></Error></ErrorResponse>""", typeof(InvalidParameterException), "as XML")]
    [InlineData("<AccessDeniedException><Message>no</Message></AccessDeniedException>", typeof(Amazon.CertificateManager.Model.AccessDeniedException), "no")]
    [InlineData("<html><head><title>503</title></head>\n<body>Proxy <b>down</b></body></html>", typeof(AmazonCertificateManagerException), "503 Proxy down")]
    [InlineData("<!DOCTYPE html>\n<html><p>Blocked by policy", typeof(AmazonCertificateManagerException), "Blocked by policy")]
    [InlineData("[1]", typeof(AmazonCertificateManagerException), "[1]")]
    [InlineData("", typeof(AmazonCertificateManagerException), "The service answered 400 BadRequest and said nothing more.")]
    public async Task Acm_errors_come_as_json_xml_html_or_nothing(string body, Type type, string message)
    {
        var error = (AmazonServiceException?)await Record.ExceptionAsync(() => new CannedHttp().Answer(400, body, Json).Acm().DescribeCertificateAsync(new() { CertificateArn = "a" }, Token));
        Assert.Equal((type, message, HttpStatusCode.BadRequest), (error!.GetType(), error.Message, error.StatusCode));
    }

    [Fact]
    public async Task The_error_type_header_counts_where_the_body_names_none()
    {
        var http = new CannedHttp().Answer(400, "", Json, ("x-amzn-ErrorType", "ThrottlingException:http://internal/"), ("x-amzn-RequestId", "rid"));
        var error = await Assert.ThrowsAsync<Amazon.CertificateManager.Model.ThrottlingException>(() => http.Acm().ListCertificatesAsync(new(), Token));
        Assert.Equal("rid", error.RequestId);
    }

    [Theory]
    [InlineData(500), InlineData(503), InlineData(403)]
    public async Task An_empty_error_still_is_the_services_exception(int status)
    {
        var error = await Assert.ThrowsAsync<AmazonRoute53Exception>(() => new CannedHttp().Answer(status, "").Route53().ListHostedZonesAsync(new(), Token));
        Assert.Equal((HttpStatusCode)status, error.StatusCode);
        Assert.Contains(status.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("OK")]
    [InlineData("<html><body>captive portal</body></html>")]
    [InlineData("<ListHostedZonesResponse>")]
    [InlineData("<ListHostedZonesResponse/>")]
    [InlineData("<ListHostedZonesResponse><HostedZones/></ListHostedZonesResponse>")]
    [InlineData("<ListHostedZonesResponse><HostedZones/><IsTruncated>perhaps</IsTruncated></ListHostedZonesResponse>")]
    [InlineData("<ListHostedZonesResponse><HostedZones>none</HostedZones></ListHostedZonesResponse>")]
    [InlineData("<ListHostedZonesResponse><HostedZones><Zone/></HostedZones><IsTruncated>false</IsTruncated></ListHostedZonesResponse>")]
    [InlineData("<ListHostedZonesResponse><HostedZones><HostedZone><Id>Z</Id></HostedZone></HostedZones><IsTruncated>false</IsTruncated></ListHostedZonesResponse>")]
    [InlineData("<ErrorResponse><Error><Code>X</Code></Error></ErrorResponse>")]
    [InlineData("""<!DOCTYPE a [<!ENTITY x "y">]><ListHostedZonesResponse><HostedZones/><IsTruncated>false</IsTruncated></ListHostedZonesResponse>""")]
    [InlineData("""<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><ListHostedZonesResponse><HostedZones/><IsTruncated>false</IsTruncated></ListHostedZonesResponse>""")]
    public async Task A_success_with_anything_else_in_it_throws(string body)
    {
        var error = await Assert.ThrowsAsync<AmazonUnmarshallingException>(() => new CannedHttp().Answer(200, body).Route53().ListHostedZonesAsync(new(), Token));
        Assert.Contains("ListHostedZonesResponse", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"Certificate":null}""")]
    [InlineData("""{"Certificate":"x"}""")]
    [InlineData("""{"Certificate":{"CertificateArn":1}}""")]
    [InlineData("""{"Certificate":{"CertificateArn":"a","NotAfter":"tomorrow"}}""")]
    [InlineData("""{"Certificate":{"CertificateArn":"a","NotAfter":1e300}}""")]
    [InlineData("""{"Certificate":{"CertificateArn":"a""")]
    [InlineData("<html/>")]
    public async Task A_json_success_with_anything_else_in_it_throws(string body)
    {
        var error = await Assert.ThrowsAsync<AmazonUnmarshallingException>(() => new CannedHttp().Answer(200, body, Json).Acm().DescribeCertificateAsync(new() { CertificateArn = "a" }, Token));
        Assert.Contains("DescribeCertificateResponse", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttling_is_retried_by_the_sdk_and_signed_anew()
    {
        var http = new CannedHttp().Answer(400, Standard(R53, "Throttling", "Rate exceeded")).Answer(503, "")
            .Answer(200, $"<ListHostedZonesResponse xmlns=\"{R53}\"><HostedZones/><IsTruncated>false</IsTruncated></ListHostedZonesResponse>");
        var config = http.With(new AmazonRoute53Config { RegionEndpoint = Amazon.RegionEndpoint.USEast1 });
        config.MaxErrorRetry = 2;
        await new AmazonRoute53Client("AKID", "SECRET", config).ListHostedZonesAsync(new(), Token);
        Assert.Equal(3, http.Sent.Count);
    }
}
