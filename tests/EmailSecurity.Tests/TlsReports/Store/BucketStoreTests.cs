using System.Runtime.CompilerServices;
using EmailSecurity.Ports;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.Tests.TlsReports.Store;

/// <summary>
/// Many commands work on one bucket at the same time, in every order of their calls that chance draws, and some are killed between two calls. What a command
/// has kept is there at every moment from then on, and in the end each report is there once.
/// </summary>
public class BucketStoreTests
{
    private static readonly TlsRptReport Plain = Gathered.One(Deviations.Plain);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task No_order_of_calls_loses_a_report(int seed) => Task.Run(() => LiveAsync(seed), TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_lock_whose_answer_was_lost_is_still_held()
    {
        var bucket = new TurnTakingBucket(new Random(1)) { LosesFirstAnswer = true };
        var turn = await bucket.Direct.LockForDeletionAsync(TestContext.Current.CancellationToken);
        Assert.Equal([BucketFiles.LockName], bucket.Keys);
        await turn.DisposeAsync();
        Assert.Empty(bucket.Keys);
    }

    private static async Task LiveAsync(int seed)
    {
        var random = new Random(seed);
        var bucket = new TurnTakingBucket(random);
        List<TlsRptReport> kept = [];
        List<Task> all = [];
        for (var i = 0; i < 6; i++)
        {
            var mine = Enumerable.Range(0, random.Next(0, 5)).Select(_ => Draw(random)).ToList();
            all.Add(RunAsync(bucket, mine, isCompacting: random.Next(2) == 0, endsAfter: random.Next(4) == 0 ? random.Next(1, 20) : int.MaxValue, kept));
        }

        await bucket.DriveAsync(() => AssertHolds(bucket.Direct, kept), Task.WhenAll(all));

        // Who was killed while it deleted left its lock; the user is told to delete it.
        await bucket.Direct.DeleteAsync(BucketFiles.LockName, TestContext.Current.CancellationToken);
        await AssertHolds(bucket.Direct, kept);
        await StoreLab.ExportAsync(bucket.Direct, isCompacting: true, kept);
        await AssertHolds(bucket.Direct, kept);
        Assert.Equal(bucket.Keys.Count, bucket.Keys.Select(StorePartition.FolderOfFile).Distinct().Count());
    }

    [Fact]
    public async Task A_file_that_somebody_deletes_at_any_moment_costs_its_own_rows_alone()
    {
        var told = 0;
        for (var at = 1; ; at++)
        {
            var bucket = new TurnTakingBucket(new Random(1));
            for (var i = 0; i < 4; i++)
            {
                await StoreLab.ExportAsync(bucket.Direct, isCompacting: false, [Plain with { ReportId = Invariant($"r{i}") }]);
            }

            var victim = bucket.Keys[2];
            var rest = await bucket.WithoutAsync(victim);
            var files = new WatchedFiles(bucket.Direct, (use, _) => use == at ? bucket.Direct.DeleteAsync(victim, CancellationToken.None) : Task.CompletedTask);
            try
            {
                await StoreLab.ExportAsync(files, isCompacting: true, []);
            }
            catch (EmailSecurityException e) when (e.ErrorId == "StoreFileGone")
            {
                told++;
            }

            Assert.Subset((await StoreLab.ReadAsync(bucket.Direct)).Select(r => r.ReportId).ToHashSet(), rest);
            if (files.Uses < at)
            {
                break;
            }
        }

        Assert.InRange(told, 1, 6);
    }

    private static TlsRptReport Draw(Random random) => Plain with
    {
        ReportId = Invariant($"r{random.Next(6)}"),
        Start = Plain.Start!.Value.AddMonths(random.Next(2)),
        Policies = [.. Enumerable.Range(0, random.Next(1, 3)).Select(n => Plain.Policies[0] with
        {
            PolicyDomain = n == 0 ? "one.example" : "two.example",
            TotalSuccessfulSessionCount = random.Next(2),
        })],
    };

    private static async Task RunAsync(TurnTakingBucket bucket, List<TlsRptReport> mine, bool isCompacting, int endsAfter, List<TlsRptReport> kept)
    {
        try
        {
            await StoreLab.ExportAsync(bucket.Slow(endsAfter), isCompacting, mine);
            kept.AddRange(mine);
        }
        catch (EmailSecurityException e) when (e.ErrorId == "StoreInUse")
        {
            kept.AddRange(mine); // they were written before
        }
        catch (KilledException)
        {
        }
    }

    // Of the texts that were kept under one id, the one that counts is whole, or another that counts even more.
    private static async Task AssertHolds(IStoreFiles files, List<TlsRptReport> kept)
    {
        var there = await StoreLab.ReadAsync(files);
        var identity = new TlsReportIdentity();
        Assert.Equal(there.Count, there.Select(r => r.ReportId).Distinct().Count());
        foreach (var report in kept.ToList().GroupBy(r => r.ReportId))
        {
            var least = report.Max(identity.ContentOf);
            Assert.Contains(there, r => r.ReportId == report.Key && identity.ContentOf(r) >= least);
        }
    }

    private sealed class KilledException : Exception;

    /// <summary>A bucket whose callers wait until chance lets one go on. Without a synchronization context, all run on one thread.</summary>
    private sealed class TurnTakingBucket(Random random)
    {
        private readonly SortedDictionary<string, byte[]> contents = new(StringComparer.Ordinal);
        private readonly List<TaskCompletionSource> waiting = [];

        public bool LosesFirstAnswer { get; init; }

        public List<string> Keys => [.. contents.Keys];

        public IStoreFiles Direct => Files(() => Task.CompletedTask);

        // The ids of the reports that are in the others.
        public async Task<HashSet<string>> WithoutAsync(string key)
        {
            contents.Remove(key, out var content);
            var left = await StoreLab.ReadAsync(Direct);
            contents.Add(key, content!);
            return [.. left.Select(r => r.ReportId)];
        }

        public IStoreFiles Slow(int endsAfter)
        {
            var calls = 0;
            return Files(async () =>
            {
                var turn = new TaskCompletionSource();
                waiting.Add(turn);
                await turn.Task;
                if (++calls > endsAfter)
                {
                    throw new KilledException();
                }
            });
        }

        // One goes on at a time, and runs on this thread until it waits again.
        public async Task DriveAsync(Func<Task> look, Task all)
        {
            while (waiting.Count > 0)
            {
                var at = random.Next(waiting.Count);
                var turn = waiting[at];
                waiting.RemoveAt(at);
                turn.SetResult();
                await look();
            }

            Assert.True(all.IsCompleted, "Somebody waits for something else.");
            await all;
        }

        private BucketFiles Files(Func<Task> turn) => new(new Objects(contents, turn, LosesFirstAnswer), new BucketPlace("store"), "", 8, TimeProvider.System);

        private sealed class Objects(SortedDictionary<string, byte[]> contents, Func<Task> turn, bool losesFirstAnswer) : IObjects
        {
            public async IAsyncEnumerable<IReadOnlyList<ListedObject>> ListAsync(BucketPlace bucket, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
            {
                await turn();
                yield return [.. contents.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(o => new ListedObject(o.Key, o.Value.Length, default))];
            }

            public async Task<ObjectReading> ReadAsync(BucketPlace bucket, string key, Stream target, long most, CancellationToken cancellationToken)
            {
                await turn();
                if (!contents.TryGetValue(key, out var content))
                {
                    return ObjectReading.Gone;
                }

                await target.WriteAsync(content, cancellationToken);
                return ObjectReading.Read;
            }

            public async Task<bool> PutNewAsync(BucketPlace bucket, string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken)
            {
                await turn();
                return contents.TryAdd(key, content.ToArray()) && !losesFirstAnswer;
            }

            public async Task DeleteAsync(BucketPlace bucket, string key, CancellationToken cancellationToken)
            {
                await turn();
                contents.Remove(key);
            }
        }
    }
}
