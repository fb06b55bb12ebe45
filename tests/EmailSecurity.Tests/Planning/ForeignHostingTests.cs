using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

// Others add their names to a stack's distribution, and users bring their own certificates.
public sealed class ForeignHostingTests
{
    private const string TheirArn = "arn:aws:acm:us-east-1:123456789012:certificate/22222222-2222-2222-2222-222222222222";

    // Names beside ours; the second list is what the certificate in use is for.
    private static ObservedStack With(string[] foreign, string[] names, string arn = TheirArn, CertificateStatus status = CertificateStatus.Issued)
    {
        string[] Aliases(IEnumerable<string> ours) => [.. ours.Concat(foreign).Order(StringComparer.Ordinal)];
        var state = Deployed().WithDistribution(d => d with { Settings = d.Settings with { Aliases = Aliases(d.Settings.Aliases), CertificateArn = arn } });
        var theirs = new ObservedCertificate { Arn = arn, Names = names, Status = status };
        return state with { Certificates = [theirs, .. state.Certificates.Where(c => c.Arn != arn)] };
    }

    [Theory]
    [InlineData("www.other.example")]
    [InlineData("www.example.com")]
    [InlineData("assets.example.com")] // sorts before the BIMI host
    public void A_foreign_alias_and_its_certificate_stay(string alias)
    {
        var state = With([alias], ["mta-sts.example.com", "bimi-assets.example.com", alias]);
        Assert.Equal("", Publish(state).Ids());
        var drifted = state.WithDistribution(d => d with { Settings = d.Settings with { MinimumProtocolVersion = "TLSv1" } });
        var settings = Publish(drifted).Changes.Select(c => c.Operation).OfType<Operation.UpdateDistribution>().Single().Settings;
        Assert.Contains(alias, settings.Aliases);
        Assert.Equal((TheirArn, 3), (settings.CertificateArn, settings.Aliases.Count));
    }

