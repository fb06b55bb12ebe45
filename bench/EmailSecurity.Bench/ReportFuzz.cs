using System.IO.Compression;
using System.Text;
using EmailSecurity.Net;
using EmailSecurity.TlsReports;

/// <summary>TLS reports under fuzz: as JSON, gzip, zip and messages. Each ends in reports or in reasons, and never in both nothing.</summary>
internal static class ReportFuzz
{
    /// <summary>A report without fault, and one with much that is odd.</summary>
    public static IReadOnlyList<byte[]> Texts { get; } = FuzzTarget.Octets(
        """{"organization-name":"S","date-range":{"start-datetime":"2026-03-01T00:00:00Z","end-datetime":"2026-03-01T23:59:59Z"},"contact-info":"a@s.example","report-id":"r1","policies":[{"policy":{"policy-type":"sts","policy-string":["version: STSv1","mx: a"],"policy-domain":"example.com","mx-host":["a"]},"summary":{"total-successful-session-count":4,"total-failure-session-count":3},"failure-details":[{"result-type":"certificate-expired","sending-mta-ip":"192.0.2.1","receiving-mx-hostname":"a","failed-session-count":3}]}]}""",
        """{"report-id":"<a+b@c>","organization-name":5,"policies":{"policy":{"policy-type":"TLSA","policy-string":"[\"3 1 1 AB\"]","mx-host":"mx: a"},"summary":{"total-successful-session-count":"9999999999999999999999","total-failure-session-count":-1.5e3},"failure-details":{"result-type":null,"failure-error-code":"\ud800"}},"date-range":{"start-datetime":1772323200,"end-datetime":"soon"}}""");

    public static IReadOnlyList<byte[]> Words { get; } = FuzzTarget.Octets("{", "}", "[", "]", ",", ":", "null", "true", "\"\"", "-1", "1e999", "18446744073709551616", "\\ud800", "\\u0000",
        "\"policies\"", "\"policy\"", "\"summary\"", "\"failure-details\"", "\"report-id\"", "\"date-range\"", "\"mx-host\"", "\"2026-03-01T00:00:00\"", "/*", "*/", "\uFEFF", "\0", "\r\n",
        "From a@b\n", "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n", "--b--\n", "Content-Transfer-Encoding: base64\n", "\u001F\u008B", "PK\u0003\u0004");

    public static IReadOnlyList<byte[]> GZips { get; } = [.. Texts.Select(GZip)];

    public static IReadOnlyList<byte[]> Zips { get; } = [Zip(Texts), Zip([GZips[0], Texts[1]])];

    public static IReadOnlyList<byte[]> Messages { get; } = [Message(Texts[0]), Message(GZips[1]), [.. "From a@b Mon Mar  2 00:00:00 2026\n"u8, .. Message(Texts[0]), .. "\nFrom a@b Mon\n"u8, .. Message(Zips[0])]];

    /// <summary>Reads a file; says whether a report was in it.</summary>
    public static bool Read(byte[] content)
    {
        var sink = new Sink();
        using var stream = new MemoryStream(content);
        new TlsReportFile(new Messages(), sink).Read(stream, "file");
        return sink.Reports + sink.Refusals > 0 ? sink.Reports > 0 : throw new InvalidOperationException("neither a report nor a reason");
    }

    public static byte[] GZip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private static byte[] Zip(IReadOnlyList<byte[]> contents)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create))
        {
            for (var i = 0; i < contents.Count; i++)
            {
                using var entry = zip.CreateEntry($"{i}.json").Open();
                entry.Write(contents[i]);
            }
        }

        return packed.ToArray();
    }

    private static byte[] Message(byte[] content) => Encoding.ASCII.GetBytes("From: a@s.example\nTLS-Report-Domain: example.com\nMIME-Version: 1.0\n"
        + "Content-Type: multipart/report; report-type=tlsrpt; boundary=b\n\n--b\nContent-Type: text/plain\n\nA report.\n--b\nContent-Type: application/tlsrpt+gzip; name=\"a!example.com!1!2.json.gz\"\n"
        + $"Content-Transfer-Encoding: base64\n\n{Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks)}\n--b--\n");

    private sealed class Sink : ITlsReportSink
    {
        public int Reports { get; private set; }

        public int Refusals { get; private set; }

        public void Take(TlsRptReport report)
        {
            Reports++;
            foreach (var finding in report.Findings)
            {
                if (finding.Message.Length > 1000 || finding.Location?.Length > 1000)
                {
                    throw new InvalidOperationException("a message without bounds");
                }
            }
        }

        public void Refuse(string source, string reason)
        {
            Refusals++;
            if (reason.Length is 0 or > 1000)
            {
                throw new InvalidOperationException("a reason without bounds");
            }
        }
    }
}
