namespace EmailSecurity.Tests.Lives;

/// <summary>What became of a life.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Violation">What was not as it must be; null for nothing.</param>
/// <param name="Story">Everything that happened.</param>
/// <param name="Commands">Commands run.</param>
/// <param name="Calls">AWS calls.</param>
/// <param name="Looks">Looks of the observer.</param>
internal sealed record LifeResult(ulong Seed, string? Violation, string Story, int Commands, long Calls, long Looks)
{
    /// <summary>What kinds of things happened, and how often.</summary>
    public required IReadOnlyDictionary<string, int> Kinds { get; init; }

    /// <summary>A year in an hour of reading: what broke, how to run it again, and the story.</summary>
    public override string ToString() => Invariant($"Seed {Seed}: {Violation}\n{Story}");
}

/// <summary>
/// A random year of a domain, drawn by a seed, with the module at work, AWS failing now and then, and, if wanted, other people's hands on everything.
/// </summary>
/// <remarks>
/// The same seed tells the same story: every choice comes from the life's own numbers; faults are drawn for each operation by itself, so that it does not matter
/// in which order parallel reads arrive; writes go one by one where a run is stopped, or somebody steps in, at a numbered call. What can differ is what
/// parallel reads had already read at such a moment.
/// </remarks>
internal sealed partial class Life : IAsyncDisposable
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    private readonly LifeLab lab;
    private readonly LifeRandom random;
    private readonly ulong seed;
    private readonly bool withHands;
    private readonly Story story;
    private readonly LifeObserver observer;
    private readonly CallGate callGate;
    private readonly SortedDictionary<string, int> kinds = new(StringComparer.Ordinal);
    private readonly Wanted wanted = new();
    private SortedDictionary<string, string> others;
    private int commands;
    private long calls;

    private Life(LifeLab lab, ulong seed, bool withHands, TextWriter? live)
    {
        this.lab = lab;
        this.seed = seed;
        this.withHands = withHands;
        callGate = new CallGate(lab.Time);
        random = new LifeRandom(seed);
        story = new Story(lab.Time, live);
        observer = new LifeObserver(
            new DnsEye(lab.Sandbox.NameServer), new WebEye(lab.Sandbox.ConnectTo, () => lab.Sandbox.Emulation.TrustedRootPem, lab.Time), lab.Time, story, LifeLab.Domain);
        others = AccountView.Of(lab.Sandbox);
    }

    /// <summary>Lives a year.</summary>
    public static async Task<LifeResult> RunAsync(ulong seed, bool withHands, CancellationToken cancellationToken, TextWriter? live = null)
    {
        await using var life = new Life(await LifeLab.StartAsync(cancellationToken), seed, withHands, live);
        await life.LiveAsync(cancellationToken);
        return new LifeResult(seed, life.observer.Violation, life.story.ToString(), life.commands, life.calls, life.observer.Looks) { Kinds = life.kinds };
    }

    public async ValueTask DisposeAsync()
    {
        lab.Sandbox.Around(null);
        lab.Time.Jumped = null;
        observer.Dispose();
        await lab.DisposeAsync();
    }

    private bool IsOver => observer.Violation is not null;

    private DateTimeOffset Now => lab.Time.GetUtcNow();

    private async Task LiveAsync(CancellationToken cancellationToken)
    {
        lab.Time.Jumped = () => observer.Look(Cause.Time, "time passed", shakesHands: false);
        lab.Sandbox.Around(AroundAsync);
        var end = Now + Year;
        try
        {
            for (var isFirst = true; Now < end && !IsOver; isFirst = false)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!isFirst)
                {
                    Pass(Gap());
                }

                for (var more = withHands; more && random.Chance(0.4); more = random.Chance(0.4))
                {
                    await HandActsAsync();
                    Pass(TimeSpan.FromSeconds(15)); // no edge still has a copy from before
                }

                await HappenAsync();
            }

            if (!IsOver)
            {
                await EndAsync();
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            observer.Breach($"something failed that must not: {e}");
        }
    }

    // Most of the time nothing happens for weeks; now and then several things on one day.
    private TimeSpan Gap() => random.Weigh<Func<TimeSpan>>(
    [
        (() => random.Between(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(20)), 2),
        (() => random.Between(TimeSpan.FromMinutes(20), TimeSpan.FromDays(1)), 2),
        (() => random.Between(TimeSpan.FromDays(1), TimeSpan.FromDays(12)), 5),
        (() => random.Between(TimeSpan.FromDays(12), TimeSpan.FromDays(80)), 5),
    ])();

    // The observer looks at every piece of it: soon after a command, and then every few days.
    private void Pass(TimeSpan length)
    {
        TimeSpan[] pieces = [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromHours(3)];
        foreach (var piece in pieces.TakeWhile(p => p < length))
        {
            lab.Time.Advance(piece);
            length -= piece;
        }

        var step = TimeSpan.FromDays(4);
        for (; length > TimeSpan.Zero; length -= step)
        {
            lab.Time.Advance(length < step ? length : step);
        }
    }

    private void Count(string kind) => kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
}
