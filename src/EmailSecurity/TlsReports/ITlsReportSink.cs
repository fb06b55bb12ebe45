namespace EmailSecurity.TlsReports;

/// <summary>Takes what a reader of reports finds, in the order in which it is found.</summary>
public interface ITlsReportSink
{
    /// <summary>A report.</summary>
    /// <param name="report">The report.</param>
    void Take(TlsRptReport report);

    /// <summary>Something is no report, or cannot be read; the rest goes on.</summary>
    /// <param name="source">What: a file, an entry of an archive, a part of a message.</param>
    /// <param name="reason">Why, in a sentence.</param>
    void Refuse(string source, string reason);
}

/// <summary>Where a text comes from.</summary>
/// <param name="Source">A file, an entry of an archive, a part of a message.</param>
/// <param name="Domain">The domain that the message or the file's name says its reports are about; null where it does not say.</param>
internal sealed record TlsReportOrigin(string Source, string? Domain = null);
