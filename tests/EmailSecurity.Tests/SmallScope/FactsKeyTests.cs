namespace EmailSecurity.Tests.SmallScope;

/// <summary>The search visits one of all states that have one key: whatever happens next has to be the same for all of them.</summary>
public class FactsKeyTests
{
    private const int Pairs = 60;

    [Fact]
    public void States_that_count_as_one_have_the_same_future()
    {
        using var run = new CommandRun();
        Dictionary<UInt128, AccountFacts> first = [];
        List<(AccountFacts Left, AccountFacts Right)> twins = [];
        var level = Beginnings.All().Select(b => b.Facts).ToList();
        for (var depth = 0; depth < 3; depth++)
        {
            List<AccountFacts> next = [];
            foreach (var facts in level.SelectMany(f => Whole(run, f)))
            {
                if (first.TryAdd(FactsKey.Of(facts), facts))
                {
                    next.Add(facts);
                }
                else if (first[FactsKey.Of(facts)] is var same && (same.Now != facts.Now || same.Made != facts.Made))
                {
                    twins.Add((same, facts));
                }
            }

            level = [.. next.Where((_, i) => i % 7 == 0)];
        }

        Assert.True(twins.Count > Pairs, $"{twins.Count} pairs");
        foreach (var (left, right) in twins.Where((_, i) => i % (twins.Count / Pairs) == 0))
        {
            var (a, b) = (Future(run, left), Future(run, right));
            Assert.True(a.SetEquals(b), $"{string.Join("\n", a.Except(b).Concat(b.Except(a)))}\n{FactsKey.Describe(left)}\n{FactsKey.Describe(right)}");
        }
    }

    private static IEnumerable<AccountFacts> Whole(CommandRun run, AccountFacts facts)
        => Events.Of(run, facts, Alphabet.Whole).Where(e => e.Stops == 0 && e.Violation is null).Select(e => e.Facts).ToArray();

    // What happens, without the times and names in its story.
    private static HashSet<string> Future(CommandRun run, AccountFacts facts)
        => [.. Events.Of(run, facts, Alphabet.Whole).Select(e => $"{e.Label.Split(':')[0]}, {e.Stops} stops: {FactsKey.Of(e.Facts)} {string.Join(',', e.Errors.Select(x => x.ErrorId))} {e.Violation is null}")];
}
