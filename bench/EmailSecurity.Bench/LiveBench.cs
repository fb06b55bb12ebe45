using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;

/// <summary>
/// Live checks of many domains, good and broken, side by side with the bare look-ups and fetches in the same run: domains per second, processor
/// time, memory, and every verdict against what was intended. Exit code 1 where a verdict is wrong.
/// </summary>
internal sealed class LiveBench(string nameServer, string connectTo, string rootFile)
{
    private const double Goal = 1.25;
    private const int WrongShown = 10;
    private const int WarmUp = 1000;
    private const int SlicesPerRound = 2;
    private const int Mechanisms = 4;
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
            {
                throw new InvalidOperationException("The sandbox did not start.");
            }

            var bench = new LiveBench(dns, edge, root);
            if (memory.Min() > 0)
            {
                foreach (var count in memory)
                {
                    await bench.MemoryAsync(count);
                }
            }

            await bench.SpeedAsync(domains, throttles, rounds);
            Console.WriteLine($"wrong verdicts: {bench.wrong} of {bench.verdicts}");
            return bench.wrong == 0 ? 0 : 1;
        }
        finally
        {
            world.StandardInput.Close();
            if (!world.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                world.Kill();
            }
        }
    }

    // The peak is the process's so far, so the smaller count goes first and nothing before it but a warm engine.
    private async Task MemoryAsync(int count)
    {
        using var module = new LiveModule(nameServer, connectTo, rootFile);
        await RunAsync(module, "Test-EmailSecurity", 0, WarmUp, 64);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await RunAsync(module, "Test-EmailSecurity", 0, count, 64);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory, Test-EmailSecurity of {count,6} domains, 64 at once: heap after GC {after / 1048576.0:0.0} MB ({(after - before) / 1048576.0:+0.0;-0.0} MB), peak working set {self.PeakWorkingSet64 / 1048576.0:0} MB"));
    }

    private async Task SpeedAsync(int count, int[] throttles, int rounds)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(rootFile);
        using var floor = new LiveFloor(nameServer, connectTo, roots[0]);
        using var module = new LiveModule(nameServer, connectTo, rootFile);
        Console.WriteLine($"{"command",-18} {"at once",7} {"floor/s",9} {"command/s",9} {"time ratio",10} {"floor ms CPU",13} {"cmd ms CPU",13} {"CPU ratio",9}   (medians over slices of {rounds} rounds of {count} domains)");
        foreach (var throttle in throttles)
        {
            await CompareAsync(module, "Test-MtaSts", count, throttle, rounds, floor.MtaStsAsync);
            await CompareAsync(module, "Test-EmailSecurity", count, throttle, rounds, floor.AllAsync);
        }
    }

    private async Task CompareAsync(LiveModule module, string command, int count, int throttle, int rounds, Func<LiveDomain, Task> floor)
    {
        // Both warm, then in turns, slice by slice and each first every other time, so that what else the machine does falls on both.
        await FloorAsync(floor, 0, WarmUp, throttle);
        await RunAsync(module, command, 0, WarmUp, throttle);
        var slice = count / SlicesPerRound;
        List<(double Wall, double Cpu)> bare = [], ours = [];
        for (var round = 0; round < rounds; round++)
        {
            for (var from = 0; from + slice <= count; from += slice)
            {
                var isFloorFirst = bare.Count % 2 == 0;
                if (isFloorFirst)
                {
                    bare.Add(await FloorAsync(floor, from, slice, throttle));
                }

                ours.Add(await RunAsync(module, command, from, slice, throttle));
                if (!isFloorFirst)
                {
                    bare.Add(await FloorAsync(floor, from, slice, throttle));
                }
            }
        }

        var wall = Median(bare.Zip(ours, (f, c) => c.Wall / f.Wall));
        var cpu = Median(bare.Zip(ours, (f, c) => c.Cpu / f.Cpu));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{command,-18} {throttle,7} {slice / Median(bare.Select(b => b.Wall)),9:0} {slice / Median(ours.Select(b => b.Wall)),9:0} {wall,10:0.00} {1000 * Median(bare.Select(b => b.Cpu)) / slice,13:0.00} {1000 * Median(ours.Select(b => b.Cpu)) / slice,13:0.00} {cpu,9:0.00}   {(wall <= Goal ? "met" : "MISSED")}"));
    }

    private static Task<(double Wall, double Cpu)> FloorAsync(Func<LiveDomain, Task> work, int from, int count, int throttle) => TimeAsync(() =>
        Parallel.ForEachAsync(Enumerable.Range(from, count), new ParallelOptions { MaxDegreeOfParallelism = throttle }, async (i, _) => await work(new LiveDomain(i))));

    private Task<(double Wall, double Cpu)> RunAsync(LiveModule module, string command, int from, int count, int throttle) => TimeAsync(() => Task.Run(() =>
    {
        var domains = Enumerable.Range(from, count).Select(i => new LiveDomain(i)).ToDictionary(d => d.Name, StringComparer.Ordinal);
        var seen = 0;
        module.Run(command, domains.Keys, throttle, result =>
        {
            seen++;
            verdicts++;
            if (domains[result.Domain].Wrong(result) is { } what && wrong++ < WrongShown)
            {
                Console.WriteLine("WRONG " + what);
            }
        });
        if (seen != count * (command == "Test-MtaSts" ? 1 : Mechanisms))
        {
            throw new InvalidOperationException($"{command} gave {seen} results for {count} domains.");
        }
    }));

    private static async Task<(double Wall, double Cpu)> TimeAsync(Func<Task> work)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await work();
        return (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    private static int[] Number(string[] args, string name, params int[] otherwise)
        => Arguments.Text(args, name) is { } text ? [.. text.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))] : otherwise;
}
