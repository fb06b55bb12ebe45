using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Packaging;

/// <summary>The classes that look at the package share one.</summary>
[CollectionDefinition]
public sealed class PackageCollection : ICollectionFixture<PackageFixture>;

/// <summary>The package as build.ps1 makes it, twice: from two copies of the sources in folders of different names, which nothing was built in before.</summary>
public sealed class PackageFixture : IAsyncLifetime
{
    // One process for each build, which ends with it; nothing is asked of the network that the build of the tests has not asked already.
    private const string Switches = "-m:1 -nodeReuse:false -p:UseSharedCompilation=false -p:NuGetAudit=false -p:RunAnalyzers=false";

    // What a clone does not have, and what packages do not come from.
    private static readonly string[] Without =
        ["bin", "obj", "module", "en-US", "artifacts", ".git", ".vs", ".vscode", "TestResults", "BenchmarkDotNet.Artifacts", "tests", "bench"];

    /// <summary>A folder for all that belongs to the tests of the package.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("emailsecurity-test-").FullName;

    /// <summary>The module's folder in the package.</summary>
    public string Module => Path.Combine(Folder, "one", "artifacts", "EmailSecurity");

    /// <summary>The nupkg of the first copy, then that of the second.</summary>
    public IReadOnlyList<string> Packages { get; private set; } = [];

    /// <summary>The files of the module, relative to its folder, with / between folders.</summary>
    public IReadOnlyList<string> Files => [.. Directory.GetFiles(Module, "*", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Module, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() =>
        Packages = await Task.WhenAll(PackAsync("one"), PackAsync(Path.Combine("two", "a folder of another name")));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<string> PackAsync(string name)
    {
        var copy = Path.Combine(Folder, name);
        Copy(SourceTree.Root, copy, depth: 0);
        await File.WriteAllTextAsync(Path.Combine(copy, "Directory.Build.rsp"), Switches);
        string[] arguments = ["pwsh", "-NoProfile", "-NonInteractive", "-File", Path.Combine(copy, "build.ps1"), "Package"];
        // Of a project that is published nowhere, whoever runs the tests.
        var environment = new Dictionary<string, string>(Pwsh.Quiet, StringComparer.Ordinal) { ["GITHUB_REPOSITORY"] = "", ["RepositoryUrl"] = "" };
        var (code, output) = await ChildProcess.RunAsync("dotnet", arguments, environment, SourceTree.Root);
        Assert.True(code == 0, output);
        return Assert.Single(Directory.GetFiles(Path.Combine(copy, "artifacts"), "*.nupkg"));
    }

    // 'en-US' is built at the top, and a source below docs.
    private static void Copy(string from, string to, int depth)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.GetDirectories(from))
        {
            var name = Path.GetFileName(folder);
            if (!Without.Contains(name) || (depth > 0 && name == "en-US"))
            {
                Copy(folder, Path.Combine(to, name), depth + 1);
            }
        }
    }
}
