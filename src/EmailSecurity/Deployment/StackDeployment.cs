using System.Security.Cryptography;
using EmailSecurity.Applying;
using EmailSecurity.Findings;
using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>What a command on a stack did.</summary>
public sealed record DeploymentResult
{
    /// <summary>The stack now; null where it is gone.</summary>
    public required EmailSecurityStack? Stack { get; init; }
    /// <summary>The plan that was carried out; of a removal, the last.</summary>
    public required Plan Plan { get; init; }
    /// <summary>How that went.</summary>
    public required ExecutionResult Execution { get; init; }
    /// <summary>What the user should know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
    /// <summary>What the user should know now that all is done: what is left of a predecessor. Empty where not all is done.</summary>
    public IReadOnlyList<string> ClosingWarnings { get; init; } = [];
    /// <summary>One error for each thing that went wrong.</summary>
    public IReadOnlyList<EmailSecurityException> Errors { get; init; } = [];
}

/// <summary>Observe, plan, apply, confirm: the one way in which commands change a stack.</summary>
public sealed class StackDeployment(IEmailSecurityServices services, TimeProvider time, SettingsMemory memory)
{
    private const int MaxRemovalStages = 4;

    /// <summary>What a publish would change.</summary>
    public async Task<Plan> PlanAsync(EmailSecurityStack stack, StackParts parts, PublishOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stack);
        var wish = stack.WishForDeployment();
        var look = new ObserveOptions { Parts = parts, ForPublish = true, ForWarnings = true, AllSettings = true, MarkRoots = options.MarkRoots };
        var observed = await ObserveAsync(wish, look, cancellationToken).ConfigureAwait(false);
        var plan = StackPlanner.Publish(wish, parts, observed, options);
        if (plan.IsEmpty && plan.Refused.Count == 0 && parts.HasFlag(StackParts.MtaSts))
        {
            memory.Verified(observed.Caller.AccountId, wish);
        }
        else
        {
            memory.Forget(observed.Caller.AccountId, wish);
        }

