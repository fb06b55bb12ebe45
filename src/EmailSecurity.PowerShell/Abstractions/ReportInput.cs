using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;
using EmailSecurity.TlsReports;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>What can be in a report, as it is or as serialization (Export-Clixml, jobs, remoting) left it.</summary>
internal static class ReportInput
{
    /// <summary>The result, stack, change or TLS report that an object is.</summary>
    /// <exception cref="EmailSecurityException">ReportInputUnknown, SettingsLost.</exception>
    public static object Of(PSObject item)
    {
        if (item.BaseObject is TestResult or EmailSecurityStack or Change or TlsRptReport)
        {
            return item.BaseObject;
        }

        return SavedObject.Restore(item, typeof(TestResult))
            ?? SavedObject.Restore(item, typeof(Change))
            ?? SavedObject.Restore(item, typeof(EmailSecurityStack))
            ?? SavedObject.Restore(item, typeof(TlsRptReport))
            ?? throw Unknown(item);
    }

    private static EmailSecurityException Unknown(PSObject item)
    {
        var isText = item.BaseObject is string;
        var what = isText ? $"'{item.BaseObject}' is text" : $"The input object is a {item.TypeNames.FirstOrDefault() ?? item.BaseObject.GetType().Name}";
        return new EmailSecurityException("ReportInputUnknown", ErrorKind.InvalidArgument,
            $"{what}, not a result of a check, a stack, a change or a TLS report.",
            isText ? $"Run: Test-EmailSecurity {item.BaseObject} | Export-EmailSecurityReport -Path report.html"
                : "Pipe the output of Test-EmailSecurity, Get-EmailSecurityStack, Get-EmailSecurityPlan or Import-TlsRptReport.");
    }
}
