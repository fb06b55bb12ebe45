using System.Management.Automation;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Running;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Engine;

public class ModuleImportTests
{
    // Which of the assemblies that matter are loaded, and in which load context.
    private const string Loaded = """
        function Get-Loaded {
            foreach ($assembly in [AppDomain]::CurrentDomain.GetAssemblies()) {
                $name = $assembly.GetName().Name
                if ($name -like 'AWSSDK*' -or $name -in 'EmailSecurity.Aws', 'EmailSecurity.Net', 'EmailSecurity', 'DnsClient') { "$name in $([System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($assembly).Name)" }
            }
        }

        # Nothing listens there: the adapters are loaded, and one error comes back.
        $ProgressPreference = 'SilentlyContinue' # on a slow machine the command would show that it is waiting
        function Use-Adapters {
            Get-EmailSecurityStack example.com -AccessKey AKIAEXAMPLE -SecretKey example -Region us-east-1 -EndpointUrl http://127.0.0.1:9 -ErrorVariable failed -ErrorAction SilentlyContinue
            "errors: $($failed.Count)"
        }

        """;

    private static string Other => Path.Combine(SourceTree.Root, "module", "deps", "AWSSDK.Core.dll");

    [Fact]
    public async Task Import_loads_none_of_the_adapters_and_their_first_use_loads_them_privately()
    {
        var (code, lines) = await ScriptProcess.RunScriptAsync(Loaded + "Get-Loaded; 'then'; Use-Adapters; Get-Loaded");

        Assert.Equal(0, code);
        var then = Array.IndexOf(lines, "then");
        Assert.Equal(["EmailSecurity in Default"], lines[..then]);
        Assert.Equal("errors: 1", lines[then + 1]);
        Assert.Contains("EmailSecurity.Aws in EmailSecurity", lines[then..]);
        Assert.Contains("AWSSDK.Core in EmailSecurity", lines[then..]);
        Assert.DoesNotContain("AWSSDK.Core in Default", lines);
        // The core's types are the border: there is one of it.
        Assert.Single(lines[then..], l => l.StartsWith("EmailSecurity in ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Parquet_is_loaded_privately_where_reports_are_kept_and_nowhere_else()
    {
        const string Script = """
            function Get-Kept { foreach ($a in [AppDomain]::CurrentDomain.GetAssemblies()) { if ($a.GetName().Name -match 'Parquet|Zstd') { "$($a.GetName().Name) in $([System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($a).Name)" } } }
            $folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) (New-Guid))).FullName
            Set-Content "$folder/r.json" '{"organization-name":"A","report-id":"1","policies":[]}'
            $reports = Import-TlsRptReport $folder
            $null = $reports | Measure-TlsRptReport
            Get-Kept
            'then'
            $null = $reports | Export-TlsRptReport "$folder/store"
            Get-Kept
            Remove-Item $folder -Recurse
            """;
        var (code, lines) = await ScriptProcess.RunScriptAsync(Script);

        Assert.Equal(0, code);
        Assert.Equal("then", lines[0]);
        Assert.Equal(["EmailSecurity.Parquet in EmailSecurity", "Parquet in EmailSecurity", "ZstdSharp in EmailSecurity"], lines[1..].Order(StringComparer.Ordinal));
    }

    // Whoever only looks has no account, or one whose profile is broken: neither matters to DNS, HTTPS and SMTP.
    [Fact]
    public async Task Live_checks_load_nothing_of_AWS_and_ask_for_no_credentials()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        FirstZone.Put(sandbox);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, ServeVerb.ReadyLine(sandbox), TestContext.Current.CancellationToken);
        const string Looks = "Test-EmailSecurity example.com; Test-MtaSts example.com; Test-TlsRpt example.com; Test-Bimi example.com; Test-Dmarc example.com; " +
            "New-MtaStsPolicy example.com";

        var (code, lines) = await ScriptProcess.RunScriptAsync(
            Loaded + $"$seen = @({Looks}); $seen.Count; Get-Loaded",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["EMAILSECURITY_SANDBOX"] = file, ["AWS_PROFILE"] = "nosuch", ["AWS_CONFIG_FILE"] = Path.GetTempPath() });
        File.Delete(file);

        Assert.Equal(0, code);
        Assert.Contains("EmailSecurity.Net in EmailSecurity", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("AWSSDK", StringComparison.Ordinal) || l.StartsWith("EmailSecurity.Aws ", StringComparison.Ordinal));
        Assert.Contains("9", lines); // Test-EmailSecurity has a result for each of four mechanisms
        Assert.Empty(sandbox.GetCalls());
    }

