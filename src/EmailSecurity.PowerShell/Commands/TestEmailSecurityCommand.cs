using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.PowerShell.Completion;
using EmailSecurity.Stacks;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Looks at all mechanisms of a domain from outside: MTA-STS, TLS reporting, DMARC, BIMI; one result each.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EmailSecurity")]
[OutputType(typeof(TestResult))]
public sealed class TestEmailSecurityCommand : LiveTestCmdlet
{
    private ReportTrend? trend;

    /// <summary>Connect to each MX on port 25 and check STARTTLS and its certificate.</summary>
    [Parameter]
    public SwitchParameter ProbeSmtp { get; set; }

    /// <summary>Port of the mail servers, for a test environment.</summary>
    [Parameter]
    [ValidateNumber(1, 65535)]
    public int SmtpPort { get; set; } = 25;

    /// <summary>Check that the receivers of reports can be reached: https: by a request, mailto: by the MX of their domain.</summary>
    [Parameter]
    public SwitchParameter CheckReceiver { get; set; }

    /// <summary>BIMI selector.</summary>
    [Parameter]
    [Alias("BimiSelector")]
    [ArgumentCompleter(typeof(SelectorCompleter))]
    [ValidateNotNullOrEmpty]
    public string Selector { get; set; } = Bimi.BimiSelector.Default;

    /// <summary>PEM file of mark roots to trust instead of those shipped, for a test environment.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MarkRoot { get; set; }

    /// <summary>
    /// A stack of Get-EmailSecurityStack: it knows which policies senders may still have cached, and the MX records are compared with those too. AWS is not
    /// called.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public EmailSecurityStack? Stack { get; set; }

    /// <summary>TLS reports of Import-TlsRptReport: a warning says where failures rise.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public TlsRptReport[]? Report { get; set => field = GivenReports.Listed(value); }

    /// <summary>Folders or files with TLS reports, read as Import-TlsRptReport reads them: a warning says where failures rise.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? DataPath { get; set; }

    private protected override EmailSecurityStack? InputStack => Stack;

    private protected override LiveOptions Options => new()
    {
        ProbeSmtp = ProbeSmtp,
        SmtpPort = SmtpPort,
        CheckReceivers = CheckReceiver,
        CheckCaa = true,
        Selector = Bimi.BimiSelector.Normalize(Selector),
        MarkRoots = ReadMarkRoots(MarkRoot),
    };

    /// <inheritdoc/>
    protected override async Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        await base.BeginProcessingAsync(cancellationToken).ConfigureAwait(false);
        if (Report is not null || DataPath is not null)
        {
            trend = new ReportTrend(Clock.GetUtcNow());
            await new GivenReports(this, trend.Add).ReadAsync(Report, DataPath, cancellationToken).ConfigureAwait(false);
        }
    }

    private protected override async Task<IReadOnlyList<TestResult>> TestAsync(
        LiveChecks liveChecks, DomainSubject subject, CancellationToken cancellationToken)
    {
        var results = await liveChecks.TestAllAsync(subject.Domain, subject.Cached, cancellationToken).ConfigureAwait(false);
        return trend is null ? results : [.. results.Select(r => r.Mechanism == "TlsRpt" ? WithTrend(r, trend) : r)];
    }

    private static TestResult WithTrend(TestResult result, ReportTrend trend)
    {
        var findings = result.Findings.Append(trend.Of(result.Domain));
        var judged = TestResult.From(result.Mechanism, findings, result.Value, result.Domain) with { Observed = result.Observed };
        return result.Status == TestStatus.Absent ? judged with { Status = TestStatus.Absent } : judged;
    }
}
