using EmailSecurity.MtaSts;

namespace EmailSecurity.Tests.Lives;

/// <summary>A removal that is under way, and the end of a life.</summary>
internal sealed partial class Life
{
    private async Task GoOnRemovingAsync()
    {
        var due = wanted.RemovalDue!.Value;
        var choice = random.Weigh([("early", 3), ("due", 6), ("back", 4), ("force", 1)]);
        Count("removal: " + choice);
        switch (choice)
        {
            case "early":
                await RemoveAsync("Is it time yet?");
                break;
            case "back":
                await TakeBackAsync();
                break;
            case "force":
                await RemoveAsync("The owner cannot wait", force: true);
                break;
            default:
                await FinishRemovalAsync(due, null);
                break;
        }
    }

    private async Task TakeBackAsync()
    {
        wanted.Mode = wanted.Mode == MtaStsMode.None ? MtaStsMode.Testing : wanted.Mode;
        AddLive();
        await PublishAsync("The owner wants it after all");
    }

    // At the time that the module named, it is done: not before, and not never.
    private async Task FinishRemovalAsync(DateTimeOffset due, Trouble? befalls)
    {
        for (var round = 0; round < 3; round++)
        {
            if (due > Now)
            {
                Pass(due - Now + random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(5)));
            }

            var isTold = wanted.IsDueTold;
            stops = 0;
            var outcome = await RemoveAsync("The time has come", befalls: befalls);
            if (outcome != Outcome.Waiting || IsOver || wanted.RemovalDue is not { } next)
            {
                return;
            }

            // Under -NoWait it is not the senders that are waited for. A run that was broken off may have taken the evidence away: then a day more is waited.
            if (isTold && wanted.IsDueTold && next > due.AddMinutes(1) && stops == 0 && !withHands)
            {
                observer.Breach(Invariant($"the removal was to be complete at {due:u}, and now waits until {next:u}."));
                return;
            }

            due = next;
        }
    }

    // However the year was: what is wanted is there in the end, and goes without a trace.
    private async Task EndAsync()
    {
        story.Tell("The year is over.");
        if (wanted.RemovalDue is { } due && due < Now.AddDays(400) && random.Chance(0.5))
        {
            await FinishRemovalAsync(due, Trouble.None);
            return;
        }

        if (wanted.IsDeployed || wanted.RemovalDue is not null)
        {
            wanted.Mode = wanted.Mode == MtaStsMode.None ? MtaStsMode.Testing : wanted.Mode;
            AddLive();
            if (await PublishAsync("For the last time", befalls: Trouble.None) != Outcome.Done)
            {
                return; // with others' hands on the account alone; counted
            }

            await CheckPlanAsync();
            if (!IsOver && random.Chance(0.5))
            {
                await RemoveAsync("That was it", befalls: Trouble.None);
                if (!IsOver && wanted.RemovalDue is { } until)
                {
                    await FinishRemovalAsync(until, Trouble.None);
                }
            }
        }
    }
}
