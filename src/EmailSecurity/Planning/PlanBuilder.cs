namespace EmailSecurity.Planning;

/// <summary>Collects the steps of one plan; a step can only depend on steps already added, so the order is always sound.</summary>
internal sealed class PlanBuilder(string domain)
{
    private readonly List<Change> changes = [];
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    public List<string> Warnings { get; } = [];

    public List<EmailSecurityException> Refused { get; } = [];

    /// <summary>True where a step of this id is in the plan.</summary>
    public bool Has(string id) => ids.Contains(id);

    /// <summary>Adds a step; dependencies that are not in the plan are already as they should be and drop out.</summary>
    public void Add(string id, ChangeAction action, string resource, string target, string reason, Operation operation, IEnumerable<string>? dependsOn = null, string before = "", string after = "", bool movesToEnforce = false)
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
            DependsOn = [.. (dependsOn ?? []).Where(ids.Contains).Distinct(StringComparer.Ordinal)],
        });
    }

    public Plan Build() => new(domain, [.. changes]) { Warnings = [.. Warnings], Refused = [.. Refused] };
}
