using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using EmailSecurity.Bimi;
using EmailSecurity.Dmarc;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.TlsRpt;

/// <summary>Policies and records checked, one core: time and allocation for each.</summary>
[MemoryDiagnoser]
public class ParserBench
{
    private const string Policy = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmx: backupmx.example.com\r\nmax_age: 604800\r\n";

    private static readonly byte[] PolicyBytes = Encoding.UTF8.GetBytes(Policy);
    private static readonly string Broken = Policy.Replace("enforce", "on", StringComparison.Ordinal).Replace("mail.", "mail_1.", StringComparison.Ordinal);
    private static readonly string Large = Policy + string.Concat(Enumerable.Range(0, 1500).Select(i => $"mx: mx{i}.mail.example.org\r\n"));
    private static readonly MtaStsPolicy Read = (MtaStsPolicy)MtaStsPolicy.Check(Policy).Value!;

    [Benchmark]
    public TestResult PolicyText() => MtaStsPolicy.Check(Policy);

    [Benchmark]
    public TestResult PolicyOctets() => MtaStsPolicy.Check(PolicyBytes);

    [Benchmark]
    public string PolicyTextAndId() => ((MtaStsPolicy)MtaStsPolicy.Check(Policy).Value!).Id;

    [Benchmark]
    public TestResult PolicyWithTwoErrors() => MtaStsPolicy.Check(Broken);

    [Benchmark]
    public TestResult PolicyOf45Kilobytes() => MtaStsPolicy.Check(Large);

    [Benchmark]
    public bool MxMatch() => Read.Matches("mx7.example.net");

    [Benchmark]
    public TestResult MtaStsRecordValue() => MtaStsRecord.Check("v=STSv1; id=20160831085700Z;");

    [Benchmark]
    public TestResult TlsRptRecordValue() => TlsRptRecord.Check("v=TLSRPTv1; rua=mailto:reports@example.com,https://reporting.example.com/v1/tlsrpt");

    [Benchmark]
    public TestResult BimiRecordValue() => BimiRecord.Check("v=BIMI1; l=https://bimi-assets.example.com/logo.svg; a=https://bimi-assets.example.com/vmc.pem;");

    [Benchmark]
    public TestResult DmarcRecordValue() => DmarcRecord.Check("v=DMARC1; p=reject; sp=quarantine; adkim=s; rua=mailto:dmarc@example.com; ruf=mailto:dmarc@example.com; fo=1");

    /// <summary>Runs in this process, so that no second build is needed.</summary>
    internal static int Run(string[] args)
    {
        var job = Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance);
        BenchmarkSwitcher.FromTypes([typeof(ParserBench)]).Run(["--filter", "*", .. args], DefaultConfig.Instance.AddJob(job));
        return 0;
    }
}
