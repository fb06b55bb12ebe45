using EmailSecurity.Bimi;
using EmailSecurity.Dmarc;
using EmailSecurity.Findings;

namespace EmailSecurity.Tests.Standards;

/// <summary>draft-brand-indicators-for-message-identification section 5.3, on the tag lists of RFC 6376 section 3.2; one line a case.</summary>
public class BimiRecordTests
{
    private const string L = "https://example.com/logo.svg";
    private const string C = "https://example.com/vmc.pem";

    [Theory]
    [InlineData("v=BIMI1; l=" + L, true, "")]
    [InlineData("v=BIMI1; l=" + L + "; a=" + C + ";", true, "")]
    [InlineData("v=BIMI1; l=" + L + "; a=;", true, "")] // a may be empty
    [InlineData("v=BIMI1;l=" + L + ";a=" + C, true, "")]
    [InlineData("v=BIMI1; a=" + C + "; l=" + L, true, "")] // any order behind v
    [InlineData("v = BIMI1 ; l = " + L + " ; ", true, "")] // white space around "="
    [InlineData("v=BIMI1;\tl=\t" + L, true, "")]
    [InlineData("v=BIMI1; l=HTTPS://example.com/logo.svg", true, "")]
    [InlineData("v=BIMI1; l=https://example.com:8443/logo.svg?v=1", true, "BimiRecordPort")]
    [InlineData("v=BIMI1; l=https://example.com/a%2Cb.svg", true, "")]
    [InlineData("v=BIMI1; l=" + L + "; avp=brand", true, "")]
    [InlineData("v=BIMI1; l=" + L + "; avp=personal", true, "")]
    [InlineData("v=BIMI1; l=" + L + "; avp=logo", true, "BimiRecordAvatarPreferenceUnknown")]
    [InlineData("v=BIMI1; l=" + L + "; lps=", true, "")]
    [InlineData("v=BIMI1; l=" + L + "; lps=news, offers-", true, "")]
    [InlineData("v=BIMI1; l=" + L + "; lps=ne ws", true, "BimiRecordLocalPartSelectorInvalid")]
    [InlineData("v=BIMI1; l=" + L + "; x=1; y_2=anything at all", true, "")] // unknown tags are ignored
    [InlineData("v=BIMI1; l=" + L + "; A=1", true, "BimiRecordTagCase")] // names are case-sensitive
    [InlineData("v=BIMI1; l=; a=;", true, "BimiRecordDeclines")]
    [InlineData("v=BIMI1; l=", true, "BimiRecordDeclines")]
    [InlineData("v=BIMI1; l=; a=" + C, false, "BimiRecordEvidenceWithoutLocation")] // section 8.3
    [InlineData("v=BIMI1; l=https://example.com/logo.png", false, "BimiRecordLocationFormat")] // section 5.3.2
    [InlineData("v=BIMI1; l=https://example.com/logo.SVGZ?x=a.png", true, "")]
    [InlineData("v=BIMI1; l=https://example.com/logo", true, "")]
    [InlineData("v=BIMI1", false, "BimiRecordLocationMissing")]
    [InlineData("v=BIMI1;", false, "BimiRecordLocationMissing")]
    [InlineData("v=BIMI1; a=" + C, false, "BimiRecordLocationMissing")]
    [InlineData("v=BIMI1; L=" + L, false, "BimiRecordTagCase,BimiRecordLocationMissing")]
    [InlineData("v=BIMI1; l=http://example.com/logo.svg", false, "BimiRecordLocationInvalid")] // https only
    [InlineData("v=BIMI1; l=logo.svg", false, "BimiRecordLocationInvalid")]
    [InlineData("v=BIMI1; l=https:///logo.svg", false, "BimiRecordLocationInvalid")]
    [InlineData("v=BIMI1; l=https://localhost/logo.svg", false, "BimiRecordLocationInvalid")] // fully qualified
    [InlineData("v=BIMI1; l=https://192.0.2.1/logo.svg", false, "BimiRecordLocationInvalid")]
    [InlineData("v=BIMI1; l=https://example.com/my logo.svg", false, "BimiRecordLocationInvalid")]
    [InlineData("v=BIMI1; l=https://example.com/a,b.svg", false, "BimiRecordLocationInvalid")] // commas encoded
    [InlineData("v=BIMI1; l=" + L + "," + L, false, "BimiRecordLocationInvalid")] // a single URI
    [InlineData("v=BIMI1; l=" + L + "; a=http://example.com/vmc.pem", false, "BimiRecordEvidenceInvalid")]
    [InlineData("v=BIMI1; l=" + L + "; a=self", false, "BimiRecordEvidenceInvalid")]
    [InlineData("v=BIMI1; l=" + L + "; l=" + L, false, "BimiRecordTagRepeated")] // RFC 6376 section 3.2
    [InlineData("v=BIMI1; l=" + L + "; v=BIMI1", false, "BimiRecordTagRepeated")]
    [InlineData("v=BIMI1; l=" + L + "; a", false, "BimiRecordTagMalformed")]
    [InlineData("v=BIMI1; l=" + L + "; 1=a", false, "BimiRecordTagMalformed")] // tag-name = ALPHA *ALNUMPUNC
    [InlineData("v=BIMI1;; l=" + L, false, "BimiRecordTagEmpty")]
    [InlineData("v=BIMI1; l=https://ex\u00E4mple.com/logo.svg", false, "BimiRecordTagValueInvalid,BimiRecordLocationMissing")]
    [InlineData("v=BIMI1 l=" + L, false, "BimiRecordVersionInvalid")]
    [InlineData("v=BIMI12; l=" + L, false, "BimiRecordVersionInvalid")] // exact
    [InlineData("v=bimi1; l=" + L, false, "BimiRecordVersionInvalid")]
    [InlineData("V=BIMI1; l=" + L, false, "BimiRecordVersionInvalid")]
    [InlineData("l=" + L + "; v=BIMI1", false, "BimiRecordVersionInvalid")] // first
    [InlineData(" v=BIMI1; l=" + L, false, "BimiRecordVersionInvalid")]
    [InlineData("", false, "BimiRecordVersionInvalid")]
    public void Record(string value, bool valid, string codes) => Table.Holds(BimiRecord.Check(value, "example.com"), valid, codes);

