using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.TlsReports;

/// <summary>Decides which parts of messages are reports: by what they hold, and where their type says so; a message without one is refused.</summary>
internal sealed class MessageReports(TlsReportOrigin origin, bool isMbox, ITlsReportSink sink)
{
    private const int MostLookedAt = 4096;
    private static readonly string[] Fields = ["\"organization-name\"", "\"date-range\"", "\"contact-info\"", "\"report-id\"", "\"policies\""];
    private readonly List<string> types = [];
    private int message;
    private bool hasReport;

    /// <summary>The origin of what the part holds, where it is to be read as a report; otherwise null.</summary>
    public TlsReportOrigin? Wants(MessagePart part)
    {
        if (part.Message != message)
        {
            End();
            (message, hasReport) = (part.Message, false);
            types.Clear();
        }

        if (!LooksLikeReport(part))
        {
            types.Add(TlsReportValues.Short(part.MediaType));
            return null;
        }

        hasReport = true;
        var domain = part.ReportDomain is { } named && DomainName.TryNormalize(named.Trim(), out var normal) ? normal : origin.Domain;
        return new TlsReportOrigin(part.FileName is { Length: > 0 } name ? $"{Source}!{VisibleText.Of(name)}" : Source, domain);
    }

    /// <summary>Nothing more comes of the current message.</summary>
    public void End()
    {
        if (message > 0 && !hasReport)
        {
            var found = types.Where(t => t.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).Take(5).ToList();
            sink.Refuse(Source, found.Count == 0 ? "It is a message without content."
                : $"It is a message without a TLS report: it has {string.Join(", ", found)}.");
        }
    }

    private string Source => isMbox ? FormattableString.Invariant($"{origin.Source}#{message}") : origin.Source;

    private static bool LooksLikeReport(MessagePart part)
    {
        var content = part.Content.Span;
        if (content.IsEmpty)
        {
            return false;
        }

        if (part.MediaType.Contains("tlsrpt", StringComparison.OrdinalIgnoreCase) || content is [0x1F, 0x8B, ..] or [(byte)'P', (byte)'K', 3, 4, ..])
        {
            return true;
        }

        // JSON under any type, a text among them: the fields tell. UTF-16 is looked at without its zeros.
        var begin = Encoding.Latin1.GetString(content[..Math.Min(content.Length, MostLookedAt)]).Replace("\0", "", StringComparison.Ordinal);
        return begin.TrimStart('\u00EF', '\u00BB', '\u00BF', '\u00FE', '\u00FF', ' ', '\t', '\r', '\n') is ['{' or '[', ..] or ['/', '/' or '*', ..]
            && (content.IndexOf("\"policies\""u8) >= 0 || Fields.Count(f => begin.Contains(f, StringComparison.OrdinalIgnoreCase)) > 1);
    }
}
