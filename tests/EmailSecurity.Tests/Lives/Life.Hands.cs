namespace EmailSecurity.Tests.Lives;

/// <summary>Other people's hands: what they do, whose what they leave is, and what the owner does about it.</summary>
/// <remarks>
/// What is demanded after them is what the module can still know. (a) What they added and is not of the stack's own kind is theirs: it stays as it is, to the
/// end (a tag or a setting as long as its resource does). (b) What they did to what is the stack's own, may be repaired or left, and a command may refuse because
/// of it; then the owner does what the refusal says. (c) A publish that ends well without anybody's stepping in meanwhile has repaired it all: from outside
/// everything is as wished, and the plan is empty. (d) A removal that is complete leaves nothing of the stack, but a bucket that holds files of theirs,
/// and records that it names, where they took away every sign that those are the stack's.
/// (e) The observer's demands hold for every call of the module's, but a removal is not held to what senders may hold of a policy that others put there,
/// or whose every trace they took away.
/// </remarks>
internal sealed partial class Life
{
    private Hand? hand;
    private bool steppedIn;
    private readonly HashSet<string> disowned = new(StringComparer.Ordinal);
    private readonly HashSet<(string Key, string Value)> replaced = [];
    private readonly HashSet<string> late = new(StringComparer.Ordinal); // what they added while a command ran
    private int edits;
    private int answers;

    private Task StepInAsync() => HandActsAsync();

    private async Task HandActsAsync()
    {
        hand ??= new Hand(lab.Sandbox, lab.Aws, new LifeRandom(seed ^ 0x5eed));
        var before = AccountView.Of(lab.Sandbox);
        var told = await hand.ActAsync();
        var after = AccountView.Of(lab.Sandbox);
        story.Tell($"     Somebody else {told}.");
        if (Same(before, after) && !told.Contains("edges forget", StringComparison.Ordinal))
        {
            return;
        }

        edits++;
        Count("hand: " + told.Split(':')[0].Split(" (")[0]);
        steppedIn = true;
        wanted.IsDueTold = false;
        wanted.Move = null; // what was told, was told of another state
        lab.BeginSession();
        Claim(before, after);
        observer.IsTainted = true;
        observer.Look(Cause.OtherHand, "somebody else " + told, shakesHands: true);
    }

    private void Claim(SortedDictionary<string, string> before, SortedDictionary<string, string> after)
    {
        others = new SortedDictionary<string, string>(others, StringComparer.Ordinal);
        Disown(before, after);
        foreach (var key in before.Keys.Union(after.Keys).ToArray())
        {
            var (was, now) = (before.GetValueOrDefault(key), after.GetValueOrDefault(key));
            if (was == now)
            {
                continue;
            }

            if (now is null)
            {
                others.Remove(key);
            }
            else if (key.StartsWith("record ", StringComparison.Ordinal) && was?.Contains(".cloudfront.net", StringComparison.Ordinal) == true)
            {
                replaced.Add((key, now)); // an address of theirs in place of our alias: a publish may take it over, a removal leaves it
            }
            else if (others.ContainsKey(key) || (was is null && !IsOfStackKind(key)))
            {
                others[key] = now;
                late.Add(key);
            }
        }
    }

    // A certificate has no mark but its tag: without it, or with another's, it can be a certificate of the user's own. It stays, with its validation records.
    private void Disown(SortedDictionary<string, string> before, SortedDictionary<string, string> after)
    {
        foreach (var key in before.Keys.Where(k => k.StartsWith("certificate-tag ", StringComparison.Ordinal) && k.EndsWith(" EmailSecurity:Stack", StringComparison.Ordinal)))
        {
            if (before[key] == LifeLab.Domain && after.GetValueOrDefault(key) != LifeLab.Domain)
            {
                disowned.Add(key.Split(' ')[1]);
            }
        }
    }

    private bool IsDisowned(string key) => key.Split(' ') switch
    {
        ["certificate" or "certificate-tag", var arn, ..] => disowned.Contains(arn),
        ["record", _, var owner, "CNAME"] => disowned.Count > 0 && owner.StartsWith('_'),
        _ => false,
    };

