using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using EmailSecurity.Aws.Net;
using EmailSecurity.Findings;
using EmailSecurity.Live;

/// <summary>
/// Live checks of many domains, good and broken, side by side with the bare look-ups and fetches in the same run: domains per second, processor
/// time, memory, and every verdict against what was intended. Exit code 1 where a verdict is wrong.
/// </summary>
internal sealed class LiveBench(string nameServer, string connectTo, X509Certificate2Collection roots)
{
    private const double Goal = 1.25;
    private const int WrongShown = 10;
    private const int WarmUp = 200;
    private int wrong;
    private int verdicts;

    public static async Task<int> RunAsync(string[] args)
    {
        var domains = Number(args, "--domains", 1000)[0];
        var throttles = Number(args, "--throttle", 1, 16, 64, 256);
        var rounds = Number(args, "--rounds", 3)[0];
        var memory = Number(args, "--memory", 1000, 10000);
        var most = Math.Max(Math.Max(domains, WarmUp), memory.Max());

        var servers = args.Contains("--sandbox") || !NginxWorld.IsInstalled ? "sandbox" : "nginx";
        Console.WriteLine(servers == "nginx" ? "served by nsd and nginx" : "served by the sandbox");
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["live-world", most.ToString(CultureInfo.InvariantCulture), servers]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var world = Process.Start(start)!;
        try
        {
            if ((await world.StandardOutput.ReadLineAsync())?.Split('\t') is not [var dns, var edge, var root])
                throw new InvalidOperationException("The sandbox did not start.");
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(root);
            var bench = new LiveBench(dns, edge, roots);
            if (memory.Min() > 0)
                foreach (var count in memory)
                    await bench.MemoryAsync(count);
            await bench.SpeedAsync(domains, throttles, rounds);
            Console.WriteLine($"wrong verdicts: {bench.wrong} of {bench.verdicts}");
            return bench.wrong == 0 ? 0 : 1;
        }
        finally
        {
            world.StandardInput.Close();
            if (!world.WaitForExit(TimeSpan.FromSeconds(10)))
                world.Kill();
        }
    }

    // The peak is the process's so far, so the smaller count goes first and nothing before it.
    private async Task MemoryAsync(int count)
    {
        using var resolver = new DnsClientResolver(nameServer);
        using var fetcher = new HttpsFetcher(resolver, roots, connectTo, TimeProvider.System);
        var checks = Checks(resolver, fetcher);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await EachAsync(0, count, 64, async d => Judge(d, await checks.TestAllAsync(d.Name, CancellationToken.None)));
        var after = GC.GetTotalMemory(forceFullCollection: true);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory, all mechanisms of {count,6} domains, 64 at once: heap after GC {after / 1048576.0:0.0} MB ({(after - before) / 1048576.0:+0.0;-0.0} MB), peak working set {self.PeakWorkingSet64 / 1048576.0:0} MB"));
        GC.KeepAlive(checks);
    }

    private async Task SpeedAsync(int count, int[] throttles, int rounds)
    {
        using var resolver = new DnsClientResolver(nameServer);
        using var fetcher = new HttpsFetcher(resolver, roots, connectTo, TimeProvider.System);
        using var floor = new LiveFloor(nameServer, connectTo, roots[0]);
        var checks = Checks(resolver, fetcher);
        Console.WriteLine($"{"check",-8} {"at once",7} {"floor/s",9} {"checks/s",9} {"time ratio",10} {"floor ms CPU",13} {"check ms CPU",13} {"CPU ratio",9}   (medians over slices of {rounds} rounds of {count} domains)");
        foreach (var throttle in throttles)
        {
            await CompareAsync("MtaSts", count, throttle, rounds, floor.MtaStsAsync, async d => Judge(d, [await checks.TestMtaStsAsync(d.Name, CancellationToken.None)]));
            await CompareAsync("all", count, throttle, rounds, floor.AllAsync, async d => Judge(d, await checks.TestAllAsync(d.Name, CancellationToken.None)));
        }
    }

    private static async Task CompareAsync(string name, int count, int throttle, int rounds, Func<LiveDomain, Task> floor, Func<LiveDomain, Task> check)
    {
        // Both warm, then in turns, slice by slice and each first every other time, so that what else the machine does falls on both.
        await EachAsync(0, WarmUp, throttle, floor);
        await EachAsync(0, WarmUp, throttle, check);
        var slice = Math.Min(count, Math.Max(WarmUp, 2 * throttle));
        List<(double Wall, double Cpu)> bare = [], ours = [];
        for (var round = 0; round < rounds; round++)
        {
            for (var from = 0; from + slice <= count; from += slice)
            {
                var isFloorFirst = bare.Count % 2 == 0;
                if (isFloorFirst)
                    bare.Add(await EachAsync(from, slice, throttle, floor));
                ours.Add(await EachAsync(from, slice, throttle, check));
                if (!isFloorFirst)
                    bare.Add(await EachAsync(from, slice, throttle, floor));
            }
        }

        var wall = Median(bare.Zip(ours, (f, c) => c.Wall / f.Wall));
        var cpu = Median(bare.Zip(ours, (f, c) => c.Cpu / f.Cpu));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-8} {throttle,7} {slice / Median(bare.Select(b => b.Wall)),9:0} {slice / Median(ours.Select(b => b.Wall)),9:0} {wall,10:0.00} {1000 * Median(bare.Select(b => b.Cpu)) / slice,13:0.00} {1000 * Median(ours.Select(b => b.Cpu)) / slice,13:0.00} {cpu,9:0.00}   {(wall <= Goal ? "met" : "MISSED")}"));
    }

    private static async Task<(double Wall, double Cpu)> EachAsync(int from, int count, int throttle, Func<LiveDomain, Task> work)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(from, count), new ParallelOptions { MaxDegreeOfParallelism = throttle }, async (i, _) => await work(new LiveDomain(i)));
        return (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    private static LiveChecks Checks(DnsClientResolver resolver, HttpsFetcher fetcher)
        => new(resolver, fetcher, new SmtpProbe(resolver, null, null, TimeProvider.System), TimeProvider.System, new LiveOptions());

    private void Judge(LiveDomain domain, IReadOnlyList<TestResult> results)
    {
        foreach (var result in results)
        {
            Interlocked.Increment(ref verdicts);
            if (domain.Wrong(result) is { } what && Interlocked.Increment(ref wrong) <= WrongShown)
                Console.WriteLine("WRONG " + what);
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    private static int[] Number(string[] args, string name, params int[] otherwise)
    {
        var at = Array.IndexOf(args, name);
        return at < 0 || at + 1 >= args.Length ? otherwise : [.. args[at + 1].Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
    }
}
