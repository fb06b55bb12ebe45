using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Marks;
using EmailSecurity.Sandbox.Hosting;
using EmailSecurity.Tests.Marks;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>Mark certificates of the sandbox: judged by the module's checks and by OpenSSL, which shares no code with either.</summary>
public sealed class MarkAuthorityTests : IAsyncLifetime
{
    private readonly HttpClient http = new();
    private SandboxServer server = null!;

    public async ValueTask InitializeAsync() => server = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("vmc", "", MarkCertificateKind.Vmc, "Registered Mark", false)]
    [InlineData("VMC", "brand", MarkCertificateKind.Vmc, "Registered Mark", true)]
    [InlineData("cmc", "default", MarkCertificateKind.Cmc, "Prior Use Mark", false)]
    [InlineData("", "", MarkCertificateKind.Vmc, "Registered Mark", true)]
    public async Task A_certificate_has_nothing_that_the_checks_find_fault_with(
        string kind, string selector, MarkCertificateKind expected, string markType, bool gzipped)
    {
        var svg = Encoding.UTF8.GetBytes(MarkFactory.LogoText);
        var pem = await IssueAsync($"domain=Corp.Example&selector={selector}&kind={kind}", gzipped ? Gzip(svg) : svg);
        var result = MarkCertificate.Check(Encoding.ASCII.GetBytes(pem), new MarkCertificateOptions
        {
            At = DateTimeOffset.UtcNow,
            Domain = "corp.example",
            Selector = selector.Length > 0 ? selector : "any",
            Logo = svg,
            TrustedRoots = MarkCertificateRoots.FromPem(await File.ReadAllBytesAsync(server.MarkRoot, TestContext.Current.CancellationToken)),
        });
        Assert.True(result.Status == TestStatus.Pass, string.Join('\n', result.Findings));
        Assert.DoesNotContain(result.Findings, f => f.Severity != FindingSeverity.Information);
        var certificate = Assert.IsType<MarkCertificate>(result.Value);
        Assert.Equal((expected, markType, true), (certificate.Kind, certificate.MarkType, certificate.IsTrusted));
        Assert.Equal(svg, certificate.LogoSvg.ToArray());
        Assert.Equal([selector.Length > 0 ? $"{selector}._bimi.corp.example" : "corp.example"], certificate.Names);
        Assert.StartsWith(server.AdminUrl, certificate.CrlUrl, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_trusts_it_who_was_not_told_to()
    {
        var pem = await IssueAsync("domain=corp.example", Encoding.UTF8.GetBytes(MarkFactory.LogoText));
        var options = new MarkCertificateOptions { At = DateTimeOffset.UtcNow, TrustedRoots = MarkCertificateRoots.Default };
        var result = MarkCertificate.Check(Encoding.ASCII.GetBytes(pem), options);
        Assert.Contains(result.Findings, f => f is { Code: "ChainIncomplete" or "ChainUntrusted", Severity: FindingSeverity.Error });
    }

    [Fact]
    public async Task OpenSSL_verifies_the_chain_and_the_revocation_lists()
    {
        var (probe, _) = await OpenSslAsync("version");
        Assert.SkipUnless(probe == 0, "openssl is not on this machine.");
        var folder = Directory.CreateTempSubdirectory("emailsecurity-test-").FullName;
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(await IssueAsync("domain=corp.example", Encoding.UTF8.GetBytes(MarkFactory.LogoText)));
            Assert.Equal(2, chain.Count);
            await File.WriteAllTextAsync(Path.Combine(folder, "leaf.pem"), chain[0].ExportCertificatePem(), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, "ca.pem"), chain[1].ExportCertificatePem(), TestContext.Current.CancellationToken);
            var lists = new StringBuilder();
            foreach (var certificate in chain)
            {
                var url = certificate.Extensions.Single(e => e.Oid!.Value == "2.5.29.31").Format(false);
                url = url[url.IndexOf("http", StringComparison.Ordinal)..].Split(['\n', ' ', ')', ','])[0];
                using var list = await http.GetAsync(new Uri(url), TestContext.Current.CancellationToken);
                Assert.Equal("application/pkix-crl", list.Content.Headers.ContentType!.MediaType);
                var der = await list.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
                lists.AppendLine(System.Security.Cryptography.PemEncoding.WriteString("X509 CRL", der));
            }
            await File.WriteAllTextAsync(Path.Combine(folder, "lists.pem"), lists.ToString(), TestContext.Current.CancellationToken);
            var (code, output) = await OpenSslAsync(
                "verify", "-x509_strict", "-crl_check_all", "-CAfile", server.MarkRoot, "-CRLfile", Path.Combine(folder, "lists.pem"),
                "-untrusted", Path.Combine(folder, "ca.pem"), Path.Combine(folder, "leaf.pem"));
            Assert.True(code == 0, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("", "<svg/>")]
    [InlineData("domain=corp.example&kind=tls", "<svg/>")]
    [InlineData("domain=corp.example", "")]
    [InlineData("domain=a..b", "<svg/>")]
    public async Task Bad_requests_are_told(string query, string logo)
    {
        var url = new Uri($"{server.AdminUrl}/markcertificates?{query}");
        using var response = await http.PostAsync(url, new StringContent(logo), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"error\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private async Task<string> IssueAsync(string query, byte[] logo)
    {
        var url = new Uri($"{server.AdminUrl}/markcertificates?{query}");
        using var response = await http.PostAsync(url, new ByteArrayContent(logo), TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.Created, text);
        Assert.Equal("application/pem-certificate-chain", response.Content.Headers.ContentType!.MediaType);
        return text;
    }

    private static byte[] Gzip(byte[] data)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(data);
        }
        return output.ToArray();
    }

    private static async Task<(int Code, string Output)> OpenSslAsync(params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await error;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "");
        }
    }
}
