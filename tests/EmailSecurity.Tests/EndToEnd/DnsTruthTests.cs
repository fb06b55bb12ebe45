using EmailSecurity.Applying;
using EmailSecurity.Deployment;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>What senders see is what DNS answers, whatever the hosted zone holds.</summary>
public class DnsTruthTests
{
    [Fact]
    public async Task A_delegation_of_the_assertion_record_stops_BIMI_only()
    {
        await using var lab = await StackLab.StartAsync(("_bimi.example.com", "NS", "ns1.vendor.test."));
        var result = await PublishAsync(lab, StackLab.Stack());
        var error = Assert.Single(result.Errors);
        Assert.Equal(("NameDelegatedAway", "_bimi.example.com"), (error.ErrorId, error.Target));
        Assert.Equal(StackStatus.Incomplete, result.Stack!.Status);
        Assert.Single(await lab.TxtAsync("_mta-sts.example.com"));
        Assert.Single(await lab.TxtAsync("_smtp._tls.example.com"));
        Assert.NotNull(await lab.ServedPolicyAsync());
        Assert.DoesNotContain(await lab.ZoneAsync(), r => r.StartsWith("default._bimi", StringComparison.Ordinal));

        // A plan says the same, and a second publish writes nothing.
        Assert.Equal(StackParts.Bimi, (await lab.PlanAsync(StackLab.Stack())).RefusedParts);
        lab.Sandbox.ClearCalls();
        await PublishAsync(lab, StackLab.Stack());
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
    }

    [Fact]
    public async Task A_delegation_of_the_policys_names_stops_MTA_STS_before_anything_is_made()
    {
        await using var lab = await StackLab.StartAsync(("mta-sts.example.com", "NS", "ns1.vendor.test."));
        var result = await PublishAsync(lab, StackLab.Stack(s => s with { Logo = null }));
        Assert.Equal("NameDelegatedAway", Assert.Single(result.Errors).ErrorId);
        Assert.Single(await lab.TxtAsync("_smtp._tls.example.com"));
        Assert.Equal(["ChangeResourceRecordSets"], lab.Sandbox.GetCalls().Where(c => c.Write).Select(c => c.Operation));
    }

    [Fact]
    public async Task A_delegation_of_the_BIMI_host_keeps_no_certificate_from_the_policy()
    {
        await using var lab = await StackLab.StartAsync(("bimi-assets.example.com", "NS", "ns1.vendor.test."));
        var result = await PublishAsync(lab, StackLab.Stack());
        Assert.Equal("bimi-assets.example.com", Assert.Single(result.Errors).Target);
        Assert.Single(await lab.TxtAsync("_mta-sts.example.com"));
        Assert.NotNull(await lab.ServedPolicyAsync());
        lab.Sandbox.ClearCalls();
        await PublishAsync(lab, StackLab.Stack());
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
    }

    [Fact]
    public async Task A_delegation_above_the_domain_is_seen()
    {
        await using var lab = await StackLab.StartAsync(("b.example.com", "NS", "ns1.vendor.test."));
        var result = await PublishAsync(lab, EmailSecurityStack.For("a.b.example.com").Wish with { ReportUri = ["mailto:tls@example.com"] }, StackParts.TlsRpt);
        Assert.Equal("b.example.com", Assert.Single(result.Errors).Target);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
    }

