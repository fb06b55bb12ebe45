using Amazon.CertificateManager;

namespace EmailSecurity.Tests.Subset;

public class CertificateManagerWireTests
{
    private const string Json = "application/x-amz-json-1.1";

    [Fact]
    public async Task A_request_for_a_certificate_is_the_service_models_json()
    {
        var http = new CannedHttp().Answer(200, """{"CertificateArn":"arn:c"}""", Json);
        var response = await http.Acm().RequestCertificateAsync(new()
        {
            DomainName = "mta-sts.example.com",
            SubjectAlternativeNames = ["bimi-assets.example.com"],
            ValidationMethod = ValidationMethod.DNS,
            IdempotencyToken = "t1",
            Tags = [new() { Key = "EmailSecurity:Stack", Value = "example.com" }],
            Options = new() { CertificateTransparencyLoggingPreference = CertificateTransparencyLoggingPreference.ENABLED },
        }, TestContext.Current.CancellationToken);
        Assert.Equal("arn:c", response.CertificateArn);
        var sent = Assert.Single(http.Sent);
        Assert.Equal(("POST", "https://acm.us-east-1.amazonaws.com/", "us-east-1/acm"), (sent.Method, sent.Url, sent.SignedFor));
        Assert.Equal(("CertificateManager.RequestCertificate", Json), (sent.Headers["X-Amz-Target"], sent.Headers["Content-Type"]));
        Assert.Equal("""{"DomainName":"mta-sts.example.com","ValidationMethod":"DNS","SubjectAlternativeNames":["bimi-assets.example.com"],"IdempotencyToken":"t1","Options":{"CertificateTransparencyLoggingPreference":"ENABLED"},"Tags":[{"Key":"EmailSecurity:Stack","Value":"example.com"}]}""", sent.Body);
    }

    [Fact]
    public async Task A_description_is_read_whole_or_in_part()
    {
        var http = new CannedHttp().Answer(200, """
            {"Certificate":{"CertificateArn":"arn:c","DomainName":"a","SubjectAlternativeNames":["a","b"],"CreatedAt":1735689600.125,"Status":"PENDING_VALIDATION","Unheard":{"of":[1]},
              "DomainValidationOptions":[{"DomainName":"a","ValidationStatus":"PENDING_VALIDATION","ValidationMethod":"DNS","ResourceRecord":{"Name":"_x.a.","Type":"CNAME","Value":"_y.acm-validations.aws."}},{"DomainName":"b","ResourceRecord":null}],
              "InUseBy":[],"NotAfter":null,"Type":"AMAZON_ISSUED"}}
            """, Json);
        var certificate = (await http.Acm().DescribeCertificateAsync(new() { CertificateArn = "arn:c" }, TestContext.Current.CancellationToken)).Certificate;
        Assert.Equal(CertificateStatus.PENDING_VALIDATION, certificate.Status);
        Assert.Equal(new DateTime(2025, 1, 1, 0, 0, 0, 125, DateTimeKind.Utc), certificate.CreatedAt);
        Assert.Equal(("_x.a.", RecordType.CNAME), (certificate.DomainValidationOptions[0].ResourceRecord.Name, certificate.DomainValidationOptions[0].ResourceRecord.Type));
        Assert.Null(certificate.DomainValidationOptions[1].ResourceRecord);
        Assert.Empty(certificate.InUseBy);
        Assert.Null(certificate.NotAfter);
        Assert.Null(certificate.KeyUsages);
    }

    [Fact]
    public async Task A_list_is_filtered_and_paged()
    {
        var http = new CannedHttp().Answer(200, """{"NextToken":"n","CertificateSummaryList":[{"CertificateArn":"arn:1","DomainName":"a","SubjectAlternativeNameSummaries":["a"],"InUse":true,"Status":"ISSUED","NotAfter":1.7356896E9}]}""", Json);
        var list = await http.Acm().ListCertificatesAsync(new() { CertificateStatuses = ["ISSUED"], Includes = new() { KeyTypes = ["RSA_2048", "EC_prime256v1"] }, MaxItems = 50 }, TestContext.Current.CancellationToken);
        Assert.Equal("""{"CertificateStatuses":["ISSUED"],"Includes":{"keyTypes":["RSA_2048","EC_prime256v1"]},"MaxItems":50}""", http.Sent[0].Body);
        Assert.Equal(("n", true, CertificateStatus.ISSUED), (list.NextToken, list.CertificateSummaryList[0].InUse, list.CertificateSummaryList[0].Status));
        Assert.Equal(new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc), list.CertificateSummaryList[0].NotAfter);
    }

    [Fact]
    public async Task Deleting_and_tagging_expect_no_body()
    {
        var http = new CannedHttp().Answer(200, "", Json).Answer(200, "{}", Json).Answer(200, """{"Tags":[{"Key":"k"}]}""", Json);
        var client = http.Acm();
        await client.DeleteCertificateAsync(new() { CertificateArn = "arn:c" }, TestContext.Current.CancellationToken);
        await client.AddTagsToCertificateAsync(new() { CertificateArn = "arn:c", Tags = [new() { Key = "k" }] }, TestContext.Current.CancellationToken);
        Assert.Equal("""{"CertificateArn":"arn:c","Tags":[{"Key":"k"}]}""", http.Sent[1].Body);
        Assert.Null((await client.ListTagsForCertificateAsync(new() { CertificateArn = "arn:c" }, TestContext.Current.CancellationToken)).Tags[0].Value);
    }
}
