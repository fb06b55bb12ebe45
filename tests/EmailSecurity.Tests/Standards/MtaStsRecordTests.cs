using EmailSecurity.Findings;
using EmailSecurity.MtaSts;

namespace EmailSecurity.Tests.Standards;

/// <summary>RFC 8461 section 3.1; one line a case.</summary>
public class MtaStsRecordTests
{
    [Theory]
    [InlineData("v=STSv1; id=20160831085700Z;", true, "")] // the RFC's example
    [InlineData("v=STSv1;id=1", true, "")]
    [InlineData("v=STSv1;id=1;", true, "")]
    [InlineData("v=STSv1; id=1; ", true, "")] // [sts-field-delim] with its white space
    [InlineData("v=STSv1;\t id=1 \t;", true, "")]
    [InlineData("v=STSv1; id=abcdefghijklmnopqrstuvwxyzABCDEF", true, "")] // 32
    [InlineData("v=STSv1; id=abcdefghijklmnopqrstuvwxyzABCDEFG", false, "MtaStsRecordIdInvalid")] // 33
    [InlineData("v=STSv1; id=", false, "MtaStsRecordIdInvalid")]
    [InlineData("v=STSv1; id=2026-01-01", false, "MtaStsRecordIdInvalid")]
    [InlineData("v=STSv1; id=a b", false, "MtaStsRecordIdInvalid")]
    [InlineData("v=STSv1; id=a_b", false, "MtaStsRecordIdInvalid")]
    [InlineData("v=STSv1; id=\u00E9", false, "MtaStsRecordIdInvalid")]
    [InlineData("v=STSv1; id= 1", false, "MtaStsRecordIdInvalid")] // no white space around "="
    [InlineData("v=STSv1; id =1", false, "MtaStsRecordFieldNameInvalid,MtaStsRecordIdMissing")]
    [InlineData("v=STSv1; ID=1", false, "MtaStsRecordFieldCase,MtaStsRecordIdMissing")] // %s"id="
    [InlineData("v=STSv1", false, "MtaStsRecordIdMissing")]
    [InlineData("v=STSv1;", false, "MtaStsRecordIdMissing")]
    [InlineData("v=STSv1; x=1;", false, "MtaStsRecordIdMissing")]
    [InlineData("v=STSv1; id", false, "MtaStsRecordFieldMalformed,MtaStsRecordIdMissing")]
    [InlineData("id=1; v=STSv1;", false, "MtaStsRecordVersionInvalid")] // v first
    [InlineData("V=STSv1; id=1;", false, "MtaStsRecordVersionInvalid")]
    [InlineData("v=stsv1; id=1;", false, "MtaStsRecordVersionInvalid")] // case-sensitive
    [InlineData("v=STSv2; id=1;", false, "MtaStsRecordVersionInvalid")]
    [InlineData("v=STSv10; id=1;", false, "MtaStsRecordVersionInvalid")]
    [InlineData("v = STSv1; id=1;", false, "MtaStsRecordVersionInvalid")]
    [InlineData(" v=STSv1; id=1;", false, "MtaStsRecordVersionInvalid")]
    [InlineData("\"v=STSv1; id=1;\"", false, "MtaStsRecordVersionInvalid")] // quotes in the value itself
    [InlineData("", false, "MtaStsRecordVersionInvalid")]
    [InlineData("v=STSv1 ; id=1;", true, "MtaStsRecordVersionSpacing")] // the grammar allows it; the discard rule does not (erratum 6285)
    [InlineData("v=STSv1 id=1;", false, "MtaStsRecordVersionInvalid")]
    [InlineData("v=STSv1; id=1 ", false, "MtaStsRecordTrailingSpace")] // white space without a delimiter
    [InlineData("v=STSv1;; id=1;", false, "MtaStsRecordFieldEmpty")]
    [InlineData("v=STSv1; id=1;;", false, "MtaStsRecordFieldEmpty")]
    [InlineData("v=STSv1; id=1; id=2;", true, "MtaStsRecordIdRepeated")]
    [InlineData("v=STSv1; id=1; id=a-b;", true, "MtaStsRecordIdRepeated")] // an extension field of that name
    [InlineData("v=STSv1; id=1; id=a b", false, "MtaStsRecordIdInvalid")] // neither sts-id nor sts-extension
    [InlineData("v=STSv1; id=1; id=", false, "MtaStsRecordIdInvalid")]
    [InlineData("v=STSv1; id=1; id=a=b;", false, "MtaStsRecordIdInvalid")]
    [InlineData("v=STSv1; id=1; id=caf\u00E9", false, "MtaStsRecordIdInvalid")]
    [InlineData("v=STSv1; id=1; a.b-c_d=~!x<y>;", true, "")] // extension
    [InlineData("v=STSv1; x=1; id=1", true, "")] // before the id
    [InlineData("v=STSv1; id=1; x=", false, "MtaStsRecordFieldValueInvalid")]
    [InlineData("v=STSv1; id=1; x=a=b", false, "MtaStsRecordFieldValueInvalid")] // no "="
    [InlineData("v=STSv1; id=1; x=a b", false, "MtaStsRecordFieldValueInvalid")] // no space
    [InlineData("v=STSv1; id=1; x=caf\u00E9", false, "MtaStsRecordFieldValueInvalid")]
    [InlineData("v=STSv1; id=1; -x=a", false, "MtaStsRecordFieldNameInvalid")]
    [InlineData("v=STSv1; id=1; a2345678901234567890123456789012=1", true, "")] // 32
    [InlineData("v=STSv1; id=1; a23456789012345678901234567890123=1", false, "MtaStsRecordFieldNameInvalid")] // 33
    [InlineData("v=STSv1, id=1", false, "MtaStsRecordVersionInvalid")]
    public void Record(string value, bool valid, string codes) => Table.Holds(MtaStsRecord.Check(value, "example.com"), valid, codes);

