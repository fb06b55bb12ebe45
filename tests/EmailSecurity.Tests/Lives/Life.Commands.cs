using EmailSecurity.Applying;
using EmailSecurity.Deployment;
using EmailSecurity.Planning;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Tests.Lives;

/// <summary>How a command ended.</summary>
internal enum Outcome
{
    /// <summary>Everything is done.</summary>
    Done,

    /// <summary>It waits for something.</summary>
    Waiting,

    /// <summary>Refused before anything was written.</summary>
    Refused,

    /// <summary>Some steps failed, or it was stopped.</summary>
    Broken,
}

/// <summary>Running commands, with what befalls them.</summary>
internal sealed partial class Life
{
    private static readonly string[] Edge = ["acm", "cloudfront"];

    private Trouble trouble = Trouble.None;
    private CancellationTokenSource stop = new();
    private int callsNow;
    private int writesNow;
    private int stops;
    private bool wasSlow;
    private DeploymentResult? result;
    private EmailSecurityException? refusal;

    // Calls are carried out one by one, so that the observer sees the world after each, and a hand is between two.
    private async Task AroundAsync(string service, AwsOperation operation, Func<Task> carryOut)
    {
        await callGate.EnterCallAsync();
        try
        {
            calls++;
            writesNow += operation.IsWrite ? 1 : 0;
            if (++callsNow == trouble.HandAt)
            {
                await StepInAsync();
            }

            if (operation.IsWrite && writesNow == trouble.StopAt)
            {
                story.Tell($"     Ctrl+C as {service} {operation.Name} arrives.");
                await stop.CancelAsync();
            }

            await carryOut();
            using var busy = lab.Time.Busy();
            if (operation.IsWrite) // a read changes nothing, and no time passed since the last look
            {
                observer.Look(Cause.Module, $"{service} {operation.Name}", shakesHands: Edge.Contains(service));
            }
        }
        finally
        {
            callGate.Leave();
        }
    }

    private async Task<Outcome> CommandAsync(string told, Trouble befalls, Func<WaitOptions, CancellationToken, Task<DeploymentResult>> run)
    {
        story.Tell($"{told}{befalls}");
        commands++;
        (trouble, callsNow, writesNow, result, refusal, steppedIn) = (befalls, 0, 0, null, null, false);
        late.Clear();
        using var stopping = stop = new CancellationTokenSource();
        if (wasSlow && !befalls.IsSlow)
        {
            Pass(TimeSpan.FromMinutes(10)); // everything that was begun is everywhere
        }

        wasSlow = befalls.IsSlow;
        lab.Sandbox.ClearCalls();
        lab.Sandbox.SetFaults(befalls.Plan());
        lab.Sandbox.SetLatency(befalls.IsSlow ? "real" : "none", 1);
        Outcome outcome;
        try
        {
            result = await run(new WaitOptions { NoWait = befalls.NoWait, MaxConcurrency = befalls.IsNone ? 8 : 1 }, stop.Token);
            outcome = result.Errors.Count > 0 ? Outcome.Broken : result.Execution.IsComplete ? Outcome.Done : Outcome.Waiting;
            story.Tell($"     {Word(outcome)}{string.Concat(result.Errors.Select(e => $" {e.ErrorId}: {e.Message}"))}{Waits(result)}{Wrong()}");
        }
        catch (EmailSecurityException e)
        {
            (outcome, refusal) = (Outcome.Refused, e);
            story.Tell($"     Refused: {e.ErrorId}: {e.Message}{Wrong()}");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            outcome = Outcome.Broken;
            stops++;
            story.Tell("     Stopped.");
        }

        // AWS finishes a call that it has received, and may take a moment for it.
        using (lab.Time.Run())
        {
            await callGate.EnterAsync();
            trouble = Trouble.None;
            callGate.Leave();
        }

        lab.Sandbox.SetFaults(null);
        observer.Look(Cause.Module, "the end of the command", shakesHands: true);
        return outcome;
    }

