using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.Tests.TlsReports.Store;

public class TlsReportStoreTests
{
    private static readonly TlsRptReport Plain = Gathered.One(Deviations.Plain);

    [Fact]
    public async Task What_is_kept_comes_back_whole()
    {
        using var lab = new StoreLab();
        var reports = SampleReports.All();
        await lab.ExportAsync(reports);

        Assert.Equal(SampleReports.Texts(SampleReports.Once(reports)), SampleReports.Texts(await lab.ReadAsync()));
    }

    [Fact]
    public async Task The_same_reports_again_add_nothing()
    {
        using var lab = new StoreLab();
        var reports = SampleReports.All();
        var first = await lab.ExportAsync(reports);
        var names = lab.Names;
        var second = await lab.ExportAsync(Enumerable.Reverse(reports));

        Assert.True(first.ReportCount > 40);
        Assert.Equal((0, 0, 0, reports.Count), (second.ReportCount, second.FileCount, second.RowCount, second.KnownReportCount));
        Assert.Equal(names, lab.Names);
    }

    [Fact]
    public async Task A_report_of_several_domains_is_read_whole_where_one_of_them_is_asked_for()
    {
        using var lab = new StoreLab();
        var policy = Plain.Policies[0];
        await lab.ExportAsync(Plain with { Policies = [policy, policy with { PolicyDomain = "Other.Example." }] }, Plain with { ReportId = "2" });

        var report = Assert.Single(await lab.ReadAsync("other.example"));
        Assert.Equal(["example.com", "Other.Example."], report.Policies.Select(p => p.PolicyDomain));

        // Half of it would replace the whole, where its hash is the greater one.
        Assert.Equal(0, (await lab.ExportAsync([.. await lab.ReadAsync("other.example"), .. await lab.ReadAsync("example.com")])).ReportCount);
        Assert.Equal(2, (await lab.ReadAsync("example.com")).Count);
        Assert.Empty(await lab.ReadAsync("nothing.example"));
        Assert.Equal(2, (await lab.ReadAsync()).Single(r => r.ReportId == Plain.ReportId).Policies.Count);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Of_two_texts_of_one_report_the_same_counts_in_any_order(bool isTogether)
    {
        // The later text is of another domain and month: its rows are in another file.
        var other = Plain with
        {
            Start = Plain.Start!.Value.AddMonths(1),
            Policies = [Plain.Policies[0] with { PolicyDomain = "other.example", TotalSuccessfulSessionCount = 7 }, Plain.Policies[0]],
        };
        List<string> states = [];
        foreach (var order in (TlsRptReport[][])[[Plain, other, Plain], [other, Plain, other]])
        {
            using var lab = new StoreLab();
            foreach (var run in isTogether ? [order] : order.Select(r => new[] { r }))
            {
                await lab.ExportAsync(run);
            }

            var measure = new TlsRptMeasure([]);
            Array.ForEach(order, measure.Add);
            var report = Assert.Single(await lab.ReadAsync());
            Assert.Equal(measure.ToRows()[0].TotalSuccessfulSessionCount, report.TotalSuccessfulSessionCount);
            Assert.Equal(report.Policies.Count, lab.Names.Length);
            states.Add(string.Join('\n', lab.Names));
        }

        Assert.Equal(states[0], states[1]);
    }

    [Fact]
    public async Task Small_files_become_one_and_nothing_else_changes()
    {
        using var lab = new StoreLab();
        var reports = Enumerable.Range(0, 12).Select(i => Plain with { ReportId = $"r{i}", Start = Plain.Start!.Value.AddDays(i * 4) }).ToArray();
        foreach (var report in reports)
        {
            await lab.ExportAsync(report);
        }

        Assert.Equal(12, lab.Names.Length);
        var compacted = await lab.CompactAsync();
        Assert.Equal((2, 12), (compacted.FileCount, compacted.RemovedFileCount));
        Assert.Equal(2, lab.Names.Length);
        Assert.Equal(SampleReports.Texts(reports), SampleReports.Texts(await lab.ReadAsync()));

        var names = lab.Names;
        var again = await lab.CompactAsync();
        Assert.Equal((0, 0), (again.FileCount, again.RemovedFileCount));
        Assert.Equal(names, lab.Names);
    }

    [Fact]
    public async Task Writers_at_the_same_time_lose_and_double_nothing()
    {
        using var lab = new StoreLab();
        var reports = Enumerable.Range(0, 200).Select(i => Plain with { ReportId = $"r{i}" }).ToArray();
        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            () => StoreLab.ExportAsync(lab.Files, isCompacting: i % 3 == 0, reports.Skip(i * 20).Take(60)), TestContext.Current.CancellationToken)));

        Assert.Equal(200, runs.Sum(r => r.ReportCount));
        Assert.Equal(SampleReports.Texts(reports), SampleReports.Texts(await lab.ReadAsync()));
        await lab.CompactAsync();
        Assert.Single(lab.Names);
    }

    [Fact]
    public async Task Reading_while_files_become_one_misses_and_doubles_nothing()
    {
        using var lab = new StoreLab();
        var reports = Enumerable.Range(0, 30).Select(i => Plain with { ReportId = $"r{i}" }).ToArray();
        foreach (var report in reports)
        {
            await lab.ExportAsync(report);
        }

        // Compacted after each of the reader's looks in turn.
        for (var look = 1; look < 70; look += 4)
        {
            using var copy = new StoreLab();
            foreach (var name in lab.Names)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy.Folder, name))!);
                File.Copy(Path.Combine(lab.Folder, name), Path.Combine(copy.Folder, name));
            }

            var files = new WatchedFiles(copy.Files, async (n, _) => { if (n == look) { await copy.CompactAsync(); } });
            List<TlsRptReport> read = [];
            await foreach (var report in new TlsReportStoreReader(files, StoreLab.Format).ReadAsync("", TestContext.Current.CancellationToken))
            {
                read.Add(report);
            }

            Assert.Equal(SampleReports.Texts(reports), SampleReports.Texts(read));
        }
    }

    [Fact]
    public async Task A_file_that_is_not_of_the_store_stops_a_writer_and_is_named()
    {
        using var lab = new StoreLab();
        await lab.ExportAsync(Plain);
        var folder = Path.Combine(lab.Folder, "domain=example.com", "month=2026-03");
        await File.WriteAllTextAsync(Path.Combine(folder, "x.parquet"), "PAR1", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<EmailSecurityException>(() => lab.ExportAsync(Plain));

        Assert.Equal("StoreFileUnreadable", error.ErrorId);
        Assert.Contains("domain=example.com/month=2026-03/x.parquet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_damage_to_a_file_ends_in_rows_or_in_an_error_that_names_it()
    {
        using var lab = new StoreLab();
        await lab.ExportAsync(SampleReports.All());
        var path = Path.Combine(lab.Folder, lab.Names.First(n => n.Contains("example.com", StringComparison.Ordinal)));
        var whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var random = new Random(7);
        var refused = 0;
        for (var i = 0; i < 300; i++)
        {
            var damaged = whole.ToArray();
            for (var k = random.Next(1, 4); k > 0; k--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            await File.WriteAllBytesAsync(path, i % 10 == 0 ? damaged[..random.Next(damaged.Length)] : damaged, TestContext.Current.CancellationToken);
            try
            {
                await lab.ReadAsync();
            }
            catch (EmailSecurityException e) when (e.ErrorId == "StoreFileUnreadable")
            {
                refused++;
            }
        }

        Assert.True(refused > 30, Invariant($"{refused} of 300 were refused."));
    }
}