    [Theory]
    [InlineData(TestStatus.Absent, "MtaStsRecordAbsent")]
    [InlineData(TestStatus.Absent, "MtaStsRecordAbsent", "v=spf1 -all", "google-site-verification=x")]
    [InlineData(TestStatus.Pass, "", "v=STSv1; id=1;")]
    [InlineData(TestStatus.Pass, "", "v=spf1 -all", "v=STSv1; id=1;")]
    [InlineData(TestStatus.Fail, "MtaStsRecordMultiple", "v=STSv1; id=1;", "v=STSv1; id=1;")]
    [InlineData(TestStatus.Fail, "MtaStsRecordMultiple", "v=STSv1; id=1;", "v=STSv1; nonsense")] // counted before they are parsed
    [InlineData(TestStatus.Warning, "MtaStsRecordDiscarded", "v=STSv1; id=1;", "v=STSv2; id=2;")]
    [InlineData(TestStatus.Warning, "MtaStsRecordDiscarded", "v=STSv1; id=1;", "v=STSv1 ; id=2;")] // does not begin with "v=STSv1;"
    [InlineData(TestStatus.Fail, "MtaStsRecordDiscarded", "other", "v=STSv1 ; id=2;")]
    [InlineData(TestStatus.Warning, "MtaStsRecordVersionSpacing", "v=STSv1 ; id=2;")] // alone, the grammar decides
    [InlineData(TestStatus.Fail, "MtaStsRecordVersionInvalid", "v=STSv2; id=2;")]
    [InlineData(TestStatus.Fail, "MtaStsRecordIdMissing", "v=STSv1;")]
    public void Selection(TestStatus status, string codes, params string[] values)
    {
        var result = MtaStsRecord.Select(values, "example.com");
        Assert.Equal(status, result.Status);
        Assert.Equal(codes, string.Join(",", result.Findings.Select(f => f.Code)));
        Assert.All(result.Findings, f => Assert.Equal("_mta-sts.example.com", f.Location));
    }

    [Fact]
    public void Record_is_written_as_the_RFC_shows() => Assert.Equal("v=STSv1; id=20160831085700Z;", new MtaStsRecord("20160831085700Z").ToString());

    [Fact]
    public void Extensions_survive() =>
        Assert.Equal("v=STSv1; id=1; a=2; b=3;", MtaStsRecord.Check("v=STSv1;a=2;id=1;b=3").Value!.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("a-b")]
    [InlineData("123456789012345678901234567890123")]
    public void Bad_id_is_refused(string id) => Assert.Equal("InvalidPolicyId", Assert.Throws<EmailSecurityException>(() => new MtaStsRecord(id)).ErrorId);
}
