using System.Globalization;
using EmailSecurity.Tests.Kills;

/// <summary>
/// Kills PowerShell, as kill -9 does, in the middle of a publish, a change, an adoption and a removal, and runs the same command again in a new process: it has
/// to end as if nothing had been. Exit code 1 where one does not.
/// </summary>
internal static class KillBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var kills = Arguments.Number(args, "--kills", 100);
        var seed = Arguments.Number(args, "--seed", 1);
        var scale = Arguments.Number(args, "--scale", 0.01);
        var one = Arguments.Number(args, "--case", -1);
        await using var world = await KillWorld.StartAsync(scale, CancellationToken.None);
        var campaign = new KillCampaign(world, seed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, AWS's waits times {scale}"));
        foreach (var command in KillCommand.All)
        {
            var span = await campaign.MeasureAsync(command, CancellationToken.None);
            Console.WriteLine($"  {command.Name}, not killed: {span.Calls} calls, {span.Writes} of them writes, {span.Milliseconds} ms");
        }

        List<KillResult> results = [];
        for (var number = Math.Max(one, 0); one < 0 ? results.Count(r => r.First.WasKilled) < kills && number < 2 * kills : number == one; number++)
        {
            var result = await campaign.KillAsync(number, null, CancellationToken.None);
            results.Add(result);
            Console.WriteLine($"  case {number,3}: {result.Command.Name,-14} {(result.First.WasKilled ? "killed at " + result.First.Hit : "ended before"),-52} {(result.Wrong.Length > 0 ? "WRONG" : "good")}");
            if (result.Wrong.Length > 0 || one >= 0)
            {
                Console.WriteLine(string.Join("\n", result.Story.Append("WRONG: " + result.Wrong).Select(l => "      " + l)));
                Console.WriteLine($"      again: kill --seed {seed} --case {number}");
            }
        }

        Table(results);
        return results.TrueForAll(r => r.Wrong.Length == 0) ? 0 : 1;
    }

    private static void Table(List<KillResult> results)
    {
        var killed = results.Where(r => r.First.WasKilled).ToArray();
        string[] names = [.. KillCommand.All.Select(c => c.Name)];
        Console.WriteLine($"\n| killed at | {string.Join(" | ", names)} | all |\n|---|{string.Concat(names.Select(_ => "---|"))}---|");
        foreach (var group in killed.GroupBy(r => r.First.Hit.StartsWith("after ", StringComparison.Ordinal) ? "a wait or pause, by time" : r.First.Hit).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            Row(group.Key, [.. group]);
        }

        Row("all", killed);
        Console.WriteLine($"\n{killed.Length} kills, {results.Count - killed.Length} cases in which the command had ended before; {killed.Count(r => r.Wrong.Length > 0)} wrong; the observer looked {results.Sum(r => r.Looks)} times.");

        void Row(string title, KillResult[] of) => Console.WriteLine($"| {title} | {string.Join(" | ", names.Select(n => of.Count(r => r.Command.Name == n) is var c and > 0 ? c.ToString(CultureInfo.InvariantCulture) : ""))} | {of.Length} |");
    }
}
