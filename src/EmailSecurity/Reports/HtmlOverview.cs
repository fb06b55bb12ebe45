using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.Reports;

/// <summary>The top of the page: how many domains are how well, which rules are broken most, and the controls of the list.</summary>
/// <param name="html">Where to.</param>
/// <param name="index">The overview.</param>
/// <param name="subjects">The entries, worst first.</param>
internal sealed class HtmlOverview(HtmlWriter html, ReportIndex index, IReadOnlyList<ReportSubject> subjects)
{
    private const int MaxRules = 8;

    /// <summary>Writes it, up to the list.</summary>
    public void Write()
    {
        html.Add($"""<header class="page"><h1>{index.Options.Title}</h1><p class="fine">{Scope()}</p></header><main>""");
        if (subjects.Count == 0)
        {
            html.Add($"""<p class="empty">There are no results in this report.</p>""");
        }
        else if (subjects.Count > 1)
        {
            Glance();
            html.Add($"""<div class="overview">""");
            Mechanisms();
            Rules();
            html.Add($"</div>");
            Toolbar();
        }
    }

    private string Scope()
    {
        var what = subjects.Count == 1 ? subjects[0].Name : Count.Of(subjects.Count, "domain");
        var next = subjects.Where(s => s.NextEnd is not null).MinBy(s => s.NextEnd);
        return $"{what}, {ReportWords.Moment(index.Options.At)}"
            + (next is null || subjects.Count == 1 ? "" : $". The next certificate to end is that of {next.Name}: {ReportWords.Day(next.NextEnd!.Value)}");
    }

    private void Glance()
    {
        html.Add($"""<section class="glance" aria-label="Domains by status">""");
        foreach (var status in ReportSubject.Statuses)
        {
            var count = subjects.Count(s => s.Status == status);
            html.Add($"""<button type="button" class="card {HtmlIcon.Of(status)}" aria-pressed="false" disabled="" """);
            html.Add($"""data-rank="{ReportSubject.Rank(status)}">""");
            html.Add($"""<span class="number">{count}</span><span class="word">""");
            HtmlIcon.Write(html, HtmlIcon.Of(status));
            html.Add($"""{status.ToString()}</span></button>""");
        }

        html.Add($"</section>");
    }

    private void Mechanisms()
    {
        html.Add($"""<section class="panel"><h2 id="by-mechanism">By mechanism</h2><table aria-labelledby="by-mechanism">""");
        html.Add($"""<thead><tr><th scope="col">Mechanism</th>""");
        foreach (var status in ReportSubject.Statuses)
        {
            html.Add($"""<th scope="col">{status.ToString()}</th>""");
        }

        html.Add($"</tr></thead><tbody>");
        foreach (var group in subjects.SelectMany(s => s.Verdicts).GroupBy(v => v.Key).OrderBy(g => g.Key))
        {
            html.Add($"""<tr><th scope="row">{ReportWords.Mechanism(group.Key.Mechanism)}</th>""");
            foreach (var status in ReportSubject.Statuses)
            {
                var count = group.Count(v => v.Value == status);
                html.Add($"""<td class="{(count > 0 ? HtmlIcon.Of(status) : "none")}">{count}</td>""");
            }

            html.Add($"</tr>");
        }

        html.Add($"</tbody></table></section>");
    }

    private void Rules()
    {
        var rules = index.Rules();
        html.Add($"""<section class="panel"><h2>What to fix first</h2>""");
        if (rules.Count == 0)
        {
            html.Add($"""<p class="fine">No errors and no warnings.</p></section>""");
            return;
        }

        html.Add($"""<ol class="rules">""");
        foreach (var rule in rules.Take(MaxRules))
        {
            html.Add($"""<li class="{rule.Severity.ToString().ToLowerInvariant()}"><p class="line">""");
            HtmlIcon.Write(html, rule.Severity == FindingSeverity.Error ? "fail" : "warning");
            html.Add($"""<b class="mono">{rule.Code}</b> <span>{rule.Severity.ToString()}, {Count.Of(rule.Subjects, "domain")}</span></p>""");
            html.Add($"""<p class="fine">{rule.Fix}</p></li>""");
        }

        html.Add($"</ol>");
        if (rules.Count > MaxRules)
        {
            html.Add($"""<p class="fine">{Count.Of(rules.Count - MaxRules, "more rule")} below.</p>""");
        }

        html.Add($"</section>");
    }

    private void Toolbar() => html.Add(
        $"""
        <section class="toolbar" id="toolbar" aria-label="Filter and sort" hidden="">
        <label>Filter <input id="search" type="search" placeholder="Domain or code" autocomplete="off" spellcheck="false"/></label>
        <label>Status <select id="status"><option value="">All</option>
        <option value="0">Fail</option><option value="1">Warning</option><option value="2">Absent</option>
        <option value="3">Pass</option></select></label>
        <label>Sort by <select id="sort"><option value="worst">Worst first</option><option value="name">Name</option>
        <option value="findings">Most findings</option><option value="end">Next certificate to end</option></select></label>
        <p class="fine" id="shown" role="status">{Count.Of(subjects.Count, "domain")}</p>
        </section>

        """);
}
