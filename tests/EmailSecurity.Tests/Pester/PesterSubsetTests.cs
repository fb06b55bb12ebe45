using EmailSecurity.Tests.Engine;

namespace EmailSecurity.Tests.Pester;

/// <summary>The runner itself: what it must agree with Pester on, failing tests included.</summary>
public class PesterSubsetTests
{
    private const string Sample = """
        BeforeAll { $top = 'top' }
        Describe 'A' {
            BeforeAll { $log = [System.Collections.Generic.List[string]]::new() }
            BeforeEach { $log.Add('before'); $fresh = 1 }
            AfterEach { $log.Add('after') }
            It 'sees set-up' { $top | Should -Be 'top'; $fresh | Should -Be 1; $fresh = 2 }
            It 'has a scope of its own' { $fresh | Should -Be 1; $log -join ' ' | Should -BeExactly 'before after before' }
            It 'fails' { 1 | Should -Be 2 -Because 'it must' }
            It 'is skipped' -Skip { throw 'never' }
            It 'runs <name> as <value>' -ForEach @{ name = 'one'; value = 1 }, @{ name = 'two'; value = 2 } { $value | Should -BeGreaterThan 0; $name | Should -BeIn 'one', 'two' }
            It 'takes <_>' -ForEach 3, 4 { $_ | Should -BeLessThan 5 }
            Context 'nested' {
                BeforeAll { $inner = "$top inner" }
                BeforeEach { $fresh++ }
                It 'inherits' { $inner | Should -Be 'top inner'; $fresh | Should -Be 2 }
            }
            Context 'broken' {
                BeforeAll { throw 'no set-up' }
                It 'cannot pass' { }
            }
            Context 'for <_>' -ForEach 'x', 'y' { It 'is in it' { $_ | Should -Match '^[xy]$' } }
        }
        Describe 'Should' {
            It 'compares lists' { 1, 2 | Should -Be 1, 2; , @() | Should -BeNullOrEmpty; $null | Should -BeNullOrEmpty; '' | Should -BeNullOrEmpty; 1, 2 | Should -Not -Be 1, 3 }
            It 'compares text' { 'A' | Should -Be 'a'; 'A' | Should -Not -BeExactly 'a'; 'abc' | Should -BeLike 'a*'; 'abc' | Should -Match 'b' }
            It 'counts' { 1, 2, 3 | Should -HaveCount 3; @() | Should -HaveCount 0; 1, 2 | Should -Contain 2; 1, 2 | Should -Not -Contain 3 }
            It 'knows types' { 1 | Should -BeOfType [int]; 'a' | Should -BeOfType string; $true | Should -BeTrue; $null | Should -BeFalse }
            It 'sees exceptions' { { throw 'this one' } | Should -Throw 'this*'; { Get-Command NoSuchThing -ErrorAction Stop } | Should -Throw -ErrorId 'CommandNotFoundException'; { 1 } | Should -Not -Throw }
            It 'lets non-terminating errors pass' { { Get-Command NoSuchThing -ErrorAction SilentlyContinue } | Should -Not -Throw; { Get-Command NoSuchThing 2> $null } | Should -Not -Throw }
            It 'fails on a wrong id' { { throw 'x' } | Should -Throw -ErrorId 'Other' }
        }
        """;

    [Fact]
    public async Task Blocks_scopes_cases_and_assertions_are_Pesters()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".ps1");
        await File.WriteAllTextAsync(file, Sample, TestContext.Current.CancellationToken);
        try
        {
            await using var session = EngineSession.OpenBare();
            var runner = Path.Combine(AppContext.BaseDirectory, "Pester", "PesterSubset.ps1");

            var outcomes = session.Invoke("& $Runner -Path $File", ("Runner", runner), ("File", file)).Objects
                .ToDictionary(o => (string)o.Properties["Name"].Value, o => (Result: (string)o.Properties["Result"].Value, Message: (string)o.Properties["Message"].Value), StringComparer.Ordinal);
            var discovered = session.Invoke("& $Runner -Path $File -DiscoverOnly", ("Runner", runner), ("File", file)).Objects.Select(o => (string)o.Properties["Name"].Value);

            string[] failing = ["A > fails", "A > broken > cannot pass", "Should > fails on a wrong id"];
            Assert.Equal(failing.Order(StringComparer.Ordinal), outcomes.Where(o => o.Value.Result == "Failed").Select(o => o.Key).Order(StringComparer.Ordinal));
            Assert.Equal(["A > is skipped"], outcomes.Where(o => o.Value.Result == "Skipped").Select(o => o.Key));
            Assert.Equal(19, outcomes.Count);
            Assert.Equal(outcomes.Keys.Order(StringComparer.Ordinal), discovered.Order(StringComparer.Ordinal));
            Assert.Contains("A > runs two as 2", outcomes.Keys);
            Assert.Contains("A > for y > is in it", outcomes.Keys);
            Assert.StartsWith("Should -Be 2, got 1, because it must", outcomes["A > fails"].Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
