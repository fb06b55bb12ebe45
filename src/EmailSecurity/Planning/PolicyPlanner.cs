using System.Text;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans MTA-STS: mark, upload, confirm that it is served, and only then publish the id (RFC 8461 section 8.1).</summary>
internal sealed class PolicyPlanner(PlanBuilder plan, StackWish stack, ObservedStack observed, MtaStsPolicy policy, MarkPlanner marks, Promotion? promotion)
{
    // Only where senders are known to have learned of an enforce policy is this no step up. The question is due before the upload: where
    // they know of a policy, those that have nothing cached fetch the new one from the moment it is served (RFC 8461 section 3.3).
    private bool MovesToEnforce => policy.Mode == MtaStsMode.Enforce && !PolicyChooser.IsEnforceAnnounced(observed);

    /// <summary>Remembers the policy on the distribution and the log bucket: once it is there senders can fetch it.</summary>
    /// <param name="owner">Tags the distribution as the stack's.</param>
    /// <param name="tags">Tags of the stack's resources.</param>
    /// <param name="logs">The log bucket; a new one is created with the mark.</param>
    public ServingMarks PlanMarks(Step? owner, PublishTags tags, BucketSteps logs)
    {
        var marked = marks.BeforeServing(owner);
        return new(marked, marks.InLogsBeforeServing(tags.WithParts, logs[BucketSetting.Tags], marked) ?? (MovesToEnforce ? logs.Created : null));
    }

    /// <summary>Uploads it.</summary>
    /// <param name="objects">Plans the objects.</param>
    /// <param name="marked">Remember it.</param>
    public Step? PlanObject(ObjectPlanner objects, ServingMarks marked) => objects.Plan("object/policy", StackPlanner.PolicyObject(policy),
        promotion is null ? "the policy that senders fetch" : $"the policy that senders fetch; {promotion}", StackPlanner.PolicyGroup,
        [marked.Distribution, marked.Logs], MovesToEnforce);

    /// <summary>Publishes its id, once it is served.</summary>
    /// <param name="records">Plans the records.</param>
    /// <param name="tags">Tags of the stack's resources.</param>
    /// <param name="before">The other steps that the record waits for.</param>
    public Step? PlanRecord(RecordPlanner records, PublishTags tags, PolicyRecordOrder before)
    {
        var served = before.Served ?? PlanServed(before.Uploaded, before.Serving);
        var marked = marks.BeforeAnnouncing(tags.WithParts, [before.Logs[BucketSetting.Tags], before.Marked.Logs, served]);
        var isMove = MovesToEnforce;
        var text = new MtaStsRecord(policy.Id).ToString();
        var set = StackPlanner.Txt(MtaStsRecord.NameOf(stack.Domain), text, RecordPlanner.PolicyRecordTtl);
        var isChecked = promotion is null ? "" : $"; {promotion}";
        var reason = isMove ? $"senders use the policy from now on, and refuse servers that break it (mode enforce){isChecked}"
            : $"senders fetch the policy again when its id changes (mode {policy.Mode.ToString().ToLowerInvariant()})";
        var record = new WantedRecord("record/mta-sts", set, StackPlanner.Quoted(text), reason)
        {
            IsOurs = StackPlanner.OwnedParts(observed).HasFlag(StackParts.MtaSts) || StackOwnership.IsPolicyRecordOurs(observed),
            MovesToEnforce = isMove && !plan.AsksToEnforce,
            Group = StackPlanner.PolicyGroup,
            Announces = StackParts.MtaSts,
        };

        // The tag says whose the record is, or a removal would not know it.
        return records.Ensure(record, dependsOn:
        [
            before.Assets.Created, before.Assets[BucketSetting.Tags], before.Marked.Distribution, marked, served, before.Aliases.A, before.Aliases.Visible,
        ]);
    }

    /// <summary>Sees that the policy is served; null where nothing about it changes.</summary>
    /// <param name="uploaded">Puts the policy.</param>
    /// <param name="serving">Lets the edge serve it.</param>
    public Step? PlanServed(Step? uploaded, ServingSteps serving)
    {
        var (assetPolicy, hosting, invalidation, invalidated) = serving;
        Step?[] dependsOn = [uploaded, assetPolicy, hosting.Distribution, hosting.Deployed, invalidation, invalidated];
        if (dependsOn.All(s => s is null) && StackPlanner.PublishedPolicyId(observed) == policy.Id)
        {
            return null;
        }

        var url = MtaStsPolicy.UrlOf(stack.Domain);
        return plan.Add("served/policy", ChangeAction.Wait, "HTTPS", url.ToString(),
            "senders must be served this policy before its id is published (RFC 8461 section 8.1)",
            new Operation.ConfirmServed(url, Encoding.UTF8.GetBytes(policy.Served), "PolicyNotServed")
            {
                IsProxied = StackPlanner.IsProxied(observed, url.Host),
            },
            dependsOn, observed.PredecessorPolicy is { } theirs ? Obstacle.Describe(theirs) : "", $"policy {policy.Id}");
    }
}

/// <summary>The steps that remember a policy before it is served; null where it is remembered already.</summary>
/// <param name="Distribution">On the distribution.</param>
/// <param name="Logs">On the log bucket, which outlives that.</param>
internal sealed record ServingMarks(Step? Distribution, Step? Logs);

/// <summary>The steps that the policy's record waits for.</summary>
/// <param name="Logs">The log bucket.</param>
/// <param name="Assets">The asset bucket.</param>
/// <param name="Marked">Remember the policy.</param>
/// <param name="Uploaded">Puts the policy.</param>
/// <param name="Serving">Lets the edge serve it.</param>
/// <param name="Aliases">Lead to it.</param>
/// <param name="Served">Sees that it is served, where that is planned already; null otherwise.</param>
internal sealed record PolicyRecordOrder(
    BucketSteps Logs, BucketSteps Assets, ServingMarks Marked, Step? Uploaded, ServingSteps Serving, AliasSteps Aliases, Step? Served);
