using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Tests.Engine;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Standards;

public sealed class TestPolicyAndRecordCommandTests : IDisposable
{
    private const string Good = "version: STSv1\nmode: testing\nmx: *.example.com\nmax_age: 604800\n";

    private readonly string folder = Directory.CreateTempSubdirectory("policy-").FullName;

    public TestPolicyAndRecordCommandTests()
    {
        File.WriteAllText(Path.Combine(folder, "good.txt"), Good);
        File.WriteAllText(Path.Combine(folder, "bad[1].txt"), Good.Replace("testing", "on", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(folder, "large.txt"), new string(' ', 70_000));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Policy_by_text_pipeline_property_and_file()
    {
        await using var session = EngineSession.Open();
        var results = session.Invoke("""
            $good = [IO.File]::ReadAllText([IO.Path]::Combine($f, 'good.txt'))
            Test-MtaStsPolicy $good
            $good, 'mode: none' | Test-MtaStsPolicy -Domain example.com
            [pscustomobject]@{ Text = $good; Domain = 'example.net' } | Test-MtaStsPolicy
            (Test-MtaStsPolicy -Text $good -Domain example.org).Value | Test-MtaStsPolicy
            Test-MtaStsPolicy -Path ([IO.Path]::Combine($f, '*.txt'))
            [IO.FileInfo]::new([IO.Path]::Combine($f, 'bad[1].txt')) | Test-MtaStsPolicy
            """, ("f", folder)).ShouldSucceed().Of<TestResult>();
        Assert.Equal(
            [TestStatus.Pass, TestStatus.Pass, TestStatus.Fail, TestStatus.Pass, TestStatus.Pass, TestStatus.Fail, TestStatus.Pass, TestStatus.Fail, TestStatus.Fail],
            results.Select(r => r.Status));
        Assert.Equal(["", "example.com", "example.com", "example.net", "example.org"], results.Take(5).Select(r => r.Domain));
        Assert.True(((MtaStsPolicy)results[0].Value!).Matches("mail.example.com"));
        Assert.Contains(results[7].Findings, f => f.Code == "PolicyTooLarge");
    }

    [Fact]
    public async Task Missing_files_are_errors_of_their_own_and_the_rest_goes_on()
    {
        await using var session = EngineSession.Open();
        var result = session.Invoke("Test-MtaStsPolicy -Path \"$f/none.txt\", \"$f/good.txt\"; Test-MtaStsPolicy -LiteralPath 'none[1].txt', Variable:HOME", ("f", folder));
        Assert.Equal(["PolicyFileNotFound", "PolicyFileNotFound", "PathNotFileSystem"], result.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Single(result.Of<TestResult>());
        Assert.False(result.Terminated);
    }

    [Fact]
    public async Task Records_of_every_kind_as_text_or_in_quotes()
    {
        await using var session = EngineSession.Open();
        var results = session.Invoke("""
            Test-EmailSecurityRecord MtaSts 'v=STSv1; id=1;'
            Test-EmailSecurityRecord -Kind TlsRpt -Value '"v=TLSRPTv1; " "rua=mailto:a@example.com"'
            'v=BIMI1; l=https://example.com/logo.svg', 'v=BIMI2' | Test-EmailSecurityRecord -Kind Bimi -Domain example.com -Selector brand2
            [pscustomobject]@{ Kind = 'Dmarc'; Value = 'v=DMARC1; p=reject'; Domain = 'example.net' } | Test-EmailSecurityRecord
            Test-EmailSecurityRecord MtaSts ''
            """).ShouldSucceed().Of<TestResult>();
        Assert.Equal([true, true, true, false, true, false], results.Select(r => r.IsValid));
        Assert.Equal(["MtaSts", "TlsRpt", "Bimi", "Bimi", "Dmarc", "MtaSts"], results.Select(r => r.Mechanism));
        Assert.Equal("brand2._bimi.example.com", results[3].Findings[0].Location);
        Assert.Equal("example.net", results[4].Domain);
    }

    [Theory]
    [InlineData("\"v=STSv1; id=1;", "TxtQuoteUnbalanced")]
    [InlineData("v=STSv1; id=1;\"", "TxtQuoteUnbalanced")]
    [InlineData("\"v=STSv1;\" \"id=1;", "TxtQuoteUnbalanced")]
    [InlineData("\"v=STSv1; id=1;\\\"", "TxtQuoteUnbalanced")] // the last quote is part of the value
    [InlineData("\"v=STSv1; id=1;\"", null)]
    [InlineData("\"v=STSv1;\" \"id=1;\"", null)]
    [InlineData("v=STSv1; id=1;", null)]
    public async Task A_quote_without_its_counterpart_fails(string value, string? code)
    {
        await using var session = EngineSession.Open();
        var result = session.Invoke("Test-EmailSecurityRecord MtaSts $v -Domain example.com", ("v", value)).ShouldSucceed().Single<TestResult>();
        Assert.Equal("example.com", result.Domain);
        Assert.Equal(code is null, result.IsValid);
        Assert.Equal(code is not null, result.Findings.Any(f => f.Code == code));
    }
}
