using System.Runtime.InteropServices;

namespace EmailSecurity.TlsReports;

/// <summary>A place within a report, written as its path in the JSON text only where a finding names it.</summary>
/// <param name="Policy">The number of the policy, from 0; -1 for the report itself.</param>
/// <param name="Failure">The number of the failure detail, from 0; -1 for the policy itself.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Place(int Policy = -1, int Failure = -1)
{
    /// <summary>The report itself.</summary>
    public static readonly Place Report = new(-1, -1);

    /// <summary>The path of a field here: <c>policies[1].failure-details[0].result-type</c>.</summary>
    public string Of(ReportField field) =>
        field is ReportField.StartDateTime or ReportField.EndDateTime ? "date-range." + ReportFields.NameOf(field) : Of(ReportFields.NameOf(field));

    /// <summary>The path of a field here.</summary>
    public string Of(string name) => Policy < 0 ? name
        : Failure < 0 ? FormattableString.Invariant($"policies[{Policy}].{name}")
        : FormattableString.Invariant($"policies[{Policy}].failure-details[{Failure}].{name}");
}
