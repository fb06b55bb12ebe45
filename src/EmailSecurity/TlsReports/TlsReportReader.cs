using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.TlsReports;

/// <summary>
/// Reads the JSON text of reports (RFC 8460 section 4.4) as senders write it: what can be understood is read, what is odd becomes a finding, what cannot be
/// used stays in the other fields, and what is no report is refused with the reason.
/// </summary>
internal sealed class TlsReportReader
{
    /// <summary>So many things that are no report are named in one text.</summary>
    private const int MostRefusals = 100;

    private static readonly SearchValues<byte> BlankOctets = SearchValues.Create(" \t\r\n,\0\u001E"u8);

    private readonly ITlsReportSink sink;
    private readonly TlsReportOrigin origin;
    private readonly List<Rule> ofText = [];
    private TlsRptReport? last;
    private int read;
    private int refused;
    private readonly ElementBudget budget = new();

    private TlsReportReader(TlsReportOrigin origin, ITlsReportSink sink) => (this.origin, this.sink) = (origin, sink);

    /// <summary>Reads a text: one report, several one after the other, or an array of them.</summary>
    /// <param name="text">The text, in any encoding of Unicode.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="sink">Takes what is read.</param>
    public static void Read(ReadOnlyMemory<byte> text, TlsReportOrigin origin, ITlsReportSink sink) => new TlsReportReader(origin, sink).ReadText(text);

    private void ReadText(ReadOnlyMemory<byte> text)
    {
        var json = Decode(text);
        var isLenient = false;
        while (true)
        {
            json = json[Blanks(json.Span)..];
            if (json.IsEmpty)
            {
                break;
            }

            if (json.Span[0] is not ((byte)'{' or (byte)'['))
            {
                if (last is null)
                {
                    sink.Refuse(origin.Source, $"It is not JSON: it begins with {Begin(json.Span)}.");
                    return;
                }

                last = last with { Findings = [.. last.Findings, TlsReportRules.JsonTrailing.FoundAt(origin.Source)] };
                break;
            }

            try
            {
                json = json[ReadValue(json, isLenient)..];
            }
            catch (JsonException) when (!isLenient && !budget.IsSpent)
            {
                isLenient = true; // read again: nothing of this value was handed on
                json = JsonText.WithoutRawControls(json);
                budget.Return();
            }
            catch (JsonException e)
            {
                refused++;
                sink.Refuse(Numbered(), $"It is not whole JSON: {Reason(e)}");
                break;
            }
        }

        HandOn();
        if (read == 0 && refused == 0)
        {
            sink.Refuse(origin.Source, "It is empty.");
        }
    }

    // A value is read whole before any report of it is handed on, so that a second, lenient reading repeats nothing.
    private int ReadValue(ReadOnlyMemory<byte> json, bool isLenient)
    {
        var options = isLenient ? new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip } : default;
        var reader = new Utf8JsonReader(json.Span, options);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            var report = ReadReport(json, isLenient, ref reader);
            Take(report);
            return (int)reader.BytesConsumed;
        }

        List<TlsRptReport?> reports = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            budget.Take();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                reports.Add(ReadReport(json, isLenient, ref reader));
            }
            else
            {
                reader.Skip();
                reports.Add(null);
            }
        }

        if (reports.TrueForAll(r => r is null))
        {
            Take(null);
        }
        else
        {
            reports.ForEach(Take);
        }

        return (int)reader.BytesConsumed;
    }

    private TlsRptReport? ReadReport(ReadOnlyMemory<byte> json, bool isLenient, ref Utf8JsonReader reader)
    {
        var bag = new TlsReportFindings();
        ofText.ForEach(rule => bag.Report(rule));
        if (isLenient)
        {
            bag.Report(TlsReportRules.JsonLenient);
        }

        return new TlsReportObjects(json, bag, origin, budget).Read(ref reader);
    }

    private void Take(TlsRptReport? report)
    {
        if (report is null)
        {
            if (++refused <= MostRefusals)
            {
                sink.Refuse(Numbered(), "It is JSON, but no TLS report: it has not two of the fields organization-name, date-range, contact-info, "
                    + "report-id and policies (RFC 8460 section 4.4).");
            }

            return;
        }

        HandOn();
        read++;
        last = report with { Source = Numbered(read) };
    }

    private void HandOn()
    {
        if (last is not null)
        {
            sink.Take(last);
            last = null;
        }
    }

    private string Numbered(int? number = null) => (number ?? read + refused) <= 1 ? origin.Source
        : Invariant($"{origin.Source}#{number ?? read + refused}");

    private ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> text)
    {
        var bytes = text.Span;
        if (bytes.StartsWith("\uFEFF"u8))
        {
            ofText.Add(TlsReportRules.JsonByteOrderMark);
            text = text[3..];
            bytes = text.Span;
        }

        var encoding = ByteOrderMark.IsUtf16(bytes) ? (bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode)
            : bytes is [(byte)'{' or (byte)'[', 0, ..] ? Encoding.Unicode
            : bytes is [0, (byte)'{' or (byte)'[', ..] ? Encoding.BigEndianUnicode
            : Utf8.IsValid(bytes) ? null : Encoding.Latin1;
        if (encoding is null)
        {
            return text;
        }

        ofText.Add(TlsReportRules.JsonEncoding);
        return Encoding.UTF8.GetBytes(encoding.GetString(bytes).TrimStart('\uFEFF'));
    }

    // Commas between reports, and what pads a file to a size.
    private static int Blanks(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOfAnyExcept(BlankOctets);
        return at < 0 ? text.Length : at;
    }

    private static string Begin(ReadOnlySpan<byte> text) =>
        FileKind.Of(text) ?? $"'{VisibleText.Of(Encoding.Latin1.GetString(text[..Math.Min(text.Length, 20)]))}'";

    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var what = TlsReportValues.Short((end < 0 ? e.Message : e.Message[..end]).TrimEnd('.'), 200); // it quotes what it cannot read
        return e.LineNumber is { } line ? Invariant($"{what} (line {line + 1}, octet {e.BytePositionInLine + 1}).") : what + ".";
    }
}
