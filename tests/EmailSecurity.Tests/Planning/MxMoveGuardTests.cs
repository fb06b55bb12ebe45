using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using static EmailSecurity.Tests.Plans.PlanningWorld;

namespace EmailSecurity.Tests.Plans;

/// <summary>Mail servers that move while senders have an enforce policy cached: which order is safe, and from when.</summary>
public sealed class MxMoveGuardTests
{
    private static readonly DateTimeOffset Later = Now.AddDays(7);

    [Theory]
    [InlineData("mx1.example.com", "mx1.example.com", "mx1.example.com", "")]
    [InlineData("mx1.example.com", "mx1.example.com", "mx1.example.com mx2.example.com", "Do not add mx2.example.com")]
    [InlineData("mx1.example.com", "mx1.example.com mx2.example.com", "mx1.example.com mx2.example.com", "already has the MX mx2.example.com")]
    [InlineData("mx1.example.com", "new.other.test", "new.other.test", "already has the MX new.other.test")]
    [InlineData("*.example.com", "mx1.example.com", "mx1.example.com mx2.example.com", "")]
    [InlineData("*.example.com", "mx1.example.com", "*.example.com *.mail.example.com", "Do not add hosts that match *.mail.example.com")]
    [InlineData("mx1.example.com", "mx1.example.com", "*.example.com", "Do not add other hosts that match *.example.com")]
    [InlineData("*.example.com", "mx1.example.com", "*.example.com", "")]
    [InlineData("mx1.example.com", "", "mx1.example.com mx2.example.com", "Do not add mx2.example.com")]
    public void What_a_cached_enforce_policy_does_not_list_is_told_with_the_date(string cached, string live, string wished, string told)
    {
        var state = State(live, new CachedPolicy(Policy(MtaStsMode.Enforce, cached), Later));

        var warnings = Check(Policy(MtaStsMode.Testing, wished), state);

        if (told.Length == 0)
        {
            Assert.Empty(warnings);
            return;
        }

        Assert.Contains(told, warnings[0], StringComparison.Ordinal);
        Assert.All(warnings, w => Assert.Contains($"{Later:u}", w, StringComparison.Ordinal));
    }

    [Fact]
    public void The_last_of_several_dates_counts_and_what_has_expired_or_is_no_enforce_policy_does_not()
    {
        var state = State("mx2.example.com",
            new CachedPolicy(Policy(MtaStsMode.Enforce, "mx1.example.com"), Now.AddDays(3)),
            new CachedPolicy(Policy(MtaStsMode.Enforce, "mx1.example.com"), Later),
            new CachedPolicy(Policy(MtaStsMode.Enforce, "mx2.example.com"), Now.AddDays(30)),
            new CachedPolicy(Policy(MtaStsMode.Testing, "mx1.example.com"), Now.AddDays(60)),
            new CachedPolicy(Policy(MtaStsMode.Enforce, "mx0.example.com"), Now.AddDays(-1)));

        var warning = Assert.Single(Check(Policy(MtaStsMode.Enforce, "mx2.example.com"), state));

        Assert.Contains($"Until {Later:u}", warning, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Check(MtaStsPolicy policy, ObservedStack state)
        => [.. MxMoves.Of(state.Domain, state.MxHosts, policy, state.CachedPolicies, state.ObservedAt).Select(m => m.Message)];

    private static MtaStsPolicy Policy(MtaStsMode mode, string hosts) => MtaStsPolicy.Create(Domain, mode, hosts.Split(' '), 604800);

    private static ObservedStack State(string live, params CachedPolicy[] cached) => Deployed() with
    {
        CachedPolicies = cached,
        Mx = new DnsAnswer
        {
            Status = DnsStatus.NoError,
            Records = [.. live.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(h => new DnsRecord(Domain, DnsRecordType.MX, 300, h, 10))],
        },
    };
}
