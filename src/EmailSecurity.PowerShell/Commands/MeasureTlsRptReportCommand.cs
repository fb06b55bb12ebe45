using System.Management.Automation;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Measure-TlsRptReport: sums TLS reports up by domain, day, sender, mail server, result type or policy.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "TlsRptReport")]
[OutputType(typeof(TlsRptSummary))]
public sealed class MeasureTlsRptReportCommand : EmailSecurityCmdlet
{
    private TlsRptMeasure? measure;

    /// <summary>Reports of Import-TlsRptReport.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public TlsRptReport[] Report { get; set; } = [];

    /// <summary>What each row is about; several give a row for each combination.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public TlsRptGrouping[] By { get; set; } = [TlsRptGrouping.Domain];

    /// <summary>Only the last days, so many, up to the day of the newest report; the trend compares with as many days before.</summary>
    [Parameter]
    [ValidateNumber(1, 3650)]
    public int? Days { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        measure ??= new TlsRptMeasure(By, Days) { Now = Clock.GetUtcNow() };
        Array.ForEach(Report, measure.Add);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (measure is not null)
        {
            WriteVerbose(Invariant($"Reports that came again and were not counted again: {measure.DuplicateCount}."));
            WriteObject(measure.ToRows(), enumerateCollection: true);
        }

        return Task.CompletedTask;
    }
}
