namespace EmailSecurity.TlsReports;

/// <summary>
/// Keeps something of each report once. A report that comes twice (same organisation and report id) counts once; where the two differ, the same one counts
/// whatever the order in which they come.
/// </summary>
/// <typeparam name="T">What is kept of a report.</typeparam>
internal sealed class OnceEach<T>
{
    private readonly TlsReportIdentity identity = new();
    private readonly Dictionary<UInt128, (UInt128 Content, T Kept)> reports = [];

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
        var content = identity.ContentOf(report);
        var key = identity.KeyOf(report, content);
        if (reports.TryGetValue(key, out var other))
        {
            DuplicateCount++;
            if (other.Content >= content)
            {
                return;
            }
        }

        reports[key] = (content, keep(report));
    }
}
