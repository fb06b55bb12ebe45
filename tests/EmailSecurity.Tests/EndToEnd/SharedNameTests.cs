using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.EndToEnd;

/// <summary>Names in DNS where others have strings too: only our own string is changed and removed.</summary>
public class SharedNameTests
{
    private static readonly string[] Names = ["_mta-sts.example.com", "_smtp._tls.example.com", "default._bimi.example.com"];

    [Fact]
    public async Task Strings_of_others_stay_through_a_whole_life()
    {
        await using var lab = await StackLab.StartAsync([.. Names.Select(n => (n, "TXT", "\"verify=somebody\""))]);
        var before = await lab.ZoneAsync();

        var first = await lab.PublishAsync(StackLab.Stack());
        Assert.Empty(first.Errors);
        Assert.All(first.Stack!.Records, r => Assert.Equal(DnsRecordStatus.Published, r.Status));
        Assert.Contains($"v=STSv1; id={first.Stack.PolicyId};", await TxtAsync(lab, "_mta-sts.example.com"));
        foreach (var name in Names)
        {
            Assert.Contains("verify=somebody", await TxtAsync(lab, name));
        }

        Assert.Empty((await lab.PublishAsync(StackLab.Stack())).Plan.Changes);
        Assert.All((await lab.GetAsync())!.Records, r => Assert.Equal(DnsRecordStatus.Published, r.Status));

        var second = await lab.PublishAsync(StackLab.Stack(s => s with { Mode = MtaStsMode.Enforce, ReportUri = ["mailto:other@example.com"] }),
            options: new PublishOptions { Adopt = true });
        Assert.Empty(second.Errors);
        Assert.Equal(["v=STSv1; id=" + second.Stack!.PolicyId + ";", "verify=somebody"],
            (await TxtAsync(lab, "_mta-sts.example.com")).Order(StringComparer.Ordinal));

        var gone = await lab.RemoveAsync(new RemovalOptions { Force = true });
        Assert.Empty(gone.Errors);
        Assert.Null(gone.Stack);
        Assert.Equal(before, await lab.ZoneAsync());
    }

    // The plan was made from what stood there before; somebody adds a string while the run is under way.
    [Fact]
    public async Task A_string_that_somebody_adds_during_the_run_is_not_overwritten()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PublishAsync(StackLab.Stack());
        var host = new ActingHost(async () => await lab.PutTxtAsync("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:tls@example.com", "verify=late"));
        await lab.PublishAsync(StackLab.Stack(s => s with { ReportUri = ["mailto:new@example.com"] }), host: host);
        Assert.Contains("verify=late", await TxtAsync(lab, "_smtp._tls.example.com"));

        Assert.Empty((await lab.PublishAsync(StackLab.Stack(s => s with { ReportUri = ["mailto:new@example.com"] }))).Errors);
        Assert.Equal(["v=TLSRPTv1; rua=mailto:new@example.com", "verify=late"], (await TxtAsync(lab, "_smtp._tls.example.com")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_exchange_whose_answer_is_lost_is_made_once()
    {
        await using var lab = await StackLab.StartAsync();
        await lab.PublishAsync(StackLab.Stack());
        await lab.PutTxtAsync("_smtp._tls.example.com", "v=TLSRPTv1; rua=mailto:tls@example.com", "verify=somebody");
        lab.Sandbox.SetFaults("""[{"service":"route53","operation":"ChangeResourceRecordSets","nth":1,"kind":"lostResponse"}]""");
        var result = await lab.PublishAsync(StackLab.Stack(s => s with { ReportUri = ["mailto:new@example.com"] }));
        Assert.Empty(result.Errors);
        Assert.Equal(["v=TLSRPTv1; rua=mailto:new@example.com", "verify=somebody"],
            (await TxtAsync(lab, "_smtp._tls.example.com")).Order(StringComparer.Ordinal));
    }

    private static Task<IReadOnlyList<string>> TxtAsync(StackLab lab, string name)
    {
        lab.Time.Advance(StackLab.InSync);
        return lab.TxtAsync(name);
    }
}
