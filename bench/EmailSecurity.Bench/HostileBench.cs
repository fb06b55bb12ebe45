using System.Diagnostics;
using EmailSecurity.Tests.Hostile;

/// <summary>
/// The campaign of hostile servers: DNS, HTTPS and SMTP servers that are endless, slow, cut, garbled, full of escapes, lying or changing, looked at
/// by the live commands. Exit code 1 where a conversation outlasts its limit, a domain ends without a finding that names its fault, or memory grows.
/// </summary>
internal static class HostileBench
{
    private const int Throttle = 64;
    private const int Parts = 5;
    private const int WrongShown = 20;
    private const double MaxHeap = 512;
    private const double MaxGrowth = 24;

    // A client that is one of many on a busy machine hangs up a little after its time.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    public static int Run(string[] args)
    {
        var count = Arguments.Number(args, "--servers", 10_000);
        var from = Arguments.Number(args, "--from", 1);
        var seed = Arguments.Number(args, "--seed", 8);
        var pace = Arguments.Number(args, "--pace", 1.0);
        Console.WriteLine(Text($"seed {seed}, {count} servers, {Throttle} domains at once, ")
            + Text($"time limits {Campaign.FetchLimit / pace:g} (HTTPS) and {Campaign.SmtpLimit / pace:g} (SMTP)"));
        using var memory = new MemoryWatch();
        SortedDictionary<string, int> codes = new(StringComparer.Ordinal);
        Dictionary<HostileKind, (TimeSpan Length, string What)> longest = [];
        Dictionary<HostileKind, int> conversations = [];
        var questions = 0;
        List<double> heaps = [];
        List<string> wrong = [];
        var watch = Stopwatch.StartNew();
        var size = (count + Parts - 1) / Parts;
        foreach (var part in Enumerable.Range(from, count).Chunk(size))
        {
            using (var campaign = new Campaign([.. part.Select(n => new HostileCase(seed, n))], pace, Throttle))
            {
                campaign.Run();
                wrong.AddRange(campaign.Wrong);
                foreach (var (code, found) in campaign.Codes)
                {
                    codes[code] = codes.GetValueOrDefault(code) + found;
                }

                questions += campaign.Servers.Questions;
                foreach (var (kind, one) in campaign.Servers.Longest)
                {
                    longest[kind] = longest.TryGetValue(kind, out var before) && before.Length > one.Length ? before : one;
                    conversations[kind] = conversations.GetValueOrDefault(kind) + campaign.Servers.Conversations[kind];
                }
            }

            heaps.Add(GC.GetTotalMemory(forceFullCollection: true) / 1048576.0);
            Console.WriteLine(Text($"to number {part[^1],6}: {watch.Elapsed.TotalSeconds,6:0} s, heap after GC {heaps[^1]:0.0} MB, ")
                + Text($"peak so far {memory.Peak / 1048576.0:0} MB, wrong {wrong.Count}"));
        }

        Console.WriteLine($"DNS: {questions} questions to hostile servers");
        return Tell(codes, longest, conversations, wrong, heaps, memory, pace) ? 0 : 1;
    }

    private static bool Tell(
        SortedDictionary<string, int> codes, Dictionary<HostileKind, (TimeSpan Length, string What)> longest, Dictionary<HostileKind, int> conversations,
        List<string> wrong, List<double> heaps, MemoryWatch memory, double pace)
    {
        Console.WriteLine($"domains looked at: {codes.Values.Sum()}; by what was found:");
        foreach (var (code, found) in codes.OrderByDescending(c => c.Value))
        {
            Console.WriteLine($"{found,7} {code}");
        }

        var isInTime = true;
        foreach (var (kind, one) in longest)
        {
            var limit = ((kind == HostileKind.Web ? Campaign.FetchLimit : Campaign.SmtpLimit) / pace) + Slack;
            isInTime &= one.Length <= limit;
            Console.WriteLine(Text($"{kind}: {conversations[kind]} conversations, the longest {one.Length.TotalSeconds:0.0} s ({one.What}) ")
                + (one.Length <= limit ? "in time" : "TOO LONG"));
        }

        var growth = heaps[^1] - heaps[0];
        var isFlat = growth <= MaxGrowth && memory.Peak / 1048576.0 <= MaxHeap;
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(Text($"managed memory: peak {memory.Peak / 1048576.0:0} MB, after GC {heaps[0]:0.0} MB at first and {heaps[^1]:0.0} MB at last; ")
            + Text($"peak working set {self.PeakWorkingSet64 / 1048576.0:0} MB, servers and engine included: {(isFlat ? "flat" : "GROWS")}"));
        foreach (var line in wrong.Take(WrongShown))
        {
            Console.WriteLine("WRONG " + line);
        }

        Console.WriteLine($"wrong: {wrong.Count}");
        return isInTime && isFlat && wrong.Count == 0;
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>The most that the managed heap ever held, garbage among it.</summary>
    private sealed class MemoryWatch : IDisposable
    {
        private readonly Timer timer;
        private long peak;

        public MemoryWatch() => timer = new Timer(_ => peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false)), null, 0, 20);

        public long Peak => Volatile.Read(ref peak);

        public void Dispose() => timer.Dispose();
    }
}
