using EmailSecurity.Dmarc;
using EmailSecurity.Findings;

namespace EmailSecurity.Tests.Standards;

/// <summary>RFC 9989 sections 4.7, 4.8 and 4.10.1, with the historic tags of RFC 7489 section 6.3; one line a case: record, valid, codes, how we write what we read.</summary>
public class DmarcRecordTests
{
    [Theory]
    [InlineData("v=DMARC1; p=none", true, "", "v=DMARC1; p=none")]
    [InlineData("v=DMARC1;p=quarantine;", true, "", "v=DMARC1; p=quarantine")]
    [InlineData("v=DMARC1; p=reject; rua=mailto:a@example.com", true, "", "v=DMARC1; p=reject; rua=mailto:a@example.com")]
    [InlineData("v=DMARC1; p=reject; sp=none; np=quarantine", true, "", "v=DMARC1; p=reject; sp=none; np=quarantine")]
    [InlineData("v=DMARC1; p=reject; t=y", true, "", "v=DMARC1; p=reject; t=y")]
    [InlineData("v=DMARC1; p=reject; t=n; psd=u; adkim=r; aspf=r", true, "", "v=DMARC1; p=reject")]
    [InlineData("v=DMARC1; p=reject; psd=y", true, "", "v=DMARC1; p=reject; psd=y")]
    [InlineData("v=DMARC1; p=reject; psd=n; adkim=s; aspf=s", true, "", "v=DMARC1; p=reject; psd=n; adkim=s; aspf=s")]
    [InlineData("V = DMARC1 ; P = Reject ;\tSP=NONE", true, "", "v=DMARC1; p=reject; sp=none")] // names and words in any case
    [InlineData("v=DMARC1; p=reject;   ", true, "", "v=DMARC1; p=reject")]
    [InlineData("v=DMARC1; p=reject; ruf=mailto:a@example.com; fo=1:d:s", true, "", "v=DMARC1; p=reject; ruf=mailto:a@example.com; fo=1:d:s")]
    [InlineData("v=DMARC1; p=reject; fo=0:1", true, "DmarcRecordFailureOptionsExclusive", "v=DMARC1; p=reject; fo=0:1")]
    [InlineData("v=DMARC1; p=reject; fo=01", true, "DmarcRecordTagInvalid", "v=DMARC1; p=reject")]
    [InlineData("v=DMARC1; p=reject; rua=mailto:a@example.com , https://example.com/r", true, "", "v=DMARC1; p=reject; rua=mailto:a@example.com,https://example.com/r")]
    [InlineData("v=DMARC1; p=reject; rua=mailto:a@example.com!10m", true, "DmarcRecordSizeLimit", "v=DMARC1; p=reject; rua=mailto:a@example.com!10m")]
    [InlineData("v=DMARC1; p=reject; rua=mailto:a@example.com!10x", true, "DmarcRecordUriInvalid", "v=DMARC1; p=reject")]
    [InlineData("v=DMARC1; p=reject; rua=a@example.com", true, "DmarcRecordUriInvalid", "v=DMARC1; p=reject")]
    [InlineData("v=DMARC1; p=reject; pct=100", true, "DmarcRecordTagHistoric", "v=DMARC1; p=reject; pct=100")]
    [InlineData("v=DMARC1; p=reject; pct=50", true, "DmarcRecordPercentHistoric", "v=DMARC1; p=reject; pct=50")]
    [InlineData("v=DMARC1; p=reject; pct=101", true, "DmarcRecordTagInvalid", "v=DMARC1; p=reject")]
    [InlineData("v=DMARC1; p=reject; ri=3600; rf=afrf", true, "DmarcRecordTagHistoric,DmarcRecordTagHistoric", "v=DMARC1; p=reject; rf=afrf; ri=3600")]
    [InlineData("v=DMARC1; p=reject; ri=-1", true, "DmarcRecordTagInvalid", "v=DMARC1; p=reject")]
    [InlineData("v=DMARC1; p=reject; adkim=x; t=maybe; psd=1", true, "DmarcRecordTagInvalid,DmarcRecordTagInvalid,DmarcRecordTagInvalid", "v=DMARC1; p=reject")] // defaults
    [InlineData("v=DMARC1; p=reject; future=1", true, "DmarcRecordTagUnknown", "v=DMARC1; p=reject")]
    [InlineData("v=DMARC1; p=reject; nonsense", true, "DmarcRecordTagMalformed", "v=DMARC1; p=reject")] // ignored outright
    [InlineData("v=DMARC1; p=reject;; sp=none", true, "DmarcRecordTagEmpty", "v=DMARC1; p=reject; sp=none")]
    [InlineData("v=DMARC1; sp=none; p=reject", true, "DmarcRecordPolicyNotSecond", "v=DMARC1; p=reject; sp=none")] // any order (4.8)
    [InlineData("v=DMARC1; rua=mailto:a@example.com", true, "DmarcRecordPolicyMissing", "v=DMARC1; p=none; rua=mailto:a@example.com")] // 4.10.1: p=none
    [InlineData("v=DMARC1; p=all; rua=mailto:a@example.com", true, "DmarcRecordTagInvalid,DmarcRecordPolicyInvalid", "v=DMARC1; p=none; rua=mailto:a@example.com")]
    [InlineData("v=DMARC1; p=reject; sp=all; rua=mailto:a@example.com", true, "DmarcRecordTagInvalid,DmarcRecordPolicyInvalid", "v=DMARC1; p=none; rua=mailto:a@example.com")]
    [InlineData("v=DMARC1; p=reject; np=all; rua=mailto:a@example.com", true, "DmarcRecordTagInvalid,DmarcRecordPolicyInvalid", "v=DMARC1; p=none; rua=mailto:a@example.com")]
    [InlineData("v=DMARC1; p=reject; sp=all", false, "DmarcRecordTagInvalid,DmarcRecordPolicyInvalid", null)] // 4.10.1: no DMARC processing
    [InlineData("v=DMARC1; p=all", false, "DmarcRecordTagInvalid,DmarcRecordPolicyInvalid", null)]
    [InlineData("v=DMARC1; p=", false, "DmarcRecordTagInvalid,DmarcRecordPolicyInvalid", null)]
    [InlineData("v=DMARC1", false, "DmarcRecordPolicyMissing", null)]
    [InlineData("v=DMARC1;", false, "DmarcRecordPolicyMissing", null)]
    [InlineData("v=DMARC1; rua=nobody", false, "DmarcRecordUriInvalid,DmarcRecordPolicyMissing", null)]
    [InlineData("v=DMARC1; p=none; p=none", false, "DmarcRecordTagRepeated", null)] // RFC 6376 section 3.2
    [InlineData("v=DMARC1; p=none; P=reject", false, "DmarcRecordTagRepeated", null)]
    [InlineData("v=DMARC1; p=none; v=DMARC1", false, "DmarcRecordTagRepeated", null)]
    [InlineData("v=DMARC1 p=none", false, "DmarcRecordVersionInvalid", null)]
    [InlineData("v=DMARC2; p=none", false, "DmarcRecordVersionInvalid", null)]
    [InlineData("v=DMARC10; p=none", false, "DmarcRecordVersionInvalid", null)]
    [InlineData("v=dmarc1; p=none", false, "DmarcRecordVersionInvalid", null)] // %s"DMARC1"
    [InlineData("p=none; v=DMARC1", false, "DmarcRecordVersionInvalid", null)]
    [InlineData("", false, "DmarcRecordVersionInvalid", null)]
    public void Record(string value, bool valid, string codes, string? written)
    {
        var result = DmarcRecord.Check(value, "example.com");
        Table.Holds(result, valid, codes);
        if (written is not null)
        {
            Assert.Equal(written, result.Value!.ToString());
        }
    }

