using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.Plans;

/// <summary>One order that a plan must keep: wherever both steps are in it, the first comes before the second.</summary>
/// <param name="Rule">The order, and why.</param>
/// <param name="Holds">True for the first and the second step.</param>
internal sealed record PlanOrder(string Rule, Func<Change, Change, bool> Holds)
{
    public PlanOrder(string rule, Func<Change, bool> first, Func<Change, bool> then)
        : this(rule, (a, b) => first(a) && then(b))
    {
    }

    /// <inheritdoc/>
    public override string ToString() => Rule;
}

/// <summary>The orders that must hold, stated by what the steps do and not by how the planner names them.</summary>
internal static class PlanOrders
{
    /// <summary>The table.</summary>
    public static IReadOnlyList<PlanOrder> All { get; } =
    [
        // Publishing: buckets.
        new("the log bucket is first: its mark tells what the rest is, and logs have somewhere to go",
            IsNew(Logs), c => (IsNew(Assets)(c) && !IsMadeAgain(c)) || c.Operation is Operation.RequestCertificate || ChangesDistribution(c)),
        new("a bucket is there before anything is done with it",
            (a, b) => a.Operation is Operation.CreateBucket && BucketOf(b) == BucketOf(a) && b.Action != ChangeAction.Delete),
        new("a bucket that sends access logs has a target that takes them",
            c => IsNew(Logs)(c) || Puts(Logs, BucketSetting.Policy)(c), Puts(Assets, BucketSetting.AccessLogging)),
        new("versioning is on before the first object: its history tells which policies senders may hold",
            Puts(Assets, BucketSetting.Versioning), IsServedObject),
        new("public access is blocked before anything is in the bucket",
            Puts(Assets, BucketSetting.PublicAccessBlock), c => c.Operation is Operation.PutObject),
        new("encryption is one that CloudFront can read before the first object: else the edge serves nothing under the id that DNS names",
            Puts(Assets, BucketSetting.Encryption), IsServedObject),
        new("ACLs are off before anything is in the bucket", Puts(Assets, BucketSetting.Ownership), IsServedObject),
        new("the bucket is marked as the stack's before anything is in it", Puts(Assets, BucketSetting.Tags), IsServedObject),
        new("public access is blocked before the bucket has a policy", Puts(Assets, BucketSetting.PublicAccessBlock), GrantsRead),

        // Publishing: distribution.
        new("the distribution is marked as the stack's before anything of it is changed",
            c => Tags(c, StackNames.PartsTag), c => ChangesDistribution(c) || Tags(c, StackNames.ServedTag)),
        new("CloudFront grants itself access to the log bucket by ACL when it is told to log there: ownership first",
            Puts(Logs, BucketSetting.Ownership), ChangesDistribution),
        new("public access to the log bucket is blocked before logs go there", Puts(Logs, BucketSetting.PublicAccessBlock), ChangesDistribution),
        new("the origin is there before the distribution reads from it: a name that is free could be somebody else's", IsNew(Assets), ChangesDistribution),
        new("the origin access control is there before the distribution names it",
            c => c.Operation is Operation.CreateOriginAccessControl, ChangesDistribution),
        new("the certificate is issued before the distribution uses it", c => c.Operation is Operation.WaitCertificate, ChangesDistribution),
        new("ACM names the validation records of a certificate that was requested",
            c => c.Operation is Operation.RequestCertificate, c => c.Operation is Operation.PublishValidation or Operation.WaitCertificate),
        new("ACM issues a certificate after its validation records are published",
            c => c.Operation is Operation.PublishValidation, c => c.Operation is Operation.WaitCertificate),
        new("a host of the stack's stays known as such until the distribution has let go of it",
            ChangesDistribution, c => Tags(c, StackNames.BimiSubdomainTag)),
        new("a change is waited for after it was made", ChangesDistribution, c => c.Operation is Operation.WaitDistribution),
        new("a move is waited for after it was made", Moves, c => c.Operation is Operation.WaitDistribution { Moved.Count: > 0 }),
        new("a name moves only to a distribution that is everywhere", c => c.Operation is Operation.WaitDistribution { Moved.Count: 0 }, Moves),
        new("a name moves only to a distribution that may read its files", GrantsRead, Moves),
        new("a name moves only to a distribution whose files are there", IsServedObject, Moves),
        new("a name moves only to a distribution that no longer serves what was replaced", c => c.Operation is Operation.WaitInvalidation, Moves),
        new("the policy's host moves only to a distribution that serves the policy", IsOwnFetch, Moves),
        new("DNS follows a move that is everywhere: until then either distribution answers",
            (a, b) => a.Operation is Operation.WaitDistribution wait && IsHost(b) && wait.Moved.Contains(NameOf(b))),
        new("a name that leads elsewhere is led to the distribution only once that is everywhere: until then senders are served there",
            (a, b) => a.Operation is Operation.WaitDistribution && IsHost(b) && b.Before.Length > 0),
        new("the policy's host that leads elsewhere is led to the distribution only once that serves the policy",
            (a, b) => Fetches(a)?.AbsolutePath == "/" + StackNames.PolicyKey && IsHost(b) && b.Before.Length > 0
                && NameOf(b).StartsWith("mta-sts.", StringComparison.Ordinal)),
        new("only a distribution that is as it should be may read the bucket", ChangesDistribution, GrantsRead),
        new("a name leads to the distribution only once that answers for it", ChangesDistribution, IsHost),
        new("a name is waited for after it was published", (a, b) => IsHost(a) && b.Operation is Operation.WaitRecords w && w.Names.Contains(NameOf(a))),

        // RFC 8461 section 8.1: upload, invalidate, wait, fetch through the edge, and only then the id. The same for the logo.
        new("senders' memory is marked before a policy is served", c => Tags(c, StackNames.ServedTag), IsPolicyObject),
        new("it is marked in both places before an enforce policy is served: either may be lost", IsServingMark, IsPolicyObject),
        new("a log bucket that is made anew has its mark before a domain moves to enforce", IsNew(Logs), c => IsPolicyObject(c) && c.MovesToEnforce),
        new("the distribution's mark is the newest of all", c => Tags(c, StackNames.ServedTag), IsServingMark),
        new("edge locations let go of what was replaced after it was", IsServedObject, c => c.Operation is Operation.Invalidate),
        new("edge locations let go of what they have once the distribution is everywhere as it should be",
            c => c.Operation is Operation.WaitDistribution { Moved.Count: 0 }, c => c.Operation is Operation.Invalidate),
        new("edge locations let go of what they have once they may read the bucket", GrantsRead, c => c.Operation is Operation.Invalidate),
        new("the invalidation is waited for after it was asked for", c => c.Operation is Operation.Invalidate, c => c.Operation is Operation.WaitInvalidation),
        new("a file is fetched through the edge after it was uploaded",
            (a, b) => a.Operation is Operation.PutObject put && Fetches(b)?.AbsolutePath == "/" + put.Item.Key),
        new("a file is fetched through the edge after edge locations let go of the one before",
            c => c.Operation is Operation.WaitInvalidation, c => Fetches(c) is not null),
        new("a file is fetched through the edge after the distribution is deployed",
            (a, b) => a.Operation is Operation.WaitDistribution wait && Fetches(b) is not null && !(wait.Moved.Count > 0 && IsOwnFetch(b))),
        new("a file is fetched through the edge after the distribution may read it", GrantsRead, c => Fetches(c) is not null),
        new("the policy's id is published after the policy is served (RFC 8461 section 8.1)",
            c => Fetches(c)?.AbsolutePath == "/" + StackNames.PolicyKey, Announces("_mta-sts.")),
        new("the BIMI record is published after the files that it names are served",
            c => Fetches(c)?.AbsolutePath.StartsWith("/bimi/", StringComparison.Ordinal) == true, Announces("._bimi.")),
        new("a record leads senders only to a host that is there",
            (a, b) => IsHost(a) && (NameOf(a).StartsWith("mta-sts.", StringComparison.Ordinal) ? Announces("_mta-sts.") : Announces("._bimi."))(b)),
        new("a record leads senders only to a host that resolves", (a, b) => a.Operation is Operation.WaitRecords w
            && (w.Names[0].StartsWith("mta-sts.", StringComparison.Ordinal) ? Announces("_mta-sts.") : Announces("._bimi."))(b)),
        new("the distribution remembers a policy before it is announced", c => Tags(c, StackNames.ServedTag), Announces("_mta-sts.")),
        new("the log bucket remembers a policy once it is served", c => Fetches(c)?.AbsolutePath == "/" + StackNames.PolicyKey, IsLogMark),
        new("the log bucket remembers a policy before it is announced", IsLogMark, Announces("_mta-sts.")),
        new("of two writes of the log bucket's tags the one with the mark is last", c => Puts(Logs, BucketSetting.Tags)(c) && !IsLogMark(c), IsLogMark),
        new("of two writes of the log bucket's tags before the policy is served the one with the mark is last",
            c => Puts(Logs, BucketSetting.Tags)(c) && c.Group.Length == 0, IsServingMark),
        new("a record is published only where something tells whose it is, or a removal would not know it",
            c => IsNew(Assets)(c) || Puts(Assets, BucketSetting.Tags)(c),
            c => Announces("_mta-sts.")(c) || Announces("_smtp._tls.")(c) || Announces("._bimi.")(c)),
        new("what an adopted record was is kept before it is replaced", (a, b) => a.Operation is Operation.PutObject put
            && Replaced(b).Any(r => put.Item.Key.StartsWith($"{StackNames.AdoptedPrefix}{r.Name}-{r.Type}-", StringComparison.Ordinal))),
        new("a certificate that CAA forbids stops everything but the reports and what remembers whose they are", c => c.Operation is Operation.Refuse,
            c => !Announces("_smtp._tls.")(c) && c.Operation is not (Operation.CreateBucket or Operation.Refuse) && !Puts(Assets, BucketSetting.Tags)(c)),

        // Removing (RFC 8461 section 8.3).
        new("what was adopted is put back once this stack's own records are gone", c => IsTextGone(c) || IsHostGone(c), IsRestored),
        new("the id of an earlier policy is put back once that policy is served again: until then DNS names no id that the edge does not serve",
            c => c.Operation is Operation.ConfirmPolicy, c => IsRestored(c) && NameOf(c).StartsWith("_mta-sts.", StringComparison.Ordinal)),
        new("an earlier policy is fetched once this stack's records are gone and its host is back",
            c => IsTextGone(c) || IsHostGone(c) || (IsRestored(c) && NameOf(c).StartsWith("mta-sts.", StringComparison.Ordinal)),
            c => c.Operation is Operation.ConfirmPolicy),
        new("an earlier policy is fetched once this stack's distribution is gone: until then that answers under the name",
            c => c.Operation is Operation.DeleteDistribution, c => c.Operation is Operation.ConfirmPolicy),
        new("what adopted records were is kept until they are put back", IsRestored, c => c.Operation is Operation.DeleteBucket && Assets(c)),
        new("the distribution is marked as being removed before anything of the stack goes: a removal that stops there is seen as one", MarksRemoval,
            c => IsTextGone(c) || IsHostGone(c) || c.Operation is Operation.DisableDistribution or Operation.DeleteDistribution),
        new("the log bucket is marked as being removed before the distribution's mark goes with it", c => Logs(c) && MarksRemovalOfLogs(c),
            c => c.Operation is Operation.DeleteDistribution or Operation.DeleteCertificate or Operation.DeleteBucket || IsClosing(c) || StopsLogging(c)),
        new("as long as a text record of the stack stands its hosts stay: a removal that stops there leaves a stack that is whole",
            IsTextGone, c => c.Operation is Operation.DeleteRecord { Set.AliasTarget: not null }),
        new("every record is gone before the distribution stops serving: no name leads to what is disabled or deleted",
            c => IsTextGone(c) || IsHostGone(c), c => c.Operation is Operation.DisableDistribution or Operation.DeleteDistribution),
        new("CloudFront changes no distribution whose buckets are gone",
            c => c.Operation is Operation.CreateBucket, c => c.Operation is Operation.DisableDistribution),
        new("CloudFront deletes what is disabled", c => c.Operation is Operation.DisableDistribution, c => c.Operation is Operation.WaitDistribution),
        new("CloudFront deletes what is disabled everywhere", c => c.Operation is Operation.WaitDistribution, c => c.Operation is Operation.DeleteDistribution),
        new("a certificate or an origin access control goes after the distribution that uses it", c => c.Operation is Operation.DeleteDistribution,
            c => c.Operation is Operation.DeleteCertificate or Operation.DeleteOriginAccessControl),
        new("a validation record never goes while a certificate may live by it",
            c => c.Operation is Operation.DeleteCertificate, c => c.Operation is Operation.DeleteRecord { Set.Type: "CNAME" }),
        new("buckets are last: history and tags tell what senders hold and whose the rest is",
            c => c.Operation is Operation.DeleteDistribution or Operation.DeleteCertificate || IsTextGone(c) || IsHostGone(c),
            c => c.Operation is Operation.DeleteBucket || IsClosing(c) || StopsLogging(c)),
        new("the log bucket is the very last: its mark tells most", c => c.Operation is Operation.DeleteBucket && Assets(c),
            c => (c.Operation is Operation.DeleteBucket || IsClosing(c)) && Logs(c)),
        new("access logging ends before its target goes, and before deletions that it would log into it",
            StopsLogging, c => c.Operation is Operation.DeleteBucket),
        new("a bucket is closed once what it remembers is gone", (a, b) => a.Operation is Operation.DeleteBucket && IsClosing(b) && BucketOf(a) == BucketOf(b)),
    ];

