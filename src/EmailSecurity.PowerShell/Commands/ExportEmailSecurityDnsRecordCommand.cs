using System.Management.Automation;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Writes the records that a stack needs to a file that a DNS host or tool reads.</summary>
[Cmdlet(VerbsData.Export, "EmailSecurityDnsRecord", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    DefaultParameterSetName = PathSet)]
[OutputType(typeof(FileInfo), typeof(string))]
public sealed class ExportEmailSecurityDnsRecordCommand : StackCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralSet = "LiteralPath";

    /// <summary>File to write, or a folder that gets one file a domain, named after it; without it the text itself is emitted.</summary>
    [Parameter(Position = 1, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>File or folder as -Path, its name taken as it is.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralSet)]
    [ValidateNotNullOrEmpty]
    public string? LiteralPath { get; set; }

    /// <summary>Format: Bind, Json, Csv, DnsControl or OctoDns.</summary>
    [Parameter]
    public DnsRecordFormat Format { get; set; } = DnsRecordFormat.Bind;

    /// <summary>Only records that are not published as they should be.</summary>
    [Parameter]
    public SwitchParameter MissingOnly { get; set; }

    /// <summary>Overwrite an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Activity => "Exporting records";

    private protected override Func<DomainTurn, CancellationToken, Task> Prepare(EmailSecurityStack stack, CancellationToken cancellationToken)
    {
        var deployment = GetDeployment();
        var target = LiteralPath is { } literal ? ResolveFile(literal, isLiteral: true) : Path is { } path ? ResolveFile(path) : null;
        var (format, missingOnly, force) = (Format, MissingOnly.IsPresent, Force.IsPresent);
        return async (turn, ct) =>
        {
            var records = await deployment.GetRecordsAsync(stack, WriteWarning, ct).ConfigureAwait(false);
            var text = DnsRecordExport.Write(stack.Domain, records.Where(r => !missingOnly || r.Status != DnsRecordStatus.Published), format);
            if (target is null)
            {
                WriteObject(text);
                return;
            }

            // One file at a time: two domains may be meant for the same, and then the second is refused because it exists.
            await Questions.EnterAsync(turn.Number, ct).ConfigureAwait(false);
            try
            {
                await WriteFileAsync(target, stack.Domain, text, format, force, ct).ConfigureAwait(false);
            }
            finally
            {
                Questions.Leave();
            }
        };
    }

    private async Task WriteFileAsync(string target, string domain, string text, DnsRecordFormat format, bool force, CancellationToken cancellationToken)
    {
        var file = Directory.Exists(target) ? System.IO.Path.Combine(target, domain + DnsRecordExport.Extension(format)) : target;
        if (File.Exists(file) && !force)
        {
            throw new EmailSecurityException("FileExists", ErrorKind.Exists, $"{file} already exists.", "Add -Force to overwrite it.") { Target = file };
        }

        if (await ShouldProcessAsync(file, $"Write {format} records of {domain}").ConfigureAwait(false))
        {
            await UserFile.WriteTextAsync(file, text, cancellationToken).ConfigureAwait(false);
            WriteObject(new FileInfo(file));
        }
    }
}
