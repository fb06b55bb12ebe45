using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using EmailSecurity.Net;
using EmailSecurity.TlsReports;

/// <summary>
/// TLS reports read on one core, beside the floor: inflating the same files and running Utf8JsonReader over them. Both in one process, in turn; processor time.
/// <code>reports [--count N]</code>
/// </summary>
internal static class ReportsBench
{
    private const int Rounds = 7;

    public static int Run(string[] args)
    {
        var count = Arguments.Number(args, "--count", 2000);
        var files = Enumerable.Range(0, count).Select(i => ReportFuzz.GZip(Encoding.UTF8.GetBytes(Report(i)))).ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} reports, {files.Average(f => f.Length):N0} octets each on average (gzip)"));
        double floor = double.MaxValue, reader = double.MaxValue;
        long tokens = 0, sessions = 0;
        for (var round = 0; round < Rounds; round++)
        {
            floor = Math.Min(floor, Time(() => tokens = Array.ConvertAll(files, Floor).Sum()));
            reader = Math.Min(reader, Time(() => sessions = Read(files)));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"floor   {count / floor,10:N0} reports/s ({tokens} tokens)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"reader  {count / reader,10:N0} reports/s ({sessions} sessions)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the reader takes {reader / floor:N2} times the floor's time"));
        return 0;
    }

    private static double Time(Action action)
    {
        var start = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    private static long Floor(byte[] file)
    {
        using var inflated = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
        using var text = new MemoryStream();
        inflated.CopyTo(text);
        var json = new Utf8JsonReader(text.GetBuffer().AsSpan(0, (int)text.Length));
        long tokens = 0;
        while (json.Read())
        {
            tokens++;
        }

        return tokens;
    }

    private static long Read(byte[][] files)
    {
        var sink = new Sink();
        var reader = new TlsReportFile(new Messages(), sink);
        foreach (var file in files)
        {
            using var stream = new MemoryStream(file);
            reader.Read(stream, "file");
        }

        return sink.Sessions;
    }

    // A third without failures, as most are; a third with some; a third as Microsoft and Postfix write them, with what deviates.
    public static string Report(int i)
    {
        var failures = Enumerable.Range(0, i % 3 == 0 ? 0 : 1 + (i % 7)).Select(f =>
            $$"""{"result-type":"certificate-expired",{{(i % 3 == 2 ? "" : $"\"sending-mta-ip\":\"192.0.2.{f}\",")}}"receiving-mx-hostname":"mx{{f}}.example.com","receiving-ip":"198.51.100.{{f}}","failed-session-count":{{f + 1}}}""").ToArray();
        var host = i % 3 == 2 ? "\"mx1.example.com\"" : "[\"mx1.example.com\",\"mx2.example.com\"]";
        return $$$"""
            {"organization-name":"Sender {{{i % 20}}}","date-range":{"start-datetime":"2026-03-{{{1 + (i % 28):00}}}T00:00:00Z","end-datetime":"2026-03-{{{1 + (i % 28):00}}}T23:59:59Z"},
            "contact-info":"smtp-tls-reporting@sender{{{i % 20}}}.example","report-id":"2026-03-01T00:00:00Z_{{{i}}}","policies":[{"policy":{"policy-type":"sts",
            "policy-string":["version: STSv1","mode: testing","mx: mx1.example.com","mx: mx2.example.com","max_age: 604800"],"policy-domain":"domain{{{i % 50}}}.example","mx-host":{{{host}}}},
            "summary":{"total-successful-session-count":{{{i}}},"total-failure-session-count":{{{failures.Length * (failures.Length + 1) / 2}}}},"failure-details":[{{{string.Join(',', failures)}}}]}]}
            """;
    }

    private sealed class Sink : ITlsReportSink
    {
        public long Sessions { get; private set; }

        public void Take(TlsRptReport report) => Sessions += report.TotalSuccessfulSessionCount + report.TotalFailureSessionCount;

        public void Refuse(string source, string reason) => throw new InvalidDataException(reason);
    }
}
