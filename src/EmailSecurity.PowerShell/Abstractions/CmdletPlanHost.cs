using System.Management.Automation;
using System.Management.Automation.Host;
using System.Reflection;
using EmailSecurity.Applying;
using EmailSecurity.Planning;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>The user's side of the run of one domain: ShouldProcess for each change, progress for each step.</summary>
internal sealed class CmdletPlanHost : IPlanHost, IDisposable
{
    private readonly StackCmdlet cmdlet;
    private readonly Preferences asked;
    private DomainTurn? turn;
    private bool holdsDesk;

    /// <summary>Made on the pipeline thread.</summary>
    public CmdletPlanHost(StackCmdlet cmdlet, bool force)
    {
        this.cmdlet = cmdlet;
        asked = Preferences.Of(cmdlet, force);
    }

    /// <inheritdoc/>
    public bool IsWhatIf => asked.IsWhatIf;

    /// <summary>The domain whose run it is; set before the run.</summary>
    public CmdletPlanHost For(DomainTurn domain)
    {
        turn = domain;
        return this;
    }

    /// <inheritdoc/>
    public void Warn(IReadOnlyList<string> warnings) => cmdlet.WriteTogether(() =>
    {
        foreach (var warning in warnings)
        {
            cmdlet.WriteWarning(warning);
        }
    });

