namespace EmailSecurity.TlsReports;

/// <summary>Takes what a reader of reports from afar finds, in the order in which it is found. Called from several threads at a time.</summary>
public interface IRemoteReportSink : ITlsReportSink
{
    /// <summary>An object or message is read next.</summary>
    /// <param name="source">Which.</param>
    void Begin(string source);

    /// <summary>An object could not be had; the rest goes on.</summary>
    /// <param name="source">Which.</param>
    /// <param name="error">Why.</param>
    void Fail(string source, EmailSecurityException error);

    /// <summary>Something that the user should know and that is no error.</summary>
    /// <param name="text">What, in a sentence.</param>
    void Warn(string text);
}
