using EmailSecurity.Findings;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Tests.Standards;

/// <summary>RFC 8460 section 3; one line a case.</summary>
public class TlsRptRecordTests
{
    [Theory]
    [InlineData("v=TLSRPTv1;rua=mailto:reports@example.com", true, "")] // section 3.1.1
    [InlineData("v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt", true, "")] // section 3.1.2
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com,https://example.com/r", true, "")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com , \thttps://example.com/r;", true, "")] // *WSP "," *WSP
    [InlineData("v=TLSRPTv1; rua=MAILTO:a@example.com", true, "")] // schemes in any case (RFC 3986 section 3.1)
    [InlineData("v=TLSRPTv1; rua=mailto:a%2Cb@example.com", true, "")]
    [InlineData("v=TLSRPTv1; rua=https://example.com/a?b=c&d=e", true, "")] // "=" within a URI
    [InlineData("v=TLSRPTv1; rua=https://example.com:8443/r", true, "TlsRptRecordUriPort")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com?subject=x", true, "")]
    [InlineData("v=TLSRPTv1; x=1; rua=mailto:a@example.com; y=2", true, "")] // unknown fields
    [InlineData("v=TLSRPTv1 ; rua=mailto:a@example.com", true, "TlsRptRecordVersionSpacing")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com; rua=mailto:b@example.com", true, "TlsRptRecordRuaRepeated")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com,ftp://example.com/r", true, "TlsRptRecordUriScheme")]
    [InlineData("v=TLSRPTv1; rua=http://example.com/r", false, "TlsRptRecordUriScheme,TlsRptRecordNoUsableUri")] // mailto and https only
    [InlineData("v=TLSRPTv1", false, "TlsRptRecordRuaMissing")]
    [InlineData("v=TLSRPTv1;", false, "TlsRptRecordRuaMissing")]
    [InlineData("v=TLSRPTv1; x=1", false, "TlsRptRecordRuaMissing")]
    [InlineData("v=TLSRPTv1; RUA=mailto:a@example.com", false, "TlsRptRecordFieldCase,TlsRptRecordRuaMissing")]
    [InlineData("v=TLSRPTv1; rua=", false, "TlsRptRecordUriEmpty")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com,", false, "TlsRptRecordUriEmpty")]
    [InlineData("v=TLSRPTv1; rua=,mailto:a@example.com", false, "TlsRptRecordUriEmpty")]
    [InlineData("v=TLSRPTv1; rua= mailto:a@example.com", false, "TlsRptRecordUriInvalid")] // no white space after "="
    [InlineData("v=TLSRPTv1; rua=a@example.com", false, "TlsRptRecordUriInvalid")]
    [InlineData("v=TLSRPTv1; rua=mailto:", false, "TlsRptRecordUriInvalid")]
    [InlineData("v=TLSRPTv1; rua=mailto:example.com", false, "TlsRptRecordUriInvalid")]
    [InlineData("v=TLSRPTv1; rua=mailto:@example.com", false, "TlsRptRecordUriInvalid")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@", false, "TlsRptRecordUriInvalid")]
    [InlineData("v=TLSRPTv1; rua=mailto:a b@example.com", false, "TlsRptRecordUriInvalid")]
    [InlineData("v=TLSRPTv1; rua=mailto:a%2@example.com", false, "TlsRptRecordUriInvalid")]
    [InlineData("v=TLSRPTv1; rua=mailto:\u00E9@example.com", false, "TlsRptRecordUriInvalid")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com!10m", false, "TlsRptRecordUriNotEncoded")] // "!" MUST be encoded
    [InlineData("v=TLSRPTv1; rua=https://", false, "TlsRptRecordUriInvalid")]
    [InlineData("v=TLSRPTv1; rua=https:example.com", false, "TlsRptRecordUriInvalid")]
    [InlineData("v=TLSRPTv1; rua=mailto://tls@example.com", true, "TlsRptRecordUriDoubtful")] // RFC 6068 section 2
    [InlineData("v=TLSRPTv1; rua=mailto:a@localhost", true, "TlsRptRecordUriDoubtful")]
    [InlineData("v=TLSRPTv1; rua=https://localhost/", true, "TlsRptRecordUriDoubtful")]
    [InlineData("v=TLSRPTv1; rua=mailto:r:x@example.com", false, "TlsRptRecordUriInvalid")] // RFC 5322 section 3.2.3
    [InlineData("v=TLSRPTv1; rua=https://example.com:99999/", false, "TlsRptRecordUriInvalid")]
    [InlineData("v=TLSRPTv1; rua=https://user:secret@example.com/", false, "TlsRptRecordUriInvalid")] // RFC 9110 section 4.2.4
    [InlineData("v=TLSRPTv1; rua=mailto: tls@example.com", false, "TlsRptRecordUriInvalid")]
    [InlineData("v=TLSRPTv1; rua=mailto://tls@example.com,mailto:a@example.com", true, "TlsRptRecordUriDoubtful")]
    [InlineData("v=TLSRPTv1; rua=https://exa_mple.com/r", false, "TlsRptRecordUriInvalid")]
    [InlineData("v=TLSRPTv1; rua=https://example.com/a;b", false, "TlsRptRecordFieldMalformed")] // ";" MUST be encoded
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com ", false, "TlsRptRecordTrailingSpace")]
    [InlineData("v=TLSRPTv1;; rua=mailto:a@example.com", false, "TlsRptRecordFieldEmpty")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com; x=a=b", false, "TlsRptRecordFieldValueInvalid")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com; x y=a", false, "TlsRptRecordFieldNameInvalid")]
    [InlineData("v=TLSRPTv2; rua=mailto:a@example.com", false, "TlsRptRecordVersionInvalid")]
    [InlineData("v=TLSRPTv10; rua=mailto:a@example.com", false, "TlsRptRecordVersionInvalid")]
    [InlineData("v=tlsrptv1; rua=mailto:a@example.com", false, "TlsRptRecordVersionInvalid")]
    [InlineData("rua=mailto:a@example.com; v=TLSRPTv1", false, "TlsRptRecordVersionInvalid")]
    [InlineData("", false, "TlsRptRecordVersionInvalid")]
    public void Record(string value, bool valid, string codes) => Table.Holds(TlsRptRecord.Check(value, "example.com"), valid, codes);

    [Theory]
    [InlineData(TestStatus.Absent, "TlsRptRecordAbsent")]
    [InlineData(TestStatus.Absent, "TlsRptRecordAbsent", "v=spf1 -all")]
    [InlineData(TestStatus.Pass, "", "other", "v=TLSRPTv1;rua=mailto:a@example.com")]
    [InlineData(TestStatus.Fail, "TlsRptRecordMultiple", "v=TLSRPTv1;rua=mailto:a@example.com", "v=TLSRPTv1;rua=mailto:a@example.com")]
    [InlineData(TestStatus.Fail, "TlsRptRecordDiscarded", "other", "v=TLSRPTv1 ;rua=mailto:a@example.com")]
    [InlineData(TestStatus.Fail, "TlsRptRecordRuaMissing", "v=TLSRPTv1;")]
    public void Selection(TestStatus status, string codes, params string[] values)
    {
        var result = TlsRptRecord.Select(values, "example.com");
        Assert.Equal(status, result.Status);
        Assert.Equal(codes, string.Join(",", result.Findings.Select(f => f.Code)));
    }

    [Theory]
    [InlineData("reports@example.com", "mailto:reports@example.com")] // no scheme means mailto:
    [InlineData("a+b@B\u00FCcher.example", "mailto:a+b@xn--bcher-kva.example")]
    [InlineData("a!b@example.com", "mailto:a%21b@example.com")]
    [InlineData("mailto:a!b;c@example.com", "mailto:a%21b%3Bc@example.com")]
    [InlineData("https://example.com/a,b;c!d", "https://example.com/a%2Cb%3Bc%21d")]
    [InlineData("HTTPS://example.com/r", "https://example.com/r")]
    public void Address_is_written(string address, string uri) => Assert.Equal("v=TLSRPTv1; rua=" + uri, TlsRptRecord.Create([address, address]).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("reports")]
    [InlineData("http://example.com/r")]
    [InlineData("ftp://a@example.com/r")]
    [InlineData("tel:123")]
    [InlineData("a@example.com,b@example.com")] // two in one
    [InlineData("a b@example.com")]
    [InlineData("a@exa mple.com")]
    [InlineData("mailto:nobody")]
    [InlineData("https://")]
    [InlineData("https://exa_mple.com/")]
    [InlineData("mailto://tls@example.com")] // what a check of the record doubts is not written
    [InlineData("mailto:r:x@example.com")]
    [InlineData("tls@localhost")]
    [InlineData("https://localhost/")]
    [InlineData("https://user@example.com/")]
    [InlineData("https://example.com:99999/")]
    [InlineData("mailto: tls@example.com")]
    public void Address_is_refused(string address) =>
        Assert.Equal("InvalidReportUri", Assert.Throws<EmailSecurityException>(() => TlsRptRecord.Create([address])).ErrorId);

    [Fact]
    public void No_address_is_refused() => Assert.Equal("ReportUriMissing", Assert.Throws<EmailSecurityException>(() => TlsRptRecord.Create([])).ErrorId);
}