    [Theory]
    [InlineData(TestStatus.Absent, "BimiRecordAbsent")]
    [InlineData(TestStatus.Absent, "BimiRecordAbsent", "v=spf1 -all")]
    [InlineData(TestStatus.Pass, "", "v=spf1 -all", "v=BIMI1; l=" + L)]
    [InlineData(TestStatus.Fail, "BimiRecordMultiple", "v=BIMI1; l=" + L, "v=BIMI1; l=" + L)] // more than one is none
    [InlineData(TestStatus.Fail, "BimiRecordDiscarded", "v=bimi1; l=" + L)]
    [InlineData(TestStatus.Warning, "BimiRecordDiscarded", "v=BIMI1; l=" + L, "v=BIMI2; l=" + L)]
    public void Selection(TestStatus status, string codes, params string[] values)
    {
        var result = BimiRecord.Select(values, "example.com", "brand2");
        Assert.Equal(status, result.Status);
        Assert.Equal(codes, string.Join(",", result.Findings.Select(f => f.Code)));
        Assert.All(result.Findings, f => Assert.Equal("brand2._bimi.example.com", f.Location));
    }

    [Fact]
    public void Record_is_written()
    {
        Assert.Equal("v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem;", BimiRecord.Create(new Uri(L), new Uri(C)).ToString());
        Assert.Equal("v=BIMI1; l=https://example.com/logo.svg; a=; avp=personal; lps=news,offers-;", BimiRecord.Create(new Uri(L), null, AvatarPreference.Personal, ["news", "offers-"]).ToString());
        Assert.Equal("v=BIMI1; l=https://example.com/a%2Cb%3Bc.svg; a=;", BimiRecord.Create(new Uri("https://example.com/a,b;c.svg")).ToString());
        Assert.Equal("v=BIMI1; l=; a=;", BimiRecord.Declination.ToString());
    }

