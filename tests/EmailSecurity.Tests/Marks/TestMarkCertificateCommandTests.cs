using System.Text;
using EmailSecurity.Bimi;
using EmailSecurity.Marks;
using EmailSecurity.Tests.Engine;
using static EmailSecurity.Tests.Marks.MarkFactory;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Marks;

/// <summary>The cmdlet through the real engine.</summary>
public sealed class TestMarkCertificateCommandTests : IDisposable
{
    private static readonly MarkFactory F = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("marks");
    private readonly string root, good;

    public TestMarkCertificateCommandTests()
    {
        var chain = F.Chain();
        root = Write("root.pem", Pem(chain[2]));
        good = Write("good.pem", Pem(chain[..2]));
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Good_file_passes_with_its_value()
    {
        await using var session = EngineSession.Open();
        var logo = Write("logo.svg", Encoding.UTF8.GetBytes(LogoText));
        var result = session.Invoke("Test-MarkCertificate -Path $p -LogoPath $l -Domain example.com -At 2026-06-01T12:00:00Z -TrustedRoot $r", ("p", good), ("l", logo), ("r", root)).Single<TestResult>();
        Assert.True(result.IsValid, string.Join('\n', result.Findings));
        Assert.Equal("example.com", result.Domain);
        Assert.Equal(MarkCertificateKind.Vmc, Assert.IsType<MarkCertificate>(result.Value).Kind);
    }

    [Fact]
    public async Task Without_a_trusted_root_the_public_ones_count()
    {
        await using var session = EngineSession.Open();
        var result = session.Invoke("Test-MarkCertificate $p -At 2026-06-01T12:00:00Z", ("p", good)).Single<TestResult>();
        Assert.Contains(result.Findings, f => f.Code == "ChainIncomplete");
    }

    [Fact]
    public async Task Paths_come_from_the_pipeline_and_wildcards()
    {
        await using var session = EngineSession.Open();
        Write("second.pem", Pem(F.Chain()));
        Assert.Equal(2, session.Invoke("@($a, $b) | Test-MarkCertificate", ("a", good), ("b", root)).ShouldSucceed().Objects.Count);
        Assert.Equal(3, session.Invoke("Test-MarkCertificate -Path $p", ("p", Path.Combine(folder.FullName, "*.pem"))).ShouldSucceed().Objects.Count);
        Assert.Single(session.Invoke("[IO.FileInfo]::new($p) | Test-MarkCertificate", ("p", Write("odd[1].pem", Pem(F.Chain())))).ShouldSucceed().Objects);
        Assert.Equal("example.org", session.Invoke("[pscustomobject]@{ Path = $p; Domain = 'example.org' } | Test-MarkCertificate", ("p", good)).Single<TestResult>().Domain);
    }

    [Fact]
    public async Task Missing_file_is_one_error_and_the_others_go_on()
    {
        await using var session = EngineSession.Open();
        var result = session.Invoke("@('no-such.pem', $p) | Test-MarkCertificate", ("p", good));
        Assert.Equal("no-such.pem", result.ShouldFail("MarkCertificateNotFound").TargetObject);
        Assert.False(result.Terminated);
        Assert.Single(result.Objects);
    }

    [Fact]
    public async Task Missing_logo_and_unusable_root_are_named()
    {
        await using var session = EngineSession.Open();
        Fails("Test-MarkCertificate $p -LogoPath no-such.svg", "LogoNotFound");
        Fails("Test-MarkCertificate $p -TrustedRoot no-such.pem", "TrustedRootNotFound");
        Fails("Test-MarkCertificate $p -TrustedRoot $l", "TrustedRootInvalid");

        void Fails(string script, string errorId)
        {
            var result = session.Invoke(script, ("p", good), ("l", Write("prose.txt", "nothing"u8.ToArray())));
            result.ShouldFail(errorId);
            Assert.Empty(result.Objects);
        }
    }

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
