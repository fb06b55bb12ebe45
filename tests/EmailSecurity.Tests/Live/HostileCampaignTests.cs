using EmailSecurity.Tests.Hostile;

namespace EmailSecurity.Tests.Live;

/// <summary>A small part of the campaign that the bench runs in full.</summary>
public class HostileCampaignTests
{
    private const int Seed = 8;
    private const int Servers = 400;
    private const double Hurry = 40;

    [Theory]
    [InlineData(false, 1), InlineData(true, Hurry)]
    public void Every_conversation_with_a_hostile_server_ends_in_a_named_finding(bool isSlow, double pace)
    {
        Assert.SkipWhen(OperatingSystem.IsMacOS(), "macOS has but one loopback address.");
        // Those that outlast the client's patience meet a client in a hurry; the others one with all the time that a busy machine takes.
        HostileCase[] cases = [.. Enumerable.Range(1, Servers).Select(n => new HostileCase(Seed, n)).Where(c => !c.IsWaitedFor && c.IsSlow == isSlow)];
        using var campaign = new Campaign(cases, pace, throttle: 64);
        campaign.Run();
        Assert.True(campaign.Wrong.IsEmpty, string.Join("\n", campaign.Wrong.Select(w => w[..Math.Min(w.Length, 300)]).Take(20)));
        Assert.True(campaign.Codes.Count >= 6, string.Join(", ", campaign.Codes.Keys));
    }

    [Fact]
    public void A_case_is_the_same_every_time()
    {
        foreach (var number in Enumerable.Range(1, 100))
        {
            Assert.Equal(new HostileCase(Seed, number).ToString(), new HostileCase(Seed, number).ToString());
            Assert.Equal(number, HostileCase.NumberOf("mta-sts." + new HostileCase(Seed, number).Domain));
            Assert.Equal(number, HostileCase.NumberOf(new HostileCase(Seed, number).Address));
        }
    }
}
