using System.Management.Automation;
using EmailSecurity.Ports;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.PowerShell.Loading;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Export-TlsRptReport: keeps TLS reports in Parquet files of a folder or bucket that DuckDB, Athena and others read, each report once.</summary>
[Cmdlet(VerbsData.Export, "TlsRptReport", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, DefaultParameterSetName = PathSet)]
[OutputType(typeof(TlsRptExport))]
public sealed class ExportTlsRptReportCommand : BucketCmdlet
{
    private const string PathSet = "Path";

    private readonly ProgressPace pace = new();
    private TlsReportStore? store;
    private long reports;

    /// <summary>The folder to keep them in. It is made where it is not there.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Reports of Import-TlsRptReport; without any, -Compact works on what is kept.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public TlsRptReport[]? Report { get; set; }

    /// <summary>Make one file of the small files of each month.</summary>
    [Parameter]
    public SwitchParameter Compact { get; set; }

    // Opened before the first report comes: what takes long to read must not be lost because a folder cannot be written.
    /// <inheritdoc/>
    protected override async Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        await base.BeginProcessingAsync(cancellationToken).ConfigureAwait(false);
        var files = GetFiles();
        if (await ShouldProcessAsync(files.Location, Compact ? "Keep TLS reports, and make one file of small ones" : "Keep TLS reports").ConfigureAwait(false))
        {
            store = await TlsReportStore.OpenAsync(files, Adapters.Stores.Format, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        foreach (var report in Report ?? [])
        {
            if (report is not null && store is not null)
            {
                await store.AddAsync(report, cancellationToken).ConfigureAwait(false);
                reports++;
                if (pace.IsDue())
                {
                    WriteProgress(Progress(ProgressRecordType.Processing));
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (store is null)
        {
            return;
        }

        try
        {
            WriteObject(await store.CompleteAsync(Compact, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            if (pace.WasDue)
            {
                WriteProgress(Progress(ProgressRecordType.Completed));
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            store?.Dispose();
        }

        base.Dispose(disposing);
    }

    private IStoreFiles GetFiles() => ParameterSetName == BucketSet
        ? new BucketFiles(GetObjects(), Bucket, BucketFiles.FolderOf(Prefix), ThrottleLimit, Clock)
        : Adapters.Stores.Folder(ResolveFile(Path, isLiteral: true), Clock);

    private ProgressRecord Progress(ProgressRecordType type) => new(1, "Keeping TLS reports", Invariant($"reports: {reports}")) { RecordType = type };
}
