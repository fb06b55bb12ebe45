using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Collects the steps of one plan; a step can only depend on steps already added, so the order is always sound.</summary>
internal sealed class PlanBuilder(string domain)
{
    private readonly List<Change> changes = [];
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    public List<string> Warnings { get; } = [];

    public List<EmailSecurityException> Refused { get; } = [];

    /// <summary>The parts left out by <see cref="Refuse"/>.</summary>
    public StackParts RefusedParts { get; private set; }

    /// <summary>Leaves a part out; the rest of the plan goes on.</summary>
    public void Refuse(StackParts part, EmailSecurityException reason)
    {
        RefusedParts |= part;
        Refused.Add(reason);
    }

    /// <summary>True where a step of this id is in the plan.</summary>
    public bool Has(string id) => ids.Contains(id);

    /// <summary>True where a step asks for the move to enforce already: it is asked for once.</summary>
    public bool AsksToEnforce => changes.Exists(c => c.MovesToEnforce);

    /// <summary>Adds a step; dependencies that are not in the plan are already as they should be and drop out.</summary>
    public void Add(string id, ChangeAction action, string resource, string target, string reason, Operation operation, IEnumerable<string>? dependsOn = null, string before = "", string after = "", bool movesToEnforce = false, string group = "")
    {
        if (!ids.Add(id))
        {
            throw new InvalidOperationException($"Step {id} is in the plan already.");
        }

        changes.Add(new Change
        {
            Domain = domain,
            Id = id,
            Action = action,
            Resource = resource,
            Target = target,
            Reason = reason,
            Operation = operation,
            Before = before,
            After = after,
            MovesToEnforce = movesToEnforce,
            Group = group,
            DependsOn = [.. (dependsOn ?? []).Where(ids.Contains).Distinct(StringComparer.Ordinal)],
        });
    }

    /// <summary>Puts a step before all others, but for one and what that depends on.</summary>
    public void AddFirst(Change step, string except)
    {
        HashSet<string> free = new(StringComparer.Ordinal) { except };
        foreach (var change in Enumerable.Reverse(changes).Where(c => free.Contains(c.Id)))
        {
            free.UnionWith(change.DependsOn); // a step comes after those that it depends on
        }

        for (var i = 0; i < changes.Count; i++)
        {
            changes[i] = free.Contains(changes[i].Id) ? changes[i] : changes[i] with { DependsOn = [step.Id, .. changes[i].DependsOn] };
        }

        ids.Add(step.Id);
        changes.Insert(0, step);
    }

    public Plan Build() => new(domain, [.. changes]) { Warnings = [.. Warnings], Refused = [.. Refused], RefusedParts = RefusedParts };
}
