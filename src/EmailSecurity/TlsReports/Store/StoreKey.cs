using System.Runtime.InteropServices;

namespace EmailSecurity.TlsReports.Store;

/// <summary>Which report and which of its policies a row is.</summary>
/// <param name="Report">What tells the report from all others: <see cref="TlsReportIdentity.KeyOf"/>.</param>
/// <param name="Content">What it says: <see cref="TlsReportIdentity.ContentOf"/>.</param>
/// <param name="Policy">The number of the policy in the report, from 1; 0 for a report without policies.</param>
/// <param name="PolicyCount">How many policies the report has.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoreKey(UInt128 Report, UInt128 Content, int Policy, int PolicyCount)
{
    /// <summary>The rows of a whole report.</summary>
    public int RowCount => Math.Max(1, PolicyCount);

    /// <summary>A hash as the store writes it.</summary>
    public static string Text(UInt128 hash) => hash.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}
