namespace EmailSecurity.Tests.SmallScope;

/// <summary>Every short sequence of commands, stops, instants and other hands' edits, on an account of a handful of facts.</summary>
public class SmallScopeTests
{
    [Theory]
    [InlineData(2, int.MaxValue, 4, 15_000)]
    [InlineData(4, 0, 4, 1_000)]
    public void No_short_sequence_of_events_breaks_a_rule(int depth, int editsAndStops, int recoversOneIn, int states)
    {
        var exploration = new Exploration(new ExplorationOptions { Depth = depth, MaxBoth = editsAndStops, RecoversOneIn = recoversOneIn });
        exploration.Run(line => TestContext.Current.TestOutputHelper?.WriteLine(line));
        Assert.True(exploration.Counterexamples.Count == 0, string.Join("\n\n", exploration.Counterexamples.Values));
        Assert.True(exploration.States > states, $"{exploration.States} states");
    }
}