    private bool IsOfStackKind(string key) => key.Split(' ') switch
    {
        ["certificate-tag", var arn, ..] when others.ContainsKey("certificate " + arn) => false,
        ["bucket", var bucket, ..] => IsOurBucket(bucket),
        ["bucket-tag" or "distribution-tag" or "certificate-tag", _, var tag] => tag.StartsWith("EmailSecurity:", StringComparison.Ordinal),
        ["object", var bucket, var name, ..] => IsOurBucket(bucket) && !name.StartsWith("notes-", StringComparison.Ordinal),
        ["text", _, var owner, .. var text] => owner.StartsWith('_') && string.Join(' ', text).StartsWith("\"v=", StringComparison.Ordinal),
        ["record", _, var owner, ..] => owner.StartsWith("mta-sts.", StringComparison.Ordinal) || owner.StartsWith("bimi-assets.", StringComparison.Ordinal)
            || owner.StartsWith('_'),
        ["distribution", ..] => true,
        _ => false,
    };

    private static bool IsOurBucket(string name) => name.StartsWith("es-example-com", StringComparison.Ordinal);

    // What is left because others put something into it.
    private SortedDictionary<string, string> Comparable(SortedDictionary<string, string> now)
    {
        var shared = others.Keys.Select(k => k.Split(' ')).Where(k => k[0] == "object" && IsOurBucket(k[1])).Select(k => k[1]).ToHashSet(StringComparer.Ordinal);
        var left = now.Where(f => f.Key.Split(' ') is not ["record", _, _, "TXT"]).Where(f => !IsToldToStay(f.Key)).Where(f => !IsDisowned(f.Key) && !replaced.Contains((f.Key, f.Value))).Where(f => f.Key.Split(' ') is not ["bucket" or "bucket-tag" or "object", var bucket, ..] || !shared.Contains(bucket) || others.ContainsKey(f.Key));
        return new SortedDictionary<string, string>(left.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    // Where others took every sign away that a record is the stack's, it stays, and the removal says so.
    private bool IsToldToStay(string key) => edits > 0 && key.Split(' ') is ["record" or "text", _, var name, ..]
        && result!.Warnings.Any(w => w.StartsWith(name + " ", StringComparison.Ordinal) && w.Contains("not changed", StringComparison.Ordinal));

    /// <summary>Does what a refusal says; the switch to add, empty for none; null where the owner can do nothing.</summary>
    private async Task<string?> AnswerAsync()
    {
        var errorId = refusal?.ErrorId ?? result!.Errors.FirstOrDefault()?.ErrorId ?? "";
        hand ??= new Hand(lab.Sandbox, lab.Aws, new LifeRandom(seed ^ 0x5eed));
        var before = AccountView.Of(lab.Sandbox);
        switch (errorId)
        {
            case "ForeignRecord" or "PolicyNotKnown":
                return "-Adopt";
            case "BucketNotOurs" or "DistributionNotOurs":
                story.Tell("     The owner gives the resources their tag back.");
                await hand.TagOursAsync();
                break;
            case "CaaForbidsAmazon":
                story.Tell("     The owner deletes the CAA records.");
                await hand.ClearAsync(LifeLab.Domain, "CAA");
                break;
            case "ForeignObjects":
                story.Tell("     The others take their files out of the buckets.");
                await hand.TakeFilesAwayAsync();
                break;
            default:
                return steppedIn || answers++ == 0 ? "" : null;
        }

        Claim(before, AccountView.Of(lab.Sandbox));
        observer.Look(Cause.OtherHand, "what the owner did about it", shakesHands: true);
        return "";
    }

    // What a publish warns of and cannot repair, the owner repairs.
    private async Task HeedAsync()
    {
        if (withHands && result!.Warnings.Any(w => w.Contains("CAA", StringComparison.Ordinal)))
        {
            story.Tell("     The owner is warned of the CAA records, and deletes them.");
            var before = AccountView.Of(lab.Sandbox);
            hand ??= new Hand(lab.Sandbox, lab.Aws, new LifeRandom(seed ^ 0x5eed));
            await hand.ClearAsync(LifeLab.Domain, "CAA");
            Claim(before, AccountView.Of(lab.Sandbox));
        }
    }

    private Outcome GiveUp(string command, Outcome outcome)
    {
        var errorId = refusal?.ErrorId ?? result!.Errors.FirstOrDefault()?.ErrorId ?? "it waits";
        Count($"given up: {command}: {errorId}");
        story.Tell("     The owner gives up.");
        answers = 0;
        return outcome;
    }
}
