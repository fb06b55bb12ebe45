using System.Management.Automation;
using System.Text;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Writes the records that a stack needs to a file that a DNS host or tool reads.</summary>
[Cmdlet(VerbsData.Export, "EmailSecurityDnsRecord", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(FileInfo), typeof(string))]
public sealed class ExportEmailSecurityDnsRecordCommand : StackCmdlet
{
    /// <summary>File to write, or a folder that gets one file a domain, named after it; without it the text itself is emitted.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Format: Bind, Json, Csv, DnsControl or OctoDns.</summary>
    [Parameter]
    public DnsRecordFormat Format { get; set; } = DnsRecordFormat.Bind;

    /// <summary>Only records that are not published as they should be.</summary>
    [Parameter]
    public SwitchParameter MissingOnly { get; set; }

    /// <summary>Overwrite an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForEachItemAsync(TargetName, async ct =>
    {
        var stack = ResolveStack();
        var target = Path is null ? null : ResolveFile(Path);
        var records = await GetDeployment().GetRecordsAsync(stack, ct).ConfigureAwait(false);
        var text = DnsRecordExport.Write(stack.Domain, records.Where(r => !MissingOnly || r.Status != DnsRecordStatus.Published), Format);
        if (target is null)
        {
            WriteObject(text);
            return;
        }

        if (Directory.Exists(target))
        {
            target = System.IO.Path.Combine(target, stack.Domain + DnsRecordExport.Extension(Format));
        }

        if (File.Exists(target) && !Force)
        {
            throw new EmailSecurityException("FileExists", ErrorKind.Exists, $"{target} is there already.", "Add -Force to overwrite it.") { Target = target };
        }

        if (await ShouldProcessAsync(target, $"Write {Format} records of {stack.Domain}").ConfigureAwait(false))
        {
            await File.WriteAllTextAsync(target, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), ct).ConfigureAwait(false);
            WriteObject(new FileInfo(target));
        }
    }, cancellationToken);
}
