using System.Management.Automation;
using EmailSecurity.Planning;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>The user's side of a run: ShouldProcess for each change, progress for each step.</summary>
internal sealed class CmdletPlanHost(StackCmdlet cmdlet, bool force) : IPlanHost
{
    private readonly bool isWhatIf = cmdlet.IsWhatIf; // asked for on the pipeline thread
    private bool yesToAll;
    private bool noToAll;

    /// <summary>Where progress goes; null for none.</summary>
    public ProgressScope? Progress { get; set; }

    /// <inheritdoc/>
    public bool IsWhatIf => isWhatIf;

    /// <inheritdoc/>
    public async ValueTask<ChangeDecision> DecideAsync(Change change, CancellationToken cancellationToken)
    {
        var description = $"Performing the operation \"{change.Description}\" on target \"{change.Target}\".";
        var question = $"{change.Description}\n{change.Target}";
        return await cmdlet.AskAsync(() =>
        {
            // -WhatIf beats -Force.
            if (force && !isWhatIf)
            {
                return ChangeDecision.Apply;
            }

            var go = cmdlet.ShouldProcess(description, question, "Confirm", out var reason);
            if (reason == ShouldProcessReason.WhatIf)
            {
                return ChangeDecision.WhatIf;
            }

            // From here on mail can be refused: asked for as at the impact High, where the command as a whole has Medium.
            if (go && change.MovesToEnforce && cmdlet.AsksAtHighImpactOnly)
            {
                go = cmdlet.ShouldContinue($"{change.Target}: {change.Reason}. Senders that honour MTA-STS will then not deliver to a mail server that the policy does not name or whose certificate is not good.", "Move to mode enforce?", ref yesToAll, ref noToAll);
            }

            return go ? ChangeDecision.Apply : ChangeDecision.Skip;
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Report(PlanProgress progress)
    {
        var done = progress.Detail == "done";
        Progress?.Report(done ? $"Done: {progress.Current.Resource} {progress.Current.Target}" : progress.Detail, progress.Total == 0 ? -1 : 100 * progress.Done / progress.Total);
        if (done)
        {
            cmdlet.WriteVerbose($"{progress.Current.Target}: {progress.Current.Description}");
        }
    }
}
