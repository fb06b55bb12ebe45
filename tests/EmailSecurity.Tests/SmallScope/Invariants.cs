using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.SmallScope;

/// <summary>What no step of a command may ever do, whatever was so before; and what must be so when a command has ended well.</summary>
internal static class Invariants
{
    /// <summary>What is wrong with a step; null for nothing.</summary>
    public static string? OfStep(AccountFacts before, AccountFacts after, Change change, Command command, Plan plan)
        => Order(before, after, change) ?? Withdrawal(before, after, change, command, plan) ?? Coverage(before, after, change, command)
            ?? Foreign(before, after, change, command);

    /// <summary>What is wrong after a publish that went through; null for nothing.</summary>
    public static string? OfPublished(AccountFacts facts, MtaStsPolicy policy)
    {
        if (facts.AnnouncedId != policy.Id)
        {
            return $"The publish is done, and DNS announces {facts.AnnouncedId ?? "nothing"} instead of {policy.Id}.";
        }

        if (facts.EdgeAnswers.FirstOrDefault(a => a is null || Policies.Of(a).Id != policy.Id, policy.Served) is var answer && answer != policy.Served)
        {
            return $"The publish is done, and a sender may be served {Name(answer)}.";
        }

        // RFC 8461 section 3.3: a sender fetches again where the id differs from the one that it has. One that has this id keeps what it has. Of what was
        // served, and deleted from the bucket since, nobody can know.
        var deaf = facts.Held.Keys.FirstOrDefault(h => h.Id == policy.Id && Policies.Of(h.Text).Id != policy.Id
            && facts.Assets!.Objects.Exists(o => o.Text == h.Text));
        return deaf is null ? null
            : $"Senders that fetched {Name(deaf.Text)} while DNS announced {policy.Id} find that id again, and keep it instead of {Name(policy.Served)}.";
    }

    // RFC 8461 section 8.1: the id is published once its text is served everywhere.
    private static string? Order(AccountFacts before, AccountFacts after, Change change)
    {
        if (after.AnnouncedId is not { } id)
        {
            return null;
        }

        var (was, now) = (before.EdgeAnswers.ToArray(), after.EdgeAnswers.ToArray());
        if (id != before.AnnouncedId && Array.Find(now, a => a is null || Policies.Of(a).Id != id) is var wrong && !now.All(a => a is not null && Policies.Of(a).Id == id))
        {
            return $"Step {change.Id} announces policy {id} while a sender may be served {Name(wrong)}.";
        }

        return id == before.AnnouncedId && now.Contains(null) && !was.Contains(null) && change.Operation is not Operation.UpdateDistribution
            ? $"Step {change.Id} takes the policy from the edge while DNS announces {id}." : null;
    }

    // RFC 8461 section 8.3: nothing goes before the last sender has forgotten the last policy that asked for anything.
    private static string? Withdrawal(AccountFacts before, AccountFacts after, Change change, Command command, Plan plan)
    {
        var isWithdrawn = (before.AnnouncedId is not null && after.AnnouncedId is null)
            || (before.EdgeAnswers.Any(a => a is not null) && after.EdgeAnswers.All(a => a is null));
        if (!isWithdrawn || before.LastHeld is not { } until || until <= after.Now)
        {
            return null;
        }

        if (command.Removal is not { Force: true })
        {
            return $"Step {change.Id} withdraws at {after.Now:u} what senders may hold until {until:u}.";
        }

        var isRisky = before.Held.Any(h => Policies.Of(h.Key.Text).Mode == MtaStsMode.Enforce && h.Value > after.Now);
        return isRisky && !plan.Warnings.Any(w => w.Contains("deliver", StringComparison.Ordinal))
            ? $"Step {change.Id} withdraws by force an enforce policy that senders may hold until {until:u}, and no warning says so." : null;
    }

    // RFC 8461 section 5: senders that hold an enforce policy do not deliver to a host that it does not list.
    private static string? Coverage(AccountFacts before, AccountFacts after, Change change, Command command)
    {
        if (change.Operation is not Operation.PutObject { Item.Key: StackNames.PolicyKey } || after.OriginText is not { } text || text == before.OriginText)
        {
            return null;
        }

        var policy = Policies.Of(text);
        var missed = after.LiveMx.FirstOrDefault(h => !policy.Matches(h));
        return policy.Mode == MtaStsMode.Enforce && missed is not null && !command.Options.AllowUncoveredMx
            ? $"Step {change.Id} serves an enforce policy that does not list the MX {missed}." : null;
    }

    private static string? Foreign(AccountFacts before, AccountFacts after, Change change, Command command)
    {
        if (!Equals(before.Record(AccountFacts.Domain, "MX"), after.Record(AccountFacts.Domain, "MX")))
        {
            return $"Step {change.Id} changes the MX records.";
        }

        if (before.Foreign is not null && after.Foreign != before.Foreign && !command.Options.Adopt)
        {
            return $"Step {change.Id} changes a distribution of somebody else's.";
        }

        var strings = before.Record(AccountFacts.RecordName, "TXT")?.Values.Where(v => !v.Contains("v=STSv1", StringComparison.Ordinal)) ?? [];
        var left = after.Record(AccountFacts.RecordName, "TXT")?.Values ?? [];
        if (strings.Except(left, StringComparer.Ordinal).FirstOrDefault() is { } lost)
        {
            return $"Step {change.Id} deletes the string {lost} of somebody else's.";
        }

        var objects = before.Assets?.Objects.Where(o => o.Version.Key == Hands.ForeignKey) ?? [];
        if (objects.Any(o => after.Assets?.Objects.Contains(o) != true))
        {
            return $"Step {change.Id} deletes the object {Hands.ForeignKey} of somebody else's.";
        }

        // A policy's record that nothing of this stack ever made is somebody else's: only -Adopt replaces it. Where an adoption was stopped after it had taken
        // the policy's host, the record leads senders to this stack, and goes with the host.
        var theirs = before is { AnnouncedId: { } id, Assets: null, LeadsToUs: false } && id == Hands.PredecessorId && after.AnnouncedId != id;
        return theirs && !command.Options.Adopt ? $"Step {change.Id} replaces the record of an earlier provider." : null;
    }

    private static string Name(string? text) => text is null ? "nothing" : $"{Policies.Of(text).Id} (mode {Policies.Of(text).Mode.ToString().ToLowerInvariant()})";
}
