using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.Planning;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Reports;
using EmailSecurity.Stacks;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Writes what checks found, what is deployed and what a publish would change as a page to look at, as Markdown or as SARIF.</summary>
[Cmdlet(VerbsData.Export, "EmailSecurityReport", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo))]
public sealed class ExportEmailSecurityReportCommand : EmailSecurityCmdlet
{
    private string file = "";
    private FileStream? waiting;
    private Report? report;
    private bool hasFailed;

    /// <summary>The file to write. An existing one is replaced.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>
    /// Results of the Test commands, stacks of Get-EmailSecurityStack, changes of Get-EmailSecurityPlan and TLS reports of Import-TlsRptReport, in any order
    /// and of any number of domains; also those that Import-Clixml read.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public PSObject?[]? InputObject { get; set; }

    /// <summary>Html, Markdown or Sarif; if omitted, the extension of the file decides: .md and .sarif, and everything else is Html.</summary>
    [Parameter]
    public ReportFormat? Format { get; set; }

    /// <summary>The title.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Title { get; set; }

    /// <summary>Replace a read-only file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Do not replace an existing file.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    // Asked before the first object comes: checks of thousands of domains must not be lost because a folder is missing.
    /// <inheritdoc/>
    protected override async Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        await base.BeginProcessingAsync(cancellationToken).ConfigureAwait(false);
        file = ResolveFile(Path);
        WholeFile.Require(file, Force, NoClobber);
        waiting = UserFile.Temporary();
        var options = new ReportOptions { At = Clock.GetUtcNow(), Version = MyInvocation.MyCommand.Module?.Version?.ToString() ?? "" };
        report = new Report(Format ?? FormatOf(file), Title is null ? options : options with { Title = Title }, waiting);
    }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        foreach (var item in InputObject ?? [])
        {
            if (item is not null)
            {
                hasFailed |= !await ForEachItemAsync(item.BaseObject, _ => Add(item), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        var (whole, format) = (report!, Format ?? FormatOf(file));
        if (hasFailed && whole.Count == 0)
        {
            return; // Nothing of it could be used: the errors say so, and an empty report would say that all is well.
        }

        if (await ShouldProcessAsync(file, $"Write {format} report of {whole.Count} domain{(whole.Count == 1 ? "" : "s")}").ConfigureAwait(false))
        {
            WholeFile.Write(file, Force, NoClobber, whole.WriteTo, cancellationToken);
            WriteObject(new FileInfo(file));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            waiting?.Dispose();
        }

        base.Dispose(disposing);
    }

    private Task Add(PSObject item)
    {
        switch (ReportInput.Of(item))
        {
            case TestResult result:
                report!.Add(result);
                break;
            case EmailSecurityStack stack:
                report!.Add(stack);
                break;
            case Change change:
                report!.Add(change);
                break;
            case TlsRptReport sent:
                report!.Add(sent);
                break;
        }

        return Task.CompletedTask;
    }

    private static ReportFormat FormatOf(string path) => System.IO.Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".MD" or ".MARKDOWN" => ReportFormat.Markdown,
        ".SARIF" => ReportFormat.Sarif,
        _ => path.EndsWith(".sarif.json", StringComparison.OrdinalIgnoreCase) ? ReportFormat.Sarif : ReportFormat.Html,
    };
}
