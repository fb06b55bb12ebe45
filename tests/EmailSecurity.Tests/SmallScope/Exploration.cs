using System.Diagnostics;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>What must never be, and how it came to be.</summary>
/// <param name="Violation">What is wrong.</param>
/// <param name="Story">The events, in their order.</param>
internal sealed record Counterexample(string Violation, IReadOnlyList<string> Story)
{
    public override string ToString() => $"{Violation}\n{string.Join('\n', Story.Select((s, i) => Invariant($"  {i + 1}. {s}")))}";
}

/// <summary>How far the search goes, and where it stops.</summary>
internal sealed record ExplorationOptions
{
    /// <summary>Events in a row.</summary>
    public int Depth { get; init; } = 3;

    /// <summary>Counterexamples after which it ends; of each kind the first is kept.</summary>
    public int MaxCounterexamples { get; init; } = 20;

    /// <summary>Edits by other hands in one sequence at most.</summary>
    public int MaxHands { get; init; } = int.MaxValue;

    /// <summary>Commands that are stopped in one sequence at most.</summary>
    public int MaxStops { get; init; } = int.MaxValue;

    /// <summary>Edits and stops together at most.</summary>
    public int MaxBoth { get; init; } = int.MaxValue;

    /// <summary>States that are remembered at most.</summary>
    public int MaxStates { get; init; } = 20_000_000;

    /// <summary>What counts as an event of its own.</summary>
    public Alphabet Alphabet { get; init; }

    /// <summary>Threads.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Of how many states of the last depths the ways out of one are checked; 0 for none. Of the others all are.</summary>
    public int RecoversOneIn { get; init; } = 1;

    /// <summary>The depth from which on only some of the ways out are checked; the last one where it is not given.</summary>
    public int? RecoversAllBelow { get; init; }

    /// <summary>How many of the beginnings: the first two are those that no other leads to.</summary>
    public int Beginnings { get; init; } = 5;
}

/// <summary>Breadth first through every sequence of events: each state is visited once, by the shortest way to it.</summary>
internal sealed class Exploration(ExplorationOptions options)
{
    private readonly ExplorationOptions options = options;
    private readonly Dictionary<UInt128, (byte Hands, byte Stops)> seen = [];
    private readonly List<(int Parent, string Event)> nodes = [];
    private readonly Dictionary<string, string> labels = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private List<Visited> next = [];
    private long transitions;

    /// <summary>Of each kind the first, with the fewest events.</summary>
    public Dictionary<string, Counterexample> Counterexamples { get; } = new(StringComparer.Ordinal);

    public int States => seen.Count;

    public long Transitions => transitions;

    public Dictionary<string, int> Refusals { get; } = new(StringComparer.Ordinal);

    /// <summary>Searches from the beginnings.</summary>
    /// <param name="report">Receives a line for each depth.</param>
    public void Run(Action<string> report)
    {
        var watch = Stopwatch.StartNew();
        foreach (var (name, facts) in Beginnings.All().Take(options.Beginnings))
        {
            Visit(new Visited(-1, facts, 0, 0, false), new Event(name, facts), depth: 0);
        }

        for (var depth = 0; depth <= options.Depth && next.Count > 0; depth++)
        {
            var level = next;
            next = [];
            var at = -1;
            void Work()
            {
                using var worker = new Worker(this);
                for (int i; (i = Interlocked.Increment(ref at)) < level.Count && Counterexamples.Count < options.MaxCounterexamples;)
                {
                    worker.Expand(level[i]!, depth);
                    level[i] = null!;
                }

                worker.Tell();
            }

            Thread[] threads = [.. Enumerable.Range(1, options.Workers - 1).Select(_ => new Thread(Work))];
            Array.ForEach(threads, t => t.Start());
            Work();
            Array.ForEach(threads, t => t.Join());
            report(Invariant($"depth {depth}: {level.Count} states followed, {States} in all, {Transitions} transitions, {Counterexamples.Count} counterexamples, {watch.Elapsed.TotalSeconds:0.0} s"));
        }
    }

    private void Visit(Visited from, Event way, int depth)
    {
        var (label, facts) = (way.Label, way.Facts);
        var (allHands, allStops) = (from.Hands + way.Hands, from.Stops + way.Stops);
        if (allHands > options.MaxHands || allStops > options.MaxStops || allHands + allStops > options.MaxBoth)
        {
            return;
        }

        var key = FactsKey.Of(facts);
        lock (gate)
        {
            transitions++;
            var isKnown = seen.TryGetValue(key, out var before);
            if (isKnown ? !Leaves(before, allHands, allStops) : seen.Count >= options.MaxStates)
            {
                return;
            }

            // A state that is reached again with more left of a bound is followed again.
            if (!isKnown || (allHands <= before.Hands && allStops <= before.Stops))
            {
                seen[key] = ((byte)allHands, (byte)allStops);
            }

            var isChecked = !isKnown && (depth < (options.RecoversAllBelow ?? options.Depth) || (options.RecoversOneIn > 0 && seen.Count % options.RecoversOneIn == 0));
            if (depth < options.Depth || isChecked)
            {
                nodes.Add((from.Node, labels.TryGetValue(label, out var same) ? same : labels[label] = label));
                next.Add(new Visited(nodes.Count - 1, facts, allHands, allStops, !isChecked));
            }
        }
    }

    // True where more is left of some bound than when the state was reached before.
    private bool Leaves((byte Hands, byte Stops) before, int hands, int stops)
    {
        var isBounded = options.MaxBoth < int.MaxValue;
        return ((isBounded || options.MaxHands < int.MaxValue) && hands < before.Hands) || ((isBounded || options.MaxStops < int.MaxValue) && stops < before.Stops);
    }

    private void Found(int node, string? label, string violation)
    {
        lock (gate)
        {
            List<string> story = label is null ? [] : [label];
            for (var i = node; i >= 0; i = nodes[i].Parent)
            {
                story.Insert(0, nodes[i].Event);
            }

            Counterexamples.TryAdd(Kind(violation), new Counterexample(violation, story));
        }
    }

    // Ids and times differ from one case of a kind to the next.
    private static string Kind(string violation) => string.Concat(violation.Select(c => char.IsAsciiDigit(c) ? '#' : c)) is var text && text.Length > 90 ? text[..90] : text;

    private sealed record Visited(int Node, AccountFacts Facts, int Hands, int Stops, bool IsRecovered);

    private sealed class Worker(Exploration all) : IDisposable
    {
        private readonly CommandRun run = new(all.options.Alphabet);
        private Recovery? recovery;

        public void Dispose() => run.Dispose();

        public void Expand(Visited state, int depth)
        {
            var (node, facts) = (state.Node, state.Facts);
            recovery ??= new Recovery(run);
            foreach (var e in depth < all.options.Depth ? Events.Of(run, facts, all.options.Alphabet) : [])
            {
                Report(node, e.Label, e.Violation);
                if (e.Violation is null)
                {
                    all.Visit(state, e, depth + 1);
                }
            }

            if (!state.IsRecovered)
            {
                Report(node, "then publish", recovery.OfPublish(facts));
                Report(node, "then remove, wait, and remove", recovery.OfRemoval(facts));
            }
        }

        /// <summary>Adds up what the worker counted.</summary>
        public void Tell()
        {
            lock (all.gate)
            {
                foreach (var (refusal, count) in recovery?.Refusals ?? [])
                {
                    all.Refusals[refusal] = all.Refusals.GetValueOrDefault(refusal) + count;
                }
            }
        }

        private void Report(int node, string label, string? violation)
        {
            if (violation is not null)
            {
                all.Found(node, label, violation);
            }
        }
    }
}
