using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Reports;

/// <summary>Draws spans of time as bars: inline SVG beside words that say the same.</summary>
/// <param name="html">Where to.</param>
/// <param name="now">When the report was made.</param>
internal sealed class HtmlTimeline(HtmlWriter html, DateTimeOffset now)
{
    private const double Width = 1000;
    private const int MaxPolicies = 12;

    /// <summary>The life of a certificate: how much is over, and what is left.</summary>
    /// <param name="what">What the certificate is.</param>
    /// <param name="name">Whose it is.</param>
    /// <param name="begin">Begin of validity; null where not known.</param>
    /// <param name="end">End of validity.</param>
    public void Certificate(string what, string name, DateTimeOffset? begin, DateTimeOffset end)
    {
        var left = end - now;
        var words = left > TimeSpan.Zero ? $"{ReportWords.Days(left)} left" : $"ended {ReportWords.Days(-left)} ago";
        if (begin is { } from && end > from)
        {
            words = left > TimeSpan.Zero ? $"{words} of {ReportWords.Days(end - from)}" : words;
        }

        html.Add($"""<div class="timeline"><p class="line"><b>{what}</b> <span class="mono">{name}</span></p>""");
        if (begin is { } start && end > start)
        {
            var past = Width * Math.Clamp((now - start) / (end - start), 0, 1);
            // The last fifth is when an automatic renewal is overdue.
            html.Add($"""<svg class="bar {State(start, end)}" viewBox="0 0 {Width} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">""");
            html.Add($"""<rect class="soon" x="{Width * 0.8}" width="{Width * 0.2}" height="10"/><rect class="past" width="{past}" height="10"/></svg>""");
        }

        var first = begin is { } b ? ReportWords.Day(b) : "";
        html.Add($"""<p class="scale"><span>{first}</span> <b>{words}</b> <span>{ReportWords.Day(end)}</span></p></div>""");
    }

    /// <summary>The policies that were served, newest first: since when, and until when senders may still use a cached copy.</summary>
    /// <param name="history">The policies.</param>
    public void Policies(IReadOnlyList<ServedPolicy> history)
    {
        var shown = history.Take(MaxPolicies).ToArray();
        if (shown.Length == 0)
        {
            return;
        }

        var begin = shown.Min(p => p.From);
        var end = shown.Max(Forgotten);
        end = end > now ? end : now;
        double At(DateTimeOffset time) => end > begin ? Width * Math.Clamp((time - begin) / (end - begin), 0, 1) : Width;

        html.Add($"""<div class="timeline"><p class="line"><b>Policies served</b></p><ol class="policies">""");
        foreach (var policy in shown)
        {
            var (from, until, forgotten) = (At(policy.From), At(policy.Until ?? now), At(Forgotten(policy)));
            var last = policy.Until is { } u ? ReportWords.Day(u) : "now";
            html.Add($"""<li><p class="line"><span class="mode">{policy.Mode.ToString().ToLowerInvariant()}</span> """);
            html.Add($"""<span>{ReportWords.Day(policy.From)} to {last}</span> <span class="mono">{policy.Id}</span></p>""");
            html.Add($"""<svg class="bar" viewBox="0 0 {Width} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">""");
            html.Add($"""<rect class="held" x="{until}" width="{Math.Max(0, forgotten - until)}" height="10"/>""");
            html.Add($"""<rect class="served" x="{from}" width="{Math.Max(4, until - from)}" height="10"/>""");
            html.Add($"""<rect class="now" x="{Math.Min(At(now), Width - 3)}" width="3" height="10"/></svg>""");
            html.Add($"""<p class="fine">{Held(policy)}</p></li>""");
        }

        html.Add($"</ol>");
        if (history.Count > shown.Length)
        {
            html.Add($"""<p class="fine">{Count.Of(history.Count - shown.Length, "earlier policy version")} not shown.</p>""");
        }

        html.Add($"</div>");
    }

    private DateTimeOffset Forgotten(ServedPolicy policy) => policy.HeldUntil ?? now.AddSeconds(policy.MaxAge);

    private string Held(ServedPolicy policy) => policy.HeldUntil is not { } held
        ? $"Served now; senders keep a copy for {ReportWords.Days(TimeSpan.FromSeconds(policy.MaxAge))}."
        : held > now ? $"Senders may use a cached copy until {ReportWords.Moment(held)}." : $"No sender has a copy since {ReportWords.Day(held)}.";

    private string State(DateTimeOffset begin, DateTimeOffset end) => end <= now ? "over" : (end - now) / (end - begin) < 0.2 ? "late" : "good";
}
