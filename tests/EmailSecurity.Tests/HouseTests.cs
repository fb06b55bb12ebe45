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
    public void Core_has_no_package_references() =>
        Assert.DoesNotContain(typeof(Findings.Finding).Assembly.GetReferencedAssemblies(), a => !a.Name!.StartsWith("System", StringComparison.Ordinal) && a.Name != "netstandard");
}
