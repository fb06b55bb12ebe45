using System.Text;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// Opens files that users name. Everything is shared: an editor, a sync client or a shell that still writes the file may hold it open, and must be able to
/// continue to use it.
/// </summary>
internal static class UserFile
{
    /// <summary>True where a text is the path of a file that is there. Any text may be asked about.</summary>
    /// <param name="text">The text.</param>
    /// <param name="folder">The folder that relative paths are below.</param>
    public static bool IsThere(string text, string folder) =>
        text.Length is > 0 and < 4096 && text.IndexOfAny(['\0', '\r', '\n']) < 0 && File.Exists(Path.GetFullPath(text, folder));

    /// <summary>Opens a file to read.</summary>
    /// <exception cref="IOException">It cannot be read, or a program holds it for itself.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, useAsync: true);

    /// <summary>Makes a new file to write.</summary>
    /// <exception cref="IOException">It is there already, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static FileStream Create(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1 << 16);

    /// <summary>A file of this user's alone that is gone once it is closed.</summary>
    public static FileStream Temporary() =>
        new(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.DeleteOnClose);

    /// <summary>Reads a file, <paramref name="maxBytes"/> at most: who must know that it is larger asks for one byte more.</summary>
    /// <inheritdoc cref="Open"/>
    public static ReadOnlyMemory<byte> Read(string path, int maxBytes)
    {
        using var stream = Open(path);
        var buffer = new byte[(int)Math.Min(stream.CanSeek ? stream.Length + 1 : maxBytes, maxBytes)];
        return buffer.AsMemory(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
    }

    /// <summary>Writes a text file in UTF-8 without a byte order mark.</summary>
    /// <exception cref="EmailSecurityException">FolderNotFound, FileNotWritten.</exception>
    public static async Task WriteTextAsync(string path, string text, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), cancellationToken).ConfigureAwait(false);
        }
        catch (DirectoryNotFoundException e)
        {
            throw WholeFile.NoFolder(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmailSecurityException("FileNotWritten", ErrorKind.PermissionDenied,
                $"{path} could not be written: {e.Message}", "Check that the path is a file, that no program has it open, and that you may write there.", e)
            { Target = path };
        }
    }

    /// <summary>
    /// Reads a text of at most <paramref name="maxBytes"/>, in UTF-8 or in what its byte order mark says: Windows PowerShell's <c>&gt;</c> writes UTF-16.
    /// </summary>
    /// <inheritdoc cref="Open"/>
    public static string ReadText(string path, int maxBytes)
    {
        using var reader = new StreamReader(new MemoryStream(Read(path, maxBytes).ToArray()), detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }
}
