using EmailSecurity.Deployment;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;
using EmailSecurity.Tests.EndToEnd;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>The small world is like the sandbox: after each event of a random short life, the module's observer reads the same of both.</summary>
public class FidelityTests
{
    private const int Events = 4;

    private static readonly IReadOnlyDictionary<string, Damage> SameDamage = new Dictionary<string, Damage>(StringComparer.Ordinal)
    {
        ["deletes the distribution"] = Damage.DistributionDeleted,
        ["disables the distribution"] = Damage.DistributionDisabled,
        ["removes the distribution's tags"] = Damage.DistributionTagsRemoved,
        ["deletes the asset bucket"] = Damage.AssetBucketDeleted,
        ["empties the asset bucket"] = Damage.AssetBucketEmptied,
        ["removes the asset bucket's tags"] = Damage.AssetTagsRemoved,
        ["deletes the policy object"] = Damage.PolicyObjectDeleted,
        ["deletes the log bucket"] = Damage.LogBucketDeleted,
        ["removes the log bucket's tags"] = Damage.LogTagsRemoved,
        ["deletes the _mta-sts record"] = Damage.PolicyRecordDeleted,
        ["alters the id in the _mta-sts record"] = Damage.PolicyRecordAltered,
        ["deletes the alias records"] = Damage.AliasesDeleted,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task The_observer_reads_the_same_of_the_small_world_and_of_the_sandbox(int seed)
    {
        var random = new Random(seed);
        await using var lab = await StackLab.StartAsync();
        lab.Sandbox.SetLatency("none", 1);
        using var run = new CommandRun();
        var facts = Hands.Empty;
        List<string> story = [];
        for (var i = 0; i < Events; i++)
        {
            facts = await NextAsync(lab, run, facts, i == 0, random, story);
            foreach (var look in (Command[])[Command.Publish, Command.Remove])
            {
                var small = Describe(run.Observe(facts, look), AccountFacts.Account);
                var sandbox = Describe(await ObserveAsync(lab, look), lab.Sandbox.AccountId);
                Assert.True(small == sandbox, $"{string.Join("; ", story)}\nsmall world:\n{small}\nsandbox:\n{sandbox}");
            }
        }
    }

    private static async Task<AccountFacts> NextAsync(StackLab lab, CommandRun run, AccountFacts facts, bool isFirst, Random random, List<string> story)
    {
        var hands = Hands.All.Where(h => SameDamage.ContainsKey(h.Name) && h.Do(facts) is not null).ToArray();
        var kind = isFirst || hands.Length == 0 ? 0 : random.Next(5);
        if (kind >= 3)
        {
            var hand = hands[random.Next(hands.Length)];
            story.Add("somebody " + hand.Name);
            using var damage = new LabDamage(lab);
            await damage.DoAsync(SameDamage[hand.Name]);
            return AbstractAccount.Settle(hand.Do(facts)!.SendersLook());
        }

        if (kind == 2)
        {
            story.Add("eight days pass");
            lab.Time.Advance(TimeSpan.FromDays(8));
            return AbstractAccount.Pass(facts, facts.Now.AddDays(8));
        }

        var command = isFirst ? Command.Publish : Command.All[random.Next(Command.All.Count)];
        story.Add(command.Name);
        lab.Time.Advance(TimeSpan.FromMinutes(1)); // the rate limits have recovered
        var end = run.Whole(facts, command);
        Assert.Equal(end.Errors.Select(e => e.ErrorId).Order(StringComparer.Ordinal), await RunAsync(lab, command));
        return AbstractAccount.Settle(end.Facts);
    }

    private static async Task<IEnumerable<string>> RunAsync(StackLab lab, Command command)
    {
        try
        {
            var result = command.Removal is { } removal ? await lab.RemoveAsync(removal) : await lab.PublishAsync(command.Wish, options: command.Options);
            return result.Errors.Select(e => e.ErrorId).Order(StringComparer.Ordinal);
        }
        catch (EmailSecurityException e)
        {
            return [e.ErrorId];
        }
    }

    private static async Task<ObservedStack> ObserveAsync(StackLab lab, Command command)
    {
        using var time = lab.Time.Run();
        using var services = lab.Connect();
        var look = command.Removal is not null
            ? new ObserveOptions { Parts = StackParts.All, ForRemoval = true, FindsDnsHost = true }
            : new ObserveOptions { Parts = StackParts.All, ForPublish = true, ForWarnings = true, AllSettings = true };
        return await new StackObserver(services, lab.Time, new SettingsMemory(lab.Time)).ObserveAsync(command.Wish, look, CancellationToken.None);
    }

    private static string Describe(ObservedStack o, string account)
    {
        List<string> lines = [Bucket("assets", o.AssetBucket), Bucket("logs", o.LogBucket), .. o.AssetVersions.Select(v => $"version {v.Key} {v.ETag} {v.IsLatest} {v.IsDeleteMarker}")];
        lines.AddRange(o.Metadata.Select(m => $"metadata {m.Key} {m.Value.ContentType} {m.Value.CacheControl} {m.Value.Sha256}"));
        lines.Add(o.Distribution is { } d ? $"distribution {d.Settings.Enabled} {d.IsDeployed} {string.Join(",", d.Settings.Aliases)} {d.Settings.LogBucketDomainName} {Tags(d.Tags)}" : "no distribution");
        lines.AddRange(o.Certificates.Select(c => $"certificate {c.Status} {string.Join(",", c.Names.Order(StringComparer.Ordinal))} {Tags(c.Tags)}").Order(StringComparer.Ordinal));
        lines.AddRange(o.RecordSets.Values.SelectMany(s => s).Where(s => s.Type is "TXT" or "A" or "AAAA" or "CNAME" && !s.Name.StartsWith("_dmarc", StringComparison.Ordinal))
            .Select(s => s.Type == "CNAME" ? $"validation {s.Name[(s.Name.IndexOf('.', StringComparison.Ordinal) + 1)..]}"
                : $"{s.Name} {s.Type} {s.Ttl} {string.Join("|", s.Values)} {(s.AliasTarget is null ? "" : s.AliasTarget == o.Distribution?.DomainName ? "ours" : "gone")}")
            .Order(StringComparer.Ordinal));
        lines.Add($"current {o.CurrentPolicy?.Id} announced {StackPlanner.PublishedPolicyId(o)} history {string.Join(",", o.PolicyHistory.Select(p => p.Id))} mx {string.Join(",", o.MxHosts)}");
        lines.Add($"testing since {(o.ObservedAt - o.TestingSince)?.TotalDays:0} edge {o.EdgePolicy?.Id} held for {Days(o)}");
        return string.Join('\n', lines).Replace(account, "ACCOUNT", StringComparison.Ordinal);
    }

    private static string Days(ObservedStack o)
        => RemovalPlanner.SendersHoldUntil(o) is var until && until > o.ObservedAt ? Invariant($"{(until - o.ObservedAt).TotalDays:0}") : "no time";

    private static string Bucket(string name, ObservedBucket? bucket) => bucket is null ? $"no {name}"
        : $"{name} {bucket.Settings.BlocksPublicAccess} {bucket.Settings.Ownership} {bucket.Settings.Encryption} {bucket.Settings.Versioned} "
            + $"{bucket.Settings.Policy?.Length > 0} {bucket.Settings.Lifecycle?.Count} {bucket.Settings.AccessLogging?.Prefix} {Tags(bucket.Settings.Tags)}";

    // Without the times: they are compared as how long senders hold a policy.
    private static string Tags(IReadOnlyDictionary<string, string> tags) => string.Join(",", tags.OrderBy(t => t.Key, StringComparer.Ordinal)
        .Select(t => StackNames.IsMarkTag(t.Key) && PolicyMark.Parse(t.Value) is { } mark ? $"{mark.Mode} {mark.MaxAge} {mark.Id} {mark.HeldUntil is null}"
            : t.Key == StackNames.EnforceTag ? t.Key : $"{t.Key}={t.Value}"));
}
