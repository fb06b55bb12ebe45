using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Collects the steps of one plan; a step can only depend on steps already added, so the order is always sound.</summary>
internal sealed class PlanBuilder(string domain)
{
    private readonly List<Change> changes = [];
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    public List<string> Warnings { get; } = [];

    /// <summary>What the user should know once all is done.</summary>
    public List<string> ClosingWarnings { get; } = [];

    public List<EmailSecurityException> Refused { get; } = [];

    private readonly List<Obstacle> obstacles = [];

    /// <summary>The parts left out by <see cref="Refuse"/>.</summary>
    public StackParts RefusedParts { get; private set; }

    /// <summary>True where a step asks for the move to enforce already: it is asked for once.</summary>
    public bool AsksToEnforce => changes.Exists(c => c.MovesToEnforce);

    /// <summary>Something is in the way; the plan goes on as if it were taken over, so that one error can name all.</summary>
    /// <param name="obstacle">What it is.</param>
    /// <param name="adopt">True where the caller takes over what can be.</param>
    public void Obstruct(Obstacle obstacle, bool adopt)
    {
        if (!adopt || !obstacle.CanAdopt)
        {
            obstacles.Add(obstacle);
        }
    }

    /// <summary>True where the plan has this step.</summary>
    public bool Has(string id) => ids.Contains(id);

    /// <summary>Leaves a part out; the rest of the plan continues.</summary>
    public void Refuse(StackParts part, EmailSecurityException reason)
    {
        RefusedParts |= part;
        Refused.Add(reason);
    }

    /// <summary>Adds a step.</summary>
    /// <param name="id">Id of the change, for people and the executor; planners name the step that is returned.</param>
    /// <param name="action">What it does.</param>
    /// <param name="resource">Kind of thing.</param>
    /// <param name="target">Its name.</param>
    /// <param name="reason">Why.</param>
    /// <param name="operation">The call or wait.</param>
    /// <param name="dependsOn">The steps that must be done first; a null is one that is not needed, because it is so already.</param>
    /// <param name="before">The current value.</param>
    /// <param name="after">What will be there.</param>
    /// <param name="movesToEnforce">True where mail can be refused from then on.</param>
    /// <param name="group">Steps that stand or fall with it.</param>
    /// <param name="announces">The part whose record it publishes.</param>
    /// <returns>The step, for those that come after it.</returns>
    public Step Add(string id, ChangeAction action, string resource, string target, string reason, Operation operation, IEnumerable<Step?> dependsOn,
        string before = "", string after = "", bool movesToEnforce = false, string group = "", StackParts announces = StackParts.None)
    {
        var step = Register(id);
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
            Announces = announces,
            DependsOn = [.. dependsOn.OfType<Step>().Select(s => s.Id).Distinct(StringComparer.Ordinal)],
        });
        return step;
    }

    /// <summary>What the steps so far leave of record sets.</summary>
    public IReadOnlyList<Ports.RecordSet> RecordsAfter(IEnumerable<Ports.RecordSet> there)
    {
        var sets = there.ToList();
        foreach (var change in changes)
        {
            if (change.Operation is Operation.DeleteRecord gone)
            {
                sets.Remove(gone.Set);
            }
            else if (change.Operation is Operation.UpsertRecord put && sets.RemoveAll(s => s.Name == put.Set.Name && s.Type == put.Set.Type) > 0)
            {
                sets.Add(put.Set);
            }
        }

        return sets;
    }

    /// <summary>Puts a step before all others, but for one and what that depends on.</summary>
    public Step AddFirst(Change change, Step? except)
    {
        HashSet<string> free = new(except is null ? [] : [except.Id], StringComparer.Ordinal);
        foreach (var planned in Enumerable.Reverse(changes).Where(c => free.Contains(c.Id)))
        {
            free.UnionWith(planned.DependsOn); // a step comes after those that it depends on
        }

        var first = Register(change.Id);
        for (var i = 0; i < changes.Count; i++)
        {
            changes[i] = free.Contains(changes[i].Id) ? changes[i] : changes[i] with { DependsOn = [first.Id, .. changes[i].DependsOn] };
        }

        changes.Insert(0, change);
        return first;
    }

    /// <summary>The plan so far.</summary>
    /// <param name="decision">What a publish decided; nothing for a removal.</param>
    /// <exception cref="EmailSecurityException">Something is in the way, and is not taken over: ForeignRecord, DistributionNotOurs, BucketNotOurs.</exception>
    public Plan Build(PublishDecision? decision = null) => obstacles.Count > 0 ? throw Obstacle.Error(domain, obstacles) : new(domain, [.. changes])
    {
        Warnings = [.. Warnings],
        ClosingWarnings = [.. ClosingWarnings],
        Refused = [.. Refused],
        RefusedParts = RefusedParts,
        Decision = decision ?? PublishDecision.None,
    };

    private Step Register(string id) => ids.Add(id) ? new Step(id) : throw new InvalidOperationException($"Step {id} is in the plan already.");
}
