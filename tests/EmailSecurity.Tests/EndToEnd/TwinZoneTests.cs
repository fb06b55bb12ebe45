using Amazon.Route53.Model;
using EmailSecurity.Sandbox.Dns;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>Two public hosted zones of one name, as a zone that was created a second time leaves them: only one of them is in DNS.</summary>
public sealed class TwinZoneTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_delegated_zone_is_used_and_the_other_is_left_as_it_is(bool isMadeLater)
    {
        await using var lab = await StackLab.StartAsync();
        var twin = isMadeLater ? "" : await lab.CreateZoneAsync(StackLab.Domain);
        var published = await lab.PublishAsync(StackLab.Stack());
        Assert.Empty(published.Errors);
        twin = isMadeLater ? await lab.CreateZoneAsync(StackLab.Domain) : twin;

        Assert.Equal(lab.ZoneId, published.Stack!.HostedZoneId);
        Assert.Empty((await lab.PlanAsync(StackLab.Stack())).Changes);
        Assert.Equal(lab.ZoneId, (await lab.GetAsync())!.HostedZoneId);
        lab.Time.Advance(StackLab.InSync);
        Assert.Single(await lab.TxtAsync("_mta-sts.example.com"));
        var forced = await lab.RemoveAsync(new Planning.RemovalOptions { Force = true });
        Assert.Empty(forced.Errors);
        Assert.Equal(["NS", "SOA"], await TypesAsync(lab, twin));
    }

    [Fact]
    public async Task Where_DNS_does_not_show_it_the_user_chooses()
    {
        await using var lab = await StackLab.StartAsync();
        var twin = await lab.CreateZoneAsync(StackLab.Domain);
        lab.Sandbox.Emulation.PutThirdPartyZone(StackLab.Domain, [new ZoneRecord(StackLab.Domain, "NS", 300, ["ns1.dns.example."])]);
        lab.Sandbox.ClearCalls();

        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => lab.PublishAsync(StackLab.Stack()));

        Assert.Equal(("HostedZoneAmbiguous", ErrorKind.Exists), (error.ErrorId, error.Kind));
        Assert.Contains(twin, error.Message, StringComparison.Ordinal);
        Assert.Contains(lab.ZoneId, error.Message, StringComparison.Ordinal);
        Assert.Contains("-HostedZoneId", error.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain("delete", error.Fix, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);

        var chosen = await lab.PublishAsync(StackLab.Stack(s => s with { HostedZoneId = lab.ZoneId }));
        Assert.Empty(chosen.Errors);
        Assert.Equal(lab.ZoneId, chosen.Stack!.HostedZoneId);
        Assert.Equal(["NS", "SOA"], await TypesAsync(lab, twin));
    }

    [Fact]
    public async Task A_zone_that_the_account_does_not_have_is_named_beside_those_it_has()
    {
        await using var lab = await StackLab.StartAsync();

        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => lab.PublishAsync(StackLab.Stack(s => s with { HostedZoneId = "Z0NOTHERE" })));

        Assert.Equal("HostedZoneNotFound", error.ErrorId);
        Assert.Contains(lab.ZoneId, error.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
    }

    private static async Task<IEnumerable<string>> TypesAsync(StackLab lab, string zone)
    {
        using (lab.LetTimePass())
        {
            var sets = await lab.Route53.ListResourceRecordSetsAsync(new ListResourceRecordSetsRequest { HostedZoneId = zone });
            return sets.ResourceRecordSets.Select(s => s.Type.Value).Order(StringComparer.Ordinal);
        }
    }
}
