using System.Text;
using CsCheck;
using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.Standards;

/// <summary>RFC 8461 section 3.2 unless a line says otherwise; one line a case: text, valid or not, the codes of all findings.</summary>
public class MtaStsPolicyTests
{
    private const string V = "version: STSv1\n";
    private const string M = "mode: enforce\n";
    private const string X = "mx: mail.example.com\n";
    private const string A = "max_age: 604800\n";
    private const string P = V + M + X + A;

    [Theory]
    // The grammar of lines.
    [InlineData(P, true, "")]
    [InlineData("version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmax_age: 604800\r\n", true, "")] // CRLF
    [InlineData("version: STSv1\r\nmode: enforce\nmx: mail.example.com\r\nmax_age: 604800\n", true, "")] // mixed: sts-policy-term = LF / CRLF (erratum 6253)
    [InlineData("version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 604800", true, "")] // last terminator optional
    [InlineData("version:STSv1\nmode:enforce\nmx:mail.example.com\nmax_age:604800\n", true, "")] // ":" *WSP
    [InlineData("version: \t STSv1\nmode:\tenforce\nmx:  mail.example.com\nmax_age:   604800\n", true, "")] // ":" *WSP
    [InlineData("version: STSv1 \nmode: enforce\t\nmx: mail.example.com  \nmax_age: 604800 \t\n", true, "")] // field *WSP
    [InlineData("max_age: 604800\nmx: mail.example.com\nmode: enforce\nversion: STSv1\n", true, "")] // any order
    [InlineData("", false, "PolicyEmpty")]
    [InlineData(P + "\n", false, "PolicyBlankLine")] // one terminator, not two
    [InlineData("\n" + P, false, "PolicyBlankLine")]
    [InlineData(V + "\r\n" + M + X + A, false, "PolicyBlankLine")]
    [InlineData(V + "  \n" + M + X + A, false, "PolicyBlankLine")]
    [InlineData(" " + P, false, "PolicyFieldNameInvalid,PolicyVersionMissing")] // no white space before a name
    [InlineData(V + "mode : enforce\n" + X + A, false, "PolicyFieldNameInvalid,PolicyModeMissing")] // nor before the colon
    [InlineData(V + "mode enforce\n" + X + A, false, "PolicyLineMalformed,PolicyModeMissing")]
    [InlineData(P + "# a comment\n", false, "PolicyLineMalformed")]
    [InlineData("version: STSv1\rmode: enforce\rmx: mail.example.com\rmax_age: 604800\r", false, "PolicyVersionUnknown,PolicyModeMissing,PolicyMaxAgeMissing")] // CR alone ends no line
    [InlineData(V + M + X + "max_age: 604800\r", false, "PolicyMaxAgeMalformed")] // a CR without LF at the end
    [InlineData("\uFEFF" + P, false, "PolicyByteOrderMark")]
    [InlineData("<html><body>Not found</body></html>", false, "PolicyLineMalformed,PolicyVersionMissing,PolicyModeMissing,PolicyMaxAgeMissing")]
    // version
    [InlineData(M + X + A, false, "PolicyVersionMissing")]
    [InlineData("version: STSv2\n" + M + X + A, false, "PolicyVersionUnknown")]
    [InlineData("version: STSv10\n" + M + X + A, false, "PolicyVersionUnknown")]
    [InlineData("version: stsv1\n" + M + X + A, false, "PolicyVersionUnknown")] // %s: case-sensitive
    [InlineData("version:\n" + M + X + A, false, "PolicyVersionUnknown")]
    [InlineData("Version: STSv1\n" + M + X + A, false, "PolicyFieldNameCase,PolicyVersionMissing")]
    [InlineData(V + V + M + X + A, true, "PolicyFieldRepeated")] // the first wins
    [InlineData(V + "version: STSv2\n" + M + X + A, true, "PolicyFieldRepeated")]
    [InlineData("version: STSv2\n" + V + M + X + A, false, "PolicyVersionUnknown,PolicyFieldRepeated")]
    // mode
    [InlineData(V + X + A, false, "PolicyModeMissing")]
    [InlineData(V + "mode: testing\n" + X + A, true, "")]
    [InlineData(V + "mode: none\n" + X + A, true, "")] // mx is allowed with none
    [InlineData(V + "mode: none\n" + A, true, "")] // and may be missing
    [InlineData(V + "mode: Enforce\n" + X + A, false, "PolicyModeUnknown")]
    [InlineData(V + "mode: report\n" + X + A, false, "PolicyModeUnknown")]
    [InlineData(V + "mode:\n" + X + A, false, "PolicyModeUnknown")]
    [InlineData(V + "mode: enforce testing\n" + X + A, false, "PolicyModeUnknown")]
    [InlineData(V + "MODE: enforce\n" + X + A, false, "PolicyFieldNameCase,PolicyModeMissing")]
    [InlineData(V + M + "mode: bogus\n" + X + A, true, "PolicyFieldRepeated")]
    [InlineData(V + "mode: none\n" + M + A, true, "PolicyFieldRepeated")] // the first, none, needs no mx
    // max_age
    [InlineData(V + M + X, false, "PolicyMaxAgeMissing")]
    [InlineData(V + M + X + "max_age: 0\n", true, "PolicyMaxAgeShort")]
    [InlineData(V + "mode: none\nmax_age: 0\n", true, "")]
    [InlineData(V + M + X + "max_age: 86399\n", true, "PolicyMaxAgeShort")]
    [InlineData(V + M + X + "max_age: 86400\n", true, "")]
    [InlineData(V + M + X + "max_age: 31557600\n", true, "")] // the most (erratum 7282)
    [InlineData(V + M + X + "max_age: 31557601\n", false, "PolicyMaxAgeTooLarge")]
    [InlineData(V + M + X + "max_age: 9999999999\n", false, "PolicyMaxAgeTooLarge")]
    [InlineData(V + M + X + "max_age: 0000604800\n", true, "")] // 1*10(DIGIT)
    [InlineData(V + M + X + "max_age: 00000604800\n", false, "PolicyMaxAgeMalformed")] // eleven digits
    [InlineData(V + M + X + "max_age: -1\n", false, "PolicyMaxAgeMalformed")]
    [InlineData(V + M + X + "max_age: +604800\n", false, "PolicyMaxAgeMalformed")]
    [InlineData(V + M + X + "max_age: 604800s\n", false, "PolicyMaxAgeMalformed")]
    [InlineData(V + M + X + "max_age: 6.048e5\n", false, "PolicyMaxAgeMalformed")]
    [InlineData(V + M + X + "max_age: 604,800\n", false, "PolicyMaxAgeMalformed")]
    [InlineData(V + M + X + "max_age:\n", false, "PolicyMaxAgeMalformed")]
    [InlineData(V + M + X + "max_age: \u0661\u0662\n", false, "PolicyMaxAgeMalformed")] // DIGIT is ASCII
    [InlineData(V + M + X + "max-age: 604800\n", false, "PolicyMaxAgeMissing")]
    [InlineData(V + M + X + A + "max_age: 1\n", true, "PolicyFieldRepeated")]
    // mx: ["*."] Domain
    [InlineData(V + M + A, false, "PolicyMxMissing")]
    [InlineData(V + "mode: testing\n" + A, false, "PolicyMxMissing")]
    [InlineData(V + M + "mx: *.example.com\n" + A, true, "")]
    [InlineData(V + M + X + "mx: backup.example.net\nmx: *.example.org\n" + A, true, "")]
    [InlineData(V + M + "mx: MAIL.Example.COM\n" + A, true, "")]
    [InlineData(V + M + "mx: xn--bcher-kva.example\n" + A, true, "")]
    [InlineData(V + M + "mx: b\u00FCcher.example\n" + A, false, "PolicyMxInvalid")] // A-labels
    [InlineData(V + M + "mx: mail.example.com.\n" + A, false, "PolicyMxInvalid")] // RFC 5321 Domain has no final dot
    [InlineData(V + M + "mx: *\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: *.\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: *.*.example.com\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: mail.*.example.com\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: m*.example.com\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: .example.com\n" + A, false, "PolicyMxInvalid")] // older drafts had this
    [InlineData(V + M + "mx: mail..example.com\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: mail_1.example.com\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: -mail.example.com\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: mail-.example.com\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: 192.0.2.1\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: mail.example.123\n" + A, true, "PolicyMxNumeric")] // RFC 5321's Domain takes it; no host has such a name
    [InlineData(V + M + "mx: *.example.1\n" + A, true, "PolicyMxNumeric")]
    [InlineData(V + M + "mx: 25\n" + A, true, "PolicyMxNumeric")]
    [InlineData(V + M + "mx: 192.0.2\n" + A, true, "PolicyMxNumeric")]
    [InlineData(V + M + "mx: 192.0.2.400\n" + A, true, "PolicyMxNumeric")]
    [InlineData(V + M + X + "mx: mail.7\n" + A, true, "PolicyMxNumeric")]
    [InlineData(V + M + "mx: mail.example.1a\n" + A, true, "")]
    [InlineData(V + M + "mx: *.192.0.2.1\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: [192.0.2.1]\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: 2001:db8::1\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: mail.example.com, backup.example.com\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx: mail.example.com backup.example.com\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "mx:\n" + A, false, "PolicyMxInvalid")]
    [InlineData(V + M + "MX: mail.example.com\n" + A, false, "PolicyFieldNameCase,PolicyMxMissing")]
    [InlineData(V + M + X + X + A, true, "PolicyMxRepeated")]
    // extension fields: ignored, but held to the grammar
    [InlineData(P + "x-note: hello\n", true, "")]
    [InlineData(P + "n: a b  c\n", true, "")] // spaces inside
    [InlineData(P + "n: caf\u00E9 \u2615\n", true, "")] // UTF-8
    [InlineData(P + "n: a=b;c:d\n", true, "")]
    [InlineData(P + "n: a\tb\n", false, "PolicyFieldValueInvalid")] // no CTLs
    [InlineData(P + "n: a\u0000b\n", false, "PolicyFieldValueInvalid")]
    [InlineData(P + "n: a\u007Fb\n", false, "PolicyFieldValueInvalid")]
    [InlineData(P + "n:\n", false, "PolicyFieldValueInvalid")]
    [InlineData(P + "_n: a\n", false, "PolicyFieldNameInvalid")]
    [InlineData(P + "n n: a\n", false, "PolicyFieldNameInvalid")]
    [InlineData(P + ": a\n", false, "PolicyFieldNameInvalid")]
    [InlineData(P + "a2345678901234567890123456789012: a\n", true, "")] // 32 characters
    [InlineData(P + "a23456789012345678901234567890123: a\n", false, "PolicyFieldNameInvalid")] // 33
    // all findings at once
    [InlineData("version: 1\nmode: on\nmx: *\nmax_age: x\n\n", false, "PolicyVersionUnknown,PolicyModeUnknown,PolicyMxInvalid,PolicyMaxAgeMalformed,PolicyBlankLine")]
    public void Policy(string text, bool valid, string codes)
    {
        var result = MtaStsPolicy.Check(text);
        Table.Holds(result, valid, codes);
        // The same octets give the same verdict.
        Table.Holds(MtaStsPolicy.Check(Encoding.UTF8.GetBytes(text)), valid, codes);
    }

    [Fact]
    public void Octets_that_are_not_UTF8_are_refused() => // section 3.2: UTF-8
        Table.Holds(MtaStsPolicy.Check((ReadOnlyMemory<byte>)(byte[])[.. Encoding.UTF8.GetBytes(P), .. "n: "u8, 0xFF, 0x0A]), false, "PolicyNotUtf8");

    [Fact]
    public void A_lone_surrogate_is_refused() => Table.Holds(MtaStsPolicy.Check(P + "n: \uD800\n"), false, "PolicyNotUtf8");

    [Theory] // section 3.3: 64 kilobytes
    [InlineData(65536, true)]
    [InlineData(65537, false)]
    public void Size_is_capped(int octets, bool valid)
    {
        var text = P + "n: ";
        text += new string('a', octets - text.Length);
        Assert.Equal(valid, MtaStsPolicy.Check(text).IsValid);
        Assert.Equal(valid, MtaStsPolicy.Check(Encoding.UTF8.GetBytes(text)).IsValid);
    }

    [Fact]
    public void Size_counts_octets_not_characters() => Table.Holds(MtaStsPolicy.Check(P + "n: " + new string('\u00E9', 40_000)), false, "PolicyTooLarge");

    [Fact]
    public void Findings_are_bounded() => Assert.InRange(MtaStsPolicy.Check(new string('\n', 65_536)).Findings.Count, 1, 64);

    [Fact]
    public void A_finding_says_where_and_what_to_do()
    {
        var finding = Assert.Single(MtaStsPolicy.Check(V + M + "mx:  mail_1.example.com\n" + A, "example.com").Findings);
        Assert.Equal((3, 6), (finding.Line, finding.Column));
        Assert.Equal(("RFC 8461", "3.2"), (finding.Standard, finding.Section));
        Assert.NotEmpty(finding.Fix);
    }

    [Fact]
    public void Text_is_kept_as_served()
    {
        var policy = Assert.IsType<MtaStsPolicy>(MtaStsPolicy.Check(P, "Example.COM.").Value);
        Assert.Equal(P, policy.Text);
        Assert.Equal("example.com", policy.Domain);
        Assert.Equal((MtaStsMode.Enforce, 604800L), (policy.Mode, policy.MaxAge));
    }

    [Fact]
    public void Written_policy_has_the_form_of_the_RFC_example() => // section 3.2
        Assert.Equal(
            "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmx: backupmx.example.com\r\nmax_age: 604800\r\n",
            MtaStsPolicy.Create("example.com", MtaStsMode.Enforce, ["mail.example.com", "*.example.net.", "BackupMX.example.com", "mail.example.com"], 604800).Text);

    [Fact]
    public void Id_changes_only_with_the_text() // section 3.1: 1*32(ALPHA / DIGIT)
    {
        var one = MtaStsPolicy.Create("example.com", MtaStsMode.Testing, ["a.example.com"], 86400);
        Assert.Matches("^[0-9a-f]{32}$", one.Id);
        Assert.Equal(one.Id, one.With("example.net").Id);
        Assert.Equal(one.Id, ((MtaStsPolicy)MtaStsPolicy.Check(one.Text).Value!).Id);
        Assert.NotEqual(one.Id, MtaStsPolicy.Create("example.com", MtaStsMode.Testing, ["a.example.com"], 86401).Id);
        Assert.NotEqual(one.Id, ((MtaStsPolicy)MtaStsPolicy.Check(one.Text.TrimEnd()).Value!).Id);
    }

    [Fact]
    public void Id_stays_that_of_the_served_text_with_another_domain_or_without_its_stack()
    {
        MtaStsPolicy Read() => (MtaStsPolicy)MtaStsPolicy.Check("version: STSv1\nmode: testing\nmx: a.example.com\nmax_age: 86400\nnote: \u202e\n", "example.com").Value!;
        Assert.DoesNotContain('\u202e', Read().Text);
        Assert.Equal(Read().Id, Read().With("example.net").Id);
        Assert.Equal(Read().Id, Read().With(stack: EmailSecurityStack.For("example.com")).WithoutStack().Id);
    }

    [Fact]
    public void Id_is_the_same_however_a_checkout_ends_the_lines() // section 3.2: LF and CRLF end a line alike
        => Gen.Select(Gen.Long[0, MtaStsPolicy.MaxMaxAge], Gen.Bool.Array[5]).Sample((maxAge, crlf) =>
        {
            var lines = MtaStsPolicy.Create("example.com", MtaStsMode.Testing, ["a.example.com", "b.example.com"], maxAge).Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            var mixed = string.Concat(lines.Zip(crlf, (line, isCrlf) => line + (isCrlf ? "\r\n" : "\n")));
            var policy = (MtaStsPolicy)MtaStsPolicy.Check(mixed).Value!;
            Assert.Equal(MtaStsPolicy.Create("example.com", MtaStsMode.Testing, ["a.example.com", "b.example.com"], maxAge).Id, policy.Id);
            Assert.Equal(mixed, policy.Text);
        });

    [Theory]
    [InlineData("example.com", MtaStsMode.Enforce, "", 86400, "MxHostMissing")]
    [InlineData("example.com", MtaStsMode.Testing, "", 86400, "MxHostMissing")]
    [InlineData("example.com", MtaStsMode.Enforce, "a.example.com", -1, "InvalidMaxAge")]
    [InlineData("example.com", MtaStsMode.Enforce, "a.example.com", 31557601, "InvalidMaxAge")]
    [InlineData("example.com", MtaStsMode.Enforce, "a_b.example.com", 86400, "InvalidMxHost")]
    [InlineData("example.com", MtaStsMode.Enforce, "*", 86400, "InvalidMxHost")]
    [InlineData("example.com", MtaStsMode.Enforce, "192.0.2.1", 86400, "InvalidMxHost")]
    [InlineData("exa mple", MtaStsMode.Enforce, "a.example.com", 86400, "InvalidDomainName")]
    [InlineData("example.com", (MtaStsMode)7, "a.example.com", 86400, "InvalidMode")]
    public void Create_refuses(string domain, MtaStsMode mode, string mx, long maxAge, string errorId) =>
        Assert.Equal(errorId, Assert.Throws<EmailSecurityException>(() => MtaStsPolicy.Create(domain, mode, mx.Length == 0 ? [] : [mx], maxAge)).ErrorId);

    [Theory] // section 4.1
    [InlineData("mail.example.com", "mail.example.com", true)]
    [InlineData("mail.example.com", "MAIL.EXAMPLE.COM", true)]
    [InlineData("mail.example.com", "mail.example.com.", true)]
    [InlineData("mail.example.com", "mail2.example.com", false)]
    [InlineData("*.example.com", "mail.example.com", true)]
    [InlineData("*.example.com", "example.com", false)] // not none
    [InlineData("*.example.com", "foo.bar.example.com", false)] // not two
    [InlineData("*.example.com", ".example.com", false)]
    [InlineData("*.example.com", "mail.example.com.evil.test", false)]
    [InlineData("*.example.com", "mailexample.com", false)]
    [InlineData("*.example.com", "*.example.com", false)] // a host, not a pattern
    [InlineData("b\u00FCcher.example", "xn--bcher-kva.example", true)]
    [InlineData("*.xn--bcher-kva.example", "mx.B\u00DCCHER.example", true)]
    [InlineData("*.example.com", "", false)]
    public void Mx_match(string pattern, string host, bool matches) =>
        Assert.Equal(matches, MtaStsPolicy.Create("example.com", MtaStsMode.Enforce, [pattern], 86400).Matches(host));
}