    [Theory]
    [InlineData("Add-Other; Use-Adapters")]
    [InlineData("Use-Adapters; Add-Other; Use-Adapters")]
    public async Task Another_modules_SDK_in_the_session_stays_apart_in_either_order(string order)
    {
        var copy = Directory.CreateTempSubdirectory("emailsecurity-test-");
        try
        {
            File.Copy(Other, Path.Combine(copy.FullName, "AWSSDK.Core.dll"));

            var (code, lines) = await ScriptProcess.RunScriptAsync(Loaded + $"function Add-Other {{ $null = [System.Reflection.Assembly]::LoadFrom('{copy.FullName}/AWSSDK.Core.dll') }}; {order}; Get-Loaded");

            Assert.Equal(0, code);
            Assert.All(lines.Where(l => l.StartsWith("errors", StringComparison.Ordinal)), l => Assert.Equal("errors: 1", l));
            Assert.Contains("AWSSDK.Core in Default", lines);
            Assert.Contains("AWSSDK.Core in EmailSecurity", lines);
            Assert.Contains("EmailSecurity.Aws in EmailSecurity", lines);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Import_with_force_and_removal_keep_working()
    {
        await using var session = EngineSession.Open();

        var result = session.Invoke("""
            Import-Module $m -Force
            (New-EmailSecurityStack example.com).Domain
            Remove-Module EmailSecurity
            [bool](Get-Command New-EmailSecurityStack -ErrorAction SilentlyContinue)
            Import-Module $m
            (New-EmailSecurityStack example.org).Domain
            """, ("m", ModuleLocator.Find())).ShouldSucceed();

        Assert.Equal(["example.com", "False", "example.org"], result.Objects.Select(o => o.ToString()));
    }

    [Fact]
    public async Task The_manifest_exports_exactly_the_cmdlets_of_the_dll()
    {
        await using var session = EngineSession.OpenBare();
        var dll = Path.Combine(SourceTree.Root, "module", "EmailSecurity.PowerShell.dll");

        var inside = session.Invoke("(Import-Module $p -PassThru).ExportedCmdlets.Keys", ("p", dll)).ShouldSucceed().Objects.Select(o => o.ToString()).Order(StringComparer.Ordinal);
        var exported = session.Invoke("Remove-Module EmailSecurity.PowerShell; (Import-Module $p -PassThru).ExportedCmdlets.Keys", ("p", ModuleLocator.Find())).ShouldSucceed().Objects.Select(o => o.ToString()).Order(StringComparer.Ordinal);

        // Explicit in the manifest, one line each: a new cmdlet is not exported by chance, nor forgotten.
        Assert.Equal(inside, exported);
    }

    [Fact]
    public async Task The_manifest_is_complete_for_the_gallery()
    {
        await using var session = EngineSession.OpenBare();

        var module = session.Invoke("Import-Module $p -PassThru", ("p", ModuleLocator.Find())).Single<PSModuleInfo>();

        Assert.Equal(new Version(7, 4), module.PowerShellVersion);
        Assert.Equal(["Core"], module.CompatiblePSEditions);
        Assert.NotEmpty(module.Description);
        Assert.NotEmpty(module.Tags);
        Assert.NotNull(module.LicenseUri);
        // The project has no public home yet: no address is better than one that leads nowhere. The package takes them from the build.
        Assert.Null(module.ProjectUri);
        Assert.Null(module.IconUri);
        Assert.Equal(BuildProperty("Version"), module.Version.ToString());
        Assert.NotEmpty(module.ReleaseNotes);
        Assert.Empty(module.RequiredModules);
        Assert.Empty(module.RequiredAssemblies);
    }

    private static string BuildProperty(string name) =>
        XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Build.props")).Descendants(name).Single().Value;

    [Fact]
    public async Task Every_cmdlet_follows_the_conventions()
    {
        await using var session = EngineSession.Open();

        var cmdlets = session.Invoke("Get-Command -Module EmailSecurity").ShouldSucceed().Of<CmdletInfo>();

        Assert.NotEmpty(cmdlets);
        var verbs = session.Invoke("(Get-Verb).Verb").ShouldSucceed().Of<string>();
        Assert.NotEmpty(verbs);
        Assert.All(cmdlets, c =>
        {
            Assert.Contains(c.Verb, verbs);
            Assert.NotEmpty(c.OutputType);
            var changes = c.Verb is "Publish" or "Set" or "Remove" or "Export" or "ConvertTo";
            Assert.Equal(changes, c.Parameters.ContainsKey("WhatIf"));
            // Exported types neither inherit from nor show anything of the private load context.
            Assert.All(c.Parameters.Values, p => Assert.DoesNotContain("Amazon", p.ParameterType.FullName ?? "", StringComparison.Ordinal));
        });
    }
}