    /// <summary>The orders that a plan breaks.</summary>
    public static IEnumerable<(PlanOrder Order, Change First, Change Then)> Broken(IReadOnlyList<Change> changes)
    {
        var before = Before(changes);
        return from order in All
               from first in changes
               from then in changes
               where first != then && order.Holds(first, then) && !before[then.Id].Contains(first.Id)
               select (order, first, then);
    }

    /// <summary>The orders that a plan which keeps them all would break without one of its dependencies.</summary>
    /// <param name="changes">The plan.</param>
    /// <param name="then">The step.</param>
    /// <param name="first">What it no longer depends on.</param>
    /// <param name="isImplied">True where it comes after that all the same, by way of others.</param>
    public static IReadOnlyList<PlanOrder> BrokenWithout(IReadOnlyList<Change> changes, Change then, string first, out bool isImplied)
    {
        var before = Before(changes);
        var left = Before([.. changes.Select(c => c != then ? c : c with { DependsOn = [.. c.DependsOn.Where(d => d != first)] })]);
        isImplied = left[then.Id].Contains(first);
        var byId = changes.ToDictionary(c => c.Id, StringComparer.Ordinal);
        var lost = changes.SelectMany(c => before[c.Id].Except(left[c.Id]).Select(b => (First: byId[b], Then: c))).ToArray();
        return [.. All.Where(o => lost.Any(l => o.Holds(l.First, l.Then)))];
    }

