using System.Management.Automation;

namespace EmailSecurity.Tests.Engine;

/// <summary>One input object is about one domain, however many parameters name it.</summary>
public sealed class DomainMismatchTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private const string Prepare = """
        $stack = New-EmailSecurityStack b.example
        $policy = New-MtaStsPolicy -Domain b.example -MxHost mx.b.example
        $both = $stack | New-MtaStsPolicy -MxHost mx.b.example
        """;

    public static TheoryData<string, string> Both()
    {
        var rows = new TheoryData<string, string>();
        foreach (var cmdlet in CmdletTable.All.Where(c => CmdletTable.Has(c, "Domain")))
        {
            if (CmdletTable.Has(cmdlet, "Stack"))
            {
                rows.Add(cmdlet.Name, "$stack | & $cmdlet -Domain $domain @more");
                rows.Add(cmdlet.Name, "& $cmdlet -Domain $domain -Stack $stack @more");
            }

            if (CmdletTable.Has(cmdlet, "Policy"))
            {
                rows.Add(cmdlet.Name, "$policy | & $cmdlet -Domain $domain @more");
                rows.Add(cmdlet.Name, "& $cmdlet -Domain $domain -Policy $both @more");
                rows.Add(cmdlet.Name, "& $cmdlet -Stack (New-EmailSecurityStack $domain) -Policy $policy @more");
            }
        }

        return rows;
    }

    [Fact]
    public void Every_cmdlet_that_takes_a_stack_is_in_the_table()
        => Assert.Equal(13, Both().Select(r => r.Data.Item1).Distinct().Count());

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Two_domains_are_refused_with_both_names(string cmdlet, string script)
    {
        await using var session = EngineSession.Open(fixture.Sandbox);
        fixture.Sandbox.ClearCalls();

        var result = Run(session, cmdlet, script, "a.example");

        var error = result.ShouldFail("DomainMismatch");
        Assert.Contains("a.example", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("b.example", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Empty(result.Objects);
        Assert.Empty(fixture.Sandbox.GetCalls());
    }

    [Theory]
    [InlineData("b.example"), InlineData("B.Example."), InlineData("b.EXAMPLE")]
    public async Task The_same_domain_in_another_spelling_is_the_same(string spelling)
    {
        await using var session = EngineSession.Open(fixture.Sandbox);
        foreach (var (cmdlet, script) in Both().Select(r => r.Data))
        {
            Assert.DoesNotContain(Run(session, cmdlet, script, spelling).Errors, e => e.FullyQualifiedErrorId.StartsWith("DomainMismatch", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task An_international_name_is_the_same_in_Unicode_and_as_A_labels()
    {
        await using var session = EngineSession.Open();
        Assert.Single(session.Invoke("New-EmailSecurityStack xn--bcher-kva.example | New-MtaStsPolicy -Domain bücher.example -MxHost mx.example.com").ShouldSucceed().Objects);
        session.Invoke("New-EmailSecurityStack xn--bcher-kva.example | New-MtaStsPolicy -Domain bucher.example -MxHost mx.example.com").ShouldFail("DomainMismatch");
    }

    private static EngineResult Run(EngineSession session, string cmdlet, string script, string domain)
    {
        var info = CmdletTable.All.Single(c => c.Name == cmdlet);
        var more = new System.Collections.Hashtable(StringComparer.OrdinalIgnoreCase);
        if (CmdletTable.Has(info, "WhatIf"))
        {
            more["WhatIf"] = true;
        }

        if (info.Name == "New-MtaStsPolicy")
        {
            more["MxHost"] = "mx.b.example";
        }

        return session.Invoke($"{Prepare}\n{script}", ("cmdlet", cmdlet), ("domain", domain), ("more", more));
    }
}
