using System.Text.Json;
using EmailSecurity.Findings;

namespace EmailSecurity.Reports;

/// <summary>The rules of a SARIF log: what the rule tables say of each code that was found, in order of appearance.</summary>
internal sealed class SarifRuleList
{
    private readonly Dictionary<string, int> indexes = new(StringComparer.Ordinal);
    private readonly List<Finding> first = [];

    /// <summary>SARIF's word for a severity.</summary>
    public static string Level(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => "error",
        FindingSeverity.Warning => "warning",
        // A result that is no failure has no level (section 3.27.10).
        _ => "none",
    };

    /// <summary>The index of a finding's rule, which is added if it is new.</summary>
    public int IndexOf(Finding finding)
    {
        if (!indexes.TryGetValue(finding.Code, out var index))
        {
            indexes.Add(finding.Code, index = first.Count);
            first.Add(finding);
        }

        return index;
    }

    /// <summary>Writes the rules.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("rules");
        foreach (var finding in first)
        {
            json.WriteStartObject();
            One(json, finding, RuleCatalog.Find(finding.Code) ?? Described(finding));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void One(Utf8JsonWriter json, Finding finding, Rule rule)
    {
        var words = ReportWords.OfCode(rule.Code) + ".";
        var source = ReportWords.Rule(rule.Standard, rule.Section);
        var fix = rule.Fix.Length > 0 ? rule.Fix : finding.Fix;
        json.WriteString("id", rule.Code);
        json.WriteString("name", rule.Code);
        Text(json, "shortDescription", words, null);
        Text(json, "fullDescription", $"{(rule.Message.Length > 0 ? rule.Message : words)} ({source})", null);
        var link = ReportWords.Link(rule.Standard, rule.Section);
        Text(json, "help", $"{(fix.Length > 0 ? fix : "Nothing to do.")} See {source}.", Markdown(fix, source, link));
        if (link is not null)
        {
            json.WriteString("helpUri", link);
        }

        json.WriteStartObject("defaultConfiguration");
        json.WriteString("level", Level(rule.Severity) is "none" ? "note" : Level(rule.Severity));
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteStartArray("tags");
        json.WriteStringValue("email");
        json.WriteStringValue(rule.Standard);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Markdown(string fix, string source, string? link)
    {
        var text = new MarkdownWriter();
        text.Add($"{(fix.Length > 0 ? fix : "Nothing to do.")}\n\n");
        if (link is null)
        {
            text.Add($"See {source}.");
        }
        else
        {
            text.Add($"See [{source}](");
            return text.Take() + link + ").";
        }

        return text.Take();
    }

    private static void Text(Utf8JsonWriter json, string name, string text, string? markdown)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        if (markdown is not null)
        {
            json.WriteString("markdown", markdown);
        }

        json.WriteEndObject();
    }

    private static Rule Described(Finding finding) => new(finding.Code, finding.Severity, finding.Standard, finding.Section, finding.Fix);
}
