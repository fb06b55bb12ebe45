using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>A record as it should be.</summary>
/// <param name="Id">Id of the step that publishes it.</param>
/// <param name="Set">The record set; for an alias, an empty target is the distribution to be.</param>
/// <param name="Text">Its value for people.</param>
/// <param name="Reason">Why.</param>
internal sealed record WantedRecord(string Id, RecordSet Set, string Text, string Reason)
{
    /// <summary>True where this mechanism's records are ours.</summary>
    public bool IsOurs { get; init; }

    /// <summary>True where mail can be refused from then on.</summary>
    public bool MovesToEnforce { get; init; }

    /// <summary>Steps that fall with it where it is declined.</summary>
    public string Group { get; init; } = "";

    /// <summary>What leads elsewhere under the name until now, under whatever type; empty for nothing.</summary>
    public string Instead { get; init; } = "";

    /// <summary>The part that it announces; none for what only points to the distribution.</summary>
    public StackParts Announces { get; init; }
}
