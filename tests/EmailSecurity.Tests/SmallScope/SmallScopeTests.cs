namespace EmailSecurity.Tests.SmallScope;

/// <summary>Every short sequence of commands, stops, instants and other hands' edits, on an account of a handful of facts.</summary>
public class SmallScopeTests
{
    [Fact]
    public void No_short_sequence_of_events_breaks_a_rule()
    {
        var exploration = new Exploration(new ExplorationOptions { Depth = 2, RecoversOneIn = 4 });
        exploration.Run(line => TestContext.Current.TestOutputHelper?.WriteLine(line));
        Assert.True(exploration.Counterexamples.Count == 0, string.Join("\n\n", exploration.Counterexamples.Values));
        Assert.True(exploration.States > 10_000, $"{exploration.States} states");
    }
}
