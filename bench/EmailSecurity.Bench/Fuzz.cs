using System.Diagnostics;
using System.Globalization;

/// <summary>
/// Throws mutated inputs at the parsers for a time or a number of inputs, and reports inputs, crashes, hangs, the slowest input, the most
/// allocated for one input, and the peak of memory. Seeded: the same seed and worker count throw the same inputs.
/// <code>fuzz [--seconds N] [--inputs N] [--seed N] [--workers N] [--target NAME] [--slow MICROSECONDS]</code>
/// With <c>--slow</c>, inputs that take longer are shown.
/// </summary>
internal static class Fuzz
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(10);

    public static int Run(string[] args)
    {
        var seconds = Option(args, "--seconds") ?? (Option(args, "--inputs") is null ? 10 : long.MaxValue / TimeSpan.TicksPerSecond / 2);
        var inputs = Option(args, "--inputs") ?? long.MaxValue;
        var seed = (int)(Option(args, "--seed") ?? 1);
        var workers = (int)(Option(args, "--workers") ?? 1);
        var slow = Option(args, "--slow") ?? long.MaxValue;
        var only = Arguments.Text(args, "--target");
        var targets = FuzzTarget.All.Where(t => only is null || t.Name == only).ToArray();
        if (targets.Length == 0)
        {
            Console.Error.WriteLine($"no such target; there are: {string.Join(", ", FuzzTarget.All.Select(t => t.Name))}");
            return 2;
        }

        var watch = Stopwatch.StartNew();
        var states = Enumerable.Range(0, workers).Select(i => new Worker(targets, new Random(seed + i), inputs / workers, slow)).ToArray();
        var threads = states.Select(s => new Thread(() => s.Run(watch, TimeSpan.FromSeconds(seconds)), 1024 * 1024) { IsBackground = true }).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        long peak = 0;
        while (threads.Any(t => t.IsAlive))
        {
            threads[0].Join(200);
            peak = Math.Max(peak, Process.GetCurrentProcess().WorkingSet64);
            foreach (var state in states.Where(s => s.StuckFor > HangLimit))
            {
                Console.WriteLine($"HANG in {state.Current!.Name} for more than {HangLimit.TotalSeconds:N0} s, input (base64): {Convert.ToBase64String(state.Input)}");
                return 1;
            }
        }

        var crashes = 0L;
        Console.WriteLine($"{"target",-16} {"inputs",12} {"valid",12} {"crashes",8} {"slowest us",11} {"of bytes",9} {"most alloc KB",14}");
        foreach (var target in targets)
        {
            var tallies = states.Select(s => s.Tallies[target]).ToArray();
            var slowest = tallies.MaxBy(t => t.SlowestMicroseconds)!;
            crashes += tallies.Sum(t => t.Crashes);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{target.Name,-16} {tallies.Sum(t => t.Inputs),12:N0} {tallies.Sum(t => t.Accepted),12:N0} {tallies.Sum(t => t.Crashes),8} {slowest.SlowestMicroseconds,11:N0} {slowest.SlowestLength,9:N0} {tallies.Max(t => t.MostAllocated) / 1024.0,14:N0}"));
        }
        var total = states.Sum(s => s.Tallies.Values.Sum(t => t.Inputs));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}, {workers} workers: {total:N0} inputs in {watch.Elapsed.TotalSeconds:N1} s, {crashes} crashes, 0 hangs, peak working set {peak / 1048576.0:N0} MB"));
        return crashes == 0 ? 0 : 1;
    }

    private static long? Option(string[] args, string name)
        => Arguments.Text(args, name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    private sealed class Tally
    {
        public long Inputs;
        public long Accepted;
        public long Crashes;
        public double SlowestMicroseconds;
        public int SlowestLength;
        public long MostAllocated;
    }

    private sealed class Worker(FuzzTarget[] targets, Random random, long inputs, long slow)
    {
        private readonly FuzzMutator mutator = new(random);
        private long underWaySince;

        public Dictionary<FuzzTarget, Tally> Tallies { get; } = targets.ToDictionary(t => t, _ => new Tally());

        public FuzzTarget? Current { get; private set; }

        public byte[] Input { get; private set; } = [];

        public TimeSpan StuckFor => Volatile.Read(ref underWaySince) is var started and not 0 ? Stopwatch.GetElapsedTime(started) : TimeSpan.Zero;

        public void Run(Stopwatch watch, TimeSpan time)
        {
            // Small inputs of cheap parsers would be starved by turns of equal count: each target gets a burst, cheap ones a long one.
            for (var done = 0L; done < inputs && watch.Elapsed < time;)
            {
                var target = targets[random.Next(targets.Length)];
                for (var i = 0; i < target.Burst && done < inputs; i++, done++)
                {
                    Throw(target);
                }
            }
        }

        private void Throw(FuzzTarget target)
        {
            var tally = Tallies[target];
            var input = mutator.Next(target);
            (Current, Input) = (target, input);
            tally.Inputs++;
            try
            {
                var (accepted, microseconds, allocated) = Timed(target, input);
                if (accepted)
                {
                    tally.Accepted++;
                }

                tally.MostAllocated = Math.Max(tally.MostAllocated, allocated);
                // A pause of the machine is no slow input: one that stands out has to be slow again.
                for (var again = 0; again < 3 && microseconds > tally.SlowestMicroseconds; again++)
                {
                    microseconds = Math.Min(microseconds, Timed(target, input).Microseconds);
                }

                if (microseconds > tally.SlowestMicroseconds)
                {
                    (tally.SlowestMicroseconds, tally.SlowestLength) = (microseconds, input.Length);
                    if (microseconds > slow)
                    {
                        Console.WriteLine($"SLOW in {target.Name}: {microseconds:N0} us, {Show(input)}");
                    }
                }
            }
            catch (Exception e)
            {
                Volatile.Write(ref underWaySince, 0);
                if (tally.Crashes++ < 5)
                {
                    Console.WriteLine($"CRASH in {target.Name}, {Show(input)}: {e}");
                }
            }
        }

        private static string Show(byte[] input) => $"{input.Length} octets, beginning (base64) {Convert.ToBase64String(input.AsSpan(0, Math.Min(input.Length, 2000)))}";

        private (bool Accepted, double Microseconds, long Allocated) Timed(FuzzTarget target, byte[] input)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            Volatile.Write(ref underWaySince, started);
            var accepted = target.Parse(input);
            var microseconds = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            Volatile.Write(ref underWaySince, 0);
            return (accepted, microseconds, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }
}
