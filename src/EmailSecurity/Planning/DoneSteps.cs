namespace EmailSecurity.Planning;

/// <summary>The steps of a run that are done.</summary>
internal sealed class DoneSteps(IEnumerable<Change> applied)
{
    private readonly HashSet<string> ids = [.. applied.Select(c => c.Id)];

    /// <summary>Nothing was done.</summary>
    public static DoneSteps None { get; } = new([]);

    /// <summary>True where the plan had this step and it is done.</summary>
    public bool Has(Step? step) => step is not null && ids.Contains(step.Id);
}
