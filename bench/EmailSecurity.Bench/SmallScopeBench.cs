using System.Globalization;
using EmailSecurity.Tests.SmallScope;

/// <summary>
/// Every sequence of up to five events (a command, a stop after one of its steps, an instant, another hand's edit) on an account of a handful of facts that the
/// module's own observer, planners and applier drive. Exit code 1 where a rule is broken; the shortest story of each kind is printed.
/// </summary>
internal static class SmallScopeBench
{
    public static int Run(string[] args)
    {
        var options = new ExplorationOptions
        {
            Depth = Arguments.Number(args, "--depth", 5),
            MaxHands = Arguments.Number(args, "--hands", int.MaxValue),
            MaxStops = Arguments.Number(args, "--stops", int.MaxValue),
            MaxBoth = Arguments.Number(args, "--both", int.MaxValue),
            Alphabet = args.Contains("--kinds") ? Alphabet.Kinds : Alphabet.Whole,
            Workers = Arguments.Number(args, "--workers", 1),
            MaxStates = Arguments.Number(args, "--states", 20_000_000),
            Beginnings = Arguments.Number(args, "--beginnings", 5),
            RecoversAllBelow = Arguments.Number(args, "--recover-below", int.MaxValue) is var below && below < int.MaxValue ? below : null,
            RecoversOneIn = Arguments.Number(args, "--recover", 1),
            MaxCounterexamples = 50,
        };
        var exploration = new Exploration(options);
        exploration.Run(Console.WriteLine);
        foreach (var counterexample in exploration.Counterexamples.Values.OrderBy(c => c.Story.Count))
        {
            Console.WriteLine();
            Console.WriteLine(counterexample);
        }

        Console.WriteLine();
        foreach (var (refusal, count) in exploration.Refusals.OrderByDescending(r => r.Value))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  followed the advice of {refusal,-35} {count,8} times"));
        }

        return exploration.Counterexamples.Count == 0 ? 0 : 1;
    }
}