    /// <summary>All that comes before each step, directly or by way of others.</summary>
    public static Dictionary<string, HashSet<string>> Before(IReadOnlyList<Change> changes)
    {
        Dictionary<string, HashSet<string>> before = new(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            before[change.Id] = [.. change.DependsOn, .. change.DependsOn.SelectMany(d => before[d])];
        }

        return before;
    }

    private static bool Assets(Change c) => BucketOf(c).Contains("-assets-", StringComparison.Ordinal);

    private static bool Logs(Change c) => BucketOf(c).Contains("-logs-", StringComparison.Ordinal);

    private static Func<Change, bool> IsNew(Func<Change, bool> bucket) => c => c.Operation is Operation.CreateBucket && bucket(c);

    private static Func<Change, bool> Puts(Func<Change, bool> bucket, BucketSetting setting)
        => c => c.Operation is Operation.PutSetting put && put.Setting == setting && bucket(c);

    private static string BucketOf(Change c) => c.Operation switch
    {
        Operation.CreateBucket o => o.Name,
        Operation.PutSetting o => o.Name,
        Operation.PutAssetPolicy o => o.Name,
        Operation.PutObject o => o.Bucket,
        Operation.DeleteBucket o => o.Name,
        _ => "",
    };

    // A removal makes buckets again which somebody deleted, the same marks on both.
    private static bool IsMadeAgain(Change c) => c.Operation is Operation.CreateBucket { Marks: null };

