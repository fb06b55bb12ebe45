using System.Management.Automation;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.PowerShell.Loading;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>
/// Import-TlsRptReport: reads TLS reports (RFC 8460) as senders write them: JSON, gzip, zip, messages, mbox files and Maildirs; from files and from a bucket.
/// </summary>
[Cmdlet(VerbsData.Import, "TlsRptReport", DefaultParameterSetName = PathSet)]
[OutputType(typeof(TlsRptReport))]
public sealed class ImportTlsRptReportCommand : BucketCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralSet = "LiteralPath";
    private const int MostInMemory = 4 * 1024 * 1024;

    private readonly Queue<string> stores = [];
    private ReportIntake? intake;
    private TlsReportFile? reader;

    /// <summary>Files, or folders with everything below them; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Files or folders, names taken as they are; what Get-ChildItem emits binds here.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Only what arrived at this time or later.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    public DateTimeOffset? Since { get; set; }

    /// <summary>How many objects are read at the same time.</summary>
    [Parameter(ParameterSetName = BucketSet)]
    [ValidateNumber(1, 64)]
    public int ThrottleLimit { get; set; } = BucketReports.DefaultAtOnce;

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        intake ??= new ReportIntake(this, ParameterSetName == BucketSet ? "objects" : "files");
        if (ParameterSetName == BucketSet)
        {
            await ForEachItemAsync($"s3://{BucketName}/{Prefix}", ReadBucketAsync, cancellationToken).ConfigureAwait(false);
            return;
        }

        foreach (var path in ParameterSetName == LiteralSet ? LiteralPath : Path)
        {
            ReadPath(path, ParameterSetName == LiteralSet, cancellationToken);
        }

        // Last, for paths are resolved before the first await.
        while (stores.TryDequeue(out var store))
        {
            intake.Begin(store);
            await ForEachItemAsync(store, ct => KeptReports.ReadAsync(store, intake.Take, ct), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        intake?.End();
        return Task.CompletedTask;
    }

    private Task ReadBucketAsync(CancellationToken cancellationToken) =>
        new BucketReports(GetObjects(), Adapters.Messages, static size => size > MostInMemory ? UserFile.Temporary() : new MemoryStream())
            .ReadAsync(Bucket, Prefix ?? "", Since, ThrottleLimit, intake!, cancellationToken);

    private void ReadPath(string path, bool isLiteral, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var found in ReportPaths.Of(this, path, isLiteral))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (KeptReports.IsStore(found))
                {
                    stores.Enqueue(found);
                }
                else
                {
                    ReadFile(found, cancellationToken);
                }
            }
        }
        catch (Exception e) when (e is EmailSecurityException or IOException or UnauthorizedAccessException)
        {
            WriteFailure(e, path);
        }
    }

    private void ReadFile(string path, CancellationToken cancellationToken)
    {
        intake!.Begin(path);
        try
        {
            using var stream = UserFile.Open(path);
            (reader ??= new TlsReportFile(Adapters.Messages, intake)).Read(stream, path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WriteFailure(e, path);
        }
    }
}
