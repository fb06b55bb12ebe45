using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests;

public class HouseTests
{
    private static readonly string Root = SourceTree.Root;
    private static readonly string Sources = SourceTree.Sources;
    private static readonly string[] Adapters = ["EmailSecurity.Aws", "EmailSecurity.Net", "EmailSecurity.Parquet"];

    [Fact]
    public void Files_that_users_name_are_opened_shared()
    {
        // An editor, a sync client or the shell that writes a file may hold it: File.ReadAllText and its like refuse that on Windows.
        var opens = new Regex(@"File\.(Open|Read)|FileMode\.|\.OpenRead|ImportFromPemFile|CreateFromPemFile|new StreamReader\((path|file)");
        var found = SourceTree.Files().Where(f => !Path.GetRelativePath(Sources, f).Contains("Sandbox", StringComparison.Ordinal))
            .SelectMany(f => File.ReadLines(f).Where(l => opens.IsMatch(l) && !l.Contains("UserFile", StringComparison.Ordinal)).Select(l => (File: Path.GetFileName(f), Line: l)))
            .ToArray();
        // A lock is a file that nobody names, and held alone.
        Assert.All(found.Where(f => !(f.File == "FolderFiles.cs" && f.Line.Contains("FileMode.OpenOrCreate", StringComparison.Ordinal))), f => Assert.Contains("FileShare.ReadWrite | FileShare.Delete", f.Line, StringComparison.Ordinal));
        Assert.Equal(["FolderFiles.cs", "SharedConfig.cs", "TrustedRoots.cs", "UserFile.cs"], found.Select(f => f.File).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void One_is_never_told_in_the_plural()
    {
        // A number that is not a constant, and a noun in the plural: "1 steps". Count.Of puts both together.
        var told = new Regex(@"\{(?<number>[A-Za-z][\w.!]*)\} ((more|other|dependent) )?(steps|days|bytes|seconds|minutes|hours|hosts|servers|files|things|objects|changes)\b");
        var most = new Regex(@"\b(Max|Least|Most|Limit)|Max[A-Z]\w*$|^max[A-Z]|TotalSeconds|TotalDays:0");
        // What is never one: more than a limit, or counted from two on.
        string[] many = ["pem.Length", "bytes.Length", "content.Length", "stream.Length", "all.Length", "seconds", "maxAge", "most", "found.Count", "request.MaxBytes", "text.Length"];
        var found = SourceTree.Files().Where(f => !Path.GetRelativePath(Sources, f).Contains("Sandbox", StringComparison.Ordinal))
            .SelectMany(f => File.ReadLines(f).SelectMany(l => told.Matches(l).Where(m => !l.TrimStart().StartsWith("//", StringComparison.Ordinal))
                .Select(m => m.Groups["number"].Value).Where(n => !most.IsMatch(n) && !many.Contains(n)).Select(n => $"{Path.GetFileName(f)}: {n}")));
        Assert.Empty(found);
    }

    [Fact]
    public void What_depends_on_the_system_is_in_its_seams()
    {
        var asks = new Regex(@"OperatingSystem\.|RuntimeInformation\.|OSPlatform|OSVersion|PlatformID|UnixFileMode|DllImport\(|LibraryImport\(|SupportedOSPlatform|Microsoft\.Win32|\$Is(Windows|Linux|MacOS)", RegexOptions.ExplicitCapture);
        string[] seams = ["CertificatePlatform.cs", "ProfileStores.cs", "ScriptHost.cs", "SystemNameServers.cs", "TlsPlatform.cs", "WindowsAdapters.cs"];
        var found = SourceTree.Files().Where(f => File.ReadLines(f).Any(l => asks.IsMatch(l))).Select(f => Path.GetFileName(f)).ToArray();
        Assert.Equal(seams, found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Paths_are_put_together_for_every_system()
    {
        // A separator written out, or a folder that only some systems have.
        var fixedPath = new Regex(@"""/(tmp|etc|var|usr|home|dev)\b|\\\\\.\\pipe|(Path|Folder|Directory|folder|directory|path) \+ ""[/\\]", RegexOptions.ExplicitCapture);
        Assert.Empty(SourceTree.Files().SelectMany(f => File.ReadLines(f).Where(l => fixedPath.IsMatch(l)).Select(l => $"{Path.GetFileName(f)}: {l.Trim()}")));
    }

    [Fact]
    public void Every_library_that_ships_is_in_the_notices_with_its_licence_and_its_own_notices()
    {
        var notices = File.ReadAllText(Path.Combine(Root, "THIRD-PARTY-NOTICES.md"));
        string[] ours = ["AWSSDK.Subset.dll", "EmailSecurity.Aws.dll", "EmailSecurity.Net.dll", "EmailSecurity.Parquet.dll"];
        var libraries = Directory.GetFiles(Path.Combine(Root, "module", "deps"), "*.dll").Select(f => Path.GetFileName(f)).Except(ours).Order(StringComparer.OrdinalIgnoreCase).ToArray();
        var rows = Regex.Matches(notices, @"^\| (?<file>\S+\.dll) \| (?<id>\S+) (?<version>\S+) \| [^|]+ \| \[(?<licence>[^\]]+)\]\((?<text>[^)]+)\) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture);

        Assert.Equal(libraries, rows.Select(r => r.Groups["file"].Value).Order(StringComparer.OrdinalIgnoreCase));
        var locked = string.Concat(Adapters.Select(p => File.ReadAllText(Path.Combine(Sources, p, "packages.lock.json"))));
        Assert.All(rows, r => Assert.Matches($"\"{r.Groups["id"].Value}\": \\{{[^}}]*\"resolved\": \"{r.Groups["version"].Value}\"", locked));
        Assert.All(rows, r => AssertLicensed(r.Groups["id"].Value, r.Groups["version"].Value, r.Groups["licence"].Value, r.Groups["text"].Value));
        Assert.All(Directory.GetFiles(Path.Combine(Root, "licenses")), f => Assert.Contains($"(licenses/{Path.GetFileName(f)})", notices, StringComparison.Ordinal));
    }

    [Fact]
    public void No_word_of_NuGet_about_versions_or_vulnerabilities_is_silenced()
    {
        var projects = Directory.EnumerateFiles(Root, "*.props").Concat(new[] { "src", "tests", "tools", "bench" }
            .SelectMany(d => Directory.EnumerateFiles(Path.Combine(Root, d), "*.csproj", SearchOption.AllDirectories))).ToArray();
        Assert.True(projects.Length > 8);
        Assert.All(projects, f => Assert.DoesNotMatch("NoWarn>[^<]*NU1|<NuGetAudit>false|NuGetAuditSuppress", File.ReadAllText(f)));

        // A package source may be a mirror without such data: who knows of vulnerabilities is asked all the same, and an answer that does not come is told.
        Assert.Matches("(?s)<auditSources>.*api\\.nuget\\.org", File.ReadAllText(Path.Combine(Root, "nuget.config")));
        Assert.Contains("<NuGetAudit>true</NuGetAudit>", File.ReadAllText(Path.Combine(Root, "Directory.Build.props")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_ships_is_locked_and_nothing_else_is_needed()
    {
        foreach (var project in (string[])["EmailSecurity", .. Adapters, "EmailSecurity.PowerShell", "AWSSDK.Subset"])
        {
            using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(Sources, project, "packages.lock.json")));
            var packages = locked.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(f => f.Value.EnumerateObject()).Where(p => p.Value.GetProperty("type").GetString() != "Project");
            Assert.All(packages, p => Assert.Equal(64, Convert.FromBase64String(p.Value.GetProperty("contentHash").GetString()!).Length));
            Assert.Contains("<TargetFramework>net8.0</TargetFramework>", File.ReadAllText(Path.Combine(Sources, project, project + ".csproj")), StringComparison.Ordinal);
        }

        // For what targets the oldest PowerShell, which is what ships.
        Assert.Matches("== 'net8.0'[^>]*>\\s*<RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>\\s*<RestoreLockedMode Condition=\"'\\$\\(CI\\)' == 'true'", File.ReadAllText(Path.Combine(Root, "Directory.Build.targets")));
    }

    [Fact]
    public void Public_workflow_reads_only_and_runs_everything_on_three_systems()
    {
        var workflow = File.ReadAllText(Path.Combine(Root, ".github", "workflows", "ci.yml"));
        Assert.Equal(["contents: read"], Regex.Matches(workflow, @"(?m)^permissions:\r?\n((?: +\S.*\n?)+)").Select(m => m.Groups[1].Value.Trim()));
        Assert.Single(Regex.Matches(workflow, "permissions:"));
        Assert.DoesNotMatch("pull_request_target|secrets\\.|continue-on-error", workflow);
        Assert.All((string[])["ubuntu-", "windows-", "macos-", "--locked-mode", "-warnaserror", "dotnet test", "-- rehearse", "build.ps1 Pester", "persist-credentials: false"], part => Assert.Contains(part, workflow, StringComparison.Ordinal));
        Assert.All(Regex.Matches(workflow, @"uses: (\S+)").Select(m => m.Groups[1].Value), use => Assert.Matches(@"^actions/[a-z-]+@(v[0-9]+|[0-9a-f]{40})$", use));
    }

    [Fact]
    public void No_line_of_the_sources_is_longer_than_160_characters() =>
        Assert.Empty(SourceTree.Files().SelectMany(f => File.ReadLines(f).Select((l, i) => (Line: l, At: i + 1)).Where(l => l.Line.Length > 160)
            .Select(l => Invariant($"{Path.GetRelativePath(Sources, f)}:{l.At}"))));

    [Fact]
    public void No_file_of_the_sources_has_more_than_230_lines()
    {
        // A file is one idea. The subset keeps the shapes of the official packages.
        const int Most = 230;
        var files = SourceTree.Files().Where(f => !Path.GetRelativePath(Sources, f).StartsWith("AWSSDK.Subset", StringComparison.Ordinal)).ToArray();
        Assert.True(files.Length > 300, Invariant($"Only {files.Length} files were found."));
        var tooLong = files.Select(f => (File: Path.GetRelativePath(Sources, f), Lines: File.ReadLines(f).Count())).Where(f => f.Lines > Most)
            .Select(f => Invariant($"{f.File} has {f.Lines} lines, more than {Most}: find the second idea in it, and give it a file and a class of its own.")).ToArray();
        Assert.True(tooLong.Length == 0, string.Join('\n', tooLong));
    }

    [Fact]
    public void Core_has_no_package_references() =>
        Assert.DoesNotContain(typeof(Findings.Finding).Assembly.GetReferencedAssemblies(), a => !a.Name!.StartsWith("System", StringComparison.Ordinal) && a.Name != "netstandard");

    // The package says its licence; what it brings of licences and notices ships word for word.
    private static void AssertLicensed(string id, string version, string licence, string text)
    {
        Assert.True(File.Exists(Path.Combine(Root, text)), text);
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(Sources, Adapters[0], "obj", "project.assets.json")));
        var package = assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(f => Path.Combine(f.Name, id.ToLowerInvariant(), version)).First(Directory.Exists);
        var declared = XDocument.Load(Path.Combine(package, id.ToLowerInvariant() + ".nuspec")).Descendants().Single(e => e.Name.LocalName == "license");
        Assert.Equal(("expression", licence), ((string?)declared.Attribute("type"), declared.Value));
        var brought = Directory.EnumerateFiles(package, "*", SearchOption.AllDirectories).Where(f => Regex.IsMatch(Path.GetFileName(f), "licen[cs]e|notice|copying", RegexOptions.IgnoreCase));
        Assert.All(brought, f => Assert.Equal(
            File.ReadAllText(f).ReplaceLineEndings("\n"),
            File.ReadAllText(Path.Combine(Root, "licenses", $"{id}-{Path.GetFileNameWithoutExtension(f)}.txt")).ReplaceLineEndings("\n")));
    }
}
