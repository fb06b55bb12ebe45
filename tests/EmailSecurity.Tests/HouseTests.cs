using EmailSecurity.Sandbox.Running;

namespace EmailSecurity.Tests;

public class HouseTests
{
    private static readonly string Sources = Path.Combine(Path.GetDirectoryName(ModuleLocator.Find())!, "src");

    [Fact]
    public void Files_that_users_name_are_opened_shared()
    {
        // An editor, a sync client or the shell that writes a file may hold it: File.ReadAllText and its like refuse that on Windows.
        var opens = new System.Text.RegularExpressions.Regex(@"File\.(Open|Read)|FileMode\.|\.OpenRead|ImportFromPemFile|CreateFromPemFile|new StreamReader\((path|file)");
        var found = Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("Sandbox", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(f => File.ReadLines(f).Where(l => opens.IsMatch(l) && !l.Contains("UserFile", StringComparison.Ordinal)).Select(l => (File: Path.GetFileName(f), Line: l)))
            .ToArray();
        Assert.All(found, f => Assert.Contains("FileShare.ReadWrite | FileShare.Delete", f.Line, StringComparison.Ordinal));
        Assert.Equal(["TrustedRoots.cs", "UserFile.cs"], found.Select(f => f.File).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_depends_on_the_system_is_in_its_seams()
    {
        var asks = new System.Text.RegularExpressions.Regex(@"OperatingSystem\.Is|RuntimeInformation\.|OSVersion|UnixFileMode|DllImport");
        string[] seams = ["CertificatePlatform.cs", "EngineRunspace.cs", "ProfileStores.cs", "SystemNameServers.cs", "TlsPlatform.cs", "WindowsAdapters.cs"];
        Assert.Equal(seams, Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && File.ReadLines(f).Any(l => asks.IsMatch(l)))
            .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_library_that_ships_is_in_the_notices_with_its_licence()
    {
        var root = Path.GetDirectoryName(Sources)!;
        var notices = File.ReadAllText(Path.Combine(root, "THIRD-PARTY-NOTICES.md"));
        string[] ours = ["AWSSDK.Subset.dll", "EmailSecurity.Aws.dll"];
        var libraries = Directory.GetFiles(Path.Combine(root, "module", "deps"), "*.dll").Select(f => Path.GetFileName(f)).Except(ours).Order(StringComparer.OrdinalIgnoreCase).ToArray();
        var rows = System.Text.RegularExpressions.Regex.Matches(notices, @"^\| (?<file>\S+\.dll) \| (?<id>\S+) (?<version>\S+) \| [^|]+ \| \[[^\]]+\]\((?<licence>[^)]+)\) \|", System.Text.RegularExpressions.RegexOptions.Multiline | System.Text.RegularExpressions.RegexOptions.ExplicitCapture);

        Assert.Equal(libraries, rows.Select(r => r.Groups["file"].Value).Order(StringComparer.OrdinalIgnoreCase));
        var locked = File.ReadAllText(Path.Combine(Sources, "EmailSecurity.Aws", "packages.lock.json"));
        Assert.All(rows, r => Assert.True(File.Exists(Path.Combine(root, r.Groups["licence"].Value)), r.Value));
        Assert.All(rows, r => Assert.Matches($"\"{r.Groups["id"].Value}\": \\{{[^}}]*\"resolved\": \"{r.Groups["version"].Value}\"", locked));
    }

    [Fact]
    public void Core_has_no_package_references() =>
        Assert.DoesNotContain(typeof(Findings.Finding).Assembly.GetReferencedAssemblies(), a => !a.Name!.StartsWith("System", StringComparison.Ordinal) && a.Name != "netstandard");
}
