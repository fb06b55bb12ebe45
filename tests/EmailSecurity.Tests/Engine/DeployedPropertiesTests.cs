using EmailSecurity.MtaSts;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.Engine;

/// <summary>The properties of a deployed stack tell what is deployed, and piping it on wishes nothing that was only observed.</summary>
public sealed class DeployedPropertiesTests
{
    private const string Domain = "deployed.example";

    [Fact]
    public async Task Properties_tell_what_is_deployed_and_nothing_observed_is_a_wish()
    {
        await using var session = await StartAsync();
        var published = session.Invoke("New-EmailSecurityStack $d -ReportUri tls@deployed.example -LogRetentionDays 30 -BimiSubdomain brand -Tag @{ team = 'mail' } | Publish-EmailSecurityStack").Single<EmailSecurityStack>();
        Assert.Equal(MtaStsMode.Testing, published.Mode);
        Assert.Equal("", published.Wish.CertificateArn);
        Assert.NotEmpty(published.CertificateArn);

        var found = session.Invoke("Get-EmailSecurityStack | Where-Object Mode -eq Testing").Single<EmailSecurityStack>();
        Assert.Equal((Domain, MtaStsMode.Testing, 604800L), (found.Domain, found.Mode, found.MaxAge));
        Assert.Equal(["mx1.deployed.example"], found.MxHost);
        Assert.Equal(["mailto:tls@deployed.example"], found.ReportUri);
        Assert.Equal((30, "brand", "mail"), (found.LogRetentionDays, found.BimiSubdomain, found.Tag["team"]));
        Assert.Equal(published.CertificateArn, found.CertificateArn);
        AssertNothingWished(found.Wish);
        Assert.Empty(session.Invoke("Get-EmailSecurityStack | Where-Object Mode -eq Enforce").Objects);
    }

    [Fact]
    public async Task A_deployed_stack_that_is_piped_into_publish_keeps_what_is_deployed()
    {
        await using var session = await StartAsync();
        session.Invoke("New-EmailSecurityStack $d -ReportUri tls@deployed.example -MaxAge 86400 | Publish-EmailSecurityStack").ShouldSucceed();
        foreach (var publish in (string[])["Publish-MtaStsPolicy", "Publish-EmailSecurityStack", "Set-TlsRptRecord"])
        {
            session.Sandbox!.ClearCalls();
            var again = session.Invoke($"Get-EmailSecurityStack $d | {publish} -Confirm:$false").Single<EmailSecurityStack>();
            Assert.DoesNotContain(session.Sandbox.GetCalls(), c => c.Write);
            Assert.Equal((MtaStsMode.Testing, 86400L), (again.Mode, again.MaxAge));
        }
    }

    [Fact]
    public async Task A_stack_read_before_a_change_does_not_take_the_change_back()
    {
        await using var session = await StartAsync();
        session.Invoke("Publish-MtaStsPolicy -Domain $d; $old = Get-EmailSecurityStack $d; Publish-MtaStsPolicy -Domain $d -Mode Enforce -MaxAge 2419200 -MinimumTestingDays 0 -Confirm:$false").ShouldSucceed();
        var now = session.Invoke("$old | Publish-MtaStsPolicy -Confirm:$false").Single<EmailSecurityStack>();
        Assert.Equal((MtaStsMode.Enforce, 2419200L), (now.Mode, now.MaxAge));
        Assert.Equal(MtaStsMode.Testing, session.Invoke("$old").Single<EmailSecurityStack>().Mode);
    }

    [Fact]
    public async Task A_policy_made_from_a_deployed_stack_changes_only_what_is_said()
    {
        await using var session = await StartAsync();
        session.Invoke("Publish-MtaStsPolicy -Domain $d -MxHost mx1.deployed.example, *.backup.example -MaxAge 1209600").ShouldSucceed();
        var policy = session.Invoke("Get-EmailSecurityStack $d | New-MtaStsPolicy -Mode Enforce").Single<MtaStsPolicy>();
        Assert.Equal((MtaStsMode.Enforce, 1209600L), (policy.Mode, policy.MaxAge));
        Assert.Equal(["mx1.deployed.example", "*.backup.example"], policy.MxHosts);
        Assert.Equal("enforce", session.Invoke("(Get-EmailSecurityStack $d | New-MtaStsPolicy -Mode Enforce | Publish-MtaStsPolicy -MinimumTestingDays 0 -Confirm:$false).Mode.ToString().ToLowerInvariant()").Single<string>());
    }

    [Fact]
    public async Task A_described_stack_tells_what_is_wished()
    {
        await using var session = EngineSession.Open();
        var stack = session.Invoke("New-EmailSecurityStack example.com -Mode Enforce -MaxAge 86400 -MxHost mx1.example.com -DnsHost External").Single<EmailSecurityStack>();
        Assert.Equal((StackStatus.Described, MtaStsMode.Enforce, 86400L, DnsHost.External), (stack.Status, stack.Mode, stack.MaxAge, stack.DnsHost));
        Assert.Equal(["mx1.example.com"], stack.MxHost);
    }

    [Fact]
    public async Task A_max_age_below_a_day_is_reported_at_publish()
    {
        await using var session = await StartAsync();
        Assert.Contains(session.Invoke("Publish-MtaStsPolicy -Domain $d -MaxAge 3600 -WhatIf").Warnings, w => w.Contains("max_age of 3600", StringComparison.Ordinal));
        Assert.DoesNotContain(session.Invoke("Publish-MtaStsPolicy -Domain $d -MaxAge 86400 -WhatIf").Warnings, w => w.Contains("max_age", StringComparison.Ordinal));
    }

    private static void AssertNothingWished(StackWish wish)
    {
        Assert.False(wish.IsDnsHostAsked || wish.IsBimiSelectorAsked || wish.IsBimiSubdomainAsked || wish.IsLogRetentionAsked);
        Assert.Null(wish.Policy);
        Assert.Null(wish.Mode);
        Assert.Null(wish.MaxAge);
        Assert.Empty(wish.MxHost);
        Assert.Empty(wish.ReportUri);
        Assert.Empty(wish.Tag);
        Assert.Equal("", wish.CertificateArn);
    }

    private static async Task<EngineSession> StartAsync()
    {
        var session = await EngineSession.StartAsync();
        await DomainZones.AddAsync(session.Sandbox!, Domain);
        session.Runspace.SessionStateProxy.SetVariable("d", Domain);
        return session;
    }
}
