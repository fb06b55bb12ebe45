using System.Management.Automation;
using EmailSecurity.PowerShell.Abstractions;

namespace EmailSecurity.PowerShell.Commands;

/// <summary>Gives the file of Pester tests that the module brings along, for New-PesterContainer.</summary>
[Cmdlet(VerbsCommon.Get, "EmailSecurityVerification")]
[OutputType(typeof(FileInfo))]
public sealed class GetEmailSecurityVerificationCommand : EmailSecurityCmdlet
{
    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        // The manifest's folder; where the assembly was imported itself, the folder above its own.
        var module = MyInvocation.MyCommand.Module?.ModuleBase ?? System.IO.Path.GetDirectoryName(GetType().Assembly.Location) ?? "";
        string[] places = [module, System.IO.Path.GetDirectoryName(module) ?? module];
        var file = places.Select(p => System.IO.Path.Combine(p, "verification", "EmailSecurity.Tests.ps1")).FirstOrDefault(File.Exists);
        WriteObject(new FileInfo(file ?? throw new EmailSecurityException("VerificationNotFound", ErrorKind.NotFound,
            $"The module in {module} has no folder verification with EmailSecurity.Tests.ps1.", "Install the module again.")));
        return Task.CompletedTask;
    }
}
