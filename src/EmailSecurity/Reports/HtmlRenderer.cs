using System.Security.Cryptography;
using EmailSecurity.Findings;
using EmailSecurity.Planning;
using EmailSecurity.Stacks;
using EmailSecurity.Text;

namespace EmailSecurity.Reports;

/// <summary>One self-contained page: no request to anywhere, and of scripts and styles only those of the page itself (content security policy).</summary>
internal sealed class HtmlRenderer : ReportRenderer
{
    private static readonly string Style = Resource("report.css");
    private static readonly string Script = Resource("report.js");

    // Sorts a domain without a certificate last.
    private const long NoEnd = 99_999_999_999;
    private readonly HtmlWriter html = new();
    private readonly ReportIndex index;
    private readonly HtmlLogo logo;
    private readonly HtmlFindings findings;
    private readonly HtmlStack stacks;
    private readonly HtmlSessions sessions;

    /// <summary>Begins a page.</summary>
    public HtmlRenderer(ReportIndex index, Spool spool)
    {
        this.index = index;
        logo = new HtmlLogo(html, spool);
        var timeline = new HtmlTimeline(html, index.Options.At);
        findings = new HtmlFindings(html, timeline, logo);
        stacks = new HtmlStack(html, timeline);
        sessions = new HtmlSessions(html);
    }

    /// <inheritdoc/>
    public override string Result(TestResult result)
    {
        findings.Write(result);
        return html.Take();
    }

    /// <inheritdoc/>
    public override string Stack(EmailSecurityStack stack)
    {
        stacks.Write(stack);
        return html.Take();
    }

    /// <inheritdoc/>
    public override string Change(Change change)
    {
        stacks.Write(change);
        return html.Take();
    }

    /// <inheritdoc/>
    public override string Sessions(ReportedSessions reported)
    {
        sessions.Write(reported);
        return html.Take();
    }

    /// <inheritdoc/>
    public override void Compose(Spool spool, TextWriter output)
    {
        var subjects = index.Ordered();
        output.Write("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n");
        Head(output);
        new HtmlOverview(html, index, subjects).Write();
        output.Write(html.Take());
        output.Write("<ol id=\"domains\" class=\"domains\">\n");
        foreach (var subject in subjects)
        {
            html.Add($"""<li class="domain" data-rank="{ReportSubject.Rank(subject.Status)}" data-name="{subject.Name}" """);
            html.Add($"""data-codes="{string.Join(' ', subject.Codes)}" data-errors="{subject.Errors}" data-warnings="{subject.Warnings}" """);
            html.Add($"""data-end="{subject.NextEnd?.ToUnixTimeSeconds() ?? NoEnd}">""");
            output.Write(html.Take());
            HtmlIcon.Details(html, "one", isOpen: subjects.Count == 1);
            Summary(subject);
            output.Write(html.Take());
            output.Write("<div class=\"body\">");
            Parts(subject, spool, output);
            output.Write("</div></details></li>\n");
        }

        output.Write("</ol></main>\n");
        Foot(output);
    }

    private void Head(TextWriter output)
    {
        var policy = $"default-src 'none'; img-src data:; style-src '{Hash(Style)}'; script-src '{Hash(Script)}'; base-uri 'none'; form-action 'none'";
        html.Add(
            $"""
            <head><meta charset="utf-8"/>
            <meta http-equiv="Content-Security-Policy" content="{policy}"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/><meta name="color-scheme" content="light dark"/>
            <meta name="referrer" content="no-referrer"/><meta name="robots" content="noindex"/>
            <title>{index.Options.Title}</title>

            """);
        output.Write(html.Take());
        output.Write($"<style>{Style}</style></head>\n<body><svg class=\"shapes\" width=\"0\" height=\"0\" aria-hidden=\"true\" focusable=\"false\">");
        HtmlIcon.Define(html);
        output.Write(html.Take());
        output.Write("</svg>\n");
    }

    private void Foot(TextWriter output)
    {
        var version = index.Options.Version.Length > 0 ? " " + index.Options.Version : "";
        html.Add($"""<footer><p>EmailSecurity{version}, {ReportWords.Moment(index.Options.At)}. """);
        html.Add($"""Severity follows the standards: an error means that senders or mailbox providers do not use what is published.</p></footer>""");
        html.Add($"""<svg class="shapes" width="0" height="0" aria-hidden="true" focusable="false"><defs>""");
        output.Write(html.Take());
        logo.WriteImages(output);
        output.Write($"</defs></svg>\n<script>{Script}</script></body></html>\n");
    }

    private void Summary(ReportSubject subject)
    {
        html.Add($"""<summary><span class="verdict">""");
        HtmlIcon.Badge(html, subject.Status);
        html.Add($"""</span><h2 class="name">{subject.Name}</h2><span class="verdicts">""");
        foreach (var ((_, mechanism), status) in subject.Verdicts)
        {
            var word = mechanism == ReportWords.Plan ? Count.Of(subject.Changes, "change") : ReportWords.Mechanism(mechanism);
            html.Add($"""<span class="chip {HtmlIcon.Of(status)}">""");
            HtmlIcon.Write(html, HtmlIcon.Of(status));
            html.Add($"""{word}<span class="hidden">: {status.ToString()}.</span></span> """);
        }

        html.Add($"""</span><span class="counts">{Counts(subject)}</span></summary>""");
    }

    private static string Counts(ReportSubject subject) => (subject.Errors, subject.Warnings) switch
    {
        (0, 0) => "",
        (0, var warnings) => Count.Of(warnings, "warning"),
        (var errors, 0) => Count.Of(errors, "error"),
        var (errors, warnings) => $"{Count.Of(errors, "error")}, {Count.Of(warnings, "warning")}",
    };

    private static void Parts(ReportSubject subject, Spool spool, TextWriter output)
    {
        var isPlan = false;
        // A stable order: what came first stands first.
        foreach (var part in subject.Parts.OrderBy(p => p.Section))
        {
            if (part.Section == ReportSection.Plan && !isPlan)
            {
                isPlan = true;
                output.Write(HtmlStack.PlanBegin);
            }

            output.Write(spool.Read(part.Text));
        }

        if (isPlan)
        {
            output.Write(HtmlStack.PlanEnd);
        }
    }

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Spool.Utf8.GetBytes(text)));

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlRenderer).Assembly.GetManifestResourceStream("EmailSecurity.Reports." + name)!;
        using var reader = new StreamReader(stream);
        return "\n" + reader.ReadToEnd().ReplaceLineEndings("\n").Trim() + "\n";
    }
}
