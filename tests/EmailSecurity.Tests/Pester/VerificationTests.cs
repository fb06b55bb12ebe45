using System.Collections.Concurrent;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Tests.Engine;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Pester;

/// <summary>The tests that the module brings for its users' domains, under each version of Pester.</summary>
public sealed class VerificationTests(VerificationTests.Runs runs) : IClassFixture<VerificationTests.Runs>
{
    public static TheoryData<string> Versions() => [.. PesterRun.Versions];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_domain_that_is_as_expected_passes_every_test(string version)
    {
        var good = (await runs.OfAsync(version)).Runs["Good"];
        Assert.Empty(good.Broken);
        Assert.DoesNotContain(good.Tests, t => t.Result == "Failed");
        string[] passed = ["can be checked", "MTA-STS.is published", "MTA-STS.has no errors", "MTA-STS.has no warnings", "has certificates with more than 0.2 of their life left",
            "BIMI.is published", "has policy mode Testing", "has policy id ", "has a max_age of at least 86400 seconds", "allows the mail servers mx1.good.example",
            "sends TLS reports to tls@good.example", "has DMARC policy Reject", "is as it was published"];
        Assert.All(passed, name => Assert.Contains(good.Tests, t => t.Result == "Passed" && t.Name.Contains(name, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_is_not_as_expected_fails_and_says_what(string version)
    {
        var many = (await runs.OfAsync(version)).Runs["Many"];
        void Fails(string name, string message) => Assert.Contains(many.Tests, t => t.Result == "Failed" && t.Name.Contains(name, StringComparison.Ordinal)
            && t.Message.Contains(message, StringComparison.OrdinalIgnoreCase));

        Fails("good.example.Expected values.has policy mode Enforce", "Testing");
        Fails("good.example.Expected values.has policy id other", "id=");
        Fails("good.example.MTA-STS.has certificates with more than 1.1", "days left");
        Fails("no domain.can be checked", "no domain");
        // A domain that could not be checked passes nothing.
        Assert.DoesNotContain(many.Tests, t => t.Result == "Passed" && t.Name.Contains("no domain", StringComparison.Ordinal));
        // What a domain is expected to be by itself takes precedence, and what is not asked of it is not tested.
        Fails("bare.example.Expected values.has policy mode None", "None");
        Assert.DoesNotContain(many.Tests, t => t.Name.Contains("bare.example.MTA-STS.is published", StringComparison.Ordinal));
        Assert.DoesNotContain(many.Tests, t => t.Name.Contains("<want", StringComparison.Ordinal));
        Assert.Contains(many.Tests, t => t is { Result: "Skipped" } && t.Name.Contains("bare.example.AWS", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_change_by_somebody_else_is_drift(string version)
    {
        var failed = (await runs.OfAsync(version)).Runs["Drift"].Tests.Where(t => t.Result == "Failed").ToArray();
        Assert.Contains(failed, t => t.Name.Contains("the plan is empty", StringComparison.Ordinal) && t.Message.Contains("mta-sts.drift.example: Create A record", StringComparison.Ordinal));
        Assert.Contains(failed, t => t.Name.Contains("TLS-RPT.is published", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Without_credentials_the_plan_is_skipped_and_the_rest_runs(string version)
    {
        var outside = (await runs.OfAsync(version)).Runs["Outside"].Tests;
        Assert.DoesNotContain(outside, t => t.Result == "Failed");
        Assert.Contains(outside, t => t.Result == "Skipped" && t.Name.Contains("the plan is empty", StringComparison.Ordinal)
            && t.Message.Contains("no AWS credentials", StringComparison.Ordinal));
        Assert.Contains(outside, t => t.Result == "Passed" && t.Name.Contains("MTA-STS.has no errors", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_misspelled_expectation_is_refused_rather_than_never_tested(string version)
    {
        var run = await runs.OfAsync(version);
        Assert.Contains("Expect has no key 'Mod'. Use ", Assert.Single(run.Runs["Typo"].Broken), StringComparison.Ordinal);
        Assert.Contains("'goood.example', which is not in Domain", Assert.Single(run.Runs["Stranger"].Broken), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Results_are_NUnit_and_JUnit_with_the_counts_of_the_run(string version)
    {
        var run = await runs.OfAsync(version);
        var nunit = XDocument.Load(Path.Combine(run.Folder, "nunit.xml")).Root!;
        Assert.Equal("test-results", nunit.Name.LocalName);
        var cases = nunit.Descendants("test-case").ToArray();
        Assert.Equal(run.Runs["Good"].Tests.Length, cases.Length);
        Assert.Contains(cases, c => c.Attribute("name")!.Value.Contains("has policy mode Testing", StringComparison.Ordinal) && c.Attribute("result")!.Value == "Success");

        var junit = XDocument.Load(Path.Combine(run.Folder, "junit.xml")).Root!;
        Assert.Equal("testsuites", junit.Name.LocalName);
        Assert.Equal(run.Runs["Many"].Tests.Count(t => t.Result == "Failed"), junit.Descendants("testcase").Count(c => c.Element("failure") is not null));
        Assert.Equal(run.Runs["Many"].Tests.Length, junit.Descendants("testcase").Count());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Reports_of_the_same_results_are_written_beside_them(string version)
    {
        var folder = (await runs.OfAsync(version)).Folder;
        Assert.Contains("data-name=\"good.example\"", await File.ReadAllTextAsync(Path.Combine(folder, "report.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.StartsWith("{\"$schema\"", await File.ReadAllTextAsync(Path.Combine(folder, "findings.sarif"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>What became of one test.</summary>
    public sealed record Outcome(string Name, string Result, string Message);

    /// <summary>One run of the container.</summary>
    public sealed record ContainerRun(Outcome[] Tests, string[] Broken);

    /// <summary>All runs under one version.</summary>
    public sealed record VersionRuns(string Folder, IReadOnlyDictionary<string, ContainerRun> Runs);

    /// <summary>One PowerShell and one sandbox for each version, started when the first test asks.</summary>
    public sealed class Runs : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, Lazy<Task<VersionRuns>>> versions = new(StringComparer.Ordinal);
        private readonly string folder = Directory.CreateTempSubdirectory("emailsecurity-test-").FullName;

        public Task<VersionRuns> OfAsync(string version) => versions.GetOrAdd(version, v => new(() => StartAsync(v))).Value;

        public ValueTask DisposeAsync()
        {
            Directory.Delete(folder, recursive: true);
            return ValueTask.CompletedTask;
        }

        private async Task<VersionRuns> StartAsync(string version)
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, version)).FullName;
            await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
            await DomainZones.AddAsync(sandbox, "good.example", "drift.example", "bare.example");
            var ready = Path.Combine(own, "sandbox.json");
            await File.WriteAllTextAsync(ready, ServeVerb.ReadyLine(sandbox));
            var script = Path.Combine(SourceTree.Root, "tests", "EmailSecurity.Tests", "Pester", "Verification.ps1");
            var result = await Pwsh.ResultOfAsync<Dictionary<string, ContainerRun>>(script, saysYes: false,
                "-PesterPath", PesterRun.ManifestOf(version), "-SandboxPath", ready, "-Folder", own);
            return new VersionRuns(own, result);
        }
    }
}
