using System.Security.Cryptography;
using System.Text;

namespace EmailSecurity.TlsReports;

/// <summary>
/// Keeps something of each report once. A report that comes twice (same organisation and report id) counts once; where the two differ, the same one counts
/// whatever the order in which they come.
/// </summary>
/// <typeparam name="T">What is kept of a report.</typeparam>
internal sealed class OnceEach<T>
{
    private readonly Dictionary<(string Organization, string Id), (string Fingerprint, T Kept)> reports = [];

    /// <summary>Reports that came again.</summary>
    public int DuplicateCount { get; private set; }

    /// <summary>What is kept.</summary>
    public IEnumerable<T> All => reports.Values.Select(r => r.Kept);

    /// <summary>Keeps something of a report, unless one that came before counts instead.</summary>
    /// <param name="report">The report.</param>
    /// <param name="keep">What is kept of it.</param>
    public void Add(TlsRptReport report, Func<TlsRptReport, T> keep)
    {
        ArgumentNullException.ThrowIfNull(report);
        var fingerprint = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(report.ToJson())).AsSpan(0, 16));
        var key = (report.OrganizationName, report.ReportId.Length > 0 ? report.ReportId : fingerprint);
        if (reports.TryGetValue(key, out var other))
        {
            DuplicateCount++;
            if (string.CompareOrdinal(other.Fingerprint, fingerprint) >= 0)
            {
                return;
            }
        }

        reports[key] = (fingerprint, keep(report));
    }
}
