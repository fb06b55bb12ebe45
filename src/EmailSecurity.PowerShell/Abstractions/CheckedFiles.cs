using System.Management.Automation;
using EmailSecurity.Findings;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// Reads the files that an offline check is about: paths as typed become files, reading is bounded, errors name the file, and each result carries the path
/// that was read.
/// </summary>
/// <param name="cmdlet">The cmdlet that checks.</param>
/// <param name="noun">What messages call such a file.</param>
/// <param name="notFoundId">Error id where there is no such file.</param>
/// <param name="unreadableId">Error id where the file cannot be read.</param>
/// <param name="maxBytes">Bytes that are read at most: one more than the check accepts, so that it says that the file is too large.</param>
internal sealed class CheckedFiles(PSCmdlet cmdlet, string noun, string notFoundId, string unreadableId, int maxBytes)
{
    /// <summary>Checks every file that a path stands for. A file that cannot be read is one non-terminating error; the others are still checked.</summary>
    /// <param name="path">A path as typed.</param>
    /// <param name="isLiteral">True where wildcards in it are part of the name.</param>
    /// <param name="check">The check of one file's content.</param>
    public void Check(string path, bool isLiteral, Func<ReadOnlyMemory<byte>, string, TestResult> check) =>
        ForEach(path, isLiteral, (content, file) => cmdlet.WriteObject(WithPath(check(content, file), file)));

    /// <summary>Reads every file that a path stands for. A file that cannot be read is one non-terminating error; the others are still read.</summary>
    /// <param name="path">A path as typed.</param>
    /// <param name="isLiteral">True where wildcards in it are part of the name.</param>
    /// <param name="action">What is done with one file's content.</param>
    public void ForEach(string path, bool isLiteral, Action<ReadOnlyMemory<byte>, string> action)
    {
        foreach (var file in TryResolve(path, isLiteral))
        {
            try
            {
                action(Read(file, notFoundId), file);
            }
            catch (EmailSecurityException e)
            {
                cmdlet.WriteError(Errors.From(e, file));
            }
        }
    }

    /// <summary>Reads the one file that another parameter names, without wildcards.</summary>
    /// <param name="path">A path as typed.</param>
    /// <param name="missingId">Error id where there is no such file.</param>
    /// <exception cref="EmailSecurityException">PathNotFileSystem, and the ids given.</exception>
    public ReadOnlyMemory<byte> ReadOne(string path, string missingId)
    {
        var files = Resolve(path, isLiteral: true, missingId);
        return Read(files.Single(), missingId);
    }

    /// <summary>A result with the path that was read; null for a text that is in no file.</summary>
    public static PSObject WithPath(TestResult result, string? path)
    {
        var shown = PSObject.AsPSObject(result);
        shown.Properties.Add(new PSNoteProperty("Path", path));
        return shown;
    }

    private IEnumerable<string> TryResolve(string path, bool isLiteral)
    {
        try
        {
            return Resolve(path, isLiteral, notFoundId);
        }
        catch (EmailSecurityException e)
        {
            cmdlet.WriteError(Errors.From(e, path));
            return [];
        }
    }

    private IEnumerable<string> Resolve(string path, bool isLiteral, string missingId)
    {
        try
        {
            ProviderInfo provider;
            IEnumerable<string> files = isLiteral
                ? [cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _)]
                : cmdlet.GetResolvedProviderPathFromPSPath(path, out provider);
            return provider.Name == "FileSystem"
                ? isLiteral || files.Any() ? files : throw new EmailSecurityException(
                    missingId, ErrorKind.NotFound, $"No {noun} matches '{path}'.", "Check the path.")
                { Target = path }
                : throw new EmailSecurityException("PathNotFileSystem", ErrorKind.InvalidArgument,
                    $"'{path}' is a path of the {provider.Name} provider.", "Use the path of a file.")
                { Target = path };
        }
        catch (Exception e) when (
            e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or WildcardPatternException)
        {
            throw NotFound(missingId, path, e);
        }
    }

    private ReadOnlyMemory<byte> Read(string file, string missingId)
    {
        try
        {
            return UserFile.Read(file, maxBytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NotFound(missingId, file, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmailSecurityException(unreadableId, ErrorKind.PermissionDenied,
                $"The {noun} '{file}' cannot be read: {e.Message}", "Check that the path is a file and that you have permission to read it.", e)
            { Target = file };
        }
    }

    private EmailSecurityException NotFound(string id, string path, Exception inner) =>
        new(id, ErrorKind.NotFound, $"There is no {noun} '{path}'.", "Check the path.", inner) { Target = path };
}
