using System.Collections.Concurrent;
using CsCheck;
using EmailSecurity.Aws.Session;
using EmailSecurity.Aws.Zones;
using EmailSecurity.Ports;
using EmailSecurity.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EmailSecurity.Tests.Contracts;

/// <summary>Route 53's limits are kept by whoever works on an account in this process. Time is virtual.</summary>
public sealed class RequestBudgetTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_bucket_is_never_overdrawn_and_nobody_overtakes() => Gen.Select(Gen.Double[0, 3], Gen.Int[1, 12]).Array[1, 60].Sample(asked =>
    {
        var time = new FakeTimeProvider(Start);
        var budget = new RequestBudget(time, capacity: 20, perSecond: 4);
        List<(DateTimeOffset At, int Count)> used = [];
        foreach (var (pause, count) in asked)
        {
            time.Advance(TimeSpan.FromSeconds(pause));
            used.Add((time.GetUtcNow() + budget.Take(count), count));
        }

        Assert.Equal(used.Select(u => u.At).Order(), used.Select(u => u.At));
        Assert.Equal(0, Refused(used, capacity: 20, perSecond: 4));
    });

    [Fact]
    public async Task A_cancelled_wait_ends_at_once_and_gives_its_turn_back()
    {
        var time = new FakeTimeProvider(Start);
        var budget = new Route53Budget(time);
        for (var i = 0; i < 40; i++)
        {
            Assert.True(budget.TakeAsync(1, Token).IsCompletedSuccessfully);
        }

        using var stop = new CancellationTokenSource();
        var waiting = budget.TakeAsync(1, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        time.Advance(TimeSpan.FromSeconds(0.126));
        Assert.True(budget.TakeAsync(1, Token).IsCompletedSuccessfully);
    }

    [Fact]
    public void Record_changes_have_a_budget_of_their_own()
    {
        var time = new FakeTimeProvider(Start);
        var budget = new Route53Budget(time);
        Assert.True(budget.TakeAsync(400, Token).IsCompletedSuccessfully);
        Assert.True(budget.TakeAsync(0, Token).IsCompletedSuccessfully);
        Assert.False(budget.TakeAsync(1, Token).IsCompleted);
    }

    // 200 calls of two sessions of a process, on an AWS that counts as Route 53 does: 10 a second, a bucket of 50.
    [Fact]
    public async Task Sessions_of_one_account_share_its_budget()
    {
        using var time = new VirtualTime();
        var arrivals = new ConcurrentQueue<(DateTimeOffset At, int Count)>();
        await using var aws = await StubAws.StartAsync((context, _) =>
        {
            if (context.Request.Method == "POST")
            {
                return StubAws.AnswerAsync(context, 200, StubAws.Caller);
            }

            arrivals.Enqueue((time.GetUtcNow(), 1));
            return StubAws.AnswerAsync(context, 200, Pending);
        });
        var factory = new ServicesFactory(AwsWorld.Options);
        var settings = new ConnectionSettings { AccessKey = "AK", SecretKey = "s", EndpointUrl = aws.Url };
        using var first = factory.Create(settings, time);
        using var second = factory.Create(settings, time);
        foreach (var services in (IEmailSecurityServices[])[first, second])
        {
            await services.Account.GetCallerIdentityAsync(Token);
        }

        using (time.Run())
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(i => (i % 2 == 0 ? first : second).Zones.IsInSyncAsync("C" + i, Token)));
        }

        Assert.Equal(200, arrivals.Count);
        Assert.Equal(0, Refused([.. arrivals.OrderBy(a => a.At)], capacity: 50, perSecond: 10));
    }

    [Fact]
    public void Fifty_changes_are_looked_at_four_times_a_second_in_all()
    {
        var (looks, latest) = Watch(50, TimeSpan.FromSeconds(40));
        Assert.InRange(looks, 50, 50 + (4 * 40) + 50);
        Assert.InRange(latest, TimeSpan.Zero, TimeSpan.FromSeconds(13.5));
    }

    [Fact]
    public void One_change_is_seen_within_two_seconds_of_its_end()
    {
        var (looks, latest) = Watch(1, TimeSpan.FromSeconds(40));
        Assert.InRange(looks, 1, 30);
        Assert.InRange(latest, TimeSpan.Zero, TimeSpan.FromSeconds(2.5));
    }

    // Asked for by a wait each 0.3 seconds until in sync: how many looks, and how long after the end the last one sees it.
    private static (int Looks, TimeSpan Latest) Watch(int changes, TimeSpan inSync)
    {
        var time = new FakeTimeProvider(Start);
        var watch = new ChangeWatch(time);
        var waiting = Enumerable.Range(0, changes).Select(i => "C" + i).ToList();
        var looks = 0;
        while (waiting.Count > 0)
        {
            foreach (var id in waiting.ToArray())
            {
                if (watch.IsDue(id))
                {
                    looks++;
                    if (time.GetUtcNow() - Start >= inSync)
                    {
                        watch.Done(id);
                        waiting.Remove(id);
                    }
                }
            }

            time.Advance(TimeSpan.FromSeconds(0.3));
        }

        return (looks, time.GetUtcNow() - Start - inSync);
    }

    private const string Pending = """
        <GetChangeResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/">
        <ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status><SubmittedAt>2026-03-01T12:00:00Z</SubmittedAt></ChangeInfo>
        </GetChangeResponse>
        """;

    private static int Refused(IReadOnlyList<(DateTimeOffset At, int Count)> requests, double capacity, double perSecond)
    {
        var (used, last, refused) = (0.0, requests[0].At, 0);
        foreach (var (at, count) in requests)
        {
            used = Math.Max(0, used - ((at - last).TotalSeconds * perSecond));
            last = at;
            // One larger than the bucket is taken on credit.
            if (used + count > capacity + 1e-3 && count <= capacity)
            {
                refused++;
            }

            used += count;
        }

        return refused;
    }
}
