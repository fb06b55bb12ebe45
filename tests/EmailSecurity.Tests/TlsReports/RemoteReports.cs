using System.Collections.Concurrent;
using System.Text;
using EmailSecurity.Net;
using EmailSecurity.Ports;
using EmailSecurity.TlsReports;
using EmailSecurity.TlsReports.Store;

namespace EmailSecurity.Tests.TlsReports;

/// <summary>Gathers what a reader of reports from afar finds.</summary>
internal sealed class RemoteReports : IRemoteReportSink
{
    public ConcurrentQueue<TlsRptReport> Reports { get; } = [];

    public ConcurrentQueue<(string Source, string Reason)> Refused { get; } = [];

    public ConcurrentQueue<(string Source, EmailSecurityException Error)> Failed { get; } = [];

    public ConcurrentQueue<string> Warnings { get; } = [];

    public void Take(TlsRptReport report) => Reports.Enqueue(report);

    public void Refuse(string source, string reason) => Refused.Enqueue((source, reason));

    public void Begin(string source)
    {
    }

    public void Fail(string source, EmailSecurityException error) => Failed.Enqueue((source, error));

    public void Warn(string text) => Warnings.Enqueue(text);

    /// <returns>The stores that it came by.</returns>
    public async Task<IReadOnlyCollection<string>> ReadAsync(IObjects objects, BucketPlace bucket, string prefix, CancellationToken cancellationToken, int atOnce = 8, DateTimeOffset? since = null)
    {
        var stores = new BucketStores();
        var reader = new BucketReports(objects, new Messages(), _ => new MemoryStream()) { LeavesOut = stores.Note };
        await reader.ReadAsync(bucket, prefix, since, atOnce, this, cancellationToken);
        return stores.Folders;
    }

    public static byte[] Json(string id) => Encoding.UTF8.GetBytes($$"""
        {"organization-name":"Sender Inc.","date-range":{"start-datetime":"2026-03-01T00:00:00Z","end-datetime":"2026-03-01T23:59:59Z"},"contact-info":"tls@sender.example","report-id":"{{id}}",
        "policies":[{"policy":{"policy-type":"sts","policy-string":["version: STSv1"],"policy-domain":"example.com","mx-host":["mx1.example.com"]},"summary":{"total-successful-session-count":40,"total-failure-session-count":0} }]}
        """);

    public static byte[] Message(string id) => Encoding.UTF8.GetBytes($"""
        From: tls@sender.example
        To: reports@example.com
        Subject: Report Domain: example.com Submitter: sender.example Report-ID: <{id}>
        Message-ID: <{id}@sender.example>
        TLS-Report-Domain: example.com
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=tlsrpt; boundary="b"

        --b
        Content-Type: text/plain

        A report.
        --b
        Content-Type: application/tlsrpt+json
        Content-Transfer-Encoding: base64

        {Convert.ToBase64String(Json(id), Base64FormattingOptions.InsertLineBreaks)}
        --b--

        """.ReplaceLineEndings("\r\n"));
}
