using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Applying;

/// <summary>Makes the calls and waits behind the steps of one run.</summary>
internal sealed partial class ChangeApplier(
    IEmailSecurityServices services, TimeProvider time, WaitOptions options, RunState state, Action<Change, string> report)
{
    // How long each wait lasts where the user gives no -Timeout: far beyond what AWS usually takes, so that a slow day is not a failure.
    private static readonly TimeSpan ValidationNamesLimit = TimeSpan.FromHours(1);
    private static readonly TimeSpan CertificateLimit = TimeSpan.FromHours(73); // ACM itself gives up after 72 hours, and says so
    private static readonly TimeSpan ValidationVisibleLimit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromHours(3);
    private static readonly TimeSpan DistributionLimit = TimeSpan.FromHours(6);
    private static readonly TimeSpan InvalidationLimit = TimeSpan.FromHours(2);
    private static readonly TimeSpan VisibleLimit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ServedLimit = TimeSpan.FromMinutes(15);
    private readonly RecordLooks looks = new(services);
    private readonly long startedAt = time.GetTimestamp();

    /// <summary>Applies one step, or a batch of record changes of one zone. Never throws but for cancellation.</summary>
    public async Task<StepOutcome> ApplyAsync(IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        await Task.Yield(); // the first call of a step must not hold up the start of the next
        try
        {
            return changes[0].Operation is Operation.UpsertRecord or Operation.DeleteRecord
                ? await ChangeRecordsAsync(changes, cancellationToken).ConfigureAwait(false)
                : await ApplyAsync(changes[0], cancellationToken).ConfigureAwait(false);
        }
        catch (EmailSecurityException e)
        {
            return StepOutcome.Failed(changes, e);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // one step's trouble must not hide how the others ended
        catch (Exception e)
        {
            return StepOutcome.Failed(changes, new EmailSecurityException("Unexpected", ErrorKind.InvalidOperation,
                $"{changes[0].Description} failed: {e.Message}", "Run the same command again; it continues where this one stopped.", e));
        }
#pragma warning restore CA1031
    }

    private async Task<StepOutcome> ApplyAsync(Change change, CancellationToken ct)
    {
        switch (change.Operation)
        {
            case Operation.Refuse o:
                throw o.Reason;
            case Operation.CreateBucket o:
                await services.Buckets.CreateAsync(o.Name, o.Ownership, Agreed(o.Tags, o.Marks), o.Region, ct).ConfigureAwait(false);
                return StepOutcome.Done;
            case Operation.PutSetting o:
                var desired = o.Setting == BucketSetting.Tags ? o.Desired with { Tags = Agreed(o.Desired.Tags, o.Marks) } : o.Desired;
                await PutSettingAsync(o.Name, o.Setting, desired, ct).ConfigureAwait(false);
                return StepOutcome.Done;
            case Operation.PutAssetPolicy o:
                var policy = BucketPolicies.Assets(o.Name, o.Partition, state.RequireDistribution().Arn);
                await PutSettingAsync(o.Name, BucketSetting.Policy, new BucketSettings { Policy = policy }, ct).ConfigureAwait(false);
                return StepOutcome.Done;
            case Operation.PutObject o:
                var version = await services.Buckets.PutObjectAsync(o.Bucket, o.Item, ct).ConfigureAwait(false);
                state.PutObjects.Enqueue((o.Bucket, o.Item, version));
                return StepOutcome.Done;
            case Operation.RequestCertificate o:
                var requests = new CertificateRequests(services.Certificates, time);
                (state.CertificateArn, state.Certificate) = await requests.RequestAsync(state.AccountId, o.Names, o.Tags, o.Dead, ct).ConfigureAwait(false);
                return StepOutcome.Done;
            case Operation.PublishValidation o:
                return await PublishValidationAsync(change, o, ct).ConfigureAwait(false);
            case Operation.WaitCertificate o:
                return await WaitCertificateAsync(change, o, ct).ConfigureAwait(false);
            case Operation.CreateOriginAccessControl:
                state.OriginAccessControlId = await AccessControl.CreateAsync(ct).ConfigureAwait(false);
                return StepOutcome.Done;
            case Operation.CreateDistribution o:
                state.Distribution = await AccessControl.ApplyAsync(
                    Complete(o.Settings), s => services.Distributions.CreateAsync(s, Agreed(o.Tags, o.Marks), ct), ct).ConfigureAwait(false);
                return StepOutcome.Done;
            case Operation.UpdateDistribution o:
                var tags = state.Distribution?.Tags;
                var updated = await AccessControl.ApplyAsync(
                    Complete(o.Settings), s => services.Distributions.UpdateAsync(o.Id, s, ct), ct).ConfigureAwait(false);
                state.Distribution = tags is null ? updated : updated with { Tags = tags };
                return StepOutcome.Done;
            case Operation.TagDistribution o:
                await services.Distributions.TagAsync(o.Arn, Agreed(o.Tags, o.Marks), ct).ConfigureAwait(false);
                return StepOutcome.Done;
            case Operation.MoveAlias o:
                await services.Distributions.MoveAliasAsync(state.RequireDistribution().Id, o.Alias, ct).ConfigureAwait(false);
                return StepOutcome.Done;
            case Operation.WaitDistribution:
                return await WaitDistributionAsync(change, ct).ConfigureAwait(false);
            case Operation.WaitRecords o:
                return await WaitRecordsAsync(change, o, ct).ConfigureAwait(false);
            case Operation.Invalidate o:
                state.InvalidationId = await services.Distributions
                    .CreateInvalidationAsync(state.RequireDistribution().Id, o.Paths, o.Reference, ct).ConfigureAwait(false);
                return StepOutcome.Done;
            case Operation.WaitInvalidation:
                return await WaitAsync(change, InvalidationLimit, "InvalidationNotCompleted",
                    "CloudFront has not completed the invalidation", "Run the same command again; nothing that depends on it was changed.",
                    c => services.Distributions.IsInvalidationCompletedAsync(state.RequireDistribution().Id, state.InvalidationId, c),
                    ct).ConfigureAwait(false);
            case Operation.ConfirmServed o:
                return await ConfirmServedAsync(change, o, ct).ConfigureAwait(false);
            case Operation.ConfirmPolicy o:
                return await ConfirmPolicyAsync(change, o, ct).ConfigureAwait(false);
            case Operation.AwaitRecord o:
                var value = o.Record.Value.Length > 0 ? o.Record.Value : state.RequireDistribution().DomainName;
                return await AwaitRecordAsync(change, o.Record with { Value = value }, o.Content, ct).ConfigureAwait(false);
            case Operation.AwaitRecordGone o:
                return await AwaitRecordGoneAsync(change, o.Record, o.Content, ct).ConfigureAwait(false);
            case Operation.AwaitTime o:
                return services.Account.GetUtcNow(time) >= o.Until ? StepOutcome.Done : StepOutcome.Waits(change.Reason, o.Until);
            case Operation.DisableDistribution o:
                await services.Distributions.DisableAsync(o.Id, o.WithoutAliases, ct).ConfigureAwait(false);
                return StepOutcome.Done;
            case Operation.DeleteDistribution o:
                await services.Distributions.DeleteAsync(o.Id, ct).ConfigureAwait(false);
                state.Distribution = null;
                return StepOutcome.Done;
            case Operation.DeleteCertificate o:
                return await DeleteCertificateAsync(change, o, ct).ConfigureAwait(false);
            case Operation.DeleteOriginAccessControl o:
                // False where other stacks share it, or somebody else put one of their own on the distribution.
                await services.Distributions.DeleteOriginAccessControlAsync(o.Id, StackNames.IsOriginAccessControlName, ct).ConfigureAwait(false);
                return StepOutcome.Done;
            case Operation.DeleteBucket o:
                if (o.IsOwn is null)
                {
                    await services.Buckets.EmptyAndDeleteAsync(o.Name, null, ct).ConfigureAwait(false);
                }
                else if (await services.Buckets.EmptyOwnAndDeleteAsync(o.Name, o.IsOwn, ct).ConfigureAwait(false) is { } others && !o.MayStay)
                {
                    throw o.Left(others); // put there since the look
                }

                return StepOutcome.Done;
            default:
                throw new InvalidOperationException($"No way to apply {change.Operation.GetType().Name}.");
        }
    }

    private SharedOriginAccessControl AccessControl => new(services.Distributions);

    private IReadOnlyDictionary<string, string> Agreed(IReadOnlyDictionary<string, string> tags, StackMarks? marks)
        => marks?.Apply(tags, state.Declined) ?? tags;

    private async Task PutSettingAsync(string bucket, BucketSetting setting, BucketSettings desired, CancellationToken ct)
    {
        if (SettingRebase.IsShared(setting) && state.Seen(bucket) is { } seen
            && await services.Buckets.GetAsync(bucket, new HashSet<BucketSetting> { setting }, ct).ConfigureAwait(false) is { } now)
        {
            desired = SettingRebase.Onto(setting, desired, seen, now.Settings);
        }

        await services.Buckets.PutSettingAsync(bucket, setting, desired, ct).ConfigureAwait(false);
    }

    private DistributionSettings Complete(DistributionSettings settings) => settings with
    {
        OriginAccessControlId = settings.OriginAccessControlId.Length > 0 ? settings.OriginAccessControlId : state.OriginAccessControlId,
        CertificateArn = settings.CertificateArn.Length > 0 ? settings.CertificateArn : state.CertificateArn,
    };

    private async Task<StepOutcome> ChangeRecordsAsync(IReadOnlyList<Change> changes, CancellationToken ct)
    {
        var zoneId = changes[0].Operation is Operation.UpsertRecord u ? u.ZoneId : ((Operation.DeleteRecord)changes[0].Operation).ZoneId;
        try
        {
            // Distinct: the CNAME that gives way to A and to AAAA can be deleted but once.
            var id = await services.Zones.ChangeAsync(zoneId, [.. changes.SelectMany(RecordChanges).Distinct()], ct).ConfigureAwait(false);
            foreach (var change in changes)
            {
                state.RecordChanges[change.Id] = id;
            }

            return StepOutcome.Done;
        }
        catch (EmailSecurityException e) when (changes.Count > 1 && e.ErrorId == "RecordChangeRefused")
        {
            // A batch is atomic: one bad record refuses all. Alone, the good ones go through and the bad one is named.
            var errors = new Dictionary<string, EmailSecurityException>(StringComparer.Ordinal);
            foreach (var change in changes)
            {
                var one = await ApplyAsync([change], ct).ConfigureAwait(false);
                foreach (var (id, error) in one.Errors)
                {
                    errors[id] = error;
                }
            }

            return new StepOutcome(errors, null);
        }
    }

    private IEnumerable<RecordSetChange> RecordChanges(Change change) => change.Operation switch
    {
        Operation.DeleteRecord d => [new RecordSetChange(true, d.Set)],
        Operation.UpsertRecord u =>
        [
            .. u.Displaced.Select(s => new RecordSetChange(true, s)),
            new RecordSetChange(false, u.Set.AliasTarget is "" ? u.Set with { AliasTarget = state.RequireDistribution().DomainName } : u.Set),
        ],
        _ => throw new InvalidOperationException("Not a record change."),
    };
}
