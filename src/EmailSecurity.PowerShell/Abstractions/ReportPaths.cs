using System.Management.Automation;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Where reports are.</summary>
/// <param name="Path">A file, or a folder in which reports are kept.</param>
/// <param name="Kept">The reports that are kept in the folder; null for a file.</param>
internal readonly record struct ReportPlace(string Path, KeptPlace? Kept = null);

/// <summary>
/// The files that paths as typed stand for: files, and all files below a folder. The <c>tmp</c> of a Maildir holds what is still being delivered.
/// </summary>
internal static class ReportPaths
{
    private static readonly EnumerationOptions Flat = new() { IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None };

    /// <summary>The files of a path, in the order of their names; a folder in which reports are kept is one.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="path">A path as typed.</param>
    /// <param name="isLiteral">True where wildcards in it are part of the name.</param>
    /// <exception cref="EmailSecurityException">PathNotFileSystem, TlsReportNotFound.</exception>
    public static IEnumerable<ReportPlace> Of(PSCmdlet cmdlet, string path, bool isLiteral)
    {
        foreach (var found in Resolve(cmdlet, path, isLiteral))
        {
            foreach (var place in Directory.Exists(found) ? Below(found, new(StringComparer.Ordinal)) : [new ReportPlace(found)])
            {
                yield return place;
            }
        }
    }

    // Links are followed, each folder once. What the keeping of reports and mail adds for itself is left out: the lock of a store, the indexes of a Maildir.
    private static IEnumerable<ReportPlace> Below(string folder, HashSet<string> seen)
    {
        if (!seen.Add(Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder))
        {
            yield break;
        }

        var kept = KeptReports.Find(folder);
        if (kept is not null)
        {
            yield return new ReportPlace(folder, kept);
            if (kept.Prefix.Length > 0)
            {
                yield break;
            }
        }

        var isMaildir = Directory.Exists(Path.Combine(folder, "cur")) && Directory.Exists(Path.Combine(folder, "new"));
        var files = isMaildir ? [] : Directory.EnumerateFiles(folder, "*", Flat);
        foreach (var file in files.Order(StringComparer.Ordinal).Where(f => kept is null || Path.GetFileName(f) != StoreFileName.FolderLock))
        {
            yield return new ReportPlace(file);
        }

        foreach (var inner in Directory.EnumerateDirectories(folder, "*", Flat).Order(StringComparer.Ordinal))
        {
            if ((isMaildir && Path.GetFileName(inner) == "tmp") || (kept is not null && KeptReports.Find(inner) is { Prefix.Length: > 0 }))
            {
                continue;
            }

            foreach (var place in Below(inner, seen))
            {
                yield return place;
            }
        }
    }

    private static IReadOnlyCollection<string> Resolve(PSCmdlet cmdlet, string path, bool isLiteral)
    {
        try
        {
            ProviderInfo provider;
            IReadOnlyCollection<string> files = isLiteral
                ? [cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _)]
                : cmdlet.GetResolvedProviderPathFromPSPath(path, out provider);
            if (provider.Name != "FileSystem")
            {
                throw new EmailSecurityException("PathNotFileSystem", ErrorKind.InvalidArgument,
                    $"'{path}' is a path of the {provider.Name} provider.", "Use the path of a file or folder.")
                { Target = path };
            }

            return files.Count == 0 || (isLiteral && !Path.Exists(files.Single())) ? throw NotFound(path, null) : files;
        }
        catch (Exception e) when (
            e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or WildcardPatternException)
        {
            throw NotFound(path, e);
        }
    }

    private static EmailSecurityException NotFound(string path, Exception? inner) => new("TlsReportNotFound", ErrorKind.NotFound,
        $"There is no file or folder '{path}'.", "Check the path.", inner)
    { Target = path };
}
