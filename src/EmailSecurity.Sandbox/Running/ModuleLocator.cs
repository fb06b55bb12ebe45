namespace EmailSecurity.Sandbox.Running;

/// <summary>Finds the built module: its manifest at the repository root imports in place.</summary>
public static class ModuleLocator
{
    /// <summary>Name of the manifest.</summary>
    public const string ManifestName = "EmailSecurity.psd1";

    /// <summary>Full path of the manifest, looked for from the executable upwards, then from the current directory upwards.</summary>
    /// <exception cref="FileNotFoundException">Neither has it, or the module is not built.</exception>
    public static string Find()
    {
        var manifest = Above(AppContext.BaseDirectory) ?? Above(Environment.CurrentDirectory)
            ?? throw new FileNotFoundException($"No {ManifestName} above {AppContext.BaseDirectory} or the current directory.", ManifestName);
        var dll = Path.Combine(Path.GetDirectoryName(manifest)!, "module", "EmailSecurity.PowerShell.dll");
        return File.Exists(dll) ? manifest : throw new FileNotFoundException("The module is not built: run 'dotnet build' first.", dll);
    }

    private static string? Above(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, ManifestName);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
