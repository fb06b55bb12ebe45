using EmailSecurity.Ports;

namespace EmailSecurity.Tests.Contracts;

/// <summary>What every IZones must do.</summary>
public abstract class ZonesContract
{
    protected abstract AwsWorld World { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_zone_of_the_domain_itself_is_found()
    {
        using var services = World.Open();
        var zone = await World.CreateZoneAsync(AwsWorld.UniqueDomain());
        var found = Assert.Single(await services.Zones.FindZonesAsync(zone.Name, Token));
        Assert.Equal((zone.Id, zone.Name), (found.Id, found.Name));
        Assert.InRange(found.RecordSetCount, 1, 10);
    }

    [Fact]
    public async Task The_zone_of_a_parent_is_found()
    {
        using var services = World.Open();
        var zone = await World.CreateZoneAsync(AwsWorld.UniqueDomain());
        Assert.Equal(zone.Id, Assert.Single(await services.Zones.FindZonesAsync("mail.eu." + zone.Name, Token)).Id);
    }

    [Fact]
    public async Task Zones_above_at_and_below_the_domain_are_found_and_no_others()
    {
        World.SkipOnMoto("ListHostedZonesByName answers with the exact name only");
        using var services = World.Open();
        var domain = AwsWorld.UniqueDomain();
        foreach (var name in new[] { domain, "a." + domain, "b." + domain, "x.b." + domain, "c." + domain, domain.Replace(".example", "-z.example", StringComparison.Ordinal) })
        {
            await World.CreateZoneAsync(name);
        }

        Assert.Equal(new[] { "b." + domain, domain, "x.b." + domain }.Order(StringComparer.Ordinal), (await services.Zones.FindZonesAsync("b." + domain, Token)).Select(z => z.Name));
    }

    [Fact]
    public async Task No_zone_is_an_empty_list()
    {
        using var services = World.Open();
        Assert.Empty(await services.Zones.FindZonesAsync(AwsWorld.UniqueDomain(), Token));
    }

    [Fact]
    public async Task Private_zones_are_left_out()
    {
        using var services = World.Open();
        var domain = AwsWorld.UniqueDomain();
        await World.CreateZoneAsync(domain, isPrivate: true);
        var zone = await World.CreateZoneAsync(domain);
        Assert.Equal(zone.Id, Assert.Single(await services.Zones.FindZonesAsync(domain, Token)).Id);
    }

    [Fact]
    public async Task Two_zones_of_one_name_are_both_returned()
    {
        using var services = World.Open();
        var domain = AwsWorld.UniqueDomain();
        var ids = new[] { (await World.CreateZoneAsync(domain)).Id, (await World.CreateZoneAsync(domain)).Id };
        Assert.Equal(ids.Order(StringComparer.Ordinal), (await services.Zones.FindZonesAsync(domain, Token)).Select(z => z.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Record_sets_read_back_as_they_were_put()
    {
        using var services = World.Open();
        var zone = await World.CreateZoneAsync(AwsWorld.UniqueDomain());
        RecordSet[] sets =
        [
            Txt("_mta-sts." + zone.Name, "\"v=STSv1; id=1;\""),
            Txt("_smtp._tls." + zone.Name, "\"v=TLSRPTv1; rua=mailto:a@" + zone.Name + "\""),
            new RecordSet { Name = "_abc.mta-sts." + zone.Name, Type = "CNAME", Ttl = 300, Values = ["_def.acm-validations.aws"] },
            new RecordSet { Name = "www." + zone.Name, Type = "A", Ttl = 60, Values = ["192.0.2.1", "192.0.2.2"] },
            new RecordSet { Name = "alias." + zone.Name, Type = "A", AliasTarget = "www." + zone.Name, AliasZoneId = zone.Id },
            Txt("*.wild." + zone.Name, "\"one\"", "\"two\" \"three\""),
        ];
        var change = await services.Zones.ChangeAsync(zone.Id, [.. sets.Select(s => new RecordSetChange(false, s))], Token);
        Assert.DoesNotContain("/", change, StringComparison.Ordinal);
        Assert.True(await AwsWorld.EventuallyAsync(() => services.Zones.IsInSyncAsync(change, Token), done => done));
        var read = await services.Zones.GetRecordSetsAsync(zone, zone.Name, [], Token);
        foreach (var set in sets)
        {
            Assert.Contains(set, read);
        }

        Assert.Contains(read, s => s.Type == "SOA");
        // again: nothing changes
        await services.Zones.ChangeAsync(zone.Id, [.. sets.Select(s => new RecordSetChange(false, s))], Token);
        Assert.Equal(read.Count, (await services.Zones.GetRecordSetsAsync(zone, zone.Name, [], Token)).Count);
    }

    [Fact]
    public async Task Only_the_domain_and_names_below_it_are_read()
    {
        using var services = World.Open();
        var zone = await World.CreateZoneAsync(AwsWorld.UniqueDomain());
        var domain = "b." + zone.Name;
        string[] names = ["a." + zone.Name, domain, "x." + domain, "b-c." + zone.Name, "c." + zone.Name]; // '-' sorts before '.'
        await services.Zones.ChangeAsync(zone.Id, [.. names.Select(n => new RecordSetChange(false, Txt(n, "\"x\"")))], Token);
        Assert.Equal([domain, "x." + domain], (await services.Zones.GetRecordSetsAsync(zone, domain, [], Token)).Select(s => s.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_large_zone_is_asked_for_the_names_only()
    {
        using var services = World.Open();
        var zone = await World.CreateZoneAsync(AwsWorld.UniqueDomain());
        // More than one page below the domain.
        for (var batch = 0; batch < 2; batch++)
        {
            var start = batch * 200;
            await services.Zones.ChangeAsync(zone.Id, [.. Enumerable.Range(start, 200).Select(i => new RecordSetChange(false, Txt($"n{i:D4}.{zone.Name}", "\"x\"")))], Token);
        }

        string[] wanted = ["_mta-sts." + zone.Name, "n0399." + zone.Name, "zz." + zone.Name];
        await services.Zones.ChangeAsync(zone.Id, [new RecordSetChange(false, Txt(wanted[0], "\"v=STSv1; id=1;\""))], Token);
        var all = await services.Zones.GetRecordSetsAsync(zone with { RecordSetCount = 403 }, zone.Name, wanted, Token);
        Assert.Equal(403, all.Count);
        var some = await services.Zones.GetRecordSetsAsync(zone with { RecordSetCount = 100_000 }, zone.Name, wanted, Token);
        Assert.Single(some, s => s.Name == wanted[0]);
        Assert.Single(some, s => s.Name == wanted[1]);
        Assert.DoesNotContain(some, s => s.Name == wanted[2]);
    }

    [Fact]
    public async Task Deleting_the_exact_set_removes_it_and_again_is_success()
    {
        using var services = World.Open();
        var zone = await World.CreateZoneAsync(AwsWorld.UniqueDomain());
        var set = Txt("_mta-sts." + zone.Name, "\"v=STSv1; id=1;\"");
        await services.Zones.ChangeAsync(zone.Id, [new RecordSetChange(false, set)], Token);
        await services.Zones.ChangeAsync(zone.Id, [new RecordSetChange(true, set)], Token);
        Assert.DoesNotContain(await services.Zones.GetRecordSetsAsync(zone, zone.Name, [], Token), s => s.Name == set.Name);
        // A repeat, alone and beside another change: the rest is done.
        Assert.True(await services.Zones.IsInSyncAsync(await services.Zones.ChangeAsync(zone.Id, [new RecordSetChange(true, set)], Token), Token) || !World.IsMoto);
        var other = Txt("other." + zone.Name, "\"x\"");
        await services.Zones.ChangeAsync(zone.Id, [new RecordSetChange(true, set), new RecordSetChange(false, other)], Token);
        Assert.Contains(other, await services.Zones.GetRecordSetsAsync(zone, zone.Name, [], Token));
    }

    [Fact]
    public async Task A_cname_entered_with_its_final_dot_can_be_deleted()
    {
        using var services = World.Open();
        var zone = await World.CreateZoneAsync(AwsWorld.UniqueDomain());
        var entered = new RecordSet { Name = "_v." + zone.Name, Type = "CNAME", Ttl = 300, Values = ["_x.acm-validations.aws."] };
        await services.Zones.ChangeAsync(zone.Id, [new RecordSetChange(false, entered)], Token);
        var observed = Assert.Single(await services.Zones.GetRecordSetsAsync(zone, entered.Name, [], Token));
        Assert.Equal("_x.acm-validations.aws", Assert.Single(observed.Values));
        await services.Zones.ChangeAsync(zone.Id, [new RecordSetChange(true, observed)], Token);
        Assert.Empty(await services.Zones.GetRecordSetsAsync(zone, entered.Name, [], Token));
    }

    [Fact]
    public async Task Deleting_what_has_another_value_is_refused_and_changes_nothing()
    {
        using var services = World.Open();
        var zone = await World.CreateZoneAsync(AwsWorld.UniqueDomain());
        var set = Txt("_mta-sts." + zone.Name, "\"theirs\"");
        await services.Zones.ChangeAsync(zone.Id, [new RecordSetChange(false, set)], Token);
        var e = await AwsWorld.FailsAsync("RecordChangeRefused", () => services.Zones.ChangeAsync(
            zone.Id,
            [new RecordSetChange(true, Txt(set.Name, "\"ours\"")), new RecordSetChange(false, Txt("new." + zone.Name, "\"x\""))],
            Token));
        Assert.Equal(ErrorKind.InvalidOperation, e.Kind);
        var read = await services.Zones.GetRecordSetsAsync(zone, zone.Name, [], Token);
        Assert.Contains(set, read);
        Assert.DoesNotContain(read, s => s.Name == "new." + zone.Name);
    }

    [Fact]
    public async Task A_cname_at_the_apex_is_refused()
    {
        World.SkipOnMoto("accepts any record at the apex");
        using var services = World.Open();
        var zone = await World.CreateZoneAsync(AwsWorld.UniqueDomain());
        var e = await AwsWorld.FailsAsync("RecordChangeRefused", () => services.Zones.ChangeAsync(
            zone.Id, [new RecordSetChange(false, new RecordSet { Name = zone.Name, Type = "CNAME", Ttl = 60, Values = ["a.example"] })], Token));
        Assert.Contains("Route 53 ChangeResourceRecordSets", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_zone_is_HostedZoneNotFound()
    {
        using var services = World.Open();
        var e = await AwsWorld.FailsAsync("HostedZoneNotFound", () => services.Zones.ChangeAsync("Z0000000000000", [new RecordSetChange(false, Txt("a.example", "\"x\""))], Token));
        Assert.Equal(ErrorKind.NotFound, e.Kind);
        Assert.Equal("Z0000000000000", e.Target);
    }

    [Fact]
    public async Task Changes_of_one_zone_at_the_same_time_all_succeed()
    {
        using var services = World.Open();
        var zone = await World.CreateZoneAsync(AwsWorld.UniqueDomain());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => services.Zones.ChangeAsync(zone.Id, [new RecordSetChange(false, Txt($"n{i}.{zone.Name}", "\"x\""))], Token)));
        Assert.Equal(8, (await services.Zones.GetRecordSetsAsync(zone, zone.Name, [], Token)).Count(s => s.Type == "TXT"));
    }

    private static RecordSet Txt(string name, params string[] values) => new() { Name = name, Type = "TXT", Ttl = 300, Values = values };
}