    private string Wrong()
    {
        var made = lab.Sandbox.GetCalls();
        var wrong = made.Count(c => c.Status is 0 or >= 500 || c.Error is "Throttling" or "ThrottlingException" or "SlowDown");
        return wrong == 0 ? "" : Invariant($" ({wrong} of {made.Count} calls went wrong.)");
    }

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Done => "Done.",
        Outcome.Waiting => "It waits",
        _ => "It failed:",
    };

    private static string Waits(DeploymentResult result) => result.Execution.IsComplete ? ""
        : $" ({result.Stack?.WaitingFor}{(result.Stack?.WaitingUntil is { } until ? Invariant($" until {until:u}") : "")})";

    /// <summary>Publishes what is wanted. Where the command breaks, the owner mostly repeats it at once, and sometimes leaves it for another day.</summary>
    private async Task<Outcome> PublishAsync(string why, PublishOptions? options = null, Trouble? befalls = null)
    {
        options ??= new PublishOptions();
        var now = befalls ?? Trouble.Draw(random, withHands);
        var outcome = await PublishOnceAsync(why, options, now);
        for (var attempt = 1; outcome != Outcome.Done && !(outcome == Outcome.Refused && IsReason(refusal!)); attempt++)
        {
            if (IsOver || (attempt == 1 && befalls is null && random.Chance(0.25)))
            {
                story.Tell("     The owner leaves it at that.");
                return outcome;
            }

            if (now.IsNone && withHands && await AnswerAsync() is var answered)
            {
                if (answered is null || attempt > 6)
                {
                    return GiveUp("publish", outcome);
                }

                options = options with { Adopt = options.Adopt || answered == "-Adopt" };
            }
            else if (attempt > 4)
            {
                observer.Breach("four repetitions of the same command, with nothing in its way, do not finish it.");
                return outcome;
            }

            now = Trouble.None with { IsSlow = now.IsSlow }; // AWS stays as it is until this is through
            outcome = await PublishOnceAsync(options.Adopt ? "The same again with -Adopt" : "The same again", options, now);
        }

        return outcome;
    }

    private async Task<Outcome> PublishOnceAsync(string why, PublishOptions options, Trouble befalls)
    {
        var keeps = wanted is { IsDeployed: true, IsDirty: false } && !observer.IsTainted && random.Chance(0.3);
        var wish = keeps ? wanted.Wish() with { Mode = null, MaxAge = null, MxHost = [] } : wanted.Wish();
        keeps &= announced is not null && announced.IsSame(wanted.Policy);
        wish = keeps ? wish : wanted.Wish();
        var before = befalls.IsNone ? AccountView.Of(lab.Sandbox) : null;
        wanted.IsDueTold = false;
        observer.IsRiskTaken = false;
        observer.CommandBegins(wanted.Policy, mayServeAny: observer.IsTainted, options.AllowUncoveredMx);
        var outcome = await CommandAsync($"{why}: Publish ({(keeps ? "policy as it is" : wanted.Policy.ToString())}{Parts()}).", befalls,
            (waits, token) => lab.PublishAsync(wish, options, waits, token));
        CheckOthers(isRemoval: false);
        wanted.IsDirty = outcome != Outcome.Done && !(outcome == Outcome.Refused && !wanted.IsDirty);
        wanted.IsDeployed |= outcome is not Outcome.Refused;
        if (outcome == Outcome.Done && steppedIn)
        {
            (wanted.RemovalDue, wanted.IsDirty, announced) = (null, true, null); // what is there now, only the next publish can tell
        }
        else if (outcome == Outcome.Done)
        {
            wanted.RemovalDue = null;
            announced = wanted.Policy;
            observer.PublishedWell();
            Pass(befalls.IsSlow ? TimeSpan.FromMinutes(2) : TimeSpan.FromSeconds(15));
            CheckPublished();
            await HeedAsync();
        }
        else if (outcome == Outcome.Refused && before is not null && !steppedIn && !Same(before, AccountView.Of(lab.Sandbox)))
        {
            observer.Breach($"a publish that was refused ({refusal!.ErrorId}) changed something all the same: {Difference(before, AccountView.Of(lab.Sandbox))}");
        }
        else if (befalls.IsNone && !withHands && (outcome is Outcome.Broken or Outcome.Waiting || (outcome == Outcome.Refused && !IsReason(refusal!))))
        {
            observer.Breach("nothing was in the way of this publish, and it did not end well.");
        }

        return outcome;
    }

    // What a publish refuses for reasons of the domain's own.
    private static bool IsReason(EmailSecurityException refusal) => refusal.ErrorId is "EnforceNotReady" or "PolicyDoesNotCoverMx";

    private string Parts() => $"{(wanted.Report is null ? "" : "; reports to " + wanted.Report)}{(wanted.Logo is { } logo ? Invariant($"; logo {logo}") : "")}"
        + (wanted.Mark is null ? "" : " with a mark certificate");

    /// <summary>Removes as far as is allowed now.</summary>
    private async Task<Outcome> RemoveAsync(string why, bool force = false, Trouble? befalls = null)
    {
        var first = befalls ?? Trouble.Draw(random, withHands);
        for (var attempt = 0; ; attempt++)
        {
            var now = attempt == 0 ? first : Trouble.None with { IsSlow = first.IsSlow };
            observer.CommandBegins(new SeenPolicy("none", RemovalPlanner.RetiredMaxAge, []));
            observer.IsRiskTaken = force;

            var outcome = await CommandAsync($"{(attempt == 0 ? why : "The same again")}: Remove{(force ? " -Force" : "")}.", now,
                (waits, token) => lab.RemoveAsync(new RemovalOptions { Force = force }, waits, token));
            CheckOthers(isRemoval: true);
            announced = null;
            if (outcome == Outcome.Done || outcome == Outcome.Waiting)
            {
                wanted.RemovalDue = outcome == Outcome.Done ? null : result!.Stack?.WaitingUntil ?? Now;
                wanted.IsDueTold = result!.Stack?.WaitingUntil is not null;
                wanted.IsDirty = false;
                if (outcome == Outcome.Done)
                {
                    wanted.IsDeployed = false;
                    wanted.Move = null;
                    Pass(now.IsSlow ? TimeSpan.FromMinutes(2) : TimeSpan.FromSeconds(15));
                    if (!steppedIn)
                    {
                        CheckGone();
                    }
                }

                return outcome;
            }

            // What tells what was served may be gone by now: without it, a day more is waited.
            wanted.RemovalDue = wanted.RemovalDue > Now ? wanted.RemovalDue : Now;
            wanted.IsDueTold = false;
            wanted.IsDirty = true;
            if (now.IsNone && !withHands)
            {
                observer.Breach("nothing was in the way of this removal, and it did not end well.");
            }

            if (now.IsNone && withHands && (attempt > 5 || await AnswerAsync() is null or "-Adopt"))
            {
                return GiveUp("removal", outcome);
            }

            if (IsOver || (attempt == 3 && !withHands) || random.Chance(0.2))
            {
                story.Tell("     The owner leaves it at that.");
                return outcome;
            }
        }
    }
}
