using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>Makes the objects that commands emit from the property bags that serialization (Export-Clixml, jobs, remoting) left of them.</summary>
internal static class SavedObject
{
    /// <summary>The object; null where the bag is of another type.</summary>
    /// <exception cref="EmailSecurityException">SettingsLost: it was saved to too small a depth.</exception>
    public static object? Restore(PSObject item, Type type)
    {
        if (!item.TypeNames.Contains("Deserialized." + type.FullName, StringComparer.Ordinal))
        {
            return null;
        }

        var bag = new PropertyBag(item);
        return type == typeof(EmailSecurityStack) ? Stack(item)
            : type == typeof(MtaStsPolicy) ? DeserializedObject.Restore(item, type)
            : type == typeof(TestResult) ? WithPath(item, Result(bag))
            : type == typeof(Finding) ? Finding(bag)
            : type == typeof(Change) ? Planned(bag)
            : type == typeof(DnsRecordState) ? Record(bag)
            : type == typeof(ServedPolicy) ? Served(bag)
            : type == typeof(Observation) ? Observation(bag)
            : type == typeof(StackRemoval) ? Removal(bag)
            : type == typeof(StackAsset) && bag.Whole("Bytes") is byte[] content ? new StackAsset(bag.Text("Name"), content)
            : SavedReport.Restore(bag, type);
    }

    // The file that was checked.
    private static object WithPath(PSObject item, TestResult result)
        => item.Properties["Path"] is { } path ? CheckedFiles.WithPath(result, path.Value as string) : result;

    private static TestResult Result(PropertyBag bag) => new()
    {
        Domain = bag.Text("Domain"),
        Mechanism = bag.Text("Mechanism"),
        Status = bag.Enumeration<TestStatus>("Status"),
        Findings = [.. bag.Items("Findings", Finding)],
        Observed = [.. bag.Items("Observed", Observation)],
        Value = bag.Bag<Marks.MarkCertificate>("Value") is { } mark && mark.Time("NotAfter") is { } end ? Mark(mark, end) : bag.Whole("Value"),
    };

    /// <summary>A finding.</summary>
    internal static Finding Finding(PropertyBag bag) => new()
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
        MarkType = bag.Text("MarkType") is { Length: > 0 } type ? type : null,
        Names = bag.Words("Names"),
        Selectors = bag.Words("Selectors"),
        SctCount = (int)(bag.Number("SctCount") ?? 0),
        CrlUrl = bag.Text("CrlUrl") is { Length: > 0 } list ? list : null,
        PolicyOids = bag.Words("PolicyOids"),
        Chain = bag.Words("Chain"),
        IsTrusted = bag.Flag("IsTrusted"),
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
        DependsOn = bag.Words("DependsOn"),
        MovesToEnforce = bag.Flag("MovesToEnforce"),
    };

    // The settings come back whole or not at all; what was observed, as far as it was saved.
    private static EmailSecurityStack? Stack(PSObject item)
    {
        if (DeserializedObject.Restore(item, typeof(EmailSecurityStack)) is not EmailSecurityStack stack)
        {
            return null;
        }

        var bag = new PropertyBag(item);
        return stack with
        {
            State = stack.State with
            {
                Status = bag.Enumeration<StackStatus>("Status"),
                CertificateNotAfter = bag.Time("CertificateNotAfter"),
                WaitingUntil = bag.Time("WaitingUntil"),
                AdoptedRecords = bag.Words("AdoptedRecords"),
                Removal = bag.One("Removal", Removal),
                PolicyHistory = [.. bag.Items("PolicyHistory", Served)],
                Records = [.. bag.Items("Records", Record)],
            },
        };
    }

    private static StackRemoval Removal(PropertyBag bag) => new(bag.Enumeration<RemovalPhase>("Phase"), bag.Time("DueAt"));

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
}
