using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Text;

namespace EmailSecurity.Reports;

/// <summary>Renders what one check found and saw.</summary>
/// <param name="html">Where to.</param>
/// <param name="timeline">Draws certificates.</param>
/// <param name="logo">Shows logos.</param>
internal sealed class HtmlFindings(HtmlWriter html, HtmlTimeline timeline, HtmlLogo logo)
{
    /// <summary>The section of a result.</summary>
    public void Write(TestResult result)
    {
        var mechanism = ReportWords.Mechanism(result.Mechanism);
        html.Add($"""<section class="mechanism"><header><h3>{mechanism}</h3> """);
        HtmlIcon.Badge(html, result.Status);
        html.Add($"""</header><div class="columns"><div class="findings">""");
        var grave = result.Findings.Where(f => f.Severity != FindingSeverity.Information).ToArray();
        List(grave);
        Notes([.. result.Findings.Where(f => f.Severity == FindingSeverity.Information)], isOpen: grave.Length == 0);
        if (result.Findings.Count == 0)
        {
            html.Add($"""<p class="fine">{(result.Status == TestStatus.Absent ? "Nothing is published." : "Nothing to report.")}</p>""");
        }

        html.Add($"""</div><div class="evidence">""");
        Evidence(result);
        html.Add($"</div></div></section>");
    }

    private void List(IReadOnlyCollection<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return;
        }

        html.Add($"""<ul class="list">""");
        foreach (var finding in findings)
        {
            One(finding);
        }

        html.Add($"</ul>");
    }

    private void Notes(IReadOnlyCollection<Finding> notes, bool isOpen)
    {
        if (notes.Count == 0)
        {
            return;
        }

        HtmlIcon.Details(html, "notes", isOpen);
        html.Add($"""<summary>{Count.Of(notes.Count, "note")}</summary>""");
        List(notes);
        html.Add($"</details>");
    }

    private void One(Finding finding)
    {
        html.Add($"""<li class="finding {finding.Severity.ToString().ToLowerInvariant()}"><p class="message"><span class="severity">""");
        HtmlIcon.Write(html, finding.Severity switch { FindingSeverity.Error => "fail", FindingSeverity.Warning => "warning", _ => "note" });
        html.Add($"""{(finding.Severity == FindingSeverity.Information ? "Note" : finding.Severity.ToString())}</span> {finding.Message}</p>""");
        if (finding.Fix.Length > 0)
        {
            html.Add($"""<p class="fix"><b>Fix:</b> {finding.Fix}</p>""");
        }

        html.Add($"""<p class="meta"><span class="mono">{finding.Code}</span> """);
        var rule = ReportWords.Rule(finding.Standard, finding.Section);
        if (ReportWords.Link(finding.Standard, finding.Section) is { } link)
        {
            html.Add($"""<a href="{link}" rel="noreferrer">{rule}</a>""");
        }
        else
        {
            html.Add($"<span>{rule}</span>");
        }

        if (!string.IsNullOrEmpty(finding.Location))
        {
            html.Add($""" <span class="mono">{finding.Location}{(finding.Line is { } line ? Invariant($" line {line}") : "")}</span>""");
        }

        html.Add($"</p></li>");
    }

    private void Evidence(TestResult result)
    {
        var records = result.Observed.Where(o => o.Kind == ObservationKind.Record).GroupBy(o => (o.Name, o.Type)).ToArray();
        if (records.Length > 0)
        {
            html.Add($"""<dl class="records">""");
            foreach (var set in records)
            {
                html.Add($"""<div><dt><span class="mono">{set.Key.Name}</span> {set.Key.Type}</dt>""");
                html.Add($"""<dd class="mono">{string.Join('\n', set.Select(r => r.Text))}</dd></div>""");
            }

            html.Add($"</dl>");
        }

        var policy = result.Observed.FirstOrDefault(o => o is { Kind: ObservationKind.File, Type: "Policy" })?.Text ?? (result.Value as MtaStsPolicy)?.Text;
        if (policy is { Length: > 0 })
        {
            html.Add($"""<div class="file"><p class="line"><b>Policy</b></p><pre class="mono">{policy.TrimEnd()}</pre></div>""");
        }

        foreach (var seen in result.Observed.Where(o => o.Kind == ObservationKind.Certificate))
        {
            Certificate(seen);
        }

        if (result.Value is Marks.MarkCertificate mark)
        {
            timeline.Certificate("Mark certificate", mark.ToString(), mark.NotBefore, mark.NotAfter);
        }

        if (HtmlLogo.Of(result) is { IsEmpty: false } content)
        {
            logo.Show(ReportIndex.NameOf(result), content);
        }
    }

    private void Certificate(Observation seen)
    {
        if (seen.NotAfter is { } end)
        {
            timeline.Certificate(seen.Type == "Server" ? "TLS certificate" : "Mark certificate", seen.Text.Length > 0 ? seen.Text : seen.Name,
                seen.NotBefore, end);
        }
    }
}
