using System.Diagnostics;
using System.Globalization;
using EmailSecurity.Tests.Lives;

/// <summary>Random years of a domain, watched from outside: <c>lives [--years N] [--hands] [--seed N] [--workers N] [--story]</c>. Exit code 1 where a year went wrong.</summary>
internal static class LivesBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (years, first, workers) = (Arguments.Number(args, "--years", 1), Arguments.Number(args, "--seed", 1), Arguments.Number(args, "--workers", 1));
        var (withHands, tells) = (args.Contains("--hands"), args.Contains("--story"));
        var gate = new Lock();
        var watch = Stopwatch.StartNew();
        var wrong = new List<ulong>();
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (done, commands, calls, looks) = (0, 0L, 0L, 0L);
        await Parallel.ForEachAsync(Enumerable.Range(first, years), new ParallelOptions { MaxDegreeOfParallelism = workers }, async (seed, token) =>
        {
            var life = await Life.RunAsync((ulong)seed, withHands, token, tells ? Console.Out : null);
            lock (gate)
            {
                (done, commands, calls, looks) = (done + 1, commands + life.Commands, calls + life.Calls, looks + life.Looks);
                foreach (var (kind, count) in life.Kinds)
                {
                    kinds[kind] = kinds.GetValueOrDefault(kind) + count;
                }

                if (life.Violation is not null)
                {
                    wrong.Add(life.Seed);
                }

                if (!tells && life.Violation is not null)
                {
                    Console.WriteLine(life);
                }

                if (done % 50 == 0)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} years, {wrong.Count} went wrong, {watch.Elapsed.TotalSeconds:0} s"));
                }
            }
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{done} years (seeds {first} to {first + years - 1}{(withHands ? ", with other hands" : "")}): {wrong.Count} went wrong{(wrong.Count > 0 ? $" ({string.Join(", ", wrong)})" : "")}; "
            + $"{commands} commands, {calls} AWS calls, {looks} looks; {watch.Elapsed.TotalSeconds:0.0} s, {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds / done:0.00} s of CPU a year"));
        foreach (var (kind, count) in kinds)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count,6} {kind}"));
        }

        return wrong.Count == 0 ? 0 : 1;
    }
}
