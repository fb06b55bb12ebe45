using EmailSecurity.Aws.Session;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Contracts;

/// <summary>Callers at the same time share a listing, and none is answered with one that began before it asked.</summary>
public sealed class SharedListingTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private readonly List<TaskCompletionSource<int>> begun = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callers_during_a_listing_share_the_next()
    {
        var listing = new SharedListing<int>(Begin);
        var first = listing.GetAsync(Token);
        var others = Enumerable.Range(0, 20).Select(_ => listing.GetAsync(Token)).ToArray();
        Assert.Single(begun);
        begun[0].SetResult(1);
        Assert.Equal(1, await first);
        await AwsWorld.EventuallyAsync(() => Task.FromResult(begun.Count), n => n == 2);

        // Begun: this one is too late for it.
        var late = listing.GetAsync(Token);
        begun[1].SetResult(2);
        Assert.All(await Task.WhenAll(others), n => Assert.Equal(2, n));
        await AwsWorld.EventuallyAsync(() => Task.FromResult(begun.Count), n => n == 3);
        begun[2].SetResult(3);
        Assert.Equal(3, await late);
        var alone = listing.GetAsync(Token);
        begun[3].SetResult(4);
        Assert.Equal(4, await alone);
    }

    [Fact]
    public async Task A_failure_is_not_remembered_and_a_cancelled_caller_leaves_it_to_the_others()
    {
        var listing = new SharedListing<int>(Begin);
        using var stop = new CancellationTokenSource();
        var first = listing.GetAsync(stop.Token);
        var second = listing.GetAsync(Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        begun[0].SetException(new InvalidOperationException("broken"));
        await AwsWorld.EventuallyAsync(() => Task.FromResult(begun.Count), n => n == 2);
        begun[1].SetResult(2);
        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task Many_stacks_looked_at_side_by_side_take_few_listings()
    {
        var world = new SandboxAws(sandbox.Server);
        using var services = world.Open();
        var domains = Enumerable.Range(0, 20).Select(_ => AwsWorld.UniqueDomain()).ToArray();
        await Task.WhenAll(domains.Select(d => world.CreateZoneAsync(d)));
        await world.ClearCallsAsync();

        var found = await Task.WhenAll(domains.Select(d => services.Zones.FindZonesAsync("mail." + d, Token)));
        Assert.Equal(domains, found.Select(z => Assert.Single(z).Name));
        await Task.WhenAll(domains.Select(d => services.Distributions.FindByAliasAsync(["mta-sts." + d], Token)));
        await Task.WhenAll(domains.Select(d => services.Certificates.FindAsync(d, ["mta-sts." + d], Token)));
        foreach (var group in (await world.CallsAsync()).GroupBy(c => c.Operation))
        {
            Assert.True(group.Count() <= 6, $"{group.Count()} x {group.Key}");
        }
    }

    private Task<int> Begin()
    {
        var source = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        begun.Add(source);
        return source.Task;
    }
}
