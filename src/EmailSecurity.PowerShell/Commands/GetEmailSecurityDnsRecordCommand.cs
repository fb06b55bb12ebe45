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

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForEachItemAsync(TargetName, async ct =>
    {
        foreach (var record in await GetDeployment().GetRecordsAsync(ResolveStack(), ct).ConfigureAwait(false))
        {
            if (Status.Length == 0 || Status.Contains(record.Status))
            {
                WriteObject(record);
            }
        }
    }, cancellationToken);
}
