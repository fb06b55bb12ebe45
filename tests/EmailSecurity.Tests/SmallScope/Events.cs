namespace EmailSecurity.Tests.SmallScope;

/// <summary>What can happen next.</summary>
/// <param name="Label">What, for the story.</param>
/// <param name="Facts">What is so then.</param>
internal sealed record Event(string Label, AccountFacts Facts)
{
    /// <summary>Edits by other hands that it is.</summary>
    public int Hands { get; init; }

    /// <summary>Commands that were stopped.</summary>
    public int Stops { get; init; }

    /// <summary>What must never happen, and did.</summary>
    public string? Violation { get; init; }

    /// <summary>Why a command did nothing, or what failed.</summary>
    public IReadOnlyList<EmailSecurityException> Errors { get; init; } = [];
}

/// <summary>How many of the edits and stops that are alike are told apart.</summary>
internal enum Alphabet
{
    /// <summary>Every edit, and stops in the plan's order, as early and as late as can be.</summary>
    Whole,

    /// <summary>One edit of each kind, and stops in the plan's order.</summary>
    Kinds,
}

/// <summary>Everything that can happen.</summary>
internal static class Events
{
    /// <summary>Everything that can happen next.</summary>
    /// <param name="run">Runs the commands.</param>
    /// <param name="facts">What is so.</param>
    /// <param name="alphabet">Which edits.</param>
    public static IEnumerable<Event> Of(CommandRun run, AccountFacts facts, Alphabet alphabet)
    {
        foreach (var passing in Times.All)
        {
            if (passing.Until(facts) is { } until)
            {
                yield return new Event(passing.Name, AbstractAccount.Pass(facts, until));
            }
        }

        foreach (var hand in Hands.All.Where(h => h.StandsForKind || alphabet == Alphabet.Whole))
        {
            if (hand.Do(facts) is { } edited)
            {
                yield return new Event("somebody " + hand.Name, edited.SendersLook()) { Hands = 1 };
            }
        }

        foreach (var command in Command.All)
        {
            foreach (var ending in run.All(facts, command))
            {
                yield return new Event($"{command}: {ending.Label}", ending.Facts)
                {
                    Stops = ending.IsWhole ? 0 : 1,
                    Violation = ending.Violation,
                    Errors = ending.Errors,
                };
            }
        }
    }
}

/// <summary>The states from which the search begins.</summary>
internal static class Beginnings
{
    public static IEnumerable<(string Name, AccountFacts Facts)> All()
    {
        using var run = new CommandRun();
        var testing = Weeks(run.Whole(Hands.Empty, Command.Publish).Facts);
        yield return ("a domain with mail and nothing else", Hands.Empty);
        yield return ("a domain whose MTA-STS an earlier provider made", Hands.Predecessor.SendersLook());
        yield return ("a domain in mode testing for a week", testing);
        yield return ("a domain in mode enforce for a week", Weeks(run.Whole(testing, Command.PublishEnforce).Facts));
        yield return ("a domain whose policy is being removed", run.Whole(testing, Command.Remove).Facts);
    }

    private static AccountFacts Weeks(AccountFacts facts) => AbstractAccount.Pass(facts, facts.Now.AddDays(8));
}
