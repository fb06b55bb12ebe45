using System.Management.Automation;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.Engine;

/// <summary>A property that is empty, as the cell of a CSV file, is a parameter that is not given.</summary>
public sealed class EmptyPropertyTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    // What is checked may be empty: the empty record, the empty policy.
    private static readonly string[] Subjects = ["Test-EmailSecurityRecord -Value", "Test-MtaStsPolicy -Text"];

    // Enough of an object for each command to have something to work on.
    private static readonly Dictionary<string, object> Ground = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Domain"] = "empty.example",
        ["Kind"] = "TlsRpt",
        ["Value"] = "v=TLSRPTv1; rua=mailto:tls@example.com",
        ["Text"] = "version: STSv1\nmode: none\nmax_age: 86400\n",
    };

    /// <summary>Cmdlet and parameter, of all parameters that are bound by property name.</summary>
    public static TheoryData<string, string> Parameters()
    {
        var rows = new TheoryData<string, string>();
        foreach (var cmdlet in CmdletTable.All)
        {
            foreach (var parameter in cmdlet.Parameters.Values.Where(p => CmdletTable.Bindings(p).Any(b => b.ValueFromPipelineByPropertyName)))
            {
                rows.Add(cmdlet.Name, parameter.Name);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public async Task An_empty_property_is_not_given(string cmdlet, string parameter)
    {
        Assert.SkipWhen(Subjects.Contains($"{cmdlet} -{parameter}"), "An empty text is checked as such.");
        await using var session = EngineSession.Open(fixture.Sandbox);
        session.Invoke("$PSDefaultParameterValues.Remove(\"*:$p\")", ("p", parameter));
        var info = CmdletTable.All.Single(c => c.Name == cmdlet);
        var mandatory = CmdletTable.Bindings(info.Parameters[parameter]).Any(b => b.Mandatory);

        var without = Outcome(session, info, parameter, given: false, null);
        foreach (var empty in (object?[])["", null])
        {
            var with = Outcome(session, info, parameter, given: true, empty);

            // What must be given is missed, in whatever words, unless another set of parameters does without.
            Assert.True(with == without || (mandatory && with.StartsWith("error", StringComparison.Ordinal)), $"Without:\n{without}\nWith {empty ?? "$null"}:\n{with}");
        }
    }

    [Fact]
    public async Task A_row_with_empty_cells_describes_the_same_stack_as_a_row_with_a_domain_alone()
    {
        await using var session = EngineSession.Open();
        var empty = string.Join("; ", Parameters().Select(r => r.Data).Where(p => p is ("New-EmailSecurityStack", not "Domain")).Select(p => $"{p.Item2} = ''"));
        var stack = session.Invoke($"[pscustomobject]@{{ Domain = 'example.com'; {empty} }} | New-EmailSecurityStack").Single<EmailSecurityStack>();
        Assert.Null(stack.MaxAge);
        Assert.Equal(Show(session, session.Invoke("New-EmailSecurityStack example.com").Objects), Show(session, [PSObject.AsPSObject(stack)]));
    }

    [Fact]
    public async Task An_empty_domain_of_a_pipeline_object_is_an_error_and_never_all_stacks()
    {
        await using var session = EngineSession.Open(fixture.Sandbox);
        session.Invoke("[pscustomobject]@{ Domain = '' } | Get-EmailSecurityStack").ShouldFail("DomainMissing");
        session.Invoke("'' | Get-EmailSecurityStack").ShouldFail("DomainMissing");
    }

    [Theory]
    [InlineData("Get-EmailSecurityStack -Domain ''"), InlineData("Get-EmailSecurityStack $null"), InlineData("Get-EmailSecurityStack -ProfileName ''")]
    [InlineData("Get-EmailSecurityStack -Region $null"), InlineData("Remove-EmailSecurityStack -Domain $null -Force"), InlineData("Test-MtaSts x.example -TrustedRoot ''")]
    [InlineData("Test-MarkCertificate x.pem -Domain ''")]
    public async Task An_argument_that_turns_out_empty_is_refused(string script)
    {
        await using var session = EngineSession.Open(fixture.Sandbox);
        session.Invoke(script).ShouldFail("ParameterArgumentValidationError");
    }

    [Theory]
    [InlineData("Publish-MtaStsPolicy -Domain empty.example -MxHost mx.empty.example -WhatIf -MaxAge")]
    [InlineData("New-MtaStsPolicy -Domain empty.example -MxHost mx.empty.example -MaxAge")]
    public async Task An_empty_max_age_is_never_zero(string script)
    {
        await using var session = EngineSession.Open(fixture.Sandbox);
        var shown = session.Invoke($"{script} ''");
        Assert.DoesNotContain("max_age: 0", string.Join('\n', shown.Objects.Select(o => o.ToString())) + string.Join('\n', shown.WhatIf), StringComparison.Ordinal);
        Assert.DoesNotContain(shown.Warnings, w => w.Contains("max_age of 0", StringComparison.Ordinal));
        Assert.DoesNotContain(shown.Errors, e => e.FullyQualifiedErrorId.StartsWith("Parameter", StringComparison.Ordinal));
    }

    private static string Outcome(EngineSession session, CmdletInfo cmdlet, string parameter, bool given, object? value)
    {
        var properties = new PSObject();
        foreach (var (name, ground) in Ground.Where(g => g.Key != parameter && CmdletTable.Has(cmdlet, g.Key)))
        {
            properties.Properties.Add(new PSNoteProperty(name, ground));
        }

        // One that takes files is told of one that is not there.
        if (cmdlet.Name is "Test-BimiLogo" or "Test-MarkCertificate" && parameter is not ("Path" or "LiteralPath"))
        {
            properties.Properties.Add(new PSNoteProperty("LiteralPath", "/none.svg"));
        }

        if (given)
        {
            properties.Properties.Add(new PSNoteProperty(parameter, value));
        }

        var result = session.Invoke($"$object | & $cmdlet {CmdletTable.Harmless(cmdlet)}", ("object", properties), ("cmdlet", cmdlet.Name));
        return string.Join('\n', [
            .. result.Errors.Select(e => "error " + e.FullyQualifiedErrorId),
            Show(session, result.Objects),
            .. result.WhatIf,
            .. result.Warnings,
        ]);
    }

    // All that the objects say, to a depth that settings have; times differ from call to call.
    private static string Show(EngineSession session, IReadOnlyList<PSObject> objects) => string.Join('\n', session
        .Invoke("foreach ($o in $objects) { [System.Management.Automation.PSSerializer]::Serialize($o, 3) }", ("objects", objects)).Objects.Select(o => o.ToString()));
}
