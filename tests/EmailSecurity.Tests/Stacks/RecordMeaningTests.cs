using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.Stacks;

/// <summary>Records are compared as their readers read them: RFC 8461 section 3.1, RFC 8460 section 3, BIMI section 8.2, RFC 1035.</summary>
public class RecordMeaningTests
{
    private const string Id = "v=STSv1; id=abc123;";
    private const string Rua = "v=TLSRPTv1; rua=mailto:tls@corp.example,https://reports.corp.example/v1";
    private const string Bimi = "v=BIMI1; l=https://bimi-assets.corp.example/bimi/1/logo.svg; a=;";

    public static TheoryData<string, DnsRecordStatus, string[]> PolicyIds() => new()
    {
        { Id, DnsRecordStatus.Published, [Id] },
        { Id, DnsRecordStatus.Published, ["v=STSv1;id=abc123"] }, // spacing and the last semicolon mean nothing
        { Id, DnsRecordStatus.Published, ["v=STSv1;  id=abc123; ext=1"] }, // extension fields
        { Id, DnsRecordStatus.Published, ["google-site-verification=x", "v=STSv1; id=abc123", "v=spf1 -all"] }, // others' strings are discarded
        { Id, DnsRecordStatus.Missing, ["google-site-verification=x"] },
        { Id, DnsRecordStatus.Missing, [] },
        { Id, DnsRecordStatus.Different, ["v=STSv1; id=abc124;"] },
        { Id, DnsRecordStatus.Different, ["v=STSv1; id=ABC123;"] }, // ids have case
        { Id, DnsRecordStatus.Different, ["v=stsv1; id=abc123;"] }, // so has the version
        { Id, DnsRecordStatus.Different, ["v=STSv1; id=abc123;", "v=STSv1; id=old;"] }, // two records are none
        { Id, DnsRecordStatus.Different, ["v=STSv1; id=abc123; id=old;"] }, // readers may use either
        { Id, DnsRecordStatus.Different, ["v=STSv1;"] },
        { Rua, DnsRecordStatus.Published, ["v=TLSRPTv1;rua=https://reports.corp.example/v1,mailto:tls@corp.example"] }, // a set has no order
        { Rua, DnsRecordStatus.Published, ["v=TLSRPTv1; rua=mailto:tls@CORP.example , HTTPS://Reports.corp.example:443/%76%31; x=y"] }, // RFC 3986 section 6.2.2
        { Rua, DnsRecordStatus.Published, ["hello", Rua] },
        { Rua, DnsRecordStatus.Different, ["v=TLSRPTv1; rua=mailto:tls@corp.example"] }, // one of two
        { Rua, DnsRecordStatus.Different, [Rua + ",mailto:more@corp.example"] },
        { Rua, DnsRecordStatus.Different, ["v=TLSRPTv1; rua=mailto:TLS@corp.example,https://reports.corp.example/v1"] }, // the part before the @ may have case
        { Rua, DnsRecordStatus.Different, ["v=TLSRPTv1; rua=mailto:tls@corp.example,https://reports.corp.example/V1"] }, // a path has
        { Rua, DnsRecordStatus.Missing, ["v=DMARC1; p=none"] },
        { Bimi, DnsRecordStatus.Published, ["v=BIMI1;l=https://BIMI-assets.corp.example/bimi/1/logo.svg"] },
        { Bimi, DnsRecordStatus.Published, ["v=BIMI1; l=https://bimi-assets.corp.example/bimi/1/logo.svg; avp=brand; later=x"] },
        { Bimi, DnsRecordStatus.Different, ["v=BIMI1; l=https://bimi-assets.corp.example/bimi/2/logo.svg"] },
        { Bimi, DnsRecordStatus.Different, ["v=BIMI1; l=https://bimi-assets.corp.example/bimi/1/logo.svg; a=https://bimi-assets.corp.example/c.pem"] },
    };

    [Theory, MemberData(nameof(PolicyIds))]
    public void Text_records_are_compared_by_meaning(string wanted, DnsRecordStatus expected, string[] values)
    {
        var judged = StackRecords.Judge(Record("TXT", wanted), DnsScript.Answer(DnsRecordType.TXT, values));
        Assert.True(expected == judged.Status, $"{judged.Status}: {judged.ObservedValue} {judged.Note}");
        Assert.DoesNotContain("google-site-verification", judged.ObservedValue, StringComparison.Ordinal);
        Assert.Equal(expected == DnsRecordStatus.Different, judged.Note.Length > 0);
    }

    [Theory]
    [InlineData("d1.cloudfront.net", DnsRecordStatus.Published)]
    [InlineData("D1.CloudFront.net.", DnsRecordStatus.Published)]
    [InlineData("d2.cloudfront.net", DnsRecordStatus.Different)]
    public void Names_have_no_case_and_no_need_of_a_final_dot(string seen, DnsRecordStatus expected)
        => Assert.Equal(expected, StackRecords.Judge(Record("CNAME", "d1.cloudfront.net"), DnsScript.Answer(DnsRecordType.CNAME, seen)).Status);

    [Fact]
    public void Common_slips_of_the_pen_are_named()
    {
        var target = StackRecords.Judge(Record("CNAME", "d1.cloudfront.net"), DnsScript.Answer(DnsRecordType.CNAME, "d1.cloudfront.net.corp.example"));
        Assert.Equal(DnsRecordStatus.Different, target.Status);
        Assert.Contains("with a final dot: d1.cloudfront.net.", target.Note, StringComparison.Ordinal);

        var quoted = StackRecords.Judge(Record("TXT", Id), DnsScript.Answer(DnsRecordType.TXT, $"\"{Id}\""));
        Assert.Equal(DnsRecordStatus.Different, quoted.Status);
        Assert.Contains("quotation marks", quoted.Note, StringComparison.Ordinal);

        var two = StackRecords.Judge(Record("TXT", Id), DnsScript.Answer(DnsRecordType.TXT, Id, "v=STSv1; id=old;"));
        Assert.Contains("Keep exactly one", two.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DnsStatus.ServFail, "SERVFAIL")]
    [InlineData(DnsStatus.Timeout, "no answer in time")]
    [InlineData(DnsStatus.Refused, "REFUSED")]
    public void No_answer_is_not_taken_for_no_record(DnsStatus status, string word)
    {
        var judged = StackRecords.Judge(Record("TXT", Id), new DnsAnswer { Status = status });
        Assert.Equal(DnsRecordStatus.Unknown, judged.Status);
        Assert.Contains(word, judged.Note, StringComparison.Ordinal);
        Assert.False(StackRecords.IsGone(Record("TXT", Id), new DnsAnswer { Status = status }));
    }

    [Fact]
    public void A_record_is_gone_when_no_value_means_it_any_more()
    {
        Assert.True(StackRecords.IsGone(Record("TXT", Id), DnsScript.Answer(DnsRecordType.TXT, "google-site-verification=x")));
        Assert.False(StackRecords.IsGone(Record("TXT", Id), DnsScript.Answer(DnsRecordType.TXT, "x", "v=STSv1;id=abc123", "v=STSv1; id=other")));
        Assert.True(StackRecords.IsGone(Record("CNAME", "d1.cloudfront.net"), DnsScript.Answer(DnsRecordType.CNAME, "new.provider.example")));
    }

    private static DnsRecordState Record(string type, string value) => new() { Domain = "corp.example", Name = "_x.corp.example", Type = type, Value = value, Ttl = 300, Purpose = "a test" };
}
