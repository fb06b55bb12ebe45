using System.Text.Json;
using System.Text.RegularExpressions;
using EmailSecurity.Tests.Pester;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Packaging;

/// <summary>The definitions of the container image and of the action, as far as their text tells: what they name exists and is used, and versions are those under test.</summary>
[Collection(typeof(PackageCollection))]
public sealed partial class DefinitionTests(PackageFixture package)
{
    private static readonly string Version =
        Regex.Match(File.ReadAllText(Path.Combine(SourceTree.Root, "Directory.Build.props")), "<Version>(.+)</Version>").Groups[1].Value;

    [Fact]
    public void Everything_that_the_image_copies_is_in_the_package_and_all_that_the_module_needs_is_copied()
    {
        var copies = ContainerDefinition.Copies().ToArray();
        Assert.NotEmpty(copies);
        Assert.All(copies.SelectMany(c => c.Sources), s => Assert.True(Path.Exists(Path.Combine(package.Module, s)), s));

        // A folder is copied to a folder of its name; several files to one that ends with a slash.
        Assert.All(copies, c => Assert.True(c.Destination.EndsWith('/') || Path.GetFileName(c.Destination) == Assert.Single(c.Sources), c.Destination));
        var copied = copies.SelectMany(c => c.Sources).ToArray();
        string[] needless = ["assets", "docs", "CHANGELOG.md", "CONTRIBUTING.md", "README.md"];
        Assert.Equal(package.Files.Select(f => f.Split('/')[0]).Distinct().Except(needless).Order(StringComparer.Ordinal), copied.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_image_runs_as_a_user_without_rights_and_writes_to_its_volume_alone()
    {
        var lines = ContainerDefinition.Instructions;
        Assert.Equal(["1654:1654"], lines.Where(i => i.Keyword == "USER").Select(i => i.Text));
        Assert.Equal(["/results"], lines.Where(i => i.Keyword == "VOLUME").Select(i => i.Text));
        var (user, last) = (Find("USER"), Find("ENTRYPOINT"));
        Assert.True(user < last && last == lines.Count - 1);
        Assert.DoesNotContain(lines.Skip(user), i => i.Keyword is "RUN" or "COPY" or "ADD");
        Assert.DoesNotContain(lines, i => i.Keyword == "ADD");

        string[] entry = ContainerDefinition.Exec(lines[last].Text);
        Assert.Equal("pwsh", entry[0]);
        Assert.Equal(["-OutputFolder", "/results"], entry[^2..]);
        var module = ContainerDefinition.Copies().First().Destination;
        Assert.StartsWith(module, entry[^3], StringComparison.Ordinal);
        Assert.Contains(entry[^3][module.Length..], package.Files);

        int Find(string keyword) => Enumerable.Range(0, lines.Count).Single(i => lines[i].Keyword == keyword);
    }

    [Fact]
    public void Versions_are_those_that_the_tests_run()
    {
        var pester = PesterRun.Versions[0];
        Assert.Equal(pester, ContainerDefinition.Values("ARG")["PESTER_VERSION"]);
        Assert.Equal(pester, ActionDefinition.Inputs.Single(i => i.Name == "pester-version").Default);
        Assert.Equal(Version, ActionDefinition.Inputs.Single(i => i.Name == "version").Default);

        // The image of the SDK has PowerShell in it: the SDK that builds the module, at the level of its fixes.
        using var sdk = JsonDocument.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, "global.json")));
        var line = string.Join('.', sdk.RootElement.GetProperty("sdk").GetProperty("version").GetString()!.Split('.').Take(2));
        Assert.Equal(("FROM", $"mcr.microsoft.com/dotnet/sdk:{line}"), ContainerDefinition.Instructions[0]);
        Assert.DoesNotContain(ContainerDefinition.Instructions.Skip(1), i => i.Keyword == "FROM");
    }

    [Fact]
    public void Every_argument_of_the_image_is_used()
    {
        var runs = string.Concat(ContainerDefinition.Instructions.Where(i => i.Keyword == "RUN").Select(i => i.Text));
        Assert.NotEmpty(ContainerDefinition.Values("ARG"));
        Assert.All(ContainerDefinition.Values("ARG").Keys, a => Assert.Contains($"$env:{a}", runs, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_input_is_described_and_used_and_every_one_that_is_used_exists()
    {
        var used = ActionDefinition.Steps.SelectMany(s => s.Environment.Values).Select(v => Input().Match(v).Groups["name"].Value).Distinct().ToArray();
        Assert.Equal(ActionDefinition.Inputs.Select(i => i.Name).Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
        Assert.All(ActionDefinition.Inputs, i => Assert.True(i.Description.Length > 10 && i.Required == (i.Default is null), i.Name));
    }

    [Fact]
    public void Steps_run_in_PowerShell_and_inputs_reach_them_as_variables_alone()
    {
        Assert.Equal("composite", ActionDefinition.Using);
        Assert.All(ActionDefinition.Steps, s =>
        {
            Assert.Equal("pwsh", s.Shell);
            // A value that is pasted into a script is a part of the script.
            Assert.DoesNotContain("${{", s.Run!, StringComparison.Ordinal);
            var read = Variable().Matches(s.Run!).Select(m => m.Groups["name"].Value).Where(n => !n.StartsWith("GITHUB_", StringComparison.Ordinal)).Distinct();
            Assert.Equal(s.Environment.Keys.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
        });
    }

    [Fact]
    public void Every_output_is_written_by_the_step_that_it_names()
    {
        Assert.NotEmpty(ActionDefinition.Outputs);
        Assert.All(ActionDefinition.Outputs, o =>
        {
            var source = Output().Match(o.Value);
            Assert.Equal(o.Name, source.Groups["name"].Value);
            var step = Assert.Single(ActionDefinition.Steps, s => s.Id == source.Groups["step"].Value);
            Assert.Contains($"\"{o.Name}=", step.Run, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_guide_names_files_inputs_and_parameters_that_there_are()
    {
        var guide = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "guides", "scheduled-checks.md")).ReplaceLineEndings("\n");
        var step = Step().Match(guide);
        Assert.Equal(Version, step.Groups["version"].Value);
        var given = Regex.Matches(step.Groups["with"].Value, @"(?m)^ +([a-z-]+): ").Select(m => m.Groups[1].Value).ToArray();
        Assert.Superset(ActionDefinition.Inputs.Where(i => i.Required).Select(i => i.Name).ToHashSet(), given.ToHashSet());
        Assert.Subset(ActionDefinition.Inputs.Select(i => i.Name).ToHashSet(), given.ToHashSet());

        var build = Regex.Match(guide, @"docker build -f (\S+) -t (\S+) (\S+)");
        Assert.True(File.Exists(Path.Combine(SourceTree.Root, build.Groups[1].Value)));
        Assert.Equal("artifacts/EmailSecurity", build.Groups[3].Value);
        Assert.Matches(@"docker run .*--read-only .*:/results"" " + build.Groups[2].Value, guide);
        var line = Regex.Match(guide, @"-File (verification/\S+\.ps1) (.+)");
        Assert.Contains(line.Groups[1].Value, package.Files);
        var script = File.ReadAllText(Path.Combine(package.Module, line.Groups[1].Value));
        Assert.All(Regex.Matches(line.Groups[2].Value, @"-(\w+)").Select(m => m.Groups[1].Value), p => Assert.Matches($@"\[string\] \${p}\b", script));
    }

    [GeneratedRegex(@"uses: OWNER/EmailSecurity@v(?<version>\S+)\n +with:\n(?<with>( {10}.+\n)+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Step();

    [GeneratedRegex(@"^\$\{\{ inputs\.(?<name>[a-z-]+) \}\}$", RegexOptions.ExplicitCapture)]
    private static partial Regex Input();

    [GeneratedRegex(@"^\$\{\{ steps\.(?<step>\w+)\.outputs\.(?<name>[a-z-]+) \}\}$", RegexOptions.ExplicitCapture)]
    private static partial Regex Output();

    [GeneratedRegex(@"\$env:(?<name>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
