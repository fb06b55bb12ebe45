using System.Diagnostics;
using System.Text.Json;
using EmailSecurity.Stacks;

namespace EmailSecurity.Tests.Live;

public sealed class DnsRecordExportTests
{
    private static readonly DnsRecordState[] Records =
    [
        New("_3639ac514e785e898d2646601fa951d5.mta-sts.corp.example", "CNAME", "_98d2646601fa951d5.acm-validations.aws"),
        New("_12.bimi-assets.corp.example", "CNAME", "_9.acm-validations.aws"),
        New("mta-sts.corp.example", "CNAME", "d111111abcdef8.cloudfront.net"),
        New("bimi-assets.corp.example", "A", "d111111abcdef8.cloudfront.net"), // as Route 53 has it: an alias
        New("bimi-assets.corp.example", "AAAA", "d111111abcdef8.cloudfront.net"),
        New("_mta-sts.corp.example", "TXT", "v=STSv1; id=20260101;"),
        New("_smtp._tls.corp.example", "TXT", "v=TLSRPTv1; rua=mailto:\"odd\\one\"@corp.example," + string.Join(',', Enumerable.Range(0, 20).Select(i => $"https://reports{i}.corp.example/v1"))),
        New("default._bimi.corp.example", "TXT", ""),
    ];

    [Fact]
    public async Task A_bind_fragment_loads_in_named_checkzone()
    {
        var checker = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Append("/usr/sbin").Select(d => Path.Combine(d, "named-checkzone")).FirstOrDefault(File.Exists);
        Assert.SkipUnless(checker is not null, "named-checkzone (bind9utils) is not here");
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "$TTL 300\n@ IN SOA ns1 hostmaster 1 3600 600 86400 300\n@ IN NS ns1\nns1 IN A 192.0.2.1\n" + DnsRecordExport.Write("corp.example", Records, DnsRecordFormat.Bind), TestContext.Current.CancellationToken);
            using var process = Process.Start(new ProcessStartInfo(checker!, ["-i", "none", "-D", "-o", "-", "corp.example", file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var dump = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, dump + await error);
            // Read back by a name server's own parser.
            Assert.Matches(@"_mta-sts\.corp\.example\.\s+300\s+IN\s+TXT\s+""v=STSv1; id=20260101;""", dump);
            Assert.Matches(@"\bmta-sts\.corp\.example\.\s+300\s+IN\s+CNAME\s+d111111abcdef8\.cloudfront\.net\.", dump);
            Assert.DoesNotMatch(@"(?m)^bimi-assets\.", dump); // an alias of Route 53, which a zone file cannot hold
            Assert.Contains(@"rua=mailto:\""odd\\one\""@corp.example", dump, StringComparison.Ordinal);
            Assert.Equal(5 + 3, dump.Split('\n').Count(l => l.Contains("\tIN ", StringComparison.Ordinal) || l.Contains(" IN ", StringComparison.Ordinal)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Json_holds_every_record_whose_value_is_known()
    {
        using var json = JsonDocument.Parse(DnsRecordExport.Write("corp.example", Records, DnsRecordFormat.Json));
        Assert.Equal(7, json.RootElement.GetArrayLength());
        var aliases = json.RootElement.EnumerateArray().Where(r => r.TryGetProperty("alias", out _)).Select(r => $"{r.GetProperty("name")} {r.GetProperty("type")} {r.GetProperty("alias")}");
        Assert.Equal(["bimi-assets.corp.example A True", "bimi-assets.corp.example AAAA True"], aliases);
        var reports = json.RootElement.EnumerateArray().Single(r => r.GetProperty("name").GetString() == "_smtp._tls.corp.example");
        Assert.Equal(Records[6].Value, reports.GetProperty("value").GetString());
        Assert.Equal("TXT", reports.GetProperty("type").GetString());
    }

    [Fact]
    public void Csv_quotes_what_must_be()
    {
        var lines = DnsRecordExport.Write("corp.example", Records, DnsRecordFormat.Csv).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("Name,Type,Ttl,Value,Purpose,Status", lines[0]);
        Assert.Equal(8, lines.Length);
        Assert.Contains("bimi-assets.corp.example,AAAA,300,d111111abcdef8.cloudfront.net,a test,Missing", lines);
        Assert.Contains("_mta-sts.corp.example,TXT,300,v=STSv1; id=20260101;,a test,Missing", lines);
        Assert.Contains(lines, l => l.Contains("\"v=TLSRPTv1; rua=mailto:\"\"odd", StringComparison.Ordinal));
    }

    [Fact]
    public void DnsControl_extends_the_domain()
    {
        var text = DnsRecordExport.Write("corp.example", Records, DnsRecordFormat.DnsControl);
        Assert.StartsWith("D_EXTEND(\"corp.example\",\n", text, StringComparison.Ordinal);
        Assert.Contains("    CNAME(\"mta-sts\", \"d111111abcdef8.cloudfront.net.\", TTL(300)),\n", text, StringComparison.Ordinal);
        Assert.Contains("    R53_ALIAS(\"bimi-assets\", \"AAAA\", \"d111111abcdef8.cloudfront.net.\", R53_ZONE(\"Z2FDTNDATAQYW2\")),\n", text, StringComparison.Ordinal);
        Assert.Contains("    TXT(\"_mta-sts\", \"v=STSv1; id=20260101;\", TTL(300)),\n", text, StringComparison.Ordinal);
        Assert.Contains("// Not yet: default._bimi.corp.example TXT", text, StringComparison.Ordinal);
        Assert.EndsWith(");\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void OctoDns_sorts_naturally_and_escapes_semicolons()
    {
        var text = DnsRecordExport.Write("corp.example", Records, DnsRecordFormat.OctoDns);
        Assert.Contains("'_mta-sts':\n  - type: TXT\n    ttl: 300\n    value: 'v=STSv1\\; id=20260101\\;'\n", text, StringComparison.Ordinal);
        Assert.Contains("'bimi-assets':\n  - type: Route53Provider/ALIAS\n    values:\n      - hosted-zone-id: Z2FDTNDATAQYW2\n        name: 'd111111abcdef8.cloudfront.net.'\n        type: A\n"
            + "      - hosted-zone-id: Z2FDTNDATAQYW2\n        name: 'd111111abcdef8.cloudfront.net.'\n        type: AAAA\n", text, StringComparison.Ordinal);
        string[] keys = [.. text.Split('\n').Where(l => l.EndsWith("':", StringComparison.Ordinal)).Select(l => l.Trim('\'', ':'))];
        Assert.Equal(["_12.bimi-assets", "_3639ac514e785e898d2646601fa951d5.mta-sts", "_mta-sts", "_smtp._tls", "bimi-assets", "mta-sts"], keys);
    }

    private static DnsRecordState New(string name, string type, string value) => new() { Domain = "corp.example", Name = name, Type = type, Value = value, Ttl = 300, Purpose = "a test", Status = DnsRecordStatus.Missing };
}
