using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Tests.Engine;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Svg;

public sealed class TestBimiLogoCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("logo-").FullName;

    public TestBimiLogoCommandTests()
    {
        File.WriteAllText(Path.Combine(folder, "good.svg"), LogoTableTests.With(""));
        File.WriteAllText(Path.Combine(folder, "bad[1].svg"), LogoTableTests.With("<script/>"));
        File.WriteAllText(Path.Combine(folder, "large.svg"), new string(' ', 400_000));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task One_result_a_file_by_path_wildcard_literal_path_and_pipeline()
    {
        await using var session = EngineSession.Open();
        var files = session.Invoke("[void]$ExecutionContext.SessionState.Path.SetLocation($f); Test-BimiLogo good.svg; Test-BimiLogo *.svg; Test-BimiLogo -LiteralPath 'bad[1].svg'; 'good.svg' | Test-BimiLogo; [IO.FileInfo]::new([IO.Path]::Combine($f, 'bad[1].svg')) | Test-BimiLogo", ("f", folder));
        var results = files.ShouldSucceed().Of<TestResult>();
        Assert.Equal(
            [TestStatus.Pass, TestStatus.Fail, TestStatus.Pass, TestStatus.Fail, TestStatus.Fail, TestStatus.Pass, TestStatus.Fail],
            results.Select(r => r.Status));
        Assert.EndsWith("good.svg", ((BimiLogo)results[0].Value!).Name, StringComparison.Ordinal);
        Assert.Contains(results[3].Findings, f => f.Code == "SvgTooLarge");
    }

    [Fact]
    public async Task Missing_and_unreadable_files_are_errors_of_their_own_and_the_rest_goes_on()
    {
        await using var session = EngineSession.Open();
        Directory.CreateDirectory(Path.Combine(folder, "folder.svg"));
        var result = session.Invoke("[void]$ExecutionContext.SessionState.Path.SetLocation($f); Test-BimiLogo none.svg, good.svg, folder.svg; Test-BimiLogo -LiteralPath 'none[1].svg', Variable:HOME", ("f", folder));
        Assert.Equal(["LogoNotFound", "LogoUnreadable", "LogoNotFound", "PathNotFileSystem"], result.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Single(result.Of<TestResult>());
        Assert.False(result.Terminated);
    }
}
