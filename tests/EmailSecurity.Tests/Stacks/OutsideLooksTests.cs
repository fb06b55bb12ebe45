using EmailSecurity.Deployment;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.Stacks;

/// <summary>What is looked at before a publish: bounded, and no failing look-up refuses anything.</summary>
public class OutsideLooksTests
{
    private const string Domain = "corp.example";
    private static readonly MtaStsPolicy Testing = MtaStsPolicy.Create(Domain, MtaStsMode.Testing, ["mx1.corp.example"], 86400);
    private static readonly MtaStsPolicy Enforce = MtaStsPolicy.Create(Domain, MtaStsMode.Enforce, ["mx1.corp.example"], 86400);

    [Theory]
    [InlineData(SmtpOutcome.Secure, null)]
    [InlineData(SmtpOutcome.Blocked, "")]
    [InlineData(SmtpOutcome.Refused, "")]
    [InlineData(SmtpOutcome.StartTlsNotOffered, "MxStartTlsNotOffered")]
    [InlineData(SmtpOutcome.TlsHandshakeFailed, "MxTlsHandshakeFailed")]
    [InlineData(SmtpOutcome.CertificateUntrusted, "MxCertificateUntrusted")]
    [InlineData(SmtpOutcome.CertificateExpired, "MxCertificateExpired")]
    [InlineData(SmtpOutcome.CertificateNameMismatch, "MxCertificateNameMismatch")]
    public async Task The_mail_servers_are_probed_before_the_move_to_enforce(SmtpOutcome outcome, string? code)
    {
        var dns = Mail();
        dns.Servers["mx1.corp.example"] = outcome;
        var view = await LookAsync(dns, StackParts.MtaSts, s => s with { Mode = MtaStsMode.Enforce }, Testing);
        Assert.Equal(["mx1.corp.example:25"], dns.Probed);
        Assert.Equal(code is null or "" ? [] : [code], view.MailServers.Select(f => f.Code));
        Assert.Equal(code is "" ? 1 : 0, view.NotProbed.Count(n => n.Contains("mx1.corp.example could not be probed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task They_are_not_probed_without_that_move()
    {
        var dns = Mail();
        await LookAsync(dns, StackParts.MtaSts, s => s, Testing);
        await LookAsync(dns, StackParts.MtaSts, s => s, Enforce);
        await LookAsync(dns, StackParts.MtaSts, s => s, null);
        await LookAsync(dns, StackParts.TlsRpt, s => s with { Mode = MtaStsMode.Enforce }, Testing);
        Assert.Empty(dns.Probed);
    }

    [Fact]
    public async Task An_MX_without_address_is_warned_of_and_not_connected_to_and_an_unknown_one_is_not_called_absent()
    {
        var dns = new DnsScript().With(Domain, DnsRecordType.MX, "mx1.corp.example");
        var view = await LookAsync(dns, StackParts.MtaSts, s => s with { Mode = MtaStsMode.Enforce }, null);
        Assert.Equal("MxHostNotFound", Assert.Single(view.MailServers).Code);
        Assert.Equal("MxHostNotFound", Assert.Single((await LookAsync(dns, StackParts.MtaSts, s => s, Enforce)).MailServers).Code);

        dns.With("mx1.corp.example", DnsRecordType.A, new DnsAnswer { Status = DnsStatus.ServFail });
        view = await LookAsync(dns, StackParts.MtaSts, s => s with { Mode = MtaStsMode.Enforce }, null);
        Assert.Empty(view.MailServers);
        Assert.Contains("was not probed", Assert.Single(view.NotProbed), StringComparison.Ordinal);
        Assert.Empty(dns.Probed);
    }

    [Fact]
    public async Task Many_mail_servers_and_addresses_are_looked_at_only_so_far()
    {
        var dns = new DnsScript().With(Domain, DnsRecordType.MX, [.. Enumerable.Range(0, 200).Select(i => $"mx{i}.corp.example")]);
        for (var i = 0; i < 200; i++)
        {
            dns.With($"mx{i}.corp.example", DnsRecordType.A, "192.0.2.1");
            dns.Servers[$"mx{i}.corp.example"] = SmtpOutcome.Secure;
        }

        var view = await LookAsync(dns, StackParts.All, s => s with { Mode = MtaStsMode.Enforce, ReportUri = [.. Enumerable.Range(0, 200).Select(i => $"mailto:tls@r{i}.example")] }, null);
        Assert.Equal(10, dns.Probed.Count);
        Assert.Contains("190 more", Assert.Single(view.NotProbed), StringComparison.Ordinal);
        Assert.True(dns.Asked.Count < 100, $"{dns.Asked.Count} look-ups");
    }

    [Fact]
    public async Task Report_addresses_CAA_and_files_are_looked_at_for_the_parts_that_need_them()
    {
        var dns = Mail().With(Domain, DnsRecordType.CAA, "0 issue \"ca.example\"").With("no.example", DnsRecordType.MX, ".");
        static StackWish Change(StackWish s) => s with { ReportUri = ["mailto:tls@no.example"], Logo = new StackAsset("logo.svg", "<svg"u8.ToArray()) };

        var view = await LookAsync(dns, StackParts.All, Change, null);
        Assert.Equal("ReportReceiverTakesNoMail", Assert.Single(view.Receivers).Code);
        var caa = Assert.Single(view.Caa);
        Assert.Equal("CaaForbidsAmazon", caa.Code);
        Assert.Contains("mta-sts.corp.example and bimi-assets.corp.example", caa.Message, StringComparison.Ordinal);
        Assert.Empty(view.Files); // a file that cannot be used is an error, not a warning

        view = await LookAsync(dns, StackParts.TlsRpt, Change, null);
        Assert.Single(view.Receivers);
        Assert.Empty(view.Caa);
        Assert.Empty((await LookAsync(dns, StackParts.MtaSts, Change, null)).Receivers);
    }

    [Fact]
    public async Task A_look_up_that_fails_is_a_warning_and_no_refusal()
    {
        var failed = new DnsAnswer { Status = DnsStatus.ServFail };
        var dns = Mail().With("mta-sts.corp.example", DnsRecordType.CAA, failed).With("no.example", DnsRecordType.MX, failed);
        var view = await LookAsync(dns, StackParts.All, s => s with { ReportUri = ["mailto:tls@no.example"] }, null);
        Assert.Equal(("CaaServFail", FindingSeverity.Warning), (Assert.Single(view.Caa).Code, view.Caa[0].Severity));
        Assert.Equal(("ReportReceiverServFail", FindingSeverity.Warning), (Assert.Single(view.Receivers).Code, view.Receivers[0].Severity));
    }

    private static DnsScript Mail() => new DnsScript().With(Domain, DnsRecordType.MX, "mx1.corp.example").With("mx1.corp.example", DnsRecordType.A, "192.0.2.1");

    private static async Task<OutsideView> LookAsync(DnsScript dns, StackParts parts, Func<StackWish, StackWish> change, MtaStsPolicy? current)
    {
        var mx = await dns.QueryAsync(Domain, DnsRecordType.MX, CancellationToken.None);
        var policy = Task.FromResult<(MtaStsPolicy? Current, DnsAnswer? Mx)>((current, mx));
        return await new OutsideLooks(dns, TimeProvider.System).LookAsync(change(StackWish.For(Domain)), new ObserveOptions { Parts = parts }, policy, TestContext.Current.CancellationToken);
    }
}
