using EmailSecurity.Text;

namespace EmailSecurity.Tests.Standards;

/// <summary>What people type and paste in place of a domain: trimmed, or refused with the domain that was meant.</summary>
public sealed class MailDomainTests
{
    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData(" example.com ", "example.com")]
    [InlineData("\texample.com\r\n", "example.com")]
    [InlineData("\u00A0example.com\u00A0", "example.com")] // a web page's blank
    [InlineData("\u200Bexample.com\uFEFF", "example.com")] // what nobody sees
    [InlineData("EXAMPLE.com.", "example.com")]
    [InlineData("b\u00FCcher.example", "xn--bcher-kva.example")]
    [InlineData("mta-sts.example.com", "mta-sts.example.com")] // may be anybody's mail domain
    public void Blanks_around_a_domain_do_not_matter(string typed, string domain)
    {
        Assert.Equal(domain, MailDomain.Normalize(typed));
        Assert.True(MailDomain.TryNormalize(typed, out var found));
        Assert.Equal(domain, found);
    }

    [Theory]
    [InlineData("postmaster@example.com", "an email address", "example.com")]
    [InlineData("Jo <jo@example.com>", "an email address", "example.com")]
    [InlineData("mailto:jo@example.com", "an email address", "example.com")]
    [InlineData("https://example.com/path?q=1", "a URL", "example.com")]
    [InlineData("https://jo@mail.example.com:8443/", "a URL", "host name alone: mail.example.com")]
    [InlineData("https://www.example.com/", "a URL", "after the @ of the email addresses: example.com")]
    [InlineData("WWW.example.com/contact", "a URL", "after the @ of the email addresses: example.com")]
    [InlineData("https://www.com/", "a URL", "host name alone: www.com")]
    [InlineData("https://mta-sts.example.com/.well-known/mta-sts.txt", "a URL", "example.com")]
    [InlineData("example.com/path", "a URL", "example.com")]
    [InlineData("example.com:25", "a host with a port", "example.com")]
    [InlineData("*.example.com", "a pattern", "example.com")]
    [InlineData("*", "a pattern", "Run: Get-EmailSecurityStack '*'")]
    [InlineData("mail*.example.com", "a pattern", "Run: Get-EmailSecurityStack 'mail*.example.com'")]
    [InlineData("@{Zone=example.com; Owner=x}", "an object without a property Domain, DomainName or Name", "@{ Name = 'Domain'; Expression = 'Zone' } | ...")]
    [InlineData("@{To=a@example.com; Its zone=example.com}", "an object without a property Domain, DomainName or Name", "Expression = 'Its zone' } | ...")]
    [InlineData("@{Owner=x; Cost=1.5}", "an object without a property Domain, DomainName or Name", "it has Owner, Cost.")]
    [InlineData("_mta-sts.example.com", "the name of a DNS record", "example.com")]
    [InlineData("_smtp._tls.example.com", "the name of a DNS record", "example.com")]
    [InlineData("default._bimi.example.com", "the name of a DNS record", "example.com")]
    [InlineData("_dmarc.example.com", "the name of a DNS record", "example.com")]
    [InlineData("example.com, example.org", "a list of names", "-Domain example.com, example.org")]
    [InlineData("example.com;example.org", "a list of names", "-Domain example.com, example.org")]
    [InlineData("192.0.2.1", "an IP address", "example.com.")]
    [InlineData("[2001:db8::1]", "an IP address", "example.com.")]
    public void What_is_something_else_is_named_with_the_domain_that_was_meant(string typed, string what, string meant)
    {
        var error = Assert.Throws<EmailSecurityException>(() => MailDomain.Normalize(typed));
        Assert.Equal("InvalidDomainName", error.ErrorId);
        Assert.Contains($"is {what}, not the domain", error.What, StringComparison.Ordinal);
        Assert.EndsWith(meant, error.Fix, StringComparison.Ordinal);
        Assert.False(MailDomain.TryNormalize(typed, out var none));
        Assert.Empty(none);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("not..a..domain")]
    [InlineData("-a.example")]
    [InlineData("@")]
    [InlineData("https://")]
    [InlineData("_mta-sts")]
    [InlineData("a b@")]
    public void What_nobody_can_guess_is_refused_with_the_rule(string typed)
    {
        var error = Assert.Throws<EmailSecurityException>(() => MailDomain.Normalize(typed));
        Assert.Equal("InvalidDomainName", error.ErrorId);
        Assert.Contains("example.com", error.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "step", "0 steps")]
    [InlineData(1, "step", "1 step")]
    [InlineData(2, "more step", "2 more steps")]
    public void One_is_not_many(long number, string noun, string words) => Assert.Equal(words, Count.Of(number, noun));
}
