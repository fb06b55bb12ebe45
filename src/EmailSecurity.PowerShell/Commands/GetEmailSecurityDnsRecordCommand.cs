using System.Management.Automation;
using EmailSecurity.PowerShell.Abstractions;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Lists every record that a stack needs, and whether DNS has it: Published, Missing, Different, or not to be published yet.</summary>
[Cmdlet(VerbsCommon.Get, "EmailSecurityDnsRecord")]
[OutputType(typeof(DnsRecordState))]
public sealed class GetEmailSecurityDnsRecordCommand : StackCmdlet
{
    /// <summary>Only records of this status.</summary>
    [Parameter]
    public DnsRecordStatus[] Status { get; set; } = [];

    private protected override string Activity => "Looking up records";

    private protected override Func<DomainTurn, CancellationToken, Task> Prepare(EmailSecurityStack stack, CancellationToken cancellationToken)
    {
        var deployment = GetDeployment();
        var wanted = Status;
        return async (_, ct) =>
        {
            var records = await deployment.GetRecordsAsync(stack, WriteWarning, ct).ConfigureAwait(false);
            WriteObject(records.Where(r => wanted.Length == 0 || wanted.Contains(r.Status)).ToArray(), enumerateCollection: true);
        };
    }
}
