using System.Text;
using EmailSecurity.Net;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Tests.TlsReports;

/// <summary>Gathers what a reader of reports finds.</summary>
internal sealed class Gathered : ITlsReportSink
{
    public List<TlsRptReport> Reports { get; } = [];

    public List<(string Source, string Reason)> Refused { get; } = [];

    public void Take(TlsRptReport report) => Reports.Add(report);

    public void Refuse(string source, string reason) => Refused.Add((source, reason));

    public static Gathered Of(byte[] content, string source = "file")
    {
        var gathered = new Gathered();
        using var stream = new MemoryStream(content);
        new TlsReportFile(new Messages(), gathered).Read(stream, source, TestContext.Current.CancellationToken);
        return gathered;
    }

    public static Gathered Of(string content, string source = "file") => Of(Encoding.UTF8.GetBytes(content), source);

    /// <summary>The one report that a text holds.</summary>
    public static TlsRptReport One(string content, string source = "file")
    {
        var gathered = Of(content, source);
        Assert.Empty(gathered.Refused);
        return Assert.Single(gathered.Reports);
    }
}
