using System.Text.Json;
using EmailSecurity.Dmarc;
using EmailSecurity.MtaSts;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Tests.Standards;

/// <summary>The test tables of other implementations, where they are present. docs/standards.md argues for each case that we read otherwise.</summary>
public class VectorTests
{
    private static readonly string[] Files = ["Zuplu+postfix-tlspol.json", "mjl-+mox.json", "rfc-examples.json"];

    /// <summary>Cases that we read otherwise than the table: id, our verdict.</summary>
    private static readonly Dictionary<string, bool> ReadOtherwise = new()
    {
        // RFC 8460 section 3: white space at the end belongs to no delimiter (the table's own note says so).
        ["mox-tlsrpt-record-good-2"] = false,
        // RFC 9989 section 4.8 takes tags in any order; RFC 7489 had p second. A warning says so.
        ["mox-dmarc-record-bad-9"] = true,
    };

    [Fact]
    public void Tables_agree_with_the_reading_of_the_standards()
    {
        var folder = Folder();
        Assert.SkipUnless(folder is not null, "../shared/vectors is not here");
        var seen = 0;
        List<string> wrong = [];
        foreach (var file in Files)
        {
            using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder!, file)));
            foreach (var item in document.RootElement.GetProperty("cases").EnumerateArray())
            {
                var verdict = Verdict(item);
                if (verdict is null)
                {
                    continue;
                }

                seen++;
                var id = item.GetProperty("id").GetString()!;
                var expected = ReadOtherwise.TryGetValue(id, out var ours) ? ours : item.GetProperty("expected").GetString() is "valid" or "valid?" or "ok" or "available" or "match";
                if (verdict != expected)
                {
                    wrong.Add($"{id}: expected {expected}");
                }
            }
        }
        Assert.Empty(wrong);
        Assert.True(seen >= 150, $"only {seen} cases were read");
    }

    private static bool? Verdict(JsonElement item)
    {
        var input = item.TryGetProperty("input", out var i) ? i : default;
        switch (item.GetProperty("kind").GetString())
        {
            case "mtasts-policy" when item.TryGetProperty("input_base64", out var octets):
                return MtaStsPolicy.Check(octets.GetBytesFromBase64()).IsValid;
            case "mtasts-policy" when input.GetString()!.StartsWith("<base>", StringComparison.Ordinal):
                return MtaStsPolicy.Check("version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 86400\nnote: " + new string('a', 65536)).IsValid;
            case "mtasts-policy":
                return WithFields(MtaStsPolicy.Check(input.GetString()!), item);
            case "mtasts-record":
                return WithFields(MtaStsRecord.Check(input.GetString()!), item);
            case "tlsrpt-record":
                return WithFields(TlsRptRecord.Check(input.GetString()!), item);
            case "dmarc-record":
                return WithFields(DmarcRecord.Check(input.GetString()!), item);
            case "mtasts-lookup" when Values(input) is { } values:
                return MtaStsRecord.Select(values, "example.com").IsValid;
            case "tlsrpt-lookup" when Values(input) is { } values:
                return TlsRptRecord.Select(values, "example.com").IsValid;
            case "mx-match":
                var hosts = input.GetProperty("patterns").EnumerateArray().Select(p => p.GetString()!);
                return MtaStsPolicy.Create("example.com", MtaStsMode.Enforce, hosts, 86400).Matches(input.GetProperty("host").GetString()!);
            default:
                return null; // look-ups that fail, fetches, file names: other suites
        }
    }

    /// <summary>A valid case has to be read as the table reads it, too.</summary>
    private static bool WithFields(Findings.TestResult result, JsonElement item)
    {
        if (!result.IsValid || !item.TryGetProperty("fields", out var fields))
        {
            return result.IsValid;
        }

        foreach (var field in fields.EnumerateObject())
        {
            var value = field.Value;
            var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            var same = (field.Name, result.Value) switch
            {
                ("id", MtaStsRecord r) => r.Id == text,
                ("ext", MtaStsRecord r) => Pairs(value) == string.Join(";", r.Extensions.Select(e => e.Key + "=" + e.Value)),
                ("mode", MtaStsPolicy p) => string.Equals(p.Mode.ToString(), text, StringComparison.OrdinalIgnoreCase),
                ("mx", MtaStsPolicy p) => p.MxHosts.SequenceEqual(Strings(value)),
                ("max_age", MtaStsPolicy p) => p.MaxAge == value.GetInt64(),
                ("rua", TlsRptRecord r) => r.ReportUris.SequenceEqual(value.EnumerateArray().SelectMany(Strings)),
                ("ext", TlsRptRecord r) => Pairs(value) == string.Join(";", r.Extensions.Select(e => e.Key + "=" + e.Value)),
                ("p", DmarcRecord r) => string.Equals(r.Policy.ToString(), text, StringComparison.OrdinalIgnoreCase),
                ("sp", DmarcRecord r) => string.Equals(r.SubdomainPolicy.ToString(), text, StringComparison.OrdinalIgnoreCase),
                ("pct", DmarcRecord r) => r.Percent == value.GetInt32(),
                ("ri", DmarcRecord r) => r.ReportInterval == value.GetInt64(),
                ("fo", DmarcRecord r) => r.FailureOptions.SequenceEqual(Strings(value)),
                ("rf", DmarcRecord r) => r.ReportFormats.SequenceEqual(Strings(value)),
                ("rua", DmarcRecord r) => r.AggregateReportUris.SequenceEqual(Strings(value), StringComparer.OrdinalIgnoreCase),
                ("ruf", DmarcRecord r) => r.FailureReportUris.SequenceEqual(Strings(value), StringComparer.OrdinalIgnoreCase),
                ("adkim", DmarcRecord r) => (r.DkimAlignment == DmarcAlignment.Strict) == (text == "s"),
                ("aspf", DmarcRecord r) => (r.SpfAlignment == DmarcAlignment.Strict) == (text == "s"),
                _ => true,
            };
            Assert.True(same, $"{item.GetProperty("id").GetString()}: {field.Name} should be {text}");
        }
        return true;
    }

    private static IEnumerable<string> Strings(JsonElement array) => array.EnumerateArray().Select(e => e.GetString()!);

    private static string Pairs(JsonElement array) => string.Join(";", array.EnumerateArray().Select(p => p[0].GetString() + "=" + p[1].GetString()));

    private static string[]? Values(JsonElement input)
    {
        if (input.TryGetProperty("txt_rrs", out var records))
        {
            return records.ValueKind == JsonValueKind.String
                ? records.GetString() == "NXDOMAIN" ? [] : null
                : [.. records.EnumerateArray().Select(r => string.Concat(Strings(r)))];
        }
        var txt = input.GetProperty("txt");
        if (txt.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        var values = Strings(txt).ToArray();
        if (values.Any(v => v.Contains("SERVFAIL", StringComparison.Ordinal)))
        {
            return null;
        }
        // CNAMEs are the resolver's; what counts here is the text at the end of the chain.
        return [.. values.Select(v => v.StartsWith("CNAME->", StringComparison.Ordinal) ? v[(v.LastIndexOf("TXT ", StringComparison.Ordinal) + 4)..] : v)];
    }

    internal static string? Folder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "EmailSecurity.slnx")))
            {
                var folder = Path.Combine(at.FullName, "..", "shared", "vectors");
                return Directory.Exists(folder) ? folder : null;
            }
        }
        return null;
    }
}
