using Amazon.S3.Model;
using EmailSecurity.Ports;
using EmailSecurity.Tests.TlsReports;
using EmailSecurity.Tests.TlsReports.Store;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.Tests.Contracts;

/// <summary>Reports that are kept in a bucket.</summary>
public abstract class ReportStoreContract
{
    private static readonly TlsRptReport Plain = Gathered.One(Deviations.Plain);

    protected abstract AwsWorld World { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reports_are_kept_once_and_come_back_whole()
    {
        using var services = World.Open();
        var place = await BucketAsync(services);
        var files = new BucketFiles(services.Objects, place, "tls/", 8, TimeProvider.System);
        var reports = SampleReports.All();
        var first = await StoreLab.ExportAsync(files, isCompacting: false, reports);
        var again = await StoreLab.ExportAsync(files, isCompacting: false, reports);

        Assert.Equal((0, 0, reports.Count), (again.ReportCount, again.FileCount, again.KnownReportCount));
        Assert.Equal($"s3://{place.Name}/tls/", first.Location);
        Assert.Equal(SampleReports.Texts(SampleReports.Once(reports)), SampleReports.Texts(await StoreLab.ReadAsync(files)));
        Assert.Equal(first.FileCount, (await KeysAsync(services, place)).Count(k => k.StartsWith("tls/domain=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Writers_at_the_same_time_lose_nothing_and_what_is_there_twice_goes_on_request()
    {
        using var services = World.Open();
        var place = await BucketAsync(services);
        var files = new BucketFiles(services.Objects, place, "", 8, TimeProvider.System);
        var reports = Enumerable.Range(0, 60).Select(i => Plain with { ReportId = $"r{i}" }).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => StoreLab.ExportAsync(files, isCompacting: false, reports.Skip(i * 10).Take(20))));
        Assert.Equal(SampleReports.Texts(reports), SampleReports.Texts(await StoreLab.ReadAsync(files)));
        var compacted = await StoreLab.ExportAsync(files, isCompacting: true, []);

        Assert.Equal(1, compacted.FileCount);
        Assert.Single(await KeysAsync(services, place));
        Assert.Equal(SampleReports.Texts(reports), SampleReports.Texts(await StoreLab.ReadAsync(files)));
    }

    [Fact]
    public async Task Nothing_is_deleted_without_a_request()
    {
        using var services = World.Open();
        var place = await BucketAsync(services);
        var files = new BucketFiles(services.Objects, place, "", 8, TimeProvider.System);
        var other = Plain with { Policies = [Plain.Policies[0] with { TotalSuccessfulSessionCount = 7 }] };
        foreach (var report in (TlsRptReport[])[Plain, other, Plain])
        {
            Assert.Equal(0, (await StoreLab.ExportAsync(files, isCompacting: false, [report])).RemovedFileCount);
        }

        var measure = new TlsRptMeasure([]);
        measure.Add(Plain);
        measure.Add(other);
        var counted = measure.ToRows()[0].TotalSuccessfulSessionCount;
        Assert.Equal(counted, Assert.Single(await StoreLab.ReadAsync(files)).Policies[0].TotalSuccessfulSessionCount);
        await StoreLab.ExportAsync(files, isCompacting: true, []);
        Assert.Single(await KeysAsync(services, place));
        Assert.Equal(counted, Assert.Single(await StoreLab.ReadAsync(files)).Policies[0].TotalSuccessfulSessionCount);
    }

    [Fact]
    public async Task Who_deletes_is_alone_and_a_turn_that_was_never_ended_is_told_with_its_object()
    {
        using var services = World.Open();
        var place = await BucketAsync(services);
        var files = new BucketFiles(services.Objects, place, "store/", 8, TimeProvider.System);
        var first = await files.LockForDeletionAsync(Token);
        var e = await AwsWorld.FailsAsync("StoreInUse", () => StoreLab.ExportAsync(files, isCompacting: true, [Plain]));
        Assert.Contains($"s3://{place.Name}/store/compact.lock", e.Fix, StringComparison.Ordinal);
        Assert.Matches(@"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, or was stopped there\.$", e.What);
        Assert.Single(await StoreLab.ReadAsync(files)); // the report was kept, and the small files stay
        Assert.Equal(1, (await StoreLab.ExportAsync(files, isCompacting: false, [Plain with { ReportId = "next" }])).ReportCount);
        await first.DisposeAsync();
        Assert.Equal(2, (await StoreLab.ExportAsync(files, isCompacting: true, [])).RemovedFileCount);
        Assert.Single(await KeysAsync(services, place));
    }

    [Fact]
    public async Task An_import_of_the_bucket_leaves_the_store_to_its_reader()
    {
        using var services = World.Open();
        var place = await BucketAsync(services);
        await services.Objects.PutNewAsync(place, "in/a", RemoteReports.Json("a"), "application/json", Token);
        foreach (var folder in (string[])["", "in/kept/"])
        {
            await StoreLab.ExportAsync(new BucketFiles(services.Objects, place, folder, 8, TimeProvider.System), isCompacting: false, [Plain]);
        }

        var found = new RemoteReports();
        Assert.Equal(["", "in/kept/"], await found.ReadAsync(services.Objects, place, "", Token));
        Assert.Equal("a", Assert.Single(found.Reports).ReportId);
        Assert.Empty(found.Refused);
        Assert.Equal(["in/kept/"], await found.ReadAsync(services.Objects, place, "in/kept/domain=example.com/", Token));
        Assert.Empty(found.Warnings);
    }

    [Fact]
    public async Task An_archived_file_is_named()
    {
        using var services = World.Open();
        using var s3 = World.S3();
        var place = await BucketAsync(services);
        const string Key = "domain=example.com/month=2026-03/reports-1.parquet";
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = place.Name, Key = Key, ContentBody = "x", StorageClass = Amazon.S3.S3StorageClass.Glacier }, Token);
        var files = new BucketFiles(services.Objects, place, "", 8, TimeProvider.System);
        var e = await AwsWorld.FailsAsync("StoreFileArchived", () => StoreLab.ExportAsync(files, isCompacting: false, [Plain]));
        Assert.Contains(Key, e.What, StringComparison.Ordinal);
    }

    private static async Task<List<string>> KeysAsync(IEmailSecurityServices services, BucketPlace place)
    {
        List<string> keys = [];
        await foreach (var page in services.Objects.ListAsync(place, "", Token))
        {
            keys.AddRange(page.Select(o => o.Key));
        }

        return keys;
    }

    private static async Task<BucketPlace> BucketAsync(IEmailSecurityServices services)
    {
        var name = AwsWorld.Unique("store");
        await services.Buckets.CreateAsync(name, BucketOwnership.BucketOwnerEnforced, new Dictionary<string, string>(), Token);
        return new BucketPlace(name);
    }
}
