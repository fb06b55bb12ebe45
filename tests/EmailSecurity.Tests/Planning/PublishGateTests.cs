using EmailSecurity.Applying;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

/// <summary>What a publish refuses or warns of because of DNS, by the plan alone.</summary>
public class PublishGateTests
{
    private static readonly StackAsset Logo = new("logo.svg", System.Text.Encoding.UTF8.GetBytes(EndToEnd.StackLab.Logo));

    [Theory]
    [InlineData("_mta-sts.example.com", StackParts.MtaSts)]
    [InlineData("mta-sts.example.com", StackParts.MtaSts)]
    [InlineData("_smtp._tls.example.com", StackParts.TlsRpt)]
    [InlineData("_tls.example.com", StackParts.TlsRpt)]
    [InlineData("_bimi.example.com", StackParts.Bimi)]
    [InlineData("default._bimi.example.com", StackParts.Bimi)]
    [InlineData("bimi-assets.example.com", StackParts.Bimi)]
    [InlineData("_aaaa.mta-sts.example.com", StackParts.MtaSts)] // a validation record's name
    [InlineData("_other.example.com", StackParts.None)]
    [InlineData("example.com", StackParts.None)] // the apex has its own name servers
    public void An_NS_record_below_the_apex_stops_the_part_whose_name_it_takes_away(string owner, StackParts part)
    {
        var plan = Publish(Deployed().WithSets(Ns(owner)), Stack with { Logo = Logo });
        Assert.Equal(part, plan.RefusedParts);
        if (part == StackParts.None)
        {
            Assert.Empty(plan.Refused);
            return;
        }

        var error = Assert.Single(plan.Refused);
        Assert.Equal(("NameDelegatedAway", owner), (error.ErrorId, error.Target));
        Assert.Contains("ns1.vendor.test", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(plan.Changes, c => c.Target == owner || c.Target.EndsWith("." + owner, StringComparison.Ordinal));
        Assert.Equal(part != StackParts.Bimi, plan.Changes.Any(c => c.Id == "record/bimi"));
    }

    [Fact]
    public void A_delegation_above_the_domain_is_seen_in_DNS_and_a_hosted_zone_of_its_own_is_none()
    {
        var state = Empty() with { Domain = "a.b.example.com", DelegationsInDns = [Ns("b.example.com")] };
        Assert.Equal("b.example.com", Delegation.Of(state, "_mta-sts.a.b.example.com")!.Owner);
        Assert.Null(Delegation.Of(state, "_mta-sts.example.com"));
        Assert.Null(Delegation.Of(state with { Zones = [.. state.Zones, new HostedZoneInfo("Z2", "b.example.com", 5)] }, "_mta-sts.a.b.example.com"));
    }

    [Fact]
    public void A_delegation_means_nothing_where_DNS_is_hosted_elsewhere()
        => Assert.Empty(Publish(Empty(Ns("_mta-sts.example.com")), Stack with { DnsHost = DnsHost.External }).Refused);

    [Fact]
    public void CAA_that_forbids_Amazon_stops_all_that_needs_the_certificate_and_nothing_else()
    {
        var plan = Publish(Empty() with { Outside = Forbidden }, Stack with { Logo = Logo });
        var gate = plan.Changes[0];
        Assert.Equal((PublishGates.CaaStep, ChangeAction.Wait), (gate.Id, gate.Action));
        Assert.Contains("CAA", gate.ToString(), StringComparison.Ordinal);
        Assert.Single(plan.Warnings, w => w.Contains("letsencrypt.org", StringComparison.Ordinal));
        string[] free = ["record/tls-rpt", "asset-bucket", "log-bucket"]; // the buckets remember whose the record is
        foreach (var change in plan.Changes.Skip(1))
        {
            Assert.Equal(!free.Contains(change.Id), plan.Precedes(PublishGates.CaaStep, change.Id));
        }
    }

    [Fact]
    public void CAA_is_a_warning_where_there_is_a_certificate_and_no_matter_for_one_of_your_own()
    {
        var renewal = Publish(Deployed() with { Outside = Forbidden });
        Assert.Empty(renewal.Changes);
        Assert.Single(renewal.Warnings);

        var own = new ObservedCertificate { Arn = CertificateArn, Names = ["*.example.com"], Status = CertificateStatus.Issued };
        Assert.DoesNotContain(PublishGates.CaaStep, Publish(Empty() with { Outside = Forbidden, Certificates = [own] }, Stack with { CertificateArn = CertificateArn }).Ids(), StringComparison.Ordinal);

        // A certificate that waits for its validation fails all the same.
        var pending = own with { Names = ["bimi-assets.example.com", "mta-sts.example.com"], Status = CertificateStatus.PendingValidation, Tags = OwnTags() };
        Assert.True(Publish(Empty() with { Outside = Forbidden, Certificates = [pending] }).Has(PublishGates.CaaStep));
        Assert.True(Publish(Empty() with { Outside = Forbidden, Certificates = [pending] }, Stack with { CertificateArn = CertificateArn }).Has(PublishGates.CaaStep));
    }

    [Fact]
    public void A_CAA_look_up_that_failed_refuses_nothing()
    {
        var plan = Publish(Empty() with { Outside = new OutsideView { Caa = [Finding("CaaServFail", "CAA cannot be looked up.")] } });
        Assert.False(plan.Has(PublishGates.CaaStep));
        Assert.Contains(plan.Warnings, w => w.StartsWith("CAA cannot be looked up.", StringComparison.Ordinal));

        // Where no part is left that needs a certificate, there is nothing to say.
        var away = Empty(Ns("_mta-sts.example.com")) with { Outside = new OutsideView { Caa = [Finding("CaaServFail", "CAA cannot be looked up.")] } };
        Assert.Empty(Publish(away).Warnings);
    }

    [Fact]
    public void A_testing_policy_that_misses_live_MX_is_warned_of_by_name_with_the_command_that_covers_them()
    {
        var moved = Deployed() with { Mx = Mx("x.mail.example.net") };
        var warning = Assert.Single(Publish(moved, Stack with { Policy = null }).Warnings);
        Assert.Contains("does not cover any live MX host of example.com: x.mail.example.net.", warning, StringComparison.Ordinal);
        Assert.Contains("x.mail.example.net", warning, StringComparison.Ordinal);
        Assert.Contains("No MX matches mx1.example.com anymore", warning, StringComparison.Ordinal);
        Assert.EndsWith("New-MtaStsPolicy example.com -Mode Testing -MaxAge 86400 | Publish-MtaStsPolicy", warning, StringComparison.Ordinal);

        var one = Assert.Single(Publish(Deployed() with { Mx = Mx("mx1.example.com", "mx2.example.com") }, Stack with { Policy = null }).Warnings);
        Assert.Contains("does not cover these live MX hosts of example.com: mx2.example.com.", one, StringComparison.Ordinal);
        Assert.DoesNotContain("anymore", one, StringComparison.Ordinal);
        Assert.Empty(Publish(Deployed() with { Mx = Mx("mx1.example.com") }, Stack with { Policy = null }).Warnings);
    }

    [Fact]
    public void Findings_are_told_for_the_parts_that_are_published()
    {
        var outside = new OutsideView { MailServers = [Finding("A", "mail.")], NotProbed = ["not probed."], Receivers = [Finding("B", "reports.")], Files = [Finding("C", "logo.")] };
        Assert.Equal(["mail. Fix it.", "not probed.", "reports. Fix it.", "logo. Fix it."], Publish(Deployed() with { Outside = outside }, Stack with { Logo = Logo }).Warnings);
        Assert.Equal(["reports. Fix it."], Publish(Deployed() with { Outside = outside }, parts: StackParts.TlsRpt).Warnings);
        Assert.Equal(["mail. Fix it.", "not probed.", "reports. Fix it."], Publish(Deployed().WithSets(Ns("_bimi.example.com")) with { Outside = outside }, Stack with { Logo = Logo }).Warnings);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Behind_a_proxy_a_policy_counts_as_served_once_the_proxy_serves_it(bool isProxied, bool isDone)
    {
        // RFC 8461 section 8.1: a proxy may go on serving a copy of the policy before.
        var url = MtaStsPolicy.UrlOf(Domain);
        var dns = new DnsScript();
        dns.Pages[$"{DistributionDomain} {url}"] = new FetchResult { Outcome = FetchOutcome.Response, StatusCode = 200, Body = System.Text.Encoding.UTF8.GetBytes(Enforce.Text) };
        dns.Pages[$"{url}"] = new FetchResult { Outcome = FetchOutcome.Response, StatusCode = 200, Body = System.Text.Encoding.UTF8.GetBytes(Testing.Text) };
        var host = new HostView { Host = url.Host, Target = DistributionDomain, Route = isProxied ? HostRoute.Content : HostRoute.Alias };
        var state = Deployed() with { Hosts = new Dictionary<string, HostView>(StringComparer.Ordinal) { [url.Host] = host } };
        var step = Publish(state, Stack with { DnsHost = DnsHost.External, Policy = Enforce }).Changes.Single(c => c.Id == "served/policy") with { DependsOn = [] };

        var result = await new PlanExecutor(dns, TimeProvider.System, new WaitOptions { NoWait = true }).RunAsync(new Plan(Domain, [step]), state, new EndToEnd.StackLab.YesHost(), TestContext.Current.CancellationToken);
        Assert.Empty(result.Failed);
        Assert.Equal(isDone, result.IsComplete);
    }

    private static OutsideView Forbidden => new() { Caa = [Finding("CaaForbidsAmazon", "CAA at example.com lets only letsencrypt.org issue certificates.") with { Severity = FindingSeverity.Information }] };

    private static Finding Finding(string code, string message) => new() { Code = code, Severity = FindingSeverity.Warning, Standard = "RFC 8659", Section = "4.2", Message = message, Fix = "Fix it.", Location = "example.com" };

    private static RecordSet Ns(string owner) => new() { Name = owner, Type = "NS", Ttl = 300, Values = ["ns1.vendor.test."] };

    private static DnsAnswer Mx(params string[] hosts) => new() { Status = DnsStatus.NoError, Records = [.. hosts.Select(h => new DnsRecord(Domain, DnsRecordType.MX, 300, h, 10))] };
}
