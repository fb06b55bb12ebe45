namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Writes files that are whole or not there: beside the file first, then renamed, so that nobody ever reads half of one.</summary>
internal static class WholeFile
{
    /// <summary>Refuses what cannot be written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="force">True to replace a read-only file.</param>
    /// <param name="noClobber">True to keep an existing file.</param>
    /// <exception cref="EmailSecurityException">FolderNotFound, FileNotWritten, FileExists, FileReadOnly.</exception>
    public static void Require(string path, bool force, bool noClobber)
    {
        if (!Directory.Exists(FolderOf(path)))
        {
            throw NoFolder(path);
        }

        if (Directory.Exists(path))
        {
            throw new EmailSecurityException("FileNotWritten", ErrorKind.InvalidArgument,
                $"{path} is a folder.", "Use the path of a file.")
            { Target = path };
        }

        var existing = new FileInfo(path);
        if (existing.Exists && noClobber)
        {
            throw Exists(path);
        }

        if (existing is { Exists: true, IsReadOnly: true } && !force)
        {
            throw new EmailSecurityException("FileReadOnly", ErrorKind.PermissionDenied,
                $"{path} is read-only.", "Add -Force to replace it.")
            { Target = path };
        }
    }

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="force">True to replace a read-only file.</param>
    /// <param name="noClobber">True to keep an existing file.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="cancellationToken">Cancels; the file then stays as it was.</param>
    /// <exception cref="EmailSecurityException">See <see cref="Require"/>.</exception>
    public static void Write(string path, bool force, bool noClobber, Action<Stream> write, CancellationToken cancellationToken)
    {
        Require(path, force, noClobber);
        var part = Path.Combine(FolderOf(path), $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
        try
        {
            using (var stream = UserFile.Create(part))
            {
                write(stream);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (force && File.Exists(path))
            {
                File.SetAttributes(path, File.GetAttributes(path) & ~FileAttributes.ReadOnly);
            }

            File.Move(part, path, overwrite: !noClobber);
        }
        catch (IOException) when (noClobber && File.Exists(path))
        {
            throw Exists(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmailSecurityException("FileNotWritten", ErrorKind.PermissionDenied,
                $"{path} could not be written: {e.Message}", "Check that no program has it open, and that you may write there.", e)
            { Target = path };
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>The error of a file whose folder is not there.</summary>
    public static EmailSecurityException NoFolder(string path, Exception? cause = null) => new("FolderNotFound", ErrorKind.NotFound,
        $"There is no folder {FolderOf(path)}, so {Path.GetFileName(path)} was not written.", $"Run: New-Item -ItemType Directory '{FolderOf(path)}'", cause)
    { Target = path };

    private static string FolderOf(string path) => Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : path;

    private static EmailSecurityException Exists(string path) =>
        new("FileExists", ErrorKind.Exists, $"{path} already exists.", "Leave -NoClobber out to replace it, or use another name.") { Target = path };
}
