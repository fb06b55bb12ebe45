using System.Numerics;
using EmailSecurity.Planning;
using EmailSecurity.Ports;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>The sets of steps after which a run is stopped; a bit for each step of the plan.</summary>
internal static class Ideals
{
    // Settings that neither the invariants nor the planner's evidence read: a run is not stopped for these alone.
    private static readonly BucketSetting[] Quiet =
        [BucketSetting.PublicAccessBlock, BucketSetting.Ownership, BucketSetting.Encryption, BucketSetting.Lifecycle, BucketSetting.AccessLogging];

    public static IReadOnlyCollection<BigInteger> Of(Plan plan, Alphabet alphabet)
    {
        var count = plan.Changes.Count;
        var index = plan.Changes.Select((c, i) => (c.Id, i)).ToDictionary(c => c.Id, c => c.i, StringComparer.Ordinal);
        var needs = new BigInteger[count];
        var needed = new BigInteger[count];
        for (var i = 0; i < count; i++)
        {
            needs[i] = plan.Changes[i].DependsOn.Aggregate(BigInteger.One << i, (all, d) => all | needs[index[d]]);
        }

        for (var i = 0; i < count; i++)
        {
            needed[i] = Enumerable.Range(0, count).Where(j => (needs[j] & (BigInteger.One << i)) != 0).Aggregate(BigInteger.Zero, (all, j) => all | (BigInteger.One << j));
        }

        var everything = (BigInteger.One << count) - 1;
        HashSet<BigInteger> ideals = [];
        foreach (var i in Enumerable.Range(0, count).Where(i => alphabet == Alphabet.Whole ? !IsQuiet(plan.Changes[i]) : Decides(plan.Changes[i])))
        {
            ideals.Add((BigInteger.One << (i + 1)) - 1); // the plan's own order
            if (alphabet == Alphabet.Whole)
            {
                ideals.Add(needs[i]); // as early as can be
                ideals.Add(everything & ~needed[i]); // as late as can be
            }
        }

        return ideals;
    }

    private static bool IsQuiet(Change change) => change.Operation is Operation.PutSetting { Setting: var s } && Quiet.Contains(s);

    // Steps whose work senders see, or the next command decides by.
    private static bool Decides(Change change) => change.Operation is Operation.PutSetting { Setting: BucketSetting.Tags }
        or Operation.CreateBucket or Operation.DeleteBucket or Operation.PutObject
        or Operation.RequestCertificate or Operation.DeleteCertificate or Operation.CreateDistribution or Operation.UpdateDistribution or Operation.MoveAlias
        or Operation.TagDistribution or Operation.DisableDistribution or Operation.DeleteDistribution
        or Operation.UpsertRecord { Set.Type: not "AAAA" } or Operation.DeleteRecord { Set.Type: not "AAAA" };
}

/// <summary>Runs on the calling thread what waits for nothing but its turn.</summary>
internal sealed class OwnThread : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> posted = [];

    public override void Post(SendOrPostCallback d, object? state) => posted.Enqueue((d, state));

    public static T Run<T>(Func<Task<T>> call)
    {
        var before = Current;
        var own = new OwnThread();
        SetSynchronizationContext(own);
        try
        {
            var task = call();
            while (!task.IsCompleted)
            {
                var (callback, state) = own.posted.TryDequeue(out var next) ? next
                    : throw new InvalidOperationException("Something in the small world waits for what never comes.");
                callback(state);
            }

            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