        return plan;
    }

    /// <summary>Whether the domain is ready for mode enforce. Nothing is changed.</summary>
    /// <param name="stack">The domain, and what its policy should be.</param>
    /// <param name="options">How many days in mode testing are enough, and the reports.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<TestResult> TestReadinessAsync(EmailSecurityStack stack, PublishOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stack);
        var look = new ObserveOptions { Parts = StackParts.MtaSts, ForPublish = true, ForWarnings = true };
        var (asked, observed) = await ObserveDeployedAsync(ReadinessTest.Enforcing(stack), look, cancellationToken).ConfigureAwait(false);
        return ReadinessTest.Judge(asked, observed, options);
    }

    /// <summary>Publishes the parts. Whatever goes wrong is in the result; only a condition that stops everything is thrown.</summary>
    public async Task<DeploymentResult> PublishAsync(
        EmailSecurityStack stack, StackParts parts, PublishOptions options, WaitOptions waits, IPlanHost host, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stack);
        var wish = stack.WishForDeployment();
        var look = new ObserveOptions { Parts = parts, ForPublish = true, ForWarnings = true, MarkRoots = options.MarkRoots };
        var observed = await ObserveAsync(wish, look, cancellationToken).ConfigureAwait(false);
        var plan = StackPlanner.Publish(wish, parts, observed, options);
        host.Warn(plan.Warnings); // before the questions that they are about
        ExecutionResult result;
        try
        {
            result = await new PlanExecutor(services, time, waits).RunAsync(plan, observed, host, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            memory.Forget(observed.Caller.AccountId, wish);
            throw;
        }

        if (result.IsComplete && !plan.RefusedParts.HasFlag(StackParts.MtaSts) && parts.HasFlag(StackParts.MtaSts))
        {
            memory.Verified(observed.Caller.AccountId, wish);
        }
        else if (!result.IsComplete)
        {
            memory.Forget(observed.Caller.AccountId, wish);
        }

        foreach (var (bucket, item, versionId) in result.PutObjects)
        {
            memory.Remember(bucket, item.Key, new ObjectMetadata(versionId, item.ContentType, item.CacheControl)
            {
                ContentEncoding = item.ContentEncoding,
                Sha256 = Convert.ToBase64String(SHA256.HashData(item.Content.Span)),
            });
        }

        // With -WhatIf, all that is there is read; otherwise a publish shows what it read and did, and reads nothing more.
        var now = (options.IsPlanOnly && StackReport.HasHosting(parts) ? await GetAsync(stack, cancellationToken).ConfigureAwait(false) : null)
            ?? StackReport.AfterPublish(stack, parts, observed, plan, result);
        if (now.Policy is { } policy)
        {
            memory.Remember(policy, stack.Domain);
        }

        return new DeploymentResult
        {
            Stack = now,
            Plan = plan,
            Execution = result,
            Warnings = plan.Warnings,
            ClosingWarnings = result.IsComplete ? plan.ClosingWarnings : [],
            Errors = [.. plan.Refused, .. StepErrors.Of(result)],
        };
    }

    /// <summary>The stack as AWS and DNS have it; null where there is nothing of it.</summary>
    public async Task<EmailSecurityStack?> GetAsync(EmailSecurityStack stack, CancellationToken cancellationToken)
    {
        var look = new ObserveOptions { Parts = StackParts.All, AllSettings = true, ForRemoval = true };
        var (asked, observed) = await ObserveDeployedAsync(stack, look, cancellationToken).ConfigureAwait(false);
        return StackReport.AsObserved(stack, asked, observed);
    }

    /// <summary>
    /// Every record that the stack needs, with its status in DNS as senders see it: as described, or, where nothing is described, as deployed.
    /// </summary>
    /// <param name="stack">The stack.</param>
    /// <param name="warn">Receives what the user should know.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<DnsRecordState>> GetRecordsAsync(EmailSecurityStack stack, Action<string> warn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(warn);
        var look = new ObserveOptions { Parts = StackParts.All, ForPublish = true };
        var (asked, observed) = await ObserveDeployedAsync(stack, look, cancellationToken).ConfigureAwait(false);
        if (StackRemovals.Of(observed) is { } removal)
        {
            warn($"A removal of {asked.Domain} is in progress: {removal}. Do not publish records of it that are missing.");
        }

        return await new RecordReport(services, asked, observed).LookAsync(StackReport.RecordsOf(asked, observed), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Until it is disposed, what this reads of many stacks rests on one listing of zones, distributions and certificates.</summary>
    public IDisposable? KeepListings() => services.KeepListings();

    /// <summary>Domains of all stacks of the account, of which anything is left.</summary>
    public IAsyncEnumerable<string> ListDomainsAsync(CancellationToken cancellationToken) => new StackSearch(services).DomainsAsync(cancellationToken);

    /// <summary>Takes a stack down as far as is safe now; the stack in the result is null once it is gone.</summary>
    public async Task<DeploymentResult> RemoveAsync(
        EmailSecurityStack stack, RemovalOptions options, WaitOptions waits, IPlanHost host, CancellationToken cancellationToken)
    {
        List<string> warnings = [];
        for (var stage = 1; ; stage++)
        {
            var look = new ObserveOptions { Parts = StackParts.All, ForRemoval = true };
            var (asked, observed) = await ObserveDeployedAsync(stack, look, cancellationToken).ConfigureAwait(false);
            memory.Forget(observed.Caller.AccountId, asked);
            if (observed.LogBucket is { } logs && !options.KeepLogs && !options.RemoveForeignObject)
            {
                var others = await services.Buckets.FindOthersAsync(logs.Name, StackNames.IsLogKey, cancellationToken).ConfigureAwait(false);
                observed = observed with { OtherLogObjects = others };
            }

            var plan = RemovalPlanner.Remove(asked, observed, options);
            var result = await new PlanExecutor(services, time, waits).RunAsync(plan, observed, host, cancellationToken).ConfigureAwait(false);
            warnings.AddRange(plan.Warnings.Except(warnings, StringComparer.Ordinal).ToArray());
            if (stage == 1 && IsOfAnyStack(plan) && StackReport.AsObserved(stack, asked, observed) is null)
            {
                warnings.Add(NothingToRemove(asked, observed));
            }

            var last = result.IsWhatIf || !result.IsComplete || IsOfAnyStack(plan) || stage == MaxRemovalStages || IsTakeDown(plan);
            if (last)
            {
                var gone = result.IsComplete && plan.Refused.Count == 0;
                var left = gone ? null : StackReport.WhileRemoving(stack, asked, observed, result);
                return new DeploymentResult
                {
                    Stack = left is { WaitingFor.Length: 0 } && plan.Refused.Count > 0
                        ? left with { State = left.State with { WaitingFor = plan.Refused[0].What } }
                        : left,
                    Plan = plan,
                    Execution = result,
                    Warnings = warnings,
                    Errors = [.. plan.Refused, .. StepErrors.Of(result)],
                };
            }
        }
    }

    // Nothing, or what the account's stacks share, which shows nothing of this one.
    private static bool IsOfAnyStack(Plan plan) => plan.Refused.Count == 0 && plan.Changes.All(c => c.Operation is Operation.DeleteOriginAccessControl);

    private static string NothingToRemove(StackWish asked, ObservedStack observed) =>
        $"There is nothing to remove: account {observed.Caller.AccountId} has no stack of {asked.Domain} with buckets in {observed.Region}. "
            + "If you expected one, check the credentials and -Region; Get-EmailSecurityStack lists all stacks of the account.";

    private static bool IsTakeDown(Plan plan)
        => plan.Changes.Any(c => c.Operation is Operation.DeleteBucket or Operation.DeleteDistribution or Operation.DeleteCertificate);

    // What is deployed is asked for by its domain alone: who hosts its DNS shows where the account has no zone for it.
    private async Task<(StackWish Asked, ObservedStack Observed)> ObserveDeployedAsync(
        EmailSecurityStack stack, ObserveOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stack);
        var asked = stack.WishForDeployment();
        var observed = await new StackObserver(services, time, memory)
            .ObserveAsync(asked, options with { FindsDnsHost = true }, cancellationToken).ConfigureAwait(false);
        return (asked.DnsHost == DnsHost.External || observed.ZoneOf(asked.Domain) is not null ? asked : asked with { DnsHost = DnsHost.External }, observed);
    }

    private Task<ObservedStack> ObserveAsync(StackWish wish, ObserveOptions options, CancellationToken cancellationToken)
        => new StackObserver(services, time, memory).ObserveAsync(wish, options, cancellationToken);
}