    [Fact]
    public async Task Records_are_told_as_DNS_answers_and_where_Route_53_disagrees_with_the_reason()
    {
        await using var lab = await StackLab.StartAsync();
        Assert.Empty((await PublishAsync(lab, StackLab.Stack())).Errors);
        var records = await RecordsAsync(lab);
        Assert.Equal(9, records.Count);
        Assert.All(records, r => Assert.Equal((DnsRecordStatus.Published, ""), (r.Status, r.Note)));

        // An NS record in the zone takes the name away: Route 53 still has it, DNS does not answer.
        await lab.PutRecordsAsync(("_tls.example.com", "NS", "ns1.vendor.test."));
        records = await RecordsAsync(lab);
        var away = Assert.Single(records, r => r.Note.Length > 0);
        Assert.Equal(("_smtp._tls.example.com", DnsRecordStatus.Unknown), (away.Name, away.Status));
        Assert.Contains("Route 53 has this record", away.Note, StringComparison.Ordinal);
        Assert.Contains("SERVFAIL", away.Note, StringComparison.Ordinal);
        Assert.Contains("NS record at _tls.example.com", away.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_delegated_to_another_zone_is_told_with_both_sets_of_name_servers()
    {
        await using var lab = await StackLab.StartAsync();
        Assert.Empty((await PublishAsync(lab, StackLab.Stack(s => s with { Logo = null }))).Errors);

        // The registrar's name servers are those of another host, which has an old id.
        lab.Sandbox.Emulation.PutThirdPartyZone("example.com",
        [
            new ZoneRecord("example.com", "NS", 300, ["ns1.elsewhere.test."]),
            new ZoneRecord("_mta-sts.example.com", "TXT", 300, ["\"v=STSv1; id=old\""]),
        ]);
        var other = (await RecordsAsync(lab)).Single(r => r.Name == "_mta-sts.example.com");
        Assert.Equal((DnsRecordStatus.Different, "v=STSv1; id=old"), (other.Status, other.ObservedValue));
        Assert.Contains("example.com is delegated to ns1.elsewhere.test, not to the name servers of the hosted zone", other.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CAA_that_forbids_Amazon_stops_the_publish_before_anything_is_made_until_it_is_put_right()
    {
        await using var lab = await StackLab.StartAsync(("example.com", "CAA", "0 issue \"letsencrypt.org\""));
        var plan = await lab.PlanAsync(StackLab.Stack());
        Assert.Contains(plan.Changes, c => c.ToString().Contains("CAA", StringComparison.Ordinal));

        var result = await PublishAsync(lab, StackLab.Stack());
        Assert.Equal("CaaForbidsAmazon", Assert.Single(result.Errors).ErrorId);
        // Reports need no certificate: their record is published, and at most the bucket that remembers it is made.
        string[] harmless = ["ChangeResourceRecordSets", "CreateBucket", "PutBucketTagging"];
        Assert.All(lab.Sandbox.GetCalls().Where(c => c.Write), c => Assert.Contains(c.Operation, harmless));
        Assert.Single(await lab.TxtAsync("_smtp._tls.example.com"));

        await lab.PutRecordsAsync(("example.com", "CAA", "0 issue \"amazon.com\""));
        result = await PublishAsync(lab, StackLab.Stack());
        Assert.Empty(result.Errors);
        Assert.Equal(StackStatus.Deployed, result.Stack!.Status);

        // Forbidden later, the certificate lives on and its renewal is warned of.
        await lab.PutRecordsAsync(("example.com", "CAA", "0 issue \"letsencrypt.org\""));
        result = await PublishAsync(lab, StackLab.Stack());
        Assert.Equal(StackStatus.Deployed, result.Stack!.Status);
        Assert.Contains(result.Warnings, w => w.Contains("letsencrypt.org", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_checks_find_is_told_before_anything_is_decided_and_costs_no_call_of_AWS()
    {
        await using var lab = await StackLab.StartAsync();
        lab.Sandbox.Emulation.PutThirdPartyZone("no.example", [new ZoneRecord("no.example", "MX", 300, ["0 ."])]);
        var host = new Listener();
        var enforce = StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce, ReportUri = ["mailto:tls@no.example"] });
        var result = await PublishAsync(lab, enforce, host: host);
        Assert.Equal(StackStatus.Deployed, result.Stack!.Status);
        Assert.Equal(result.Warnings, host.Warned);
        Assert.Contains(host.Warned!, w => w.Contains("no.example, the domain of mailto:tls@no.example, does not accept mail", StringComparison.Ordinal));
        Assert.Contains(host.Warned!, w => w.Contains("mx1.example.com has no address", StringComparison.Ordinal));
        Assert.False(host.DecidedBeforeWarned);

        // The mail servers move while the policy tests.
        await PublishAsync(lab, StackLab.Stack(s => s with { Mode = MtaStsMode.Testing }));
        await lab.PutRecordsAsync(("example.com", "MX", "0 x.mail.example.net."));
        Assert.Contains((await lab.PlanAsync(StackLab.Stack())).Warnings, w => w.Contains("x.mail.example.net", StringComparison.Ordinal));
        lab.Sandbox.ClearCalls();
        var moved = await PublishAsync(lab, StackLab.Stack());
        Assert.Empty(moved.Errors);
        Assert.Contains(moved.Warnings, w => w.Contains("x.mail.example.net", StringComparison.Ordinal) && w.Contains("New-MtaStsPolicy example.com", StringComparison.Ordinal));
    }

    // With the minute after it, in which Route 53's servers all learn of it.
    private static async Task<DeploymentResult> PublishAsync(StackLab lab, EmailSecurityStack stack, StackParts parts = StackParts.All, IPlanHost? host = null)
    {
        var result = await lab.PublishAsync(stack, parts, host: host);
        lab.Time.Advance(StackLab.InSync);
        return result;
    }

    private static async Task<IReadOnlyList<DnsRecordState>> RecordsAsync(StackLab lab)
    {
        using var run = lab.Time.Run();
        using var services = lab.Connect();
        return await new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time)).GetRecordsAsync(StackLab.Stack(), _ => { }, TestContext.Current.CancellationToken);
    }

    private sealed class Listener : IPlanHost
    {
        public IReadOnlyList<string>? Warned { get; private set; }

        public bool DecidedBeforeWarned { get; private set; }

        public void Warn(IReadOnlyList<string> warnings) => Warned = warnings;

        public ValueTask<ChangeDecision> DecideAsync(Change change, CancellationToken cancellationToken)
        {
            DecidedBeforeWarned |= Warned is null;
            return ValueTask.FromResult(ChangeDecision.Apply);
        }

        public void Report(PlanProgress progress)
        {
        }
    }
}
