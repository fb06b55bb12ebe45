using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Marks;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Marks;

/// <summary>Certificates in the wild, where the vectors lie beside the project.</summary>
public class MarkCertificateVectorTests
{
    private static readonly DateTimeOffset Cnn = new(2022, 1, 15, 0, 0, 0, TimeSpan.Zero), Xometry = new(2025, 1, 15, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Vmc_of_2021_is_used_by_receivers()
    {
        var result = Check("cnn.pem", Cnn, "cnn.com", "cnn.svg");
        Assert.True(result.IsValid, string.Join('\n', result.Findings));
        var mark = Assert.IsType<MarkCertificate>(result.Value);
        Assert.Equal(MarkCertificateKind.Vmc, mark.Kind);
        Assert.Null(mark.MarkType);
        Assert.Equal(["cnn.com"], mark.Names);
        Assert.Equal(1725, mark.LogoSvg.Length);
        Assert.True(mark.IsTrusted);
        Assert.Equal(3, mark.Chain.Count);
    }

    [Fact]
    public void Cmc_of_2024_is_used_by_receivers()
    {
        var result = Check("xometry_cmc.pem", Xometry, "xometry.com", "xometry_cmc.svg");
        Assert.True(result.IsValid, string.Join('\n', result.Findings));
        var mark = Assert.IsType<MarkCertificate>(result.Value);
        Assert.Equal((MarkCertificateKind.Cmc, "Prior Use Mark", 1), (mark.Kind, mark.MarkType, mark.SctCount));
        Assert.Contains(result.Findings, f => f.Code == "PilotIdentifier" && f.Severity == FindingSeverity.Information);
    }

    [Theory]
    [InlineData("cnn.pem", "2022-08-12T23:59:59Z", "cnn.com", null, "CertificateExpiresSoon")]
    [InlineData("cnn.pem", "2022-08-13T00:00:00Z", "cnn.com", null, "CertificateExpired")]
    [InlineData("cnn.pem", "2021-08-11T23:59:59Z", "cnn.com", null, "CertificateNotYetValid")]
    [InlineData("cnn.pem", "2022-01-15T00:00:00Z", "cnn.org", null, "NameMismatch")]
    [InlineData("cnn.pem", "2022-01-15T00:00:00Z", "cnn.com", "xometry_cmc.svg", "LogoDiffers")]
    [InlineData("xometry_cmc.pem", "2025-10-11T00:00:00Z", "xometry.com", null, "CertificateExpired")]
    [InlineData("catchall.delivery.pem", "2022-08-01T00:00:00Z", "catchall.delivery", null, "KeyPurposeMissing")]
    [InlineData("catchall.delivery.pem", "2022-08-01T00:00:00Z", "catchall.delivery", null, "LogotypeMissing")]
    [InlineData("catchall.delivery.pem", "2022-08-01T00:00:00Z", "catchall.delivery", null, "ChainIncomplete")]
    [InlineData("postal_vmc.pem", "2022-08-01T00:00:00Z", "postal.vmc.local", null, "CertificateVersion")]
    [InlineData("postal_vmc.pem", "2022-08-01T00:00:00Z", "postal.vmc.local", null, "ChainUntrusted")]
    public void Certificate_draws_the_finding(string file, string at, string domain, string? logo, string code)
    {
        var result = Check(file, DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), domain, logo);
        Assert.Contains(result.Findings, f => f.Code == code);
        Assert.Equal(code == "CertificateExpiresSoon", result.IsValid);
    }

    private static TestResult Check(string file, DateTimeOffset at, string domain, string? logo)
    {
        var vectors = Find();
        Assert.SkipUnless(vectors is not null, "../shared/vectors is not beside the project");
        return MarkCertificate.Check(File.ReadAllBytes(Path.Combine(vectors!, "mark-certificates", file)), new MarkCertificateOptions
        {
            At = at,
            Domain = domain,
            Logo = logo is null ? (ReadOnlyMemory<byte>?)null : File.ReadAllBytes(Path.Combine(vectors!, "svg", logo)),
        });
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "EmailSecurity.slnx")))
            {
                continue;
            }

            var vectors = Path.Combine(folder.FullName, "..", "shared", "vectors");
            return Directory.Exists(Path.Combine(vectors, "mark-certificates")) ? vectors : null;
        }
        return null;
    }
}