    [Fact]
    public void Declination_is_known()
    {
        Assert.True(((BimiRecord)BimiRecord.Check("v=BIMI1; l=; a=;").Value!).IsDeclination);
        Assert.False(((BimiRecord)BimiRecord.Check("v=BIMI1; l=" + L).Value!).IsDeclination);
    }

    [Theory]
    [InlineData("http://example.com/logo.svg")]
    [InlineData("https://localhost/logo.svg")]
    [InlineData("file:///logo.svg")]
    [InlineData("logo.svg")]
    public void Bad_uri_is_refused(string uri) =>
        Assert.Equal("InvalidBimiUri", Assert.Throws<EmailSecurityException>(() => BimiRecord.Create(new Uri(uri, UriKind.RelativeOrAbsolute))).ErrorId);

    [Theory]
    [InlineData("default", true)]
    [InlineData("brand2", true)]
    [InlineData("2026", true)]
    [InlineData("a.b", true)]
    [InlineData("a-b", true)]
    [InlineData("", false)]
    [InlineData("a_b", false)]
    [InlineData("-a", false)]
    [InlineData("a..b", false)]
    [InlineData("a b", false)]
    [InlineData("\u00E9", false)]
    public void Selector(string selector, bool valid) => Assert.Equal(valid, BimiSelector.IsValid(selector));

    [Theory] // section 8.1 and RFC 9989: author record, organisational record (null: the author domain is the organisational domain), codes
    [InlineData("v=DMARC1; p=reject", null, "")]
    [InlineData("v=DMARC1; p=quarantine", null, "")]
    [InlineData("v=DMARC1; p=quarantine; pct=100", null, "")]
    [InlineData("v=DMARC1; p=quarantine; pct=50", null, "BimiDmarcPercent")]
    [InlineData("v=DMARC1; p=reject; pct=50", null, "BimiDmarcPercent")]
    [InlineData("v=DMARC1; p=none", null, "BimiDmarcPolicyNone")]
    [InlineData("v=DMARC1; p=reject; sp=none", null, "BimiDmarcSubdomainPolicyNone")]
    [InlineData("v=DMARC1; p=none; sp=none; t=y", null, "BimiDmarcPolicyNone,BimiDmarcSubdomainPolicyNone,BimiDmarcTesting")]
    [InlineData("v=DMARC1; p=reject; t=y", null, "BimiDmarcTesting")]
    [InlineData("v=DMARC1; rua=mailto:a@example.com", null, "BimiDmarcPolicyNone")]
    [InlineData("", null, "BimiDmarcAbsent")]
    [InlineData("", "v=DMARC1; p=reject", "")] // the organisational record covers the subdomain
    [InlineData("", "v=DMARC1; p=reject; sp=none", "BimiDmarcSubdomainPolicyNone")]
    [InlineData("v=DMARC1; p=reject", "v=DMARC1; p=none", "BimiDmarcPolicyNone")]
    [InlineData("v=DMARC1; p=reject", "v=DMARC1; p=reject; sp=none", "BimiDmarcSubdomainPolicyNone")]
    [InlineData("v=DMARC1; p=reject; sp=none", "v=DMARC1; p=reject", "BimiDmarcSubdomainPolicyNone")] // step 8: of either domain
    [InlineData("v=DMARC1; p=reject", "", "BimiDmarcAbsent")]
    public void Dmarc_gate(string author, string? organisational, string codes)
    {
        var result = BimiEligibility.Check(Read(author), organisational is null ? Read(author) : Read(organisational), "mail.example.com", organisational is null ? "" : "example.com");
        Assert.Equal(codes, string.Join(",", result.Findings.Select(f => f.Code)));
        Assert.Equal(codes is "" || author.Contains("p=reject; pct", StringComparison.Ordinal), result.IsValid);

        static DmarcRecord? Read(string value) => value.Length == 0 ? null : (DmarcRecord?)DmarcRecord.Check(value).Value;
    }
}
