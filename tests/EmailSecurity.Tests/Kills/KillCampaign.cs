using System.Globalization;

namespace EmailSecurity.Tests.Kills;

/// <summary>What became of one kill.</summary>
/// <param name="Number">Which case it was: with the seed it can be run again.</param>
/// <param name="Command">The command.</param>
/// <param name="Point">When it was to be killed.</param>
/// <param name="First">The run that was killed.</param>
/// <param name="Wrong">What did not hold; empty for nothing.</param>
/// <param name="Looks">How often the observer looked.</param>
/// <param name="Story">What happened, in order, for a reader.</param>
internal sealed record KillResult(int Number, KillCommand Command, KillPoint Point, KillRun First, string Wrong, int Looks, IReadOnlyList<string> Story);

/// <summary>
/// Kills commands at random moments, as a power failure does, and runs each again: it must end as if nothing had been. Everything is drawn by the seed, but not
/// in which order calls arrive that are made side by side.
/// </summary>
internal sealed class KillCampaign(KillWorld world, int seed)
{
    private readonly Dictionary<KillCommand, KillSpan> spans = [];

    /// <summary>Runs a command that nobody kills, to know how much of it there is to draw a moment from.</summary>
    public async Task<KillSpan> MeasureAsync(KillCommand command, CancellationToken cancellationToken)
    {
        var domain = $"whole-{KillCommand.All.Index().First(c => c.Item == command).Index}.example";
        await world.PrepareAsync(domain, command, cancellationToken);
        var run = await world.Process.RunAsync(world.Script(domain, command.Text), null, cancellationToken);
        KillWorld.Must(run.ExitCode == 0, $"{command.Name}, not killed, fails: {run.Output}");
        var left = await world.RemoveAsync(domain, cancellationToken);
        KillWorld.Must(left.Count == 0, $"{command.Name}, not killed, leaves: {string.Join(", ", left)}");
        return spans[command] = run.Span;
    }

    /// <summary>Kills a command once, and runs it again.</summary>
    /// <param name="number">The case; it decides the command, and with the seed the moment.</param>
    /// <param name="span">What the moment is drawn from; null for what was measured.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<KillResult> KillAsync(int number, KillSpan? span, CancellationToken cancellationToken)
    {
        var command = KillCommand.All[number % KillCommand.All.Count];
        var point = KillPoint.Draw(new Random(HashOf(seed, number)), span ?? spans[command]);
        var domain = string.Create(CultureInfo.InvariantCulture, $"k{number}.example");
        List<string> story = [$"{command.Name} of {domain} is killed {point}"];
        await world.PrepareAsync(domain, command, cancellationToken);
        var observer = new KillObserver(world.Outside, domain, command);
        await observer.BeginAsync(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = observer.WatchAsync(stop.Token);
        var first = await world.Process.RunAsync(world.Script(domain, command.Text), point, cancellationToken);
        story.Add(first.WasKilled ? $"killed at {first.Hit}, behind: {string.Join(", ", first.Calls)}" : $"it ended before, with exit code {first.ExitCode}: {first.Output}");
        var wrong = "";
        try
        {
            await observer.LookAsync(cancellationToken);
            await AgainAsync(domain, command, observer, story, cancellationToken);
            await stop.CancelAsync();
            await watching;
            KillWorld.Must(observer.Wrong.Count == 0, string.Join("; ", observer.Wrong.Distinct(StringComparer.Ordinal)));
        }
        catch (KillFailure e)
        {
            wrong = e.Message;
        }

        await stop.CancelAsync();
        await watching;
        var left = await world.RemoveAsync(domain, cancellationToken);
        wrong = wrong.Length > 0 || left.Count == 0 ? wrong : $"a removal leaves: {string.Join(", ", left)}";
        return new KillResult(number, command, point, first, wrong, observer.Looks, story);
    }

    // Not string.GetHashCode: the same on every machine, in every run.
    private static int HashOf(int seed, int number) => unchecked((seed * 1_000_003) + (number * 7919));

    private async Task AgainAsync(string domain, KillCommand command, KillObserver observer, List<string> story, CancellationToken cancellationToken)
    {
        var plan = command.End == KillEnd.Deployed ? "; 'plan: ' + @($stack | Get-EmailSecurityPlan).Count" : "";
        var again = await world.Process.RunAsync(world.Script(domain, command.Text + plan), null, cancellationToken);
        story.Add($"run again, exit code {again.ExitCode}, with {string.Join(", ", again.Calls)}; it says: {again.Output}");
        KillWorld.Must(again.ExitCode == 0, "the same command fails: " + again.Output.ReplaceLineEndings(" "));
        if (command.End == KillEnd.Gone)
        {
            var left = await world.LeftAsync(domain, cancellationToken);
            KillWorld.Must(left.Count == 0, $"the same command leaves: {string.Join(", ", left)}");
            return;
        }

        var text = await observer.TextAsync(cancellationToken);
        KillWorld.Must(text.Contains(command.Says, StringComparison.Ordinal), "the edge serves another text: " + text.ReplaceLineEndings(" "));
        var id = await SettledAsync(observer, cancellationToken);
        KillWorld.Must(id.Length > 0 && id != observer.Before, $"_mta-sts.{domain} names id '{id}', as before");
        KillWorld.Must(command.End == KillEnd.Retired || again.Output.Contains("plan: 0", StringComparison.Ordinal), "the plan is not empty: " + again.Output);
        if (command.Start == KillStart.HandMade)
        {
            var kept = await world.BeforeImagesAsync(cancellationToken);
            var lost = KillWorld.HandMade(domain).Where(r => !kept.Contains(r.Values[0].Trim('"').TrimEnd('.'), StringComparison.Ordinal)).Select(r => r.Name).ToArray();
            KillWorld.Must(lost.Length == 0, "no before-image of " + string.Join(", ", lost));
        }
    }

    // What Route 53 has taken is in DNS a moment later.
    private static async Task<string> SettledAsync(KillObserver observer, CancellationToken cancellationToken)
    {
        var id = await observer.IdAsync(cancellationToken);
        for (var i = 0; i < 100 && (id.Length == 0 || id == observer.Before); i++)
        {
            await Task.Delay(100, cancellationToken);
            id = await observer.IdAsync(cancellationToken);
        }

        return id;
    }
}
