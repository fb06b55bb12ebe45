namespace EmailSecurity.Stacks;

/// <summary>A file of the user's that a stack hosts: its name for messages, its exact bytes.</summary>
/// <param name="Name">File name or path, for messages.</param>
/// <param name="Content">The bytes as they will be served.</param>
public sealed record StackAsset(string Name, ReadOnlyMemory<byte> Content)
{
    /// <inheritdoc/>
    public bool Equals(StackAsset? other) => other is not null && Name == other.Name && Content.Span.SequenceEqual(other.Content.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Content.Length);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Content.Length} bytes)";
}
