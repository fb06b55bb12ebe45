using EmailSecurity.TlsReports;

namespace EmailSecurity.Tests.TlsReports.Store;

/// <summary>A process that ends anywhere leaves no half file, and the next run makes good.</summary>
public class StoreInterruptTests
{
    private static readonly TlsRptReport Plain = Gathered.One(Deviations.Plain);

    private static readonly TlsRptReport[] Before = [.. Enumerable.Range(0, 4).Select(i => Plain with { ReportId = $"r{i}" })];

    private static readonly TlsRptReport[] New =
    [
        Plain with { ReportId = "r2", Policies = [Plain.Policies[0] with { TotalSuccessfulSessionCount = 1 }] },
        Plain with { ReportId = "r3", Policies = [Plain.Policies[0] with { TotalSuccessfulSessionCount = 2 }] },
        Plain with { ReportId = "n1", Policies = [Plain.Policies[0], Plain.Policies[0] with { PolicyDomain = "other.example" }] },
        Plain with { ReportId = "n2", Start = Plain.Start!.Value.AddMonths(1) },
    ];

    [Fact]
    public async Task A_run_that_ends_anywhere_is_finished_by_the_next()
    {
        var expected = await RunAsync(int.MaxValue);
        var steps = expected.Uses;
        Assert.True(steps > 30, Invariant($"Only {steps} steps."));
        for (var step = 1; step <= steps; step++)
        {
            var run = await RunAsync(step);
            Assert.True(run.HasEnded);
            Assert.Equal(expected.Reports, run.Reports);
            Assert.Equal(expected.Names, run.Names);
        }
    }

    [Fact]
    public async Task What_a_process_left_that_ended_while_it_wrote_is_removed_and_never_read()
    {
        using var lab = new StoreLab();
        await lab.ExportAsync(Before);
        var left = Path.Combine(lab.Folder, "domain=example.com", "month=2026-03", ".reports-1.parquet.unfinished");
        await File.WriteAllTextAsync(left, "PAR1", TestContext.Current.CancellationToken);
        Assert.Equal(Before.Length, (await lab.ReadAsync()).Count);
        await lab.ExportAsync(Before);

        Assert.False(File.Exists(left));
    }

    private static async Task<(int Uses, bool HasEnded, string Reports, string Names)> RunAsync(int end)
    {
        using var lab = new StoreLab();
        foreach (var report in Before)
        {
            await lab.ExportAsync(report);
        }

        var hasEnded = false;
        var files = new WatchedFiles(lab.Files, (n, _) => n == end ? throw new OperationCanceledException() : Task.CompletedTask);
        try
        {
            await StoreLab.ExportAsync(files, isCompacting: true, New);
        }
        catch (OperationCanceledException)
        {
            hasEnded = true;
        }

        // What readers see then: each report whole or not at all, and in the text that counts or the one before.
        Assert.All(await lab.ReadAsync(), r => Assert.Contains(r.ToJson(), Before.Concat(New).Select(b => b.ToJson())
            .Append((New[2] with { Policies = [New[2].Policies[0]] }).ToJson()).Append((New[2] with { Policies = [New[2].Policies[1]] }).ToJson())));
        await lab.ExportAsync(New);
        Assert.Equal(RowsOf(await lab.ReadAsync()), await DuckDb.ScalarAsync(lab, "count(*)"));
        await lab.CompactAsync();
        return (files.Uses, hasEnded, string.Join('\n', SampleReports.Texts(await lab.ReadAsync())), string.Join('\n', lab.Names));
    }

    private static string RowsOf(List<TlsRptReport> reports) => Invariant($"{reports.Sum(r => r.Policies.Count)}");
}
