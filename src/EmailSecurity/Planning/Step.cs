namespace EmailSecurity.Planning;

/// <summary>A step that is in a plan: what other steps name to come after it. Only <see cref="PlanBuilder"/> makes one.</summary>
/// <remarks>A planner that needs no step returns null: what it would have done is so already, and nothing has to wait for it.</remarks>
internal sealed record Step
{
    internal Step(string id) => Id = id;

    /// <summary>Id of the change, as the plan shows it.</summary>
    public string Id { get; }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
