using EmailSecurity.Text;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Standards;

/// <summary>Domain names and TXT strings in text.</summary>
public class DnsTextTests
{
    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("EXAMPLE.com.", "example.com")]
    [InlineData("B\u00FCcher.example", "xn--bcher-kva.example")] // RFC 3492
    [InlineData("\u4F8B\u3048.\u30C6\u30B9\u30C8", "xn--r8jz45g.xn--zckzah")]
    [InlineData("\u4F8B\u3048\u3002\u30C6\u30B9\u30C8", "xn--r8jz45g.xn--zckzah")] // the ideographic full stop
    [InlineData("\u043F\u0440\u0438\u043C\u0435\u0440.\u0440\u0444", "xn--e1afmkfd.xn--p1ai")]
    [InlineData("fa\u00DF.example", "xn--fa-hia.example")] // IDNA2008 keeps the sharp s
    [InlineData("_mta-sts.example.com", "_mta-sts.example.com")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("a", "a")]
    public void Name_is_normalized(string name, string expected) => Assert.Equal(expected, DomainName.Normalize(name));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("example..com")]
    [InlineData(".example.com")]
    [InlineData("exa mple.com")]
    [InlineData("exa_mple.com")]
    [InlineData("-example.com")]
    [InlineData("example-.com")]
    [InlineData("https://example.com")]
    [InlineData("example.com:443")]
    [InlineData("user@example.com")]
    [InlineData("*.example.com")]
    [InlineData("192.0.2.1")]
    [InlineData("1")]
    [InlineData("2001:db8::1")]
    [InlineData("\u2603.example")] // a symbol
    [InlineData("\u0301a.example")] // a mark first
    [InlineData("\uD800.example")] // a lone surrogate
    [InlineData("a\u0000b.example")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234.example")] // 64
    public void Name_is_refused(string name)
    {
        Assert.False(DomainName.TryNormalize(name, out var normalized));
        Assert.Empty(normalized);
        Assert.Equal("InvalidDomainName", Assert.Throws<EmailSecurityException>(() => DomainName.Normalize(name)).ErrorId);
    }

    [Fact]
    public void Decomposed_letters_are_composed_or_refused() // composing needs ICU, which not every host has
    {
        if (DomainName.TryNormalize("bu\u0308cher.example", out var name))
        {
            Assert.Equal("xn--bcher-kva.example", name);
        }
    }

    [Fact]
    public void Length_is_capped()
    {
        var label = new string('a', 49) + ".";
        Assert.True(DomainName.TryNormalize(string.Concat(Enumerable.Repeat(label, 5)) + "abc", out _)); // 253
        Assert.False(DomainName.TryNormalize(string.Concat(Enumerable.Repeat(label, 5)) + "abcd", out _)); // 254
    }

    [Theory]
    [InlineData("mail.example.com", true)]
    [InlineData("_mta-sts.example.com", false)]
    [InlineData("example.com.", false)]
    [InlineData("b\u00FCcher.example", false)]
    [InlineData(null, false)]
    public void Host_name(string? name, bool valid) => Assert.Equal(valid, DomainName.IsValidHostName(name));

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("v=STSv1; id=1;", "\"v=STSv1; id=1;\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("a\tb\u00E9", "\"a\\009b\\195\\169\"")]
    public void Text_is_quoted(string value, string presentation)
    {
        Assert.Equal(presentation, TxtStrings.Quote(value));
        Assert.Equal(value, TxtStrings.Unquote(presentation));
    }

    [Fact]
    public void Long_text_is_split_at_255_octets()
    {
        var value = new string('a', 256);
        Assert.Equal($"\"{new string('a', 255)}\" \"a\"", TxtStrings.Quote(value));
        Assert.Equal(value, TxtStrings.Unquote(TxtStrings.Quote(value)));
    }

    [Theory]
    [InlineData("\"v=STSv1; \" \"id=1;\"", "v=STSv1; id=1;")]
    [InlineData("  \"a\"\t\"b\"  ", "ab")]
    [InlineData("\"a\"\"b\"", "ab")]
    [InlineData("v=STSv1; id=1;", "v=STSv1; id=1;")] // no quotes: the value itself
    [InlineData("\"open", "open")]
    [InlineData("\"a\\", "a\\")]
    [InlineData("\"\\255\"", "\u00FF")] // not UTF-8: Latin-1
    [InlineData("\"\\999\"", "999")]
    [InlineData("\"\u00E9\"", "\u00E9")]
    [InlineData("\"a\" b", "ab")]
    public void Text_is_unquoted(string presentation, string value) => Assert.Equal(value, TxtStrings.Unquote(presentation));

    [Theory] // RFC 1035 section 5.1
    [InlineData("v=STSv1; id=1;", "")]
    [InlineData("\"v=STSv1; id=1;\"", "")]
    [InlineData("\"v=STSv1;\" \"id=1;\"", "")]
    [InlineData("\"a\\\"b\"", "")] // a quote within
    [InlineData("\"a\\034b\"", "")] // the same by its number
    [InlineData("", "")]
    [InlineData("\"", "TxtQuoteUnbalanced")]
    [InlineData("\"v=STSv1; id=1;", "TxtQuoteUnbalanced")]
    [InlineData("v=STSv1; id=1;\"", "TxtQuoteUnbalanced")]
    [InlineData("\"v=STSv1;\" \"id=1;", "TxtQuoteUnbalanced")]
    [InlineData("\"v=STSv1; id=1;\\\"", "TxtQuoteUnbalanced")]
    public void Quotes_come_in_pairs(string presentation, string codes)
    {
        var result = TxtStrings.Check(presentation, v => TestResult.From("Any", [], v, "example.com"));
        Assert.Equal(codes, string.Join(",", result.Findings.Select(f => f.Code)));
        Assert.Equal(codes.Length == 0, result.IsValid);
        Assert.Equal(("Any", "example.com"), (result.Mechanism, result.Domain));
    }

    [Theory] // RFC 1035 section 3.3
    [InlineData(255, true), InlineData(256, false)]
    public void A_string_in_quotes_has_at_most_255_octets(int length, bool isGood)
    {
        foreach (var text in (string[])[new string('a', length), new string('\u00e9', length / 2) + new string('a', length % 2),
            string.Concat(Enumerable.Repeat("\\200", length))])
        {
            Assert.Equal(isGood, TxtStrings.Check($"\"b\" \"{text}\"", v => TestResult.From("Any", [], v)).IsValid);
            Assert.True(TxtStrings.Check(text, v => TestResult.From("Any", [], v)).IsValid); // without quotes whoever writes the zone splits it
        }
    }
}
