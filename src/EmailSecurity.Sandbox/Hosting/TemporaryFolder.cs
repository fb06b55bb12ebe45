namespace EmailSecurity.Sandbox.Hosting;

/// <summary>
/// A folder of this process alone, gone at its end. What somebody else holds open in it stays, on Windows: that spoils nothing that was done.
/// </summary>
internal sealed class TemporaryFolder(string prefix) : IDisposable
{
    /// <summary>Its full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory(prefix).FullName;

    /// <summary>Deletes a folder with what is in it.</summary>
    internal Action<string> Delete { get; init; } = static path => Directory.Delete(path, recursive: true);

    /// <summary>The full path of a file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Held by an editor or a scanner, or gone already.
        }
    }
}
