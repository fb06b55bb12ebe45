using System.Text.Json;
using System.Text.RegularExpressions;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Packaging;

/// <summary>The package on its way: to a repository, to a user's computer, into a session. In a real PowerShell, which touches nothing of the user's.</summary>
[Collection(typeof(PackageCollection))]
public sealed class PublishingTests(PackageFixture package, PublishingTests.Session session) : IClassFixture<PublishingTests.Session>
{
    private const int MostNotes = 35_000; // what the Gallery takes

    [Fact]
    public async Task The_manifest_is_complete_for_the_gallery()
    {
        var manifest = (await session.OfAsync(package)).GetProperty("Manifest");
        Assert.All((string[])["Version", "Author", "Description", "LicenseUri", "ReleaseNotes"], p => Assert.NotEqual("", manifest.GetProperty(p).GetString()));
        Assert.Contains("MTA-STS", Strings(manifest, "Tags"));
        Assert.Contains("PSEdition_Core", Strings(manifest, "Tags"));
        // Help comes with the module, and the project has no public home yet: an address would promise what is not there.
        Assert.All((string[])["HelpInfoUri", "ProjectUri", "IconUri"], p => Assert.Equal("", manifest.GetProperty(p).GetString()));
        Assert.NotEmpty(Strings(manifest, "Cmdlets"));
    }

    [Fact]
    public async Task The_notes_are_those_of_the_changelog_and_not_more_than_the_gallery_takes()
    {
        var notes = (await session.OfAsync(package)).GetProperty("Manifest").GetProperty("ReleaseNotes").GetString()!;
        var changelog = (await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "CHANGELOG.md"), TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        Assert.Contains(notes, changelog, StringComparison.Ordinal);
        Assert.Contains("\n- ", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("\n## ", notes, StringComparison.Ordinal);
        Assert.InRange(notes.Length, 100, MostNotes);
    }

    [Fact]
    public async Task The_folder_and_the_nupkg_are_taken_by_a_repository()
    {
        var result = await session.OfAsync(package);
        var version = result.GetProperty("Manifest").GetProperty("Version").GetString();
        Assert.Equal([$"FromFolder EmailSecurity {version}", $"FromPackage EmailSecurity {version}"], Strings(result, "Found"));
    }

    [Fact]
    public async Task A_saved_module_has_every_file_of_the_package()
    {
        var result = await session.OfAsync(package);
        Assert.Empty(package.Files.Except(Strings(result, "Saved")));
    }

    [Fact]
    public async Task An_installed_module_is_imported_by_its_name_and_works()
    {
        var result = await session.OfAsync(package);
        var manifest = result.GetProperty("Manifest");
        var seen = Strings(result, "Installed");
        Assert.True(seen.Length == 5, string.Join('\n', seen));
        Assert.StartsWith(package.Folder, Real(seen[0]), StringComparison.Ordinal);
        Assert.Equal($"{manifest.GetProperty("Version").GetString()} {Invariant($"{Strings(manifest, "Cmdlets").Length}")}", seen[1]);
        Assert.Equal("version: STSv1", seen[2]);
        Assert.DoesNotContain("[", seen[3], StringComparison.Ordinal); // help, not the syntax that stands in for it
        Assert.Equal(Path.Combine(seen[0], "verification", "EmailSecurity.Tests.ps1"), seen[4]);
    }

    [Fact]
    public async Task Install_copies_the_module_to_where_PowerShell_finds_it_and_replaces_an_older_build()
    {
        var result = await session.OfAsync(package);
        var copied = result.GetProperty("Copied");
        var version = result.GetProperty("Manifest").GetProperty("Version").GetString()!;
        var place = Path.Combine(Session.Data(package), "powershell", "Modules", "EmailSecurity", version);
        Assert.Equal((place, place), (copied.GetProperty("First").GetString(), copied.GetProperty("Second").GetString()));
        Assert.Contains(place, Strings(copied, "Seen"));
        Assert.Equal([version], Strings(copied, "Beside"));
        Assert.False(copied.GetProperty("Stale").GetBoolean());
    }

    [Fact]
    public async Task A_version_has_the_notes_of_its_section_and_one_that_is_not_out_those_of_Unreleased()
    {
        var result = await session.OfAsync(package);
        Assert.Equal(["### Added\n- It's O\u2019Brien's \"quoted\" $value.", "- Candidate.", "- New."], Strings(result, "Notes"));
        Assert.Matches("has no notes for version 1\\.1\\.0\\. Add a section '## 1\\.1\\.0'\\.", result.GetProperty("NoNotes").GetString());
    }

    [Fact]
    public async Task Addresses_of_the_build_and_notes_with_any_quotes_come_out_of_the_manifest_as_they_went_in()
    {
        var result = await session.OfAsync(package);
        var data = result.GetProperty("Addresses");
        Assert.Equal("https://code.example.com/project", data.GetProperty("ProjectUri").GetString());
        Assert.Equal("https://code.example.com/icon.png", data.GetProperty("IconUri").GetString());
        Assert.Equal(Strings(result, "Notes")[0], data.GetProperty("ReleaseNotes").GetString());
        Assert.Equal(result.GetProperty("Manifest").GetProperty("LicenseUri").GetString(), data.GetProperty("LicenseUri").GetString());
    }

    // macOS's folder for temporary files is a link.
    private static string Real(string path) => Regex.Replace(path, "^/private(?=/)", "");

    private static string[] Strings(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];

    /// <summary>One PowerShell for all of it, started when the first test asks.</summary>
    public sealed class Session
    {
        private readonly Lock gate = new();
        private Task<JsonElement>? result;

        /// <summary>Where the user's data is.</summary>
        public static string Data(PackageFixture package) => Path.Combine(package.Folder, "publishing", "data");

        /// <summary>What the script saw.</summary>
        public Task<JsonElement> OfAsync(PackageFixture package)
        {
            Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has one place for a user's repositories and modules, and these tests leave it alone.");
            lock (gate)
            {
                return result ??= StartAsync(package);
            }
        }

        private static async Task<JsonElement> StartAsync(PackageFixture package)
        {
            var folder = Directory.CreateDirectory(Path.Combine(package.Folder, "publishing")).FullName;
            var script = Path.Combine(SourceTree.Root, "tests", "EmailSecurity.Tests", "Packaging", "Publishing.ps1");
            return await PrivatePwsh.ResultOfAsync(script, folder,
                "-Module", package.Module, "-Package", package.Packages[0], "-Tools", Path.Combine(SourceTree.Root, "tools"), "-Folder", folder);
        }
    }
}
