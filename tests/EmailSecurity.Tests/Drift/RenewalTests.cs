using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.EndToEnd;
using static EmailSecurity.Tests.Plans.PlanningWorld;
using ZoneRecord = EmailSecurity.Sandbox.Dns.ZoneRecord;

namespace EmailSecurity.Tests.Drift;

/// <summary>A certificate that ACM has not renewed in time, or will not be able to renew, is told weeks before the end, with cause and fix.</summary>
public sealed class RenewalTests
{
    // The lifetimes of today, from 2027-03-15 and from 2029-03-15.
    [Theory]
    [InlineData(198, 44, false)]
    [InlineData(198, 39, true)]
    [InlineData(100, 21, false)]
    [InlineData(100, 19, true)]
    [InlineData(47, 15, false)]
    [InlineData(47, 13, true)]
    [InlineData(198, -1, true)]
    public void A_renewal_is_overdue_by_the_lifetime_of_the_certificate(int lifetime, int left, bool isTold)
    {
        var plan = Publish(With(c => c with { NotAfter = Now.AddDays(left), NotBefore = Now.AddDays(left - lifetime) }));
        Assert.Equal(isTold, plan.Warnings.Any(w => w.StartsWith("ACM has not renewed the certificate of ", StringComparison.Ordinal)));
        Assert.True(plan.IsEmpty);
    }

    [Theory]
    [InlineData("imported", "imported", "-CertificateArn")]
    [InlineData("unused", "in use", "ACM console")]
    [InlineData("missing", "DNS has no validation record _", "Publish this record")]
    [InlineData("different", "elsewhere.example", "Publish this record")]
    [InlineData("unanswered", "gives no answer", "name servers")]
    [InlineData("bogus", "DNSSEC", "DS record")]
    [InlineData("failed", "DOMAIN_VALIDATION_DENIED", "AWS Support")]
    [InlineData("caa", "CAA", "CAA records")]
    public void Its_cause_and_the_way_out_are_told(string what, string cause, string fix)
    {
        var state = With(c => (c with { NotAfter = Now.AddDays(20), NotBefore = Now.AddDays(-178) }) with
        {
            IsImported = what == "imported",
            InUseBy = what == "unused" ? [] : c.InUseBy,
            Renewal = what == "failed" ? CertificateRenewal.Failed : CertificateRenewal.Pending,
            RenewalReason = what == "failed" ? "DOMAIN_VALIDATION_DENIED" : "",
        });
        var record = state.Certificates[0].ValidationRecords[0];
        state = what switch
        {
            "missing" => state with { Validations = [Look(new DnsAnswer { Status = DnsStatus.NxDomain })] },
            "different" => state with { Validations = [Look(new DnsAnswer { Status = DnsStatus.NoError, Records = [new DnsRecord(record.Name, DnsRecordType.CNAME, 300, "elsewhere.example")] })] },
            "unanswered" => state with { Validations = [Look(new DnsAnswer { Status = DnsStatus.Timeout, Detail = "no answer in time." })] },
            "bogus" => state with { Validations = [Look(new DnsAnswer { Status = DnsStatus.ServFail }) with { IsBogus = true }] },
            "caa" => state with { Outside = new OutsideView { Caa = [new Findings.Finding { Code = "CaaForbidsAmazon", Severity = Findings.FindingSeverity.Information, Standard = "RFC 8659", Section = "4.2", Message = "CAA forbids.", Fix = "Add it." }] } },
            _ => state,
        };
        var warning = Assert.Single(Publish(state).Warnings, w => w.StartsWith("ACM has not renewed", StringComparison.Ordinal));
        Assert.Contains(cause, warning, StringComparison.Ordinal);
        Assert.Contains(fix, warning, StringComparison.Ordinal);
        Assert.Contains("ends in 20 days, on ", warning, StringComparison.Ordinal);
        Assert.Contains("Senders get no policy", warning, StringComparison.Ordinal);

        ValidationLook Look(DnsAnswer answer) => new(record, answer, false);
    }