    private static bool IsPolicyObject(Change c) => c.Operation is Operation.PutObject { Item.Key: StackNames.PolicyKey };

    private static bool IsServedObject(Change c) => IsPolicyObject(c)
        || (c.Operation is Operation.PutObject put && put.Item.Key.StartsWith(StackNames.BimiPrefix, StringComparison.Ordinal));

    private static bool GrantsRead(Change c) => c.Operation is Operation.PutAssetPolicy;

    private static bool ChangesDistribution(Change c) => c.Operation is Operation.CreateDistribution or Operation.UpdateDistribution;

    private static bool Tags(Change c, string key) => c.Operation is Operation.TagDistribution tag && tag.Tags.ContainsKey(key);

    private static bool IsLogMark(Change c) => MarksLogs(c) is { } tags && tags.TryGetValue(StackNames.ServedTag, out var served)
        && served == tags.GetValueOrDefault(StackNames.ServingTag, served);

    private static bool IsServingMark(Change c) => MarksLogs(c) is not null && !IsLogMark(c);

    private static IReadOnlyDictionary<string, string>? MarksLogs(Change c) => Puts(Logs, BucketSetting.Tags)(c) && c.Group == StackPlanner.PolicyGroup
        ? ((Operation.PutSetting)c.Operation).Desired.Tags : null;

