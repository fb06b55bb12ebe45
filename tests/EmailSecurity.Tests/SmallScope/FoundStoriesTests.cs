namespace EmailSecurity.Tests.SmallScope;

/// <summary>Longer sequences that broke a rule once, and that a search of every sequence takes hours to come to.</summary>
public class FoundStoriesTests
{
    // Distribution and asset bucket remember what was served, and both go: the log bucket has to know by then.
    private static readonly string[] ServedForAMoment =
    [
        "publish: done",
        "publish -Mode Enforce -OverrideReason x -AllowUncoveredMx: stopped after object/policy",
        "somebody deletes the distribution",
        "somebody deletes the asset bucket",
        "remove -Force: ",
    ];

    [Fact]
    public void Force_says_its_risk_where_an_enforce_policy_was_served_for_a_moment_and_others_deleted_what_served_it()
    {
        using var run = new CommandRun();
        var facts = Hands.Empty;
        foreach (var wanted in ServedForAMoment)
        {
            var found = Events.Of(run, facts, Alphabet.Whole).Where(e => e.Label.StartsWith(wanted, StringComparison.Ordinal)).ToArray();
            Assert.NotEmpty(found);
            Assert.All(found, e => Assert.Null(e.Violation));
            facts = found[^1].Facts;
        }
    }
}
