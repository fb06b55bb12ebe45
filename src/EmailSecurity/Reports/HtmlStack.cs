using EmailSecurity.Findings;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Reports;

/// <summary>Renders what is deployed, and what a publish would change.</summary>
/// <param name="html">Where to.</param>
/// <param name="timeline">Draws policies and the certificate.</param>
internal sealed class HtmlStack(HtmlWriter html, HtmlTimeline timeline)
{
    /// <summary>Begins the list of changes.</summary>
    public const string PlanBegin =
        """<section class="mechanism"><header><h3>Plan</h3> <span class="fine">What a publish would change now.</span></header><ul class="list">""";

    /// <summary>Ends the list of changes.</summary>
    public const string PlanEnd = "</ul></section>";

    /// <summary>The section of a stack.</summary>
    public void Write(EmailSecurityStack stack)
    {
        html.Add($"""<section class="mechanism"><header><h3>Stack</h3> <span class="badge {HtmlIcon.Of(ReportWords.StatusOf(stack.Status))}">""");
        HtmlIcon.Write(html, HtmlIcon.Of(ReportWords.StatusOf(stack.Status)));
        html.Add($"""{ReportWords.Of(stack.Status)}</span></header>""");
        if (stack.WaitingFor.Length > 0)
        {
            html.Add($"""<p>Waiting for {stack.WaitingFor}{(stack.WaitingUntil is { } until ? $", until {ReportWords.Moment(until)}" : "")}</p>""");
        }

        html.Add($"""<div class="columns"><div class="findings">""");
        timeline.Policies(stack.PolicyHistory);
        Records(stack.Records);
        html.Add($"""</div><div class="evidence">""");
        if (stack.CertificateNotAfter is { } end)
        {
            timeline.Certificate("Certificate in ACM", stack.CertificateStatus, null, end);
        }

        Facts(stack);
        html.Add($"</div></div></section>");
    }

    /// <summary>A row of the list of changes.</summary>
    public void Write(Change change)
    {
        html.Add($"""<li class="finding {(change.IsWrite ? "warning" : "information")}"><p class="message"><span class="severity">""");
        HtmlIcon.Write(html, change.IsWrite ? "warning" : "note");
        html.Add($"""{change.Action.ToString()}</span> {change.Resource} <span class="mono">{change.Target}</span></p>""");
        html.Add($"<p>{(change.Consequence.Length > 0 ? change.Consequence : change.Reason)}</p>");
        if (change.Before.Length > 0 || change.After.Length > 0)
        {
            html.Add($"""<dl class="records"><div><dt>Now</dt><dd class="mono">{OrNothing(change.Before)}</dd></div><div><dt>Then</dt>""");
            html.Add($"""<dd class="mono">{OrNothing(change.After)}</dd></div></dl>""");
        }

        html.Add($"</li>");
    }

    private void Records(IReadOnlyList<DnsRecordState> records)
    {
        if (records.Count == 0)
        {
            return;
        }

        var open = records.Count(r => r.Status != DnsRecordStatus.Published);
        HtmlIcon.Details(html, "notes", open > 0);
        var published = open == 0 ? "all published" : Invariant($"{open} not published");
        html.Add($"""<summary>{Count.Of(records.Count, "DNS record")}, {published}</summary>""");
        html.Add($"""<dl class="records">""");
        foreach (var record in records)
        {
            html.Add($"""<div><dt><span class="mono">{record.Name}</span> {record.Type} """);
            var status = record.Status switch
            {
                DnsRecordStatus.Published => TestStatus.Pass,
                DnsRecordStatus.Missing or DnsRecordStatus.Different => TestStatus.Fail,
                _ => TestStatus.Absent,
            };
            html.Add($"""<span class="badge {HtmlIcon.Of(status)}">""");
            HtmlIcon.Write(html, HtmlIcon.Of(status));
            html.Add($"""{record.Status.ToString()}</span></dt><dd class="mono">{record.Value}</dd>""");
            if (record.Status == DnsRecordStatus.Different)
            {
                html.Add($"""<dd>In DNS: <span class="mono">{record.ObservedValue}</span></dd>""");
            }

            if (record.Note.Length > 0)
            {
                html.Add($"<dd>{record.Note}</dd>");
            }

            html.Add($"</div>");
        }

        html.Add($"</dl></details>");
    }

    private void Facts(EmailSecurityStack stack)
    {
        (string Name, string Value)[] facts =
        [
            ("Policy mode", stack.Mode?.ToString().ToLowerInvariant() ?? ""), ("Policy id", stack.PolicyId), ("Distribution", stack.DistributionId),
            ("Bucket", stack.AssetBucket), ("Region", stack.BucketRegion), ("Account", stack.AccountId), ("DNS host", stack.DnsHost.ToString()),
            ("TLS reports to", string.Join("\n", stack.ReportUri)),
        ];
        html.Add($"""<dl class="facts">""");
        foreach (var (name, value) in facts.Where(f => f.Value.Length > 0))
        {
            html.Add($"""<div><dt>{name}</dt><dd class="mono">{value}</dd></div>""");
        }

        html.Add($"</dl>");
    }

    private static string OrNothing(string value) => value.Length > 0 ? value : "(nothing)";
}
