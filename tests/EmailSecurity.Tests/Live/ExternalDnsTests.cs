using Amazon.CertificateManager;
using Amazon.CertificateManager.Model;
using Amazon.Runtime;
using EmailSecurity.Applying;
using EmailSecurity.Deployment;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.EndToEnd;

namespace EmailSecurity.Tests.Live;

/// <summary>A stack whose DNS is somebody else's: records are told, found when they are there, and never the module's to change.</summary>
public sealed class ExternalDnsTests : IAsyncLifetime
{
    private const string Domain = "corp.example";
    private static readonly ZoneRecord[] Mail = [new(Domain, "MX", 300, ["10 mx1.corp.example."]), new("_dmarc." + Domain, "TXT", 300, ["\"v=DMARC1; p=reject\""])];
    private readonly List<ZoneRecord> zone = [.. Mail];
    private StackLab lab = null!;

    public async ValueTask InitializeAsync()
    {
        lab = await StackLab.StartAsync();
        PutZone();
    }

    public ValueTask DisposeAsync() => lab.DisposeAsync();

    [Fact]
    public async Task From_nothing_to_deployed_and_gone_again_each_run_tells_what_is_missing()
    {
        // Nothing: the certificate is requested, and its validation records and the report record are told.
        var first = await PublishAsync();
        Assert.Empty(first.Errors);
        Assert.Equal(StackStatus.WaitingForDns, first.Stack!.Status);
        var validation = first.Stack.Records.Where(r => r.Value.EndsWith(".acm-validations.aws", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, validation.Length);
        Assert.All(validation, r => Assert.Equal(("CNAME", DnsRecordStatus.Missing), (r.Type, r.Status)));
        Assert.Contains(validation[0].Name, first.Stack.WaitingFor, StringComparison.Ordinal);
        Assert.Equal("", first.Stack.DistributionId);
        Assert.Equal(DnsRecordStatus.Missing, Record(first.Stack, "_smtp._tls.corp.example").Status);
        Assert.Equal(DnsRecordStatus.NotYet, Record(first.Stack, "mta-sts.corp.example").Status);
        Assert.Equal(DnsRecordStatus.NotYet, Record(first.Stack, "_mta-sts.corp.example").Status);

        // The same again changes nothing: no second certificate.
        lab.Sandbox.ClearCalls();
        var same = await PublishAsync();
        Assert.Equal(StackStatus.WaitingForDns, same.Stack!.Status);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);
        Assert.Equal(first.Stack.CertificateArn, same.Stack.CertificateArn);

        // One record with a wrong value: Different, with what is there.
        Publish(validation[0] with { Value = "elsewhere.example" }, validation[1], Record(first.Stack, "_smtp._tls.corp.example"));
        var wrong = await PublishAsync();
        var different = Record(wrong.Stack!, validation[0].Name);
        Assert.Equal((DnsRecordStatus.Different, "elsewhere.example"), (different.Status, different.ObservedValue));
        Assert.Equal(DnsRecordStatus.Published, Record(wrong.Stack!, validation[1].Name).Status);
        Assert.Equal(DnsRecordStatus.Published, Record(wrong.Stack!, "_smtp._tls.corp.example").Status);
        Assert.Equal(DnsRecordStatus.Different, (await RecordsAsync()).Single(r => r.Name == validation[0].Name).Status);

        // Right: the run goes on to the distribution, and tells what leads to it.
        Publish(validation[0]);
        var second = await PublishAsync();
        Assert.Empty(second.Errors);
        Assert.Equal(StackStatus.WaitingForDns, second.Stack!.Status);
        var alias = Record(second.Stack, "mta-sts.corp.example");
        Assert.Equal(("CNAME", second.Stack.DistributionDomainName, DnsRecordStatus.Missing), (alias.Type, alias.Value, alias.Status));
        Assert.Equal(DnsRecordStatus.Missing, Record(second.Stack, "bimi-assets.corp.example").Status);

        // All the rest at once: the order is kept, for the policy is served already.
        Publish([.. second.Stack.Records.Where(r => r.Status is DnsRecordStatus.Missing or DnsRecordStatus.NotYet)]);
        var third = await PublishAsync();
        Assert.Empty(third.Errors);
        Assert.True(third.Stack!.Status == StackStatus.Deployed, third.Stack.WaitingFor);
        Assert.All(third.Stack.Records, r => Assert.Equal(DnsRecordStatus.Published, r.Status));
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Service == "route53" && c.Write);
        lab.Sandbox.ClearCalls();
        Assert.Empty((await PublishAsync()).Plan.Changes);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write);

        // Told by the domain alone, without -DnsHost, it is seen for what it is.
        var seen = await GetAsync();
        Assert.Equal((DnsHost.External, StackStatus.Deployed, third.Stack.PolicyId), (seen!.DnsHost, seen.Status, seen.PolicyId));
        Assert.Null(Assert.Single(seen.PolicyHistory).HeldUntil);
        Assert.All(await RecordsAsync(EmailSecurityStack.For(Domain)), r => Assert.Equal(DnsRecordStatus.Published, r.Status));

        // A validation record that went is told although the certificate is issued: its renewal needs it.
        zone.RemoveAll(r => r.Name == validation[0].Name);
        PutZone();
        Assert.Equal(DnsRecordStatus.Missing, (await RecordsAsync()).Single(r => r.Name == validation[0].Name).Status);
        Publish(validation[0]);

        await RemoveStepByStepAsync(validation);
    }

    private async Task RemoveStepByStepAsync(DnsRecordState[] validation)
    {
        var bare = EmailSecurityStack.For(Domain);
        var taken = await RemoveAsync(bare);
        Assert.Equal(StackStatus.Removing, taken.Stack!.Status);
        Assert.Contains("_mta-sts.corp.example TXT v=STSv1; id=", taken.Stack.WaitingFor, StringComparison.Ordinal);
        var next = Record(taken.Stack, "_mta-sts.corp.example");
        Assert.Equal((DnsRecordStatus.Different, true), (next.Status, next.ObservedValue != next.Value));

        Publish(next);
        var waits = await RemoveAsync(bare);
        Assert.Equal(2, waits.Stack!.PolicyHistory.Count);
        Assert.Equal((MtaStsMode.None, null), (waits.Stack.PolicyHistory[0].Mode, waits.Stack.PolicyHistory[0].HeldUntil));
        var held = waits.Stack.PolicyHistory[1];
        Assert.Equal(held.Until!.Value.AddSeconds(held.MaxAge + ServedPolicy.EdgeSeconds), held.HeldUntil);
        Assert.Equal(held.HeldUntil, waits.Stack.WaitingUntil);

        // Once senders have forgotten it, the records come first: while one leads to the distribution, the distribution stays.
        lab.Time.Advance(TimeSpan.FromDays(30));
        lab.Sandbox.ClearCalls();
        var dangling = await RemoveAsync(bare);
        Assert.Equal(StackStatus.Removing, dangling.Stack!.Status);
        foreach (var name in (string[])["mta-sts.corp.example CNAME", "bimi-assets.corp.example CNAME", "_mta-sts.corp.example TXT", "default._bimi.corp.example TXT"])
        {
            Assert.Contains("delete at your DNS host: " + name, dangling.Stack.WaitingFor, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Write && (c.Operation.Contains("Distribution", StringComparison.Ordinal) || c.Operation.StartsWith("DeleteCertificate", StringComparison.Ordinal) || c.Operation.StartsWith("DeleteObject", StringComparison.Ordinal)));
        Assert.All(validation, v => Assert.Contains(dangling.Warnings, w => w.Contains(v.Name, StringComparison.Ordinal) && w.Contains("not before", StringComparison.Ordinal)));
        Assert.Contains(dangling.Warnings, w => w.Contains("_smtp._tls.corp.example", StringComparison.Ordinal));

        zone.RemoveAll(r => r.Name is "mta-sts." + Domain or "bimi-assets." + Domain or "_mta-sts." + Domain or "default._bimi." + Domain);
        PutZone();
        var gone = await RemoveAsync(bare);
        Assert.Empty(gone.Errors);
        Assert.Null(gone.Stack);
        Assert.Null(await GetAsync());
    }

    [Fact]
    public async Task A_run_with_a_time_to_wait_goes_on_when_the_records_appear_after_two_days()
    {
        var plain = Stack() with { Logo = null, ReportUri = [] };
        using var over = new CancellationTokenSource();

        // Somebody at the DNS host, who looks after the record list once a day.
        var visits = 0;
        async Task VisitAsync()
        {
            visits++;
            Publish([.. (await RecordsAsync(plain)).Where(r => r.Status == DnsRecordStatus.Missing)]);
            if (!over.IsCancellationRequested)
            {
                lab.Time.At(TimeSpan.FromHours(24), VisitAsync);
            }
        }

        lab.Time.At(TimeSpan.FromHours(24), VisitAsync);
        var began = lab.Time.GetUtcNow();
        var result = await PublishAsync(plain, waits: new WaitOptions { Timeout = TimeSpan.FromDays(5) });
        await over.CancelAsync();
        Assert.Empty(result.Errors);
        Assert.True(result.Stack!.Status == StackStatus.Deployed, result.Stack.WaitingFor);
        Assert.InRange(lab.Time.GetUtcNow() - began, TimeSpan.FromHours(48), TimeSpan.FromHours(73));
        Assert.InRange(visits, 2, 3);
    }

    [Fact]
    public async Task A_time_to_wait_that_runs_out_tells_what_is_missing()
    {
        var began = lab.Time.GetUtcNow();
        var result = await PublishAsync(waits: new WaitOptions { Timeout = TimeSpan.FromHours(72) });
        Assert.InRange(lab.Time.GetUtcNow() - began, TimeSpan.FromHours(72), TimeSpan.FromHours(72.1));
        Assert.Equal(StackStatus.WaitingForDns, result.Stack!.Status);
        Assert.Contains("acm-validations.aws", result.Stack.WaitingFor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removal_with_force_says_which_records_are_left_behind()
    {
        var stack = Stack() with { Logo = null, ReportUri = [] };
        for (var i = 0; i < 3; i++)
        {
            Publish([.. (await PublishAsync(stack)).Stack!.Records.Where(r => r.Status is DnsRecordStatus.Missing)]);
        }

        var result = await RemoveAsync(EmailSecurityStack.For(Domain), options: new RemovalOptions { Force = true });
        Assert.Empty(result.Errors);
        Assert.Null(result.Stack);
        Assert.Contains(result.Warnings, w => w.StartsWith("Delete at your DNS host, now: mta-sts.corp.example CNAME", StringComparison.Ordinal));
        Assert.Contains(result.Warnings, w => w.StartsWith("Delete at your DNS host, now: _mta-sts.corp.example TXT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_of_your_own_is_checked_for_names_region_and_status()
    {
        using var acm = new AmazonCertificateManagerClient(new BasicAWSCredentials(lab.Sandbox.AccessKey, lab.Sandbox.SecretKey), new AmazonCertificateManagerConfig { AuthenticationRegion = "us-east-1", ServiceURL = lab.Sandbox.EndpointUrl });
        var other = await RequestAsync(acm, "www.corp.example");
        var good = await RequestAsync(acm, "*.corp.example");

        Assert.Equal("CertificateDoesNotCover", await RefusalAsync(other));
        Assert.Equal("CertificateNotUsable", await RefusalAsync(good)); // pending
        Assert.Equal("CertificateNotFound", await RefusalAsync(good[..^12] + "000000000000"));
        Assert.Equal("CertificateNotInUsEast1", await RefusalAsync(good.Replace("us-east-1", "eu-west-1", StringComparison.Ordinal)));

        lab.Time.Advance(TimeSpan.FromMinutes(1)); // ACM makes its records
        var record = (await acm.DescribeCertificateAsync(new DescribeCertificateRequest { CertificateArn = good })).Certificate.DomainValidationOptions[0].ResourceRecord;
        zone.Add(new(record.Name, "CNAME", 60, [record.Value]));
        PutZone();
        lab.Time.Advance(TimeSpan.FromMinutes(10)); // ACM issues it
        var result = await PublishAsync(Stack() with { CertificateArn = good });
        Assert.Empty(result.Errors);
        Assert.Equal(good, result.Stack!.CertificateArn);
        Assert.DoesNotContain(lab.Sandbox.GetCalls(), c => c.Operation == "RequestCertificate" && c.StartMs > lab.Sandbox.GetCalls().Last(l => l.Operation == "DescribeCertificate").StartMs);
        Assert.Equal("mta-sts.corp.example", result.Stack.Records.First(r => r.Value == result.Stack.DistributionDomainName).Name);
    }

    private static async Task<string> RequestAsync(AmazonCertificateManagerClient acm, string name)
        => (await acm.RequestCertificateAsync(new RequestCertificateRequest { DomainName = name, ValidationMethod = ValidationMethod.DNS })).CertificateArn;

    private async Task<string> RefusalAsync(string arn)
    {
        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => PublishAsync(Stack() with { CertificateArn = arn }));
        Assert.NotEqual("", error.Fix);
        return error.ErrorId;
    }

    private static StackWish Stack() => StackWish.For(Domain) with
    {
        DnsHost = DnsHost.External,
        ReportUri = ["mailto:tls@corp.example"],
        MaxAge = 86400,
        Logo = new StackAsset("logo.svg", System.Text.Encoding.UTF8.GetBytes(StackLab.Logo)),
    };

    private static DnsRecordState Record(EmailSecurityStack stack, string name) => Assert.Single(stack.Records, r => r.Name == name);

    private Task<DeploymentResult> PublishAsync(EmailSecurityStack? stack = null, WaitOptions? waits = null) => lab.PublishAsync(stack ?? Stack(), waits: waits);

    private IEmailSecurityServices Connect() => lab.Connect();

    private async Task<EmailSecurityStack?> GetAsync()
    {
        using var run = lab.Time.Run();
        using var services = Connect();
        return await new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time)).GetAsync(EmailSecurityStack.For(Domain), TestContext.Current.CancellationToken);
    }

    private async Task<IReadOnlyList<DnsRecordState>> RecordsAsync(EmailSecurityStack? stack = null)
    {
        using var run = lab.Time.Run();
        using var services = Connect();
        return await new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time)).GetRecordsAsync(stack ?? Stack(), _ => { }, TestContext.Current.CancellationToken);
    }

    private async Task<DeploymentResult> RemoveAsync(EmailSecurityStack stack, RemovalOptions? options = null)
    {
        using var run = lab.Time.Run();
        using var services = Connect();
        return await new StackDeployment(services, lab.Time, new SettingsMemory(lab.Time)).RemoveAsync(stack, options ?? new RemovalOptions(), new WaitOptions(), new StackLab.YesHost(), TestContext.Current.CancellationToken);
    }

    // What a person does at the DNS host.
    private void Publish(params DnsRecordState[] records)
    {
        foreach (var r in records)
        {
            zone.RemoveAll(z => z.Name == r.Name);
            zone.Add(new(r.Name, r.Type, r.Ttl, [r.Type == "TXT" ? $"\"{r.Value}\"" : r.Value + "."]));
        }

        PutZone();
    }

    private void PutZone() => lab.Sandbox.Emulation.PutThirdPartyZone(Domain, [.. zone]);
}
