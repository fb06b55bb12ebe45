using System.Security.Cryptography.X509Certificates;
using CsCheck;
using EmailSecurity.Net;

namespace EmailSecurity.Tests.Net;

/// <summary>A system that fetches roots as it meets them (Windows): a public root it has not met is trusted, and nothing that the server left out is.</summary>
public sealed class FetchedRootTests
{
    private const string Host = "mail.example";
    private static readonly TlsPlatform Windows = TlsPlatform.Windows(26100);
    private static readonly TestAuthority Root = new("Public Root");
    private static readonly TestAuthority Intermediate = new("Public Intermediate", Root);

    [Theory]
    [InlineData(true, true, nameof(CertificateFault.None))]
    [InlineData(false, true, nameof(CertificateFault.Untrusted))] // the system fetched it; sending servers need not
    [InlineData(true, false, nameof(CertificateFault.Untrusted))] // a root of nobody's program
    public void A_root_is_fetched_and_an_intermediate_has_to_be_sent(bool isSent, bool isPublic, string fault)
    {
        var rule = Rule(Windows, isPublic);

        var facts = rule.Judge(Intermediate.Issue([Host]), null, isSent ? [Intermediate.Certificate] : [], Host);

        Assert.Equal(fault, facts.Fault.ToString());
    }

    [Fact]
    public void A_certificate_right_below_a_fetched_root_is_good() =>
        Assert.Equal(CertificateFault.None, Rule(Windows, isPublic: true).Judge(Root.Issue([Host]), null, [], Host).Fault);

    [Fact]
    public void Other_faults_stay()
    {
        var expired = Intermediate.Issue([Host], DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(-2));

        Assert.Equal(CertificateFault.NotTimeValid, Rule(Windows, isPublic: true).Judge(expired, null, [Intermediate.Certificate], Host).Fault);
        Assert.Equal(CertificateFault.NameMismatch, Rule(Windows, isPublic: true).Judge(Intermediate.Issue(["other.example"]), null, [Intermediate.Certificate], Host).Fault);
    }

    [Fact]
    public void Elsewhere_nothing_is_fetched()
    {
        var rule = Rule(TlsPlatform.OpenSsl(0x30000000), isPublic: true);

        Assert.Equal(CertificateFault.Untrusted, rule.Judge(Intermediate.Issue([Host]), null, [Intermediate.Certificate], Host).Fault);
    }

    [Theory]
    [InlineData("http://i.lencr.example.com/", 1)]
    [InlineData("https://crt.sectigo.com/x.crt", 1)]
    [InlineData("http://169.254.169.254/latest/meta-data/", 0)]
    [InlineData("http://[::1]/x", 0), InlineData("http://2130706433/", 0), InlineData("http://127.1/", 0)]
    [InlineData("http://intranet/x.crt", 0), InlineData("http://ca.corp/x.crt", 0), InlineData("http://ca.contoso.local./x.crt", 0)]
    [InlineData("http://ca.contoso.com:8080/x.crt", 0), InlineData("http://user@ca.contoso.com/x.crt", 0)]
    [InlineData("ldap:///CN=CA,CN=AIA", 0), InlineData("file://server/share/x.crt", 0), InlineData("\\\\server\\share\\x.crt", 0)]
    public void A_strangers_certificate_sends_this_computer_nowhere_inside_its_network(string place, int fetches)
    {
        foreach (var isLeaf in (bool[])[true, false])
        {
            var seen = 0;
            var stranger = new TestAuthority("Stranger").Issue([Host], issuersAt: place);
            var rule = Rule(Windows, isPublic: true, () => seen++);

            rule.Judge(isLeaf ? stranger : new TestAuthority("Stranger").Issue([Host]), null, isLeaf ? [] : [stranger], Host);

            Assert.Equal(fetches, seen);
        }
    }

    [Fact]
    public void Every_intermediate_has_to_be_among_those_sent() =>
        Gen.Select(Gen.Int[2, 6], Gen.Bool.Array[6], Gen.Int[0, 3]).Sample((length, sends, others) =>
        {
            ReadOnlyMemory<byte>[] chain = [.. Enumerable.Range(0, length).Select(i => new ReadOnlyMemory<byte>([(byte)i, 1, 2]))];
            ReadOnlyMemory<byte>[] sent = [.. chain.Where((_, i) => sends[i]), .. Enumerable.Range(0, others).Select(i => new ReadOnlyMemory<byte>([(byte)(100 + i)]))];
            Assert.Equal(Enumerable.Range(1, length - 2).All(i => sends[i]), CertificateRule.SentAllIntermediates(chain, sent));
        });

    // The system has met no root of these. Where downloads are on, it finds the root if it is in the public program, and intermediates in any case.
    private static CertificateRule Rule(TlsPlatform platform, bool isPublic, Action? fetching = null) => new(null, TimeProvider.System)
    {
        Platform = platform,
        BuildChain = (certificate, policy) =>
        {
            if (!policy.DisableCertificateDownloads)
            {
                Assert.InRange(policy.UrlRetrievalTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
                fetching?.Invoke();
                policy.ExtraStore.Add(Intermediate.Certificate);
                policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                policy.CustomTrustStore.Add(isPublic ? Root.Certificate : new TestAuthority("Another").Certificate);
            }

            var chain = new X509Chain { ChainPolicy = policy };
            chain.Build(certificate);
            return chain;
        },
    };
}