    private static bool Moves(Change c) => c.Operation is Operation.MoveAlias;

    private static bool IsOwnFetch(Change c) => c.Operation is Operation.ConfirmServed { IsByOwnName: true };

    // The record sets that an upsert takes the place of.
    private static IEnumerable<RecordSet> Replaced(Change c) => c.Operation is Operation.UpsertRecord o ? o.Displaced.Append(o.Set) : [];

    private static Uri? Fetches(Change c) => (c.Operation as Operation.ConfirmServed)?.Url;

    private static string NameOf(Change c) => c.Operation switch
    {
        Operation.UpsertRecord o => o.Set.Name,
        Operation.AwaitRecord o => o.Record.Name,
        _ => "",
    };

    // What leads to the distribution: an alias, or a CNAME at an external DNS host.
    private static bool IsHost(Change c)
        => c.Operation is Operation.UpsertRecord { Set.AliasTarget: not null, IsRestored: false } or Operation.AwaitRecord { Record.Type: "CNAME" };

    private static bool IsRestored(Change c) => c.Operation is Operation.UpsertRecord { IsRestored: true };

    private static Func<Change, bool> Announces(string label) => c => !IsRestored(c) && NameOf(c).Contains(label, StringComparison.Ordinal)
        && c.Operation is Operation.UpsertRecord { Set.Type: "TXT" } or Operation.AwaitRecord { Record.Type: "TXT" };

    private static bool IsTextGone(Change c) => c.Operation is Operation.DeleteRecord { Set.Type: "TXT" } or Operation.AwaitRecordGone { Record.Type: "TXT" }
        || (c.Operation is Operation.UpsertRecord { Set.Type: "TXT", Displaced: [var was] } put && put.Set.Values.Count < was.Values.Count);

    private static bool IsHostGone(Change c)
        => c.Operation is Operation.DeleteRecord { Set.AliasTarget: not null } or Operation.AwaitRecordGone { Record.Type: "CNAME" };

    private static bool MarksRemoval(Change c) => c.Operation is Operation.TagDistribution tag
        && tag.Tags.TryGetValue(StackNames.ServedTag, out var mark) && PolicyMark.Parse(mark) is { IsRemoval: true };

    private static bool MarksRemovalOfLogs(Change c) => c.Operation is Operation.PutSetting { Setting: BucketSetting.Tags } put && !IsClosing(c)
        && put.Desired.Tags.TryGetValue(StackNames.ServedTag, out var mark) && PolicyMark.Parse(mark) is { IsRemoval: true };

    private static bool IsClosing(Change c) => c.Operation is Operation.PutSetting { Setting: BucketSetting.Tags } put
        && put.Desired.Tags.TryGetValue(StackNames.PartsTag, out var parts) && parts.Length == 0;

    private static bool StopsLogging(Change c) => c.Operation is Operation.PutSetting { Setting: BucketSetting.AccessLogging, Desired.AccessLogging: null };
}