    [Theory]
    [InlineData(CertificateStatus.Expired)]
    [InlineData(CertificateStatus.Revoked)]
    public void A_certificate_is_not_swapped_away_under_a_foreign_alias(CertificateStatus status)
    {
        var state = With(["www.other.example"], ["mta-sts.example.com", "bimi-assets.example.com", "www.other.example"], status: status);
        var refused = Assert.Throws<EmailSecurityException>(() => Publish(state));
        Assert.Equal("CertificateNeededByOthers", refused.ErrorId);
        Assert.Contains("www.other.example", refused.What, StringComparison.Ordinal);

        // Without the foreign name it is replaced by the stack's own.
        Assert.Contains("distribution", Publish(With([], ["mta-sts.example.com", "bimi-assets.example.com"], status: status)).Ids(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_certificate_has_to_cover_the_foreign_alias_too()
    {
        var state = With(["www.other.example"], ["mta-sts.example.com", "bimi-assets.example.com", "www.other.example"]);
        string[] both = ["mta-sts.example.com", "bimi-assets.example.com"];
        var narrow = new ObservedCertificate { Arn = TheirArn.Replace('2', '3'), Names = both, Status = CertificateStatus.Issued };
        var refused = Assert.Throws<EmailSecurityException>(()
            => Publish(state with { Certificates = [.. state.Certificates, narrow] }, Stack with { CertificateArn = narrow.Arn }));
        Assert.Equal("CertificateNeededByOthers", refused.ErrorId);
        var wide = narrow with { Names = ["*.example.com", "*.other.example"] };
        Assert.Equal("distribution distribution-deployed served/policy",
            Publish(state with { Certificates = [.. state.Certificates, wide] }, Stack with { CertificateArn = wide.Arn }).Ids());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // -Force skips a wait, not somebody else's name
    public void A_removal_refuses_while_a_foreign_alias_is_there_and_names_it(bool force)
    {
        var state = With(["www.example.com"], ["*.example.com"]);
        var refused = Assert.Throws<EmailSecurityException>(() => Remove(state, force: force));
        Assert.Equal(("DistributionServesOthers", ErrorKind.Exists), (refused.ErrorId, refused.Kind));
        Assert.Contains("www.example.com", refused.What, StringComparison.Ordinal);
        Assert.NotEmpty(refused.Fix);
    }

    [Fact]
    public void A_removal_says_which_origins_of_others_go_with_the_distribution()
    {
        var plan = Remove(Deployed().WithDistribution(d => d with { OtherOrigins = ["site.example.net"] }), force: true);
        Assert.Contains(plan.Warnings, w => w.Contains("site.example.net", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("brand", "brand")] // by the tag
    [InlineData("brand", null)] // from before there was a tag
    [InlineData("bimi-assets", null)]
    public void A_host_of_the_stacks_own_is_not_foreign(string subdomain, string? tag)
    {
        var state = Deployed(bimiSubdomain: subdomain)
            .WithDistribution(d => d with { Tags = d.Tags.Where(t => tag is not null || t.Key != StackNames.BimiSubdomainTag).ToDictionary() });
        Assert.Empty(HostingPlanner.ForeignAliases(StackWish.For(Domain), state));
        Assert.Equal(tag is null ? "distribution/tags" : "", Publish(state).Ids());
    }

    [Fact]
    public void A_new_BIMI_subdomain_drops_the_old_host_and_is_remembered_after_that()
    {
        var stack = Stack with { BimiSubdomain = "brand", Logo = new StackAsset("logo.svg", new byte[] { 1 }) };
        var plan = Publish(Deployed(), stack);
        Assert.Contains("certificate", plan.Changes.Select(c => c.Id));
        var settings = plan.Changes.Select(c => c.Operation).OfType<Operation.UpdateDistribution>().Single().Settings;
        Assert.Equal(["brand.example.com", "mta-sts.example.com"], settings.Aliases);
        Assert.True(plan.Precedes("distribution", "distribution/tags"));
    }

    // A stack without a logo needs the policy host only.
    [Theory]
    [InlineData("mta-sts.example.com", "mta-sts.example.com")]
    [InlineData("mta-sts.example.com www.example.net", "mta-sts.example.com")]
    [InlineData("*.example.com", "bimi-assets.example.com mta-sts.example.com")]
    public void A_certificate_of_the_users_own_covers_the_hosts_of_the_parts_and_the_aliases_are_those_it_covers(string names, string aliases)
    {
        var own = new ObservedCertificate { Arn = TheirArn, Names = names.Split(' '), Status = CertificateStatus.Issued };
        var create = Assert.IsType<Operation.CreateDistribution>(Publish(Empty() with { Certificates = [own] }, Stack with { CertificateArn = TheirArn })
            .Changes.Single(c => c.Id == "distribution").Operation);
        Assert.Equal(aliases.Split(' '), create.Settings.Aliases);
        Assert.Equal(TheirArn, create.Settings.CertificateArn);
    }

    [Fact]
    public void A_deployed_stack_with_such_a_certificate_has_no_drift()
    {
        var state = Narrow();
        Assert.Equal("", Publish(state).Ids());
        Assert.Equal("", Publish(state, Stack with { CertificateArn = TheirArn }).Ids());
        Assert.Contains("distribution", Remove(state, force: true).Changes.Select(c => c.Id));
        Assert.DoesNotContain(Remove(state, force: true).Changes, c => c.Operation is Operation.DeleteCertificate);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // the certificate in use counts where none is given
    public void Adding_a_logo_names_the_host_that_is_missing(bool given)
    {
        var stack = Stack with { CertificateArn = given ? TheirArn : "", Logo = new StackAsset("logo.svg", new byte[] { 1 }) };
        var refused = Assert.Throws<EmailSecurityException>(() => Publish(Narrow(), stack));
        Assert.Equal("CertificateDoesNotCover", refused.ErrorId);
        Assert.Contains("does not cover bimi-assets.example.com,", refused.What, StringComparison.Ordinal);
    }

    private static ObservedStack Narrow()
    {
        var state = Deployed().WithDistribution(d => d with { Settings = d.Settings with { Aliases = ["mta-sts.example.com"], CertificateArn = TheirArn } });
        return state with { Certificates = [new ObservedCertificate { Arn = TheirArn, Names = ["mta-sts.example.com"], Status = CertificateStatus.Issued }] };
    }
}
