using System.Collections.Concurrent;
using System.Reflection;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Pester;

/// <summary>What became of one It.</summary>
/// <param name="File">Name of the test file.</param>
/// <param name="Name">Blocks and name, with the values of its case.</param>
/// <param name="Result">Pester's word for it: Passed, Failed, Skipped, NotRun.</param>
/// <param name="Message">Pester's message and where it was raised; empty for none.</param>
internal sealed record PesterOutcome(string File, string Name, string Result, string Message);

/// <summary>One run of tests/Pester under one version of Pester in a PowerShell of its own.</summary>
/// <param name="Version">The Pester that ran.</param>
/// <param name="Tests">Every It that it found.</param>
/// <param name="Broken">Files that did not load, set-ups and clean-ups that threw.</param>
internal sealed record PesterRun(string Version, IReadOnlyList<PesterOutcome> Tests, IReadOnlyList<string> Broken)
{
    private static readonly ConcurrentDictionary<(string Version, bool DiscoverOnly), Lazy<Task<PesterRun>>> Runs = new();

    /// <summary>The versions under test, the newest first, as the project file names them.</summary>
    public static IReadOnlyList<string> Versions { get; } = [.. Metadata("PesterVersions").Split(';').Select(v => v.Trim('[', ']'))];

    /// <summary>Where the test files are.</summary>
    public static string Folder { get; } = Path.Combine(SourceTree.Root, "tests", "Pester");

    /// <summary>The Its that there are: Pester's own discovery, once for all versions. A version that finds others is told by its run.</summary>
    public static Task<PesterRun> DiscoverAsync() => Once(Versions[0], discoverOnly: true);

    /// <summary>The run under a version, made when it is first asked for.</summary>
    public static Task<PesterRun> OfAsync(string version) => Once(version, discoverOnly: false);

    /// <summary>The manifest of a version.</summary>
    public static string ManifestOf(string version) => Path.Combine(Metadata("NuGetPackageRoot"), "pester", version, "tools", "Pester.psd1");

    private static Task<PesterRun> Once(string version, bool discoverOnly) =>
        Runs.GetOrAdd((version, discoverOnly), key => new(() => StartAsync(key.Version, key.DiscoverOnly))).Value;

    private static Task<PesterRun> StartAsync(string version, bool discoverOnly)
    {
        string[] arguments = ["-PesterPath", ManifestOf(version)];
        return Pwsh.ResultOfAsync<PesterRun>(Path.Combine(Folder, "Run.ps1"), saysYes: false, discoverOnly ? [.. arguments, "-DiscoverOnly"] : arguments);
    }

    private static string Metadata(string key) => typeof(PesterRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
