namespace EmailSecurity.Ports;

/// <summary>A public hosted zone.</summary>
/// <param name="Id">Without <c>/hostedzone/</c>.</param>
/// <param name="Name">Without the final dot, lower case.</param>
/// <param name="RecordSetCount">How many record sets it holds.</param>
public sealed record HostedZoneInfo(string Id, string Name, long RecordSetCount)
{
    /// <summary>Record sets that are read in a handful of pages; those of a larger zone are asked for by name.</summary>
    public const int MaxModerate = 1500;

    /// <summary>True where <see cref="IZones.GetRecordSetsAsync"/> reads every record set below the domain, also those whose names nobody knows.</summary>
    public bool IsModerate => RecordSetCount <= MaxModerate;
}

/// <summary>A record set. Names without the final dot, lower case; values in presentation form (TXT quoted).</summary>
public sealed record RecordSet
{
    /// <summary>Owner name.</summary>
    public required string Name { get; init; }
    /// <summary><c>A</c>, <c>AAAA</c>, <c>CNAME</c>, <c>TXT</c> ...</summary>
    public required string Type { get; init; }
    /// <summary>Seconds; null for an alias.</summary>
    public long? Ttl { get; init; }
    /// <summary>Values in presentation form; empty for an alias.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
    /// <summary>Alias target name; null for an ordinary record set.</summary>
    public string? AliasTarget { get; init; }
    /// <summary>Alias target's hosted zone id.</summary>
    public string? AliasZoneId { get; init; }
    /// <summary>Alias: evaluate target health.</summary>
    public bool EvaluateTargetHealth { get; init; }
    /// <summary>Set identifier of a routing policy (weighted, latency ...); such a set is never ours.</summary>
    public string? SetIdentifier { get; init; }

    /// <inheritdoc/>
    public bool Equals(RecordSet? other) => other is not null
        && (Name, Type, Ttl, AliasTarget, AliasZoneId, EvaluateTargetHealth, SetIdentifier)
            == (other.Name, other.Type, other.Ttl, other.AliasTarget, other.AliasZoneId, other.EvaluateTargetHealth, other.SetIdentifier)
        && Values.Order(StringComparer.Ordinal).SequenceEqual(other.Values.Order(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type, Ttl, AliasTarget, Values.Count);

    /// <inheritdoc/>
    public override string ToString() => AliasTarget is null
        ? $"{Name} {Ttl} {Type} {string.Join(" | ", Values)}"
        : $"{Name} {Type} alias {AliasTarget}";
}

/// <summary>One change of a batch.</summary>
/// <param name="IsDelete">True to delete (the exact current set), false to upsert.</param>
/// <param name="Set">The record set.</param>
public sealed record RecordSetChange(bool IsDelete, RecordSet Set);

/// <summary>Route 53, as far as a stack needs it.</summary>
public interface IZones
{
    /// <summary>
    /// Public hosted zones of the account whose name is the domain, a parent of it, or below it, found with as few calls as may be. Two zones of one name
    /// are both returned.
    /// </summary>
    Task<IReadOnlyList<HostedZoneInfo>> FindZonesAsync(string domain, CancellationToken cancellationToken);

    /// <summary>
    /// The record sets at the domain and at names below it (whole zone below the domain for a zone of moderate size; targeted lookups of
    /// <paramref name="names"/> for a large one).
    /// </summary>
    Task<IReadOnlyList<RecordSet>> GetRecordSetsAsync(HostedZoneInfo zone, string domain, IReadOnlyList<string> names, CancellationToken cancellationToken);

    /// <summary>Applies one atomic batch and returns the change id. Calls to one zone are made one after another.</summary>
    /// <exception cref="EmailSecurityException">RecordChangeRefused.</exception>
    Task<string> ChangeAsync(string zoneId, IReadOnlyList<RecordSetChange> changes, CancellationToken cancellationToken);

    /// <summary>True where the change is INSYNC.</summary>
    Task<bool> IsInSyncAsync(string changeId, CancellationToken cancellationToken);
}
