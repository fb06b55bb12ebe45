using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailSecurity.Findings;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;

namespace EmailSecurity.Reports;

/// <summary>
/// SARIF 2.1.0 (OASIS): a rule for each code that was found, a result for each finding, and for each change of a plan. The place of a result is its domain.
/// </summary>
/// <param name="index">The overview.</param>
internal sealed class SarifRenderer(ReportIndex index) : ReportRenderer
{
    // Readable, and safe: the file is read as JSON, never as a part of a page.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SarifRuleList rules = new();

    /// <inheritdoc/>
    public override string Result(TestResult result)
    {
        var name = ReportIndex.NameOf(result);
        return string.Join(",\n", result.Findings.Select(f => Object(json => Finding(json, name, result.Mechanism, f))));
    }

    /// <inheritdoc/>
    public override string Stack(EmailSecurityStack stack) => "";

    /// <inheritdoc/>
    public override string Change(Change change)
    {
        if (!change.IsWrite)
        {
            return "";
        }

        var why = change.Consequence.Length > 0 ? change.Consequence : change.Reason;
        var drift = ReportRules.Drift(change, why);
        return Object(json => Finding(json, VisibleText.Of(change.Domain), change.Resource, drift));
    }

    /// <inheritdoc/>
    public override string Sessions(ReportedSessions reported) => ""; // what senders saw is no rule that a scan found broken

    /// <inheritdoc/>
    public override void Compose(Spool spool, TextWriter output)
    {
        output.Write("{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":");
        output.Write(Object(Driver));
        output.Write("},\n\"columnKind\":\"utf16CodeUnits\",\"results\":[");
        var separator = "\n";
        foreach (var part in index.Ordered().SelectMany(s => s.Parts.OrderBy(p => p.Section)))
        {
            output.Write(separator);
            output.Write(spool.Read(part.Text));
            separator = ",\n";
        }

        output.Write("\n],\"invocations\":[");
        output.Write(Object(Invocation));
        output.Write("]}]}\n");
    }

    private void Driver(Utf8JsonWriter json)
    {
        json.WriteString("name", "EmailSecurity");
        json.WriteString("fullName", "EmailSecurity: MTA-STS, TLS-RPT, DMARC and BIMI of mail domains");
        if (index.Options.Version.Length > 0)
        {
            json.WriteString("semanticVersion", index.Options.Version);
        }

        rules.Write(json);
    }

    private void Invocation(Utf8JsonWriter json)
    {
        json.WriteBoolean("executionSuccessful", true);
        json.WriteString("endTimeUtc", index.Options.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
    }

    private void Finding(Utf8JsonWriter json, string name, string mechanism, Finding finding)
    {
        json.WriteString("ruleId", finding.Code);
        json.WriteNumber("ruleIndex", rules.IndexOf(finding));
        json.WriteString("level", SarifRuleList.Level(finding.Severity));
        json.WriteString("kind", finding.Severity == FindingSeverity.Information ? "informational" : "fail");
        json.WriteStartObject("message");
        json.WriteString("text", finding.Fix.Length > 0 ? $"{finding.Message} {finding.Fix}" : finding.Message);
        json.WriteEndObject();
        Location(json, name, finding);

        // The same finding of the same domain is the same alert at every run: the message, which counts days, is no part of it.
        json.WriteStartObject("partialFingerprints");
        json.WriteString("emailSecurity/v1", Fingerprint(name, mechanism, finding));
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteString("mechanism", mechanism);
        json.WriteEndObject();
    }

    private static void Location(Utf8JsonWriter json, string name, Finding finding)
    {
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartArray("logicalLocations");
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("kind", "resource");
        json.WriteString("fullyQualifiedName", finding.Location is { Length: > 0 } at && at != name ? $"{name}/{at}" : name);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static string Fingerprint(string name, string mechanism, Finding finding) => Convert.ToHexString(
        SHA256.HashData(Spool.Utf8.GetBytes(string.Join('\n', name, mechanism, finding.Code, finding.Location))).AsSpan(0, 16)).ToLowerInvariant();

    private static string Object(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Json))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Spool.Utf8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}
