namespace EmailSecurity.Tests.Pester;

/// <summary>The files of tests/Pester, run by Pester in PowerShell, each It a case for each version of Pester.</summary>
public sealed class PesterTests
{
    private static readonly string[] Files =
        [.. Directory.GetFiles(PesterRun.Folder, "*.Tests.ps1").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Versions() => [.. PesterRun.Versions];

    /// <summary>Version, file and name of every It.</summary>
    public static async Task<TheoryData<string, string, string>> Cases()
    {
        var found = await PesterRun.DiscoverAsync();
        var cases = new TheoryData<string, string, string>();
        foreach (var version in PesterRun.Versions)
        {
            foreach (var test in found.Tests)
            {
                cases.Add(version, test.File, test.Name);
            }
        }

        return cases;
    }

    [Theory(DisplayName = "Pester")]
    [MemberData(nameof(Cases))]
    public async Task It(string version, string file, string name)
    {
        var run = await PesterRun.OfAsync(version);
        var outcome = run.Tests.SingleOrDefault(t => t.File == file && t.Name == name);
        Assert.True(outcome is not null, $"The run has no such test, or two of this name.\n{string.Join('\n', run.Broken)}");
        Assert.SkipWhen(outcome.Result == "Skipped", "Skipped by the test file.");
        Assert.True(outcome.Result == "Passed", $"{outcome.Result}: {outcome.Message}");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_run_holds_the_tests_that_were_discovered_and_no_others(string version)
    {
        var found = await PesterRun.DiscoverAsync();
        var run = await PesterRun.OfAsync(version);

        Assert.Equal(version, run.Version);
        Assert.True(run.Broken.Count == 0, string.Join('\n', run.Broken));
        Assert.Distinct(found.Tests.Select(t => (t.File, t.Name)));
        Assert.Equal(found.Tests.Select(t => (t.File, t.Name)).Order(), run.Tests.Select(t => (t.File, t.Name)).Order());
        Assert.Equal(Files, run.Tests.Select(t => t.File).Distinct().Order(StringComparer.Ordinal));
    }
}
