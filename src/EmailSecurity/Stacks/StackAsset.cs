namespace EmailSecurity.Stacks;

/// <summary>A file of the user's that a stack hosts: its name for messages, its exact bytes.</summary>
/// <param name="Name">File name or path, for messages.</param>
/// <param name="Content">The bytes as they will be served.</param>
public sealed record StackAsset(string Name, ReadOnlyMemory<byte> Content)
{
    /// <summary>A copy of the bytes: <see cref="Content"/> does not survive serialization (Export-Clixml, jobs, remoting), an array does.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Performance", "CA1819", Justification = "Serialization in PowerShell reads properties; the array is a copy.")]
    public byte[] Bytes => Content.ToArray();

    /// <inheritdoc/>
    public bool Equals(StackAsset? other) => other is not null && Name == other.Name && Content.Span.SequenceEqual(other.Content.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Content.Length);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Content.Length} bytes)";
}