    /// <inheritdoc/>
    public async ValueTask<ChangeDecision> DecideAsync(Change change, CancellationToken cancellationToken)
    {
        var asksForEnforce = change.MovesToEnforce && asked.AsksAtHighImpactOnly && !asked.Forced;
        if (asked.NeedsNoQuestion && !asksForEnforce)
        {
            // Nobody is asked, so the run does not wait for the pipeline's thread, which another command may hold.
            Verbose(Sentence(change));
            return ChangeDecision.Apply;
        }

        if (!holdsDesk)
        {
            await cmdlet.Questions.EnterAsync(turn?.Number ?? 0, cancellationToken).ConfigureAwait(false);
            holdsDesk = true;
        }

        try
        {
            return await cmdlet.OnPipelineAsync(() => AskIfPossible(change)).ConfigureAwait(false);
        }
        finally
        {
            // With -WhatIf nothing is waited for: what would be done for one domain stays together.
            if (!IsWhatIf)
            {
                Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Report(PlanProgress progress)
    {
        var done = progress.Detail == "done";
        turn?.Report(
            done ? $"Done: {progress.Current.Resource} {progress.Current.Target}" : progress.Detail,
            progress.Total == 0 ? -1 : 100 * progress.Done / progress.Total);

        // -Verbose shows a change when it is decided, and a wait when it ends.
        if (done && !progress.Current.IsWrite)
        {
            Verbose($"{progress.Current.Target}: {progress.Current.Description}");
        }
    }

    /// <summary>Shows with -WhatIf what a run that changes nothing now would wait for.</summary>
    public async Task ShowWaitsAsync(Plan plan)
    {
        if (IsWhatIf && plan.Changes.Count > 0 && plan.Changes.All(c => !c.IsWrite))
        {
            foreach (var wait in plan.Changes)
            {
                await cmdlet.OnPipelineAsync(() => cmdlet.ShouldProcess(Sentence(wait), wait.Description, "Confirm", out _)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Lets the next domain ask.</summary>
    public void Dispose()
    {
        if (holdsDesk)
        {
            holdsDesk = false;
            cmdlet.Questions.Leave();
        }
    }

    // Every question comes before the first write: where nobody can be asked, nothing is done by halves.
    private ChangeDecision AskIfPossible(Change change)
    {
        try
        {
            return Ask(change);
        }
        catch (Exception e) when (e is PSInvalidOperationException or HostException)
        {
            throw new EmailSecurityException("AnswerNeeded", ErrorKind.InvalidOperation,
                $"\"{Unquoted(change.Description)}\" on {change.Target} has to be confirmed, and this session cannot ask (-NonInteractive). "
                    + "Nothing was changed.",
                "To answer yes to every question, run the same command again with -Confirm:$false. To see what it would do, use -WhatIf.", e)
            { Target = change.Target };
        }
    }

    private ChangeDecision Ask(Change change)
    {
        // -WhatIf takes precedence over -Force.
        if (asked.Forced)
        {
            Verbose(Sentence(change));
            return ChangeDecision.Apply;
        }

        var go = cmdlet.ShouldProcess(Sentence(change), $"{change.Description}\n{change.Target}", "Confirm", out var reason);
        if (reason == ShouldProcessReason.WhatIf)
        {
            return ChangeDecision.WhatIf;
        }

        // Where the engine does not ask, it writes to -Verbose itself.
        if (go && asked.Prompts)
        {
            Verbose(Sentence(change));
        }

        // From here on mail can be refused: asked for as at the impact High, where the command as a whole has Medium.
        if (go && change.MovesToEnforce && asked.AsksAtHighImpactOnly)
        {
            var (yes, no) = (cmdlet.Questions.YesToAll, cmdlet.Questions.NoToAll);
            go = cmdlet.ShouldContinue(
                $"{change.Target}: {change.Reason}. Senders that support MTA-STS will then not deliver to a mail server "
                    + "that the policy does not list or whose certificate is not valid.",
                "Move to mode enforce?", ref yes, ref no);
            (cmdlet.Questions.YesToAll, cmdlet.Questions.NoToAll) = (yes, no);
        }

        return go ? ChangeDecision.Apply : ChangeDecision.Skip;
    }

    // The words of PowerShell; quotation marks within quotation marks would end the quotation.
    private static string Sentence(Change change) => $"Performing the operation \"{Unquoted(change.Description)}\" on target \"{change.Target}\".";

    private static string Unquoted(string text) => text.Replace('"', '\'');

    private void Verbose(string text)
    {
        if (asked.IsVerbose)
        {
            cmdlet.WriteVerbose(text);
        }
    }

    /// <summary>What the session and the command line say about questions.</summary>
    /// <param name="Forced">-Force, and no -WhatIf.</param>
    /// <param name="IsWhatIf">-WhatIf, given or inherited from the session.</param>
    /// <param name="NeedsNoQuestion">ShouldProcess would answer yes without asking or saying anything.</param>
    /// <param name="AsksAtHighImpactOnly">
    /// The session asks at the impact High, and has not asked already at a lower one: neither -Confirm nor -Confirm:$false, $ConfirmPreference High.
    /// </param>
    /// <param name="Prompts">ShouldProcess asks.</param>
    /// <param name="IsVerbose">-Verbose, given or inherited from the session.</param>
    private sealed record Preferences(bool Forced, bool IsWhatIf, bool NeedsNoQuestion, bool AsksAtHighImpactOnly, bool Prompts, bool IsVerbose)
    {
        public static Preferences Of(StackCmdlet cmdlet, bool force)
        {
            var isWhatIf = Switch("WhatIf") ?? cmdlet.GetVariableValue("WhatIfPreference") is SwitchParameter { IsPresent: true } or true;
            var confirm = Switch("Confirm");
            var preference = Enum.TryParse<ConfirmImpact>(Variable("ConfirmPreference"), ignoreCase: true, out var parsed) ? parsed : ConfirmImpact.High;
            var impact = cmdlet.GetType().GetCustomAttribute<CmdletAttribute>()?.ConfirmImpact ?? ConfirmImpact.High;
            var prompts = confirm ?? (preference != ConfirmImpact.None && impact >= preference);
            var verbose = StreamPreference.IsShown(cmdlet, "Verbose");
            return new Preferences(
                force && !isWhatIf, isWhatIf, NeedsNoQuestion: !isWhatIf && (force || !prompts), confirm is null && preference == ConfirmImpact.High,
                prompts, verbose);

            string? Variable(string name) => cmdlet.GetVariableValue(name)?.ToString();

            bool? Switch(string name)
                => cmdlet.MyInvocation.BoundParameters.TryGetValue(name, out var given) ? given is SwitchParameter { IsPresent: true } or true : null;
        }
    }
}
