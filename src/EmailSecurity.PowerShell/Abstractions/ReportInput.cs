using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>What can be in a report, as it is or as serialization (Export-Clixml, jobs, remoting) left it.</summary>
internal static class ReportInput
{
    /// <summary>The result, stack or change that an object is.</summary>
    /// <exception cref="EmailSecurityException">ReportInputUnknown, SettingsLost.</exception>
    public static object Of(PSObject item)
    {
        if (item.BaseObject is TestResult or EmailSecurityStack or Planning.Change)
        {
            return item.BaseObject;
        }

        return PropertyBag.Is<TestResult>(item) ? Result(new PropertyBag(item))
            : PropertyBag.Is<Change>(item) ? Planned(new PropertyBag(item))
            : PropertyBag.Is<EmailSecurityStack>(item) ? Stack(item)
            : throw Unknown(item);
    }

    private static TestResult Result(PropertyBag bag) => new()
    {
        Domain = bag.Text("Domain"),
        Mechanism = bag.Text("Mechanism"),
        Status = bag.Enumeration<TestStatus>("Status"),
        Findings = [.. bag.Bags<Finding>("Findings").Select(Finding)],
        Observed = [.. bag.Bags<Observation>("Observed").Select(Observation)],
        Value = bag.Bag<Marks.MarkCertificate>("Value") is { } mark && mark.Time("NotAfter") is { } end ? Mark(mark, end) : null,
    };

    private static Finding Finding(PropertyBag bag) => new()
    {
        Code = bag.Text("Code"),
        Severity = bag.Enumeration<FindingSeverity>("Severity"),
        Standard = bag.Text("Standard"),
        Section = bag.Text("Section"),
        Message = bag.Text("Message"),
        Fix = bag.Text("Fix"),
        Location = bag.Text("Location") is { Length: > 0 } location ? location : null,
        Line = bag.Number("Line") is { } line ? (int)line : null,
        Column = bag.Number("Column") is { } column ? (int)column : null,
    };

    private static Observation Observation(PropertyBag bag) => new()
    {
        Kind = bag.Enumeration<ObservationKind>("Kind"),
        Type = bag.Text("Type"),
        Name = bag.Text("Name"),
        Text = bag.Text("Text"),
        NotBefore = bag.Time("NotBefore"),
        NotAfter = bag.Time("NotAfter"),
        Bytes = bag.Bytes("Bytes"),
    };

    private static Marks.MarkCertificate Mark(PropertyBag bag, DateTimeOffset end) => new()
    {
        Subject = bag.Text("Subject"),
        Issuer = bag.Text("Issuer"),
        SerialNumber = bag.Text("SerialNumber"),
        Thumbprint = bag.Text("Thumbprint"),
        Organization = bag.Text("Organization") is { Length: > 0 } organization ? organization : null,
        Kind = bag.Enumeration<Bimi.MarkCertificateKind>("Kind"),
        Names = bag.Words("Names"),
        NotBefore = bag.Time("NotBefore") ?? end,
        NotAfter = end,
    };

    private static Change Planned(PropertyBag bag) => new()
    {
        Domain = bag.Text("Domain"),
        Id = bag.Text("Id"),
        Action = bag.Enumeration<ChangeAction>("Action"),
        Resource = bag.Text("Resource"),
        Target = bag.Text("Target"),
        Before = bag.Text("Before"),
        After = bag.Text("After"),
        Reason = bag.Text("Reason"),
        Consequence = bag.Text("Consequence"),
    };

    // The settings come back whole or not at all; of what was observed, a report shows what the file still has.
    private static EmailSecurityStack Stack(PSObject item)
    {
        var stack = (EmailSecurityStack)DeserializedObject.Restore(item, typeof(EmailSecurityStack))!;
        var bag = new PropertyBag(item);
        return stack with
        {
            State = stack.State with
            {
                Status = bag.Enumeration<StackStatus>("Status"),
                CertificateNotAfter = bag.Time("CertificateNotAfter"),
                WaitingUntil = bag.Time("WaitingUntil"),
                PolicyHistory = [.. bag.Bags<ServedPolicy>("PolicyHistory").Select(Served)],
                Records = [.. bag.Bags<DnsRecordState>("Records").Select(Record)],
            },
        };
    }

    private static ServedPolicy Served(PropertyBag bag) => new(bag.Enumeration<MtaStsMode>("Mode"), bag.Number("MaxAge") ?? 0, bag.Text("Id"),
        bag.Time("From") ?? default, bag.Time("Until"))
    { MxHosts = bag.Words("MxHosts") };

    private static DnsRecordState Record(PropertyBag bag) => new()
    {
        Domain = bag.Text("Domain"),
        Name = bag.Text("Name"),
        Type = bag.Text("Type"),
        Value = bag.Text("Value"),
        Ttl = (int)(bag.Number("Ttl") ?? 0),
        Purpose = bag.Text("Purpose"),
        Status = bag.Enumeration<DnsRecordStatus>("Status"),
        ObservedValue = bag.Text("ObservedValue"),
        Note = bag.Text("Note"),
    };

    private static EmailSecurityException Unknown(PSObject item)
    {
        var isText = item.BaseObject is string;
        var what = isText ? $"'{item.BaseObject}' is text" : $"The input object is a {item.TypeNames.FirstOrDefault() ?? item.BaseObject.GetType().Name}";
        return new EmailSecurityException("ReportInputUnknown", ErrorKind.InvalidArgument,
            $"{what}, not a result of a check, a stack or a change.",
            isText ? $"Run: Test-EmailSecurity {item.BaseObject} | Export-EmailSecurityReport -Path report.html"
                : "Pipe the output of Test-EmailSecurity, Get-EmailSecurityStack or Get-EmailSecurityPlan.");
    }
}
