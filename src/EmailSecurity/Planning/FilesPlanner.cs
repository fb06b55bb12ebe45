using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans the parts that serve files, MTA-STS and BIMI: buckets, objects, distribution, names, and last the records that announce them.</summary>
internal sealed class FilesPlanner(PlanBuilder plan, StackWish stack, ObservedStack observed, PublishOptions options)
{
    /// <summary>Plans the files.</summary>
    /// <param name="policy">The policy to be served; null for none.</param>
    /// <param name="promotion">The move to mode enforce that it is; null for none.</param>
    /// <param name="wantsBimi">True where the logo is to be served.</param>
    /// <param name="before">The parts that are the stack's now.</param>
    /// <param name="after">The parts that are the stack's after this publish.</param>
    public PublishDecision Plan(MtaStsPolicy? policy, Promotion? promotion, bool wantsBimi, StackParts before, StackParts after)
    {
        LoggingRegions.Check(observed.Region);
        var owned = StackPlanner.OwnedParts(observed);
        var bimiHost = HostingPlanner.BimiHost(stack, observed, wantsBimi);
        var tags = PublishTags.Of(stack, observed, policy, promotion, before, after);
        var buckets = new BucketPlanner(plan, stack, observed, options);
        var (logs, assets) = buckets.Plan(tags);
        var records = new RecordPlanner(plan, stack, observed, options, assets) { Policy = policy };
        var hosting = new HostingPlanner(plan, stack, observed, records, assets);
        var owner = hosting.PlanOwnTags(tags);

        var marks = policy is null ? null : new MarkPlanner(plan, observed, tags.Mark!, promotion);
        var mtaSts = policy is null ? null : new PolicyPlanner(plan, stack, observed, policy, marks!, promotion);
        var marked = mtaSts?.PlanMarks(owner, tags, logs) ?? new ServingMarks(null, null);
        var objects = new ObjectPlanner(plan, observed, assets);
        var uploaded = mtaSts?.PlanObject(objects, marked);
        var files = wantsBimi ? BimiFiles.Of(stack, bimiHost) : null;
        var bimi = files is null ? null : new BimiPlanner(plan, stack, observed, files);
        var bimiObjects = bimi?.PlanObjects(objects) ?? new BimiObjects(null, null);

        var hosted = hosting.PlanDistribution(bimiHost, after, tags, logs, owner);
        var assetPolicy = buckets.AssetPolicy(assets, hosted.Distribution);
        var (invalidation, invalidated) = new InvalidationPlanner(plan, observed, policy)
            .Plan(objects.Replaced, uploaded, bimiObjects, readable: [assetPolicy, hosted.Deployed]);
        var serving = new ServingSteps(assetPolicy, hosted, invalidation, invalidated);
        var policyHost = MtaStsPolicy.HostOf(stack.Domain);
        string[] hosts = [.. mtaSts is null ? Array.Empty<string>() : [policyHost], .. bimi is null ? Array.Empty<string>() : [bimiHost]];
        hosted = new AliasMovePlanner(plan, stack, observed, options)
            .Plan(hosts, policy, [uploaded, bimiObjects.Logo, bimiObjects.MarkCertificate], serving);
        serving = serving with { Hosting = hosted };

        // A name that leads elsewhere is led here only once that serves: until then senders are served there.
        var servedFirst = StackOwnership.LeadsElsewhere(observed, policyHost) ? mtaSts?.PlanServed(uploaded, serving) : null;
        Step? Before(string host)
            => StackOwnership.LeadsElsewhere(observed, host) || AliasMovePlanner.HolderOf(observed, host) is not null ? hosted.Deployed : null;
        var policyNames = mtaSts is null ? AliasSteps.None
            : hosting.PlanAliases("mta-sts", policyHost, owned.HasFlag(StackParts.MtaSts), hosted.Distribution, servedFirst ?? Before(policyHost));
        var bimiNames = bimi is null ? AliasSteps.None
            : hosting.PlanAliases("bimi", bimiHost, owned.HasFlag(StackParts.Bimi), hosted.Distribution, Before(bimiHost));
        return new PublishDecision
        {
            Policy = policy,
            Promotion = promotion,
            Bimi = files,
            Logs = logs,
            Assets = assets,
            Hosting = hosted,
            PolicyHost = policyNames,
            BimiHost = bimiNames,
            PolicyRecord = mtaSts?.PlanRecord(records, tags, new PolicyRecordOrder(logs, assets, marked, uploaded, serving, policyNames, servedFirst)),
            BimiRecord = bimi?.PlanRecord(records, assets, bimiObjects, serving, bimiNames),
        };
    }
}
