using EmailSecurity.Applying;
using EmailSecurity.Planning;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Plans;

public class PollingTests
{
    private static readonly EmailSecurityException Throttled = new("Throttled", ErrorKind.LimitsExceeded, "Too fast.");

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.6)]
    [InlineData(28, 1)] // where the interval once overflowed
    [InlineData(150, 4)]
    [InlineData(240, 7)]
    [InlineData(3_000, 61)]
    [InlineData(172_800, 61)]
    [InlineData(259_000, 61)]
    public async Task A_wait_is_overshot_by_a_small_share_of_its_length(double seconds, double most)
    {
        using var time = new VirtualTime();
        using var run = time.Run();
        var began = time.GetUtcNow();
        var due = began.AddSeconds(seconds);
        Assert.True(await Polling.UntilAsync(_ => Task.FromResult(time.GetUtcNow() >= due), TimeSpan.FromHours(72), time, e => throw e, TestContext.Current.CancellationToken));
        Assert.InRange((time.GetUtcNow() - due).TotalSeconds, 0, most);
    }

    [Fact]
    public async Task A_wait_of_72_hours_ends_when_its_time_is_up_and_looks_a_last_time()
    {
        using var time = new VirtualTime();
        using var run = time.Run();
        var limit = TimeSpan.FromHours(72);
        var began = time.GetUtcNow();
        var looks = new List<TimeSpan>();
        Assert.False(await Polling.UntilAsync(_ => Look(), limit, time, e => throw e, TestContext.Current.CancellationToken));
        Assert.Equal(limit, looks[^1]);
        Assert.InRange(looks.Count, 72 * 60, 76 * 60);
        Assert.All(looks.Zip(looks.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, TimeSpan.Zero, TimeSpan.FromMinutes(1)));

        Task<bool> Look()
        {
            looks.Add(time.GetUtcNow() - began);
            return Task.FromResult(false);
        }
    }

    [Fact]
    public async Task A_failed_look_that_passes_ends_no_wait_and_is_reported()
    {
        using var time = new VirtualTime();
        using var run = time.Run();
        var due = time.GetUtcNow().AddMinutes(20);
        var failures = 0;
        Assert.True(await Polling.UntilAsync(_ => time.GetUtcNow() < due ? throw Throttled : Task.FromResult(true), TimeSpan.FromHours(1), time, _ => failures++, TestContext.Current.CancellationToken));
        Assert.InRange(failures, 10, 1000);
    }

    [Fact]
    public async Task A_wait_of_failed_looks_ends_at_its_limit()
    {
        using var time = new VirtualTime();
        using var run = time.Run();
        var began = time.GetUtcNow();
        Assert.False(await Polling.UntilAsync(_ => throw Throttled, TimeSpan.FromMinutes(45), time, _ => { }, TestContext.Current.CancellationToken));
        Assert.Equal(TimeSpan.FromMinutes(45), time.GetUtcNow() - began);
    }

    [Theory]
    [InlineData("AccessDenied", ErrorKind.PermissionDenied)]
    [InlineData("CredentialsExpired", ErrorKind.Authentication)]
    [InlineData("DistributionGone", ErrorKind.NotFound)]
    public async Task A_look_that_no_waiting_cures_ends_the_wait_with_its_cause(string id, ErrorKind kind)
    {
        using var time = new VirtualTime();
        using var run = time.Run();
        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => Polling.UntilAsync(_ => throw new EmailSecurityException(id, kind, "No."), TimeSpan.FromHours(1), time, _ => { }, TestContext.Current.CancellationToken));
        Assert.Equal(id, error.ErrorId);
    }

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(245, "4:05")]
    [InlineData(3_723, "1:02:03")]
    [InlineData(176_523, "2d 01:02:03")]
    public void A_running_clock_shows_hours_and_days(double seconds, string text) => Assert.Equal(text, Duration.Clock(TimeSpan.FromSeconds(seconds)));
}
