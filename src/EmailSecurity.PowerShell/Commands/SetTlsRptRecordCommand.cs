using System.Management.Automation;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Publishes where senders report TLS failures (RFC 8460 section 3).</summary>
[Cmdlet(VerbsCommon.Set, "TlsRptRecord", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EmailSecurityStack))]
public sealed class SetTlsRptRecordCommand : PublishCmdlet
{
    /// <summary>Addresses, mailto: or https: URIs; the stack's own unless given.</summary>
    [Parameter(Position = 1)]
    [ListCell(ListCellKind.Address)]
    public string[]? ReportUri { get; set; }

    private protected override StackParts Parts => StackParts.TlsRpt;

    private protected override Task<StackWish> CompleteAsync(EmailSecurityStack stack, CancellationToken cancellationToken)
    {
        var uris = ReportUri is { Length: > 0 } ? TlsRptRecord.Create(ReportUri).ReportUris : stack.ReportUri;
        return uris.Count > 0
            ? Task.FromResult(stack.Wish with { ReportUri = uris })
            : throw new EmailSecurityException("ReportUriMissing", ErrorKind.InvalidArgument,
                "No report address was specified, and the stack has none; rua is required (RFC 8460 section 3).",
                $"Run: Set-TlsRptRecord {stack.Domain} -ReportUri tls-reports@{stack.Domain}");
    }
}
