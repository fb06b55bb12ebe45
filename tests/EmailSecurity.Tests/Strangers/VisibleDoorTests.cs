using System.Collections;
using System.Management.Automation;
using System.Text;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Sandbox.Running;
using EmailSecurity.Tests.Engine;
using EmailSecurity.Tests.Live;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Strangers;

/// <summary>What a list, a file, a command line or a stranger's server holds drives no terminal: neither in a record of an error nor in any view.</summary>
public sealed class VisibleDoorTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    // Sets a terminal's title, turns the line around, and hides: none of it is in what PowerShell itself writes to colour a line.
    private const string Hostile = "x\u001b]0;y\u0007\u202e\u009b\u2028\u200b\u3164z";

    private static readonly string[] Forbidden = ["\u001b]0;", "\u0007", "\u202e", "\u009b", "\u2028", "\u200b", "\u3164"];

    // Enough for each command to have something to work on.
    private static readonly Dictionary<string, object> Ground = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Domain"] = "door.example",
        ["Kind"] = "Bimi",
        ["Value"] = "v=BIMI1; l=https://door.example/l.svg",
        ["Text"] = "version: STSv1\nmode: none\nmax_age: 86400\n",
    };

    /// <summary>Every command.</summary>
    public static TheoryData<string> Commands => [.. CmdletTable.All.Where(c => TextParameters(c).Any()).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_value_of_a_command_line_is_quoted_in_safe_characters(string command)
    {
        await using var session = EngineSession.Open(world.Sandbox);
        var cmdlet = CmdletTable.All.Single(c => c.Name == command);
        foreach (var parameter in TextParameters(cmdlet))
        {
            foreach (var value in ((string[])["", "/tmp/", "https://", "[", "mailto:a@", "env:"]).Select(start => start + Hostile))
            {
                var arguments = Arguments(cmdlet, parameter, value);
                var result = session.Invoke($"& $cmdlet @with {CmdletTable.Harmless(cmdlet)}", ("cmdlet", command), ("with", arguments));

                AssertSafe($"{command} -{parameter.Name} {value[..5]}", result);
                var shown = session.Render("$objects", ("objects", result.Objects));
                AssertSafe($"{command} -{parameter.Name}: the view", shown);
            }
        }
    }

    [Fact]
    public async Task What_strangers_publish_is_safe_in_every_view()
    {
        var domain = world.Put(
            ("_mta-sts.@", "TXT", [LiveWorld.Txt($"v=STSv1; id=1; {Hostile}={Hostile}")]),
            ("_smtp._tls.@", "TXT", [LiveWorld.Txt($"v=TLSRPTv1; rua=mailto:{Hostile},https://{Hostile}/v1")]),
            ("_dmarc.@", "TXT", [LiveWorld.Txt($"v=DMARC1; p=reject; {Hostile}={Hostile}; rua=mailto:{Hostile}")]),
            ("default._bimi.@", "TXT", ["\"v=BIMI1; l=https://logo.@/logo.svg; \" " + LiveWorld.Txt($"{Hostile}={Hostile}")]));
        world.PolicyText(domain, $"version: STSv1\nmode: testing\nmx: {Hostile}\nmax_age: 86400\n{Hostile}: {Hostile}\n");
        var logo = $"<svg xmlns='http://www.w3.org/2000/svg'><title>{Hostile}</title></svg>";
        world.Site(domain, "logo", "/logo.svg", new SiteResponse { Body = logo, Headers = LiveWorld.Type("image/svg+xml") });
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, ServeVerb.ReadyLine(world.Sandbox), TestContext.Current.CancellationToken);

        // In base64, for a terminal's or a pipe's own filter must not hide what would be sent to one.
        var lines = await Pwsh.RunAsync($$"""
            Import-Module '{{ModuleLocator.Find()}}'
            $env:EMAILSECURITY_SANDBOX = '{{file}}'
            $PSStyle.OutputRendering = 'Ansi'
            function Show($what) { "SHOWN $([Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes((-join $what))))" }
            $policy = "version: STSv1`nmode: testing`nmx: mx.example`nmax_age: 86400`n$([char]27)]0;y`u{202e}: 1"
            $results = @(Test-EmailSecurity '{{domain}}' -WarningAction SilentlyContinue) + (Test-MtaStsPolicy $policy)
            Show ($results | Out-String -Width 999)
            Show ($results | Format-List | Out-String -Width 999)
            Show ($results | Format-List * -Force | Out-String -Width 999)
            Show ($results | Format-Table * -Force | Out-String -Width 999)
            Show ($results.Findings | Out-String -Width 999)
            Show ($results.Findings | Format-List * -Force | Out-String -Width 999)
            Show ($results.Value | Format-List * -Force | Out-String -Width 999)
            Show ($results | ForEach-Object { $_.ToString(); $_.Findings })
            Test-MtaSts "d`e]0;y`a`u{202e}.example" -ErrorVariable failed -ErrorAction SilentlyContinue
            foreach ($ErrorView in 'NormalView', 'ConciseView', 'DetailedView', 'CategoryView') { Show ($failed | Out-String -Width 999) }
            "FINDINGS $($results.Findings.Count)"
            """);
        File.Delete(file);

        string[] shown =
        [
            .. lines.Where(l => l.StartsWith("SHOWN ", StringComparison.Ordinal)).Select(l => Encoding.Unicode.GetString(Convert.FromBase64String(l[6..]))),
        ];
        Assert.True(shown.Length == 12, string.Join('\n', lines));
        Assert.Contains(shown, s => s.Contains("\\u202E", StringComparison.Ordinal));
        Assert.All(shown, s => AssertSafe("a view", s));
    }

    private static IEnumerable<ParameterMetadata> TextParameters(CmdletInfo cmdlet)
        => cmdlet.Parameters.Values.Where(p => !Cmdlet.CommonParameters.Contains(p.Name) && TakesText(p.ParameterType));

    private static bool TakesText(Type type) =>
        type == typeof(string) || type == typeof(string[]) || type == typeof(object) || type == typeof(Hashtable) || type == typeof(IDictionary);

    // The parameter in question with a value, and what else the parameter set of it cannot do without.
    private static Hashtable Arguments(CmdletInfo cmdlet, ParameterMetadata parameter, string value)
    {
        var isTable = typeof(IDictionary).IsAssignableFrom(parameter.ParameterType);
        Hashtable arguments = new(StringComparer.OrdinalIgnoreCase) { [parameter.Name] = isTable ? new Hashtable { [value] = value } : value };
        var set = cmdlet.ParameterSets.First(s => s.Parameters.Any(p => p.Name == parameter.Name));
        foreach (var other in set.Parameters.Where(p => p.Name != parameter.Name && (p.IsMandatory || p.Name == "Domain")))
        {
            arguments[other.Name] = Ground.TryGetValue(other.Name, out var ground) ? ground : "/none/such";
        }

        return arguments;
    }

    private static void AssertSafe(string what, EngineResult result)
    {
        foreach (var error in result.Errors)
        {
            var id = error.FullyQualifiedErrorId;
            for (var at = error.Exception; at is not null; at = at.InnerException)
            {
                AssertSafe($"{what}: message of {id}", at.Message);
            }

            var details = error.ErrorDetails;
            AssertSafe($"{what}: {id}", $"{id} {error.TargetObject} {error.CategoryInfo} {details?.Message} {details?.RecommendedAction}");
        }

        string[] streams = [.. result.Warnings, .. result.Verbose, .. result.HostLines, .. result.Progress.Select(p => p.Activity + p.StatusDescription)];
        AssertSafe($"{what}: streams", string.Concat(streams));
    }

    private static void AssertSafe(string what, string text)
    {
        var seen = string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c.ToString() : Invariant($"<{(int)c:X4}>")));
        Assert.False(Array.Exists(Forbidden, f => text.Contains(f, StringComparison.Ordinal)), $"{what}: {seen}");
    }
}
