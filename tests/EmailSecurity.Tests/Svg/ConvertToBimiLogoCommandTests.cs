using EmailSecurity.Tests.Engine;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Svg;

public sealed class ConvertToBimiLogoCommandTests : IDisposable
{
    private const string There = "[void]$ExecutionContext.SessionState.Path.SetLocation($f); ";

    private readonly string folder = Directory.CreateTempSubdirectory("logo-").FullName;

    public ConvertToBimiLogoCommandTests()
    {
        foreach (var name in (string[])["one.svg", "two[1].svg"])
        {
            File.WriteAllText(Path.Combine(folder, name), "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='9' height='9' style='fill:#036'/></svg>");
        }

        File.WriteAllText(Path.Combine(folder, "text.svg"), "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><text>a</text><image href='a.png'/></svg>");
        Directory.CreateDirectory(Path.Combine(folder, "out"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Each_file_is_converted_by_path_wildcard_literal_path_and_pipeline()
    {
        await using var session = EngineSession.Open();
        var run = session.Invoke(There + "ConvertTo-BimiLogo one.svg a.svg; ConvertTo-BimiLogo -LiteralPath 'two[1].svg' -Destination b.svg -Title Brand; " +
            "[IO.FileInfo]::new([IO.Path]::Combine($f, 'two[1].svg')) | ConvertTo-BimiLogo -Destination out -PassThru; ConvertTo-BimiLogo o*.svg out", ("f", folder)).ShouldSucceed();
        var results = run.Objects.Select(o => o.BaseObject).OfType<TestResult>().ToArray();
        Assert.Equal(3, results.Length);
        Assert.All(results, r => Assert.True(r.IsValid));
        Assert.Equal("two[1].svg", Assert.Single(run.Of<FileInfo>()).Name);
        Assert.Contains("<title>Brand</title>", File.ReadAllText(Path.Combine(folder, "b.svg")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "out", "one.svg")));
    }

    [Fact]
    public async Task A_refused_logo_is_a_result_and_an_error_and_nothing_is_written()
    {
        await using var session = EngineSession.Open();
        var run = session.Invoke(There + "ConvertTo-BimiLogo text.svg, none.svg, one.svg out -WarningAction Stop", ("f", folder));
        Assert.Equal(["LogoNotConverted", "LogoNotFound"], run.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
        var results = run.Of<TestResult>();
        Assert.Equal([false, true], results.Select(r => r.IsValid));
        Assert.Equal(["LogoRefusedImage", "LogoRefusedText"], results[0].Findings.Select(f => f.Code).Where(c => c.StartsWith("LogoRefused", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.False(File.Exists(Path.Combine(folder, "out", "text.svg")));
    }

    [Fact]
    public async Task A_file_is_overwritten_with_Force_alone_and_never_by_another_of_the_same_run()
    {
        await using var session = EngineSession.Open();
        File.WriteAllText(Path.Combine(folder, "out", "one.svg"), "kept");
        var run = session.Invoke(There + "ConvertTo-BimiLogo one.svg out; ConvertTo-BimiLogo one.svg out -Force -WhatIf; ConvertTo-BimiLogo one.svg none/a.svg", ("f", folder));
        Assert.Equal(["FileExists", "LogoNotWritten"], run.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Empty(run.Objects);
        Assert.Equal("kept", File.ReadAllText(Path.Combine(folder, "out", "one.svg")));
        run = session.Invoke(There + "ConvertTo-BimiLogo one.svg out -Force; ConvertTo-BimiLogo -LiteralPath one.svg, 'two[1].svg' -Destination c.svg -Force", ("f", folder));
        Assert.Equal(["FileExists"], run.Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal(2, run.Of<TestResult>().Count);
        Assert.StartsWith("<svg", File.ReadAllText(Path.Combine(folder, "out", "one.svg")), StringComparison.Ordinal);
    }
}