    // A fault that will stop the renewal is told as soon as it is there.
    [Fact]
    public void What_will_stop_a_renewal_is_told_long_before()
    {
        var state = With(c => c with { NotAfter = Now.AddDays(150), NotBefore = Now.AddDays(-48) });
        state = state with { Validations = [new ValidationLook(state.Certificates[0].ValidationRecords[0], new DnsAnswer { Status = DnsStatus.NxDomain }, false)] };
        Assert.Single(Publish(state).Warnings, w => w.StartsWith("ACM will not be able to renew", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stuck_renewal_is_told_weeks_before_the_end_and_a_publish_ends_it()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack());
        lab.Sandbox.SetLatency("none", 1);
        using var hand = new DriftHand(lab);
        await lab.PutRecordsAsync(("example.com", "CAA", "0 issue \"letsencrypt.org\""));
        lab.Time.Advance(TimeSpan.FromDays(100));
        Assert.DoesNotContain(await WarningsAsync(lab), w => w.StartsWith("ACM has not renewed", StringComparison.Ordinal));
        lab.Time.Advance(TimeSpan.FromDays(62)); // 36 days left, 9 of them after the renewal was due
        var told = Assert.Single(await WarningsAsync(lab), w => w.StartsWith("ACM has not renewed", StringComparison.Ordinal));
        Assert.Contains("CAA", told, StringComparison.Ordinal);

        // The CAA record is corrected, and now somebody has deleted the validation record.
        await lab.PutRecordsAsync(("example.com", "CAA", "0 issue \"amazon.com\""));
        var validation = (await hand.RecordsAsync()).First(s => s.Element(s.Name.Namespace + "Type")!.Value == "CNAME");
        await hand.ChangeRecordsAsync(("DELETE", validation));
        lab.Time.Advance(StackLab.InSync);
        var plan = await lab.PlanAsync(StackLab.Stack());
        var change = Assert.Single(plan.Changes);
        Assert.StartsWith("ACM cannot renew the certificate: the files are served until 20", change.Consequence, StringComparison.Ordinal);
        await lab.PublishAsync(StackLab.Stack());
        lab.Time.Advance(TimeSpan.FromHours(1));
        Assert.DoesNotContain(await WarningsAsync(lab), w => w.StartsWith("ACM ", StringComparison.Ordinal));
    }

    // A resolver that validates answers SERVFAIL, and with checking disabled what the zone's servers say.
    [Theory]
    [InlineData("BOGUS", true)]
    [InlineData("SERVFAIL", false)]
    public async Task A_zone_whose_answers_do_not_validate_is_told_from_one_that_is_broken(string fault, bool isBogus)
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PrepareAsync(StackLab.Stack());
        lab.Sandbox.SetLatency("none", 1);
        using var hand = new DriftHand(lab);
        var validation = (await hand.RecordsAsync()).First(s => s.Element(s.Name.Namespace + "Type")!.Value == "CNAME");
        var name = validation.Element(validation.Name.Namespace + "Name")!.Value.TrimEnd('.');
        Assert.DoesNotContain(await WarningsAsync(lab), w => w.Contains(name, StringComparison.Ordinal));
        lab.Sandbox.Emulation.PutThirdPartyZone(name, [new ZoneRecord(name, fault, 0, [])]);
        var told = Assert.Single(await WarningsAsync(lab), w => w.Contains(name, StringComparison.Ordinal));
        Assert.StartsWith("ACM will not be able to renew the certificate of ", told, StringComparison.Ordinal);
        Assert.Equal(isBogus, told.Contains("do not validate with DNSSEC", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> WarningsAsync(StackLab lab, EmailSecurityStack? stack = null) => (await lab.PlanAsync(stack ?? StackLab.Stack())).Warnings;

    private static ObservedStack With(Func<ObservedCertificate, ObservedCertificate> change)
    {
        var state = Deployed();
        return state with { Certificates = [change(state.Certificates[0])] };
    }
}
