using EmailSecurity.Findings;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Live;

/// <summary>A valid policy need not protect anything: whatever else is found, the mode and what it means come first.</summary>
public sealed class PolicyModeTests(LiveWorld world) : IClassFixture<LiveWorld>
{
    [Theory]
    [InlineData("enforce", "PolicyModeEnforce", FindingSeverity.Information, TestStatus.Pass, "refuse to deliver")]
    [InlineData("testing", "PolicyModeTesting", FindingSeverity.Information, TestStatus.Pass, "deliver also to a mail server that fails")]
    [InlineData("none", "PolicyModeNone", FindingSeverity.Warning, TestStatus.Warning, "not protected")]
    public void The_first_finding_names_the_mode(string mode, string code, FindingSeverity severity, TestStatus status, string meaning)
    {
        foreach (var command in (string[])["Test-MtaSts $d", "Test-EmailSecurity $d"])
        {
            var result = Test(command, Put(mode));
            Assert.True(status == result.Status, string.Join("\n", result.Findings));
            Assert.True(result.IsValid);
            var first = result.Findings[0];
            Assert.Equal((code, severity), (first.Code, first.Severity));
            Assert.Contains($"Mode {mode}", first.Message, StringComparison.Ordinal);
            Assert.Contains(meaning, first.Message, StringComparison.Ordinal);
            Assert.Equal(severity != FindingSeverity.Information || mode == "testing", first.Fix.Length > 0);
        }
    }

    [Theory]
    [InlineData("enforce", TestStatus.Fail), InlineData("testing", TestStatus.Warning)]
    public void Worse_findings_come_after_it_and_the_table_shows_the_worst(string mode, TestStatus status)
    {
        var domain = Put(mode, ("@", "MX", ["10 mx1.@.", "20 other.@."]), ("other.@", "A", ["127.0.0.1"]));
        var result = Test("Test-MtaSts $d", domain);
        Assert.Equal(status, result.Status);
        Assert.Equal($"PolicyMode{(mode == "enforce" ? "Enforce" : "Testing")}", result.Findings[0].Code);
        Assert.Equal("MxNotCovered", result.Findings[1].Code);
    }

    [Theory]
    [InlineData("\"v=STSv1; id=no good\"", "version: STSv1\nmode: testing\nmx: mx1.@\nmax_age: 604800\n")]
    [InlineData("", "version: STSv1\nmode: testing\nmx: mx1.@\nmax_age: 604800\n")]
    [InlineData("\"v=STSv1; id=1;\"", "version: STSv2\nmode: testing\nmx: mx1.@\nmax_age: 604800\n")]
    public void A_policy_that_senders_do_not_use_has_no_mode(string record, string policy)
    {
        var domain = world.Put(("_mta-sts.@", "TXT", [record]));
        world.PolicyText(domain, policy);
        var result = Test("Test-MtaSts $d", domain);
        Assert.False(result.IsValid);
        Assert.DoesNotContain(result.Findings, f => f.Code is "PolicyModeEnforce" or "PolicyModeTesting" or "PolicyModeNone");
    }

    private string Put(string mode, params (string, string, string[])[] changes)
    {
        var domain = world.Put(changes);
        world.PolicyText(domain, mode == "none" ? "version: STSv1\nmode: none\nmax_age: 604800\n"
            : LiveWorld.Policy.Replace("enforce", mode, StringComparison.Ordinal));
        return domain;
    }

    private TestResult Test(string command, string domain) =>
        world.Engine.Invoke(command, ("d", domain)).Objects.Select(o => (TestResult)o.BaseObject).Single(r => r.Mechanism == "MtaSts");
}