    [Theory] // section 4.10 step 2
    [InlineData(TestStatus.Absent, "DmarcRecordAbsent")]
    [InlineData(TestStatus.Absent, "DmarcRecordAbsent", "v=spf1 -all")]
    [InlineData(TestStatus.Pass, "", "other", "v=DMARC1; p=none")]
    [InlineData(TestStatus.Fail, "DmarcRecordMultiple", "v=DMARC1; p=none", "v=DMARC1; p=none")]
    [InlineData(TestStatus.Fail, "DmarcRecordDiscarded", "v=dmarc1; p=none")]
    public void Selection(TestStatus status, string codes, params string[] values)
    {
        var result = DmarcRecord.Select(values, "example.com");
        Assert.Equal(status, result.Status);
        Assert.Equal(codes, string.Join(",", result.Findings.Select(f => f.Code)));
    }

    [Theory] // section 4.10: start, records (name=record, separated by |), names asked for, organisational domain, policy domain
    [InlineData("a.mail.example.com", "mail.example.com=p=none|example.com=p=none", "a.mail.example.com mail.example.com example.com com", "example.com", "example.com")]
    [InlineData("a.mail.example.com", "mail.example.com=p=none; psd=n", "a.mail.example.com mail.example.com", "mail.example.com", "mail.example.com")]
    [InlineData("a.mail.example.com", "com=p=none; psd=y", "a.mail.example.com mail.example.com example.com com", "example.com", "com")]
    [InlineData("a.mail.example.com", "", "a.mail.example.com mail.example.com example.com com", "a.mail.example.com", null)]
    [InlineData("example.com", "example.com=p=none", "example.com com", "example.com", "example.com")]
    [InlineData("example.com", "example.com=p=none; psd=n", "example.com", "example.com", "example.com")] // step 2: stop
    [InlineData("co.example", "co.example=p=none; psd=y", "co.example example", "co.example", "co.example")] // psd=y where the walk started does not count
    [InlineData("a.example.com", "a.example.com=p=none|example.com=p=none", "a.example.com example.com com", "example.com", "a.example.com")]
    [InlineData("giant.bank.example", "bank.example=p=none; psd=y|example=p=none", "giant.bank.example bank.example", "giant.bank.example", "bank.example")]
    [InlineData("a.b.c.d.e.f.g.h.i.j.mail.example.com", "example.com=p=none", "a.b.c.d.e.f.g.h.i.j.mail.example.com g.h.i.j.mail.example.com h.i.j.mail.example.com i.j.mail.example.com j.mail.example.com mail.example.com example.com com", "example.com", "example.com")] // eight queries
    [InlineData("a.b.c.d.e.f.example.com", "", "a.b.c.d.e.f.example.com b.c.d.e.f.example.com c.d.e.f.example.com d.e.f.example.com e.f.example.com f.example.com example.com com", "a.b.c.d.e.f.example.com", null)] // eight labels
    public void Tree_walk(string start, string records, string asked, string organisational, string? policy)
    {
        var zone = records.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split('=', 2)).ToDictionary(r => "_dmarc." + r[0], r => "v=DMARC1; " + r[1]);
        var walk = new DmarcTreeWalk(start);
        List<string> names = [];
        while (walk.NextName is { } name)
        {
            names.Add(walk.NextDomain!);
            walk.Answer(zone.TryGetValue(name, out var value) ? [value] : []);
        }
        Assert.Equal(asked, string.Join(" ", names));
        Assert.True(names.Count <= DmarcTreeWalk.MaxQueries);
        Assert.Equal(organisational, walk.OrganisationalDomain);
        Assert.Equal(policy, walk.PolicyDomain);
        Assert.Throws<InvalidOperationException>(() => walk.Answer([]));
    }

    [Fact]
    public void Two_records_at_one_name_are_none()
    {
        var walk = new DmarcTreeWalk("example.com");
        walk.Answer(["v=DMARC1; p=reject", "v=DMARC1; p=none"]);
        walk.Answer([]);
        Assert.Null(walk.PolicyRecord);
        Assert.Equal(TestStatus.Fail, walk.Results[0].Status);
    }

    [Fact]
    public void Subdomain_policies_fall_back()
    {
        var record = (DmarcRecord)DmarcRecord.Check("v=DMARC1; p=reject; sp=quarantine").Value!;
        Assert.Equal((DmarcPolicy.Quarantine, DmarcPolicy.Quarantine), (record.EffectiveSubdomainPolicy, record.EffectiveNonexistentSubdomainPolicy));
    }
}
