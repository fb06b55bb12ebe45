using System.Collections.Concurrent;
using System.Text;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>
/// Which stacks this session has just found, or just made, exactly as they should be. For these the slow-moving bucket settings
/// (lifecycle, versioning, logging ...) are not read again for some minutes, which halves the calls of a re-publish;
/// tags, public access block and the asset bucket's policy are read every time.
/// One per session; a plan always reads everything.
/// </summary>
public sealed class SettingsMemory(TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private const int MaxPolicies = 1024;
    private readonly ConcurrentDictionary<string, MtaStsPolicy> policies = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Bucket, string Key, string VersionId), Ports.ObjectMetadata> metadata = new();
    private readonly ConcurrentDictionary<string, (long At, string Settings)> verified = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, BucketForm> forms = new(StringComparer.Ordinal);

    /// <summary>True where these settings of the stack were verified a moment ago.</summary>
    public bool IsFresh(string accountId, StackWish stack)
        => verified.TryGetValue(Key(accountId, stack), out var entry) && entry.Settings == Settings(stack) && time.GetElapsedTime(entry.At) < Lifetime;

    /// <summary>Remembers that all is as it should be.</summary>
    public void Verified(string accountId, StackWish stack) => verified[Key(accountId, stack)] = (time.GetTimestamp(), Settings(stack));

    /// <summary>Forgets a stack: something was found to differ.</summary>
    public void Forget(string accountId, StackWish stack) => verified.TryRemove(Key(accountId, stack), out _);

    /// <summary>The form of the names under which the stack's buckets were found before: where to look first. Null for a stack not seen yet.</summary>
    public BucketForm? FormOf(string accountId, string domain) => forms.GetValueOrDefault(accountId + "/" + domain);

    /// <summary>Remembers under which names a stack's buckets are.</summary>
    public void Remember(string accountId, string domain, BucketForm form)
    {
        if (forms.Count >= MaxPolicies)
        {
            forms.Clear();
        }

        forms[accountId + "/" + domain] = form;
    }

    /// <summary>A policy read or put before, known by the ETag of its object (the MD5 of its bytes); null for one not seen yet.</summary>
    public MtaStsPolicy? PolicyOf(string etag, string domain) => policies.TryGetValue(domain + "/" + etag, out var policy) ? policy : null;

    /// <summary>Remembers a policy.</summary>
    public void Remember(MtaStsPolicy policy, string domain)
    {
        if (policies.Count >= MaxPolicies)
        {
            policies.Clear();
        }

        policies[domain + "/" + StackPlanner.Md5(Encoding.UTF8.GetBytes(policy.Served))] = policy;
    }

    /// <summary>What an object version read or put before is served with; null for one not seen yet.</summary>
    public Ports.ObjectMetadata? MetadataOf(string bucket, string key, string versionId) => IsLasting(versionId)
        && metadata.TryGetValue((bucket, key, versionId), out var known) ? known : null;

    /// <summary>Remembers what an object version is served with.</summary>
    public void Remember(string bucket, string key, Ports.ObjectMetadata known)
    {
        if (!IsLasting(known.VersionId))
        {
            return;
        }

        if (metadata.Count >= MaxPolicies)
        {
            metadata.Clear();
        }

        metadata[(bucket, key, known.VersionId)] = known;
    }

    /// <summary>True for the id of a version that nothing can overwrite: not so where versioning is off or suspended.</summary>
    internal static bool IsLasting(string versionId) => versionId is not ("" or "null");

    private static string Key(string accountId, StackWish stack) => accountId + "/" + stack.Domain;

    private static string Settings(StackWish stack) => stack.LogRetentionDays.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
