using EmailSecurity.Applying;
using EmailSecurity.Deployment;
using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.EndToEnd;

namespace EmailSecurity.Tests.Live;

/// <summary>At another DNS host people write records in their own way: what means the same is taken, what does not is explained.</summary>
public sealed class ExternalDnsMeaningTests : IAsyncLifetime
{
    private const string Domain = "corp.example";
    private readonly List<ZoneRecord> zone = [new(Domain, "MX", 300, ["10 mx1.corp.example."]), new("_dmarc." + Domain, "TXT", 300, ["\"v=DMARC1; p=reject\""])];
    private StackLab lab = null!;

    private Emulation Emulation => lab.Sandbox.Emulation;

    public async ValueTask InitializeAsync()
    {
        lab = await StackLab.StartAsync();
        Put();
    }

    public ValueTask DisposeAsync() => lab.DisposeAsync();

    [Fact]
    public async Task Other_spellings_and_strings_of_others_are_as_good()
    {
        var stack = await ToTheLastRecordsAsync();
        var id = stack.Records.Single(r => r.Name == "_mta-sts." + Domain).Value.Split("id=")[1].TrimEnd(';');
        Put(new("_mta-sts." + Domain, "TXT", 300, [$"\"v=STSv1\" \";id={id}\"", "\"google-site-verification=x\""]),
            new("_smtp._tls." + Domain, "TXT", 300, ["\"v=TLSRPTv1;rua=mailto:tls@CORP.example;ext=1\"", "\"other\""]));
        lab.Sandbox.ClearCalls();
        var result = await PublishAsync();
        Assert.True(result.Status == StackStatus.Deployed, result.WaitingFor);
        Assert.All(result.Records, r => Assert.Equal(DnsRecordStatus.Published, r.Status));
        Assert.All(await RecordsAsync(), r => Assert.Equal(DnsRecordStatus.Published, r.Status));
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
        Assert.Equal(["mailto:tls@CORP.example"], (await GetAsync())!.ReportUri);
    }

    [Fact]
    public async Task A_flattened_host_leads_there_by_its_addresses_and_removal_waits_for_it()
    {
        var stack = await ToTheLastRecordsAsync();
        using var services = lab.Connect();
        var addresses = await services.Resolver.QueryAsync(stack.DistributionDomainName, DnsRecordType.A, TestContext.Current.CancellationToken);
        Put([.. Texts(stack), new("mta-sts." + Domain, "A", 300, [addresses.Records[0].Value])]);
        var host = (await RecordsAsync()).Single(r => r.Name == "mta-sts." + Domain);
        Assert.Equal((DnsRecordStatus.Published, addresses.Records[0].Value), (host.Status, host.ObservedValue));
        Assert.Contains("ALIAS", host.Note, StringComparison.Ordinal);
        Assert.Equal(StackStatus.Deployed, (await PublishAsync()).Status);

        using var run = lab.Time.Run();
        // Taken down by force, it is named: it leads to a distribution that is gone.
        var gone = await new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time)).RemoveAsync(EmailSecurityStack.For(Domain), new Planning.RemovalOptions { Force = true }, new WaitOptions(), new StackLab.YesHost(), TestContext.Current.CancellationToken);
        Assert.Contains(gone.Warnings, w => w.StartsWith("Delete at your DNS host, now: mta-sts.corp.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_proxy_is_accepted_where_it_serves_the_policy_and_explained_where_it_does_not()
    {
        var stack = await ToTheLastRecordsAsync();
        Put([.. Texts(stack), new("mta-sts." + Domain, "A", 300, ["192.0.2.77"])]);
        Emulation.PutSite("mta-sts." + Domain, new SiteDefinition { Http = new Dictionary<string, SiteResponse>(StringComparer.Ordinal) { ["/.well-known/mta-sts.txt"] = new SiteResponse { Body = "hello" } } });
        var waiting = await PublishAsync();
        Assert.Equal(StackStatus.WaitingForDns, waiting.Status);
        var host = waiting.Records.Single(r => r.Name == "mta-sts." + Domain);
        Assert.Equal((DnsRecordStatus.Different, "192.0.2.77"), (host.Status, host.ObservedValue));
        Assert.Contains("other content (5 bytes)", host.Note, StringComparison.Ordinal);
        Assert.Contains("192.0.2.77", waiting.WaitingFor, StringComparison.Ordinal);

        Emulation.DeleteSite("mta-sts." + Domain);
        var through = await PublishAsync();
        Assert.True(through.Status == StackStatus.Deployed, through.WaitingFor);
        Assert.Contains("proxy", (await RecordsAsync()).Single(r => r.Name == "mta-sts." + Domain).Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_appended_twice_is_told_where_it_is_missed()
    {
        var first = await PublishAsync();
        Put([.. first.Records.Where(r => r.Type == "CNAME" && r.Value.Length > 0).Select(r => new ZoneRecord($"{r.Name}.{Domain}", "CNAME", 300, [r.Value + "."]))]);
        foreach (var records in (IReadOnlyList<DnsRecordState>[])[(await PublishAsync()).Records, await RecordsAsync()])
        {
            var record = records.First(r => r.Value.EndsWith(".acm-validations.aws", StringComparison.Ordinal));
            Assert.Equal(DnsRecordStatus.Missing, record.Status);
            Assert.Contains($"is at {record.Name}.{Domain}", record.Note, StringComparison.Ordinal);
        }

        Assert.Contains($"is at {first.Records[0].Name}.{Domain}", (await PublishAsync()).WaitingFor, StringComparison.Ordinal);
    }

    private static StackWish Stack() => StackWish.For(Domain) with { DnsHost = DnsHost.External, ReportUri = ["mailto:tls@corp.example"], MaxAge = 86400 };

    // As far as the distribution: what is left is what leads to it.
    private async Task<EmailSecurityStack> ToTheLastRecordsAsync()
    {
        var first = await PublishAsync();
        zone.AddRange(first.Records.Where(r => r.Type == "CNAME" && r.Value.EndsWith(".acm-validations.aws", StringComparison.Ordinal)).Select(r => new ZoneRecord(r.Name, "CNAME", 300, [r.Value + "."])));
        Put();
        var second = await PublishAsync();
        zone.Add(new("mta-sts." + Domain, "CNAME", 300, [second.DistributionDomainName + "."]));
        Put();
        await PublishAsync();
        return await PublishAsync();
    }

    private static IEnumerable<ZoneRecord> Texts(EmailSecurityStack stack) => stack.Records.Where(r => r.Type == "TXT").Select(r => new ZoneRecord(r.Name, "TXT", 300, [$"\"{r.Value}\""]));

    private async Task<EmailSecurityStack> PublishAsync()
    {
        var result = await lab.PublishAsync(Stack());
        Assert.Empty(result.Errors);
        return result.Stack!;
    }

    private async Task<IReadOnlyList<DnsRecordState>> RecordsAsync()
    {
        using var run = lab.Time.Run();
        using var services = lab.Connect();
        return await new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time)).GetRecordsAsync(Stack(), _ => { }, TestContext.Current.CancellationToken);
    }

    private async Task<EmailSecurityStack?> GetAsync()
    {
        using var run = lab.Time.Run();
        using var services = lab.Connect();
        return await new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time)).GetAsync(Stack(), TestContext.Current.CancellationToken);
    }

    private void Put(params ZoneRecord[] records)
    {
        foreach (var record in records)
        {
            zone.RemoveAll(z => z.Name == record.Name);
            zone.Add(record);
        }

        lab.Sandbox.Emulation.PutThirdPartyZone(Domain, [.. zone]);
    }
}
