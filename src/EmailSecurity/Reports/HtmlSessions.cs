using EmailSecurity.Text;
using EmailSecurity.TlsReports;

namespace EmailSecurity.Reports;

/// <summary>Renders what senders reported of a domain: the totals, a bar for each day, and the failures.</summary>
/// <param name="html">Where to.</param>
internal sealed class HtmlSessions(HtmlWriter html)
{
    private const int MaxDays = 60;
    private const int Height = 24;

    /// <summary>The section of a domain's reports.</summary>
    public void Write(ReportedSessions sessions)
    {
        html.Add($"""<section class="mechanism"><header><h3>TLS reports</h3> """);
        HtmlIcon.Badge(html, sessions.Status);
        html.Add($"""</header><div class="columns"><div class="findings"><p>{sessions.Totals}</p>""");
        Failures(sessions);
        html.Add($"""</div><div class="evidence">""");
        Days(sessions.Days);
        html.Add($"</div></div></section>");
    }

    private void Failures(ReportedSessions sessions)
    {
        html.Add($"""<ul class="list">""");
        foreach (var (what, fix) in sessions.Failures)
        {
            html.Add($"""<li class="finding warning"><p class="message">{what}</p>""");
            if (fix.Length > 0)
            {
                html.Add($"""<p class="fix">{fix}</p>""");
            }

            html.Add($"</li>");
        }

        html.Add($"</ul>");
        if (sessions.MoreFailures > 0)
        {
            html.Add($"""<p class="fine">{Count.Of(sessions.MoreFailures, "more kind")} of failures. Measure-TlsRptReport shows them all.</p>""");
        }
    }

    // A bar a day, as high as its sessions; the part that failed stands on top, and is never too small to be seen.
    private void Days(IReadOnlyList<DaySessions> all)
    {
        if (all.Count == 0)
        {
            return;
        }

        var last = all[^1].Day;
        var first = all[0].Day > last.AddDays(1 - MaxDays) ? all[0].Day : last.AddDays(1 - MaxDays);
        var days = all.Where(d => d.Day >= first).ToArray();
        var most = days.Max(d => (double)d.Succeeded + d.Failed);
        var width = 4 * (last.DayNumber - first.DayNumber + 1);
        html.Add($"""<div class="timeline"><p class="line"><b>Sessions by day</b></p>""");
        html.Add($"""<svg class="days" viewBox="0 0 {width} {Height}" preserveAspectRatio="none" aria-hidden="true" focusable="false">""");
        foreach (var day in days.Where(d => d.Succeeded > 0 || d.Failed > 0))
        {
            var (x, whole) = (4 * (day.Day.DayNumber - first.DayNumber), Height * (((double)day.Succeeded + day.Failed) / most));
            var failed = day.Failed == 0 ? 0 : Math.Max(2, Height * (day.Failed / most));
            var height = Math.Max(1, Math.Max(whole, failed));
            html.Add($"""<rect class="sent" x="{x}" y="{Height - height}" width="3" height="{height}"/>""");
            if (failed > 0)
            {
                html.Add($"""<rect class="failed" x="{x}" y="{Height - height}" width="3" height="{failed}"/>""");
            }
        }

        html.Add($"""</svg><p class="scale"><span>{Day(first)}</span> <b>{Words(days)}</b> <span>{Day(last)}</span></p></div>""");
    }

    private static string Day(DateOnly day) => ReportWords.Day(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));

    private static string Words(DaySessions[] days)
    {
        var bad = days.Count(d => d.Failed > 0);
        return bad == 0 ? "no failures" : $"failures on {Count.Of(bad, "day")}";
    }
}
