using System.Text.RegularExpressions;
using CsCheck;
using EmailSecurity.Findings;
using EmailSecurity.Reports;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Reports;

/// <summary>The Markdown, as a renderer with GitHub's extensions reads it.</summary>
public sealed partial class MarkdownReportTests
{
    private static readonly MarkdownPipeline GitHub = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().UseEmphasisExtras(EmphasisExtraOptions.Strikethrough).UseTaskLists().UseMathematics().Build();

    private static readonly string[] Hostile =
    [
        "[a](https://evil.example)", "![a](https://evil.example/a.png)", "<img src=x>", "a | b |", "`a", "``` a", "**a**", "__a__", "~~a~~", "https://evil.example", "www.evil.example",
        "@somebody", "#1", "$a$", "\n# Title", "- [ ] task", "&lt;b&gt;", "<!--", "\\", "![a", "<https://evil.example>",
    ];

    [Fact]
    public void A_table_of_the_domains_comes_first_then_the_findings_of_those_that_have_some()
    {
        var text = ReportSamples.Write(ReportFormat.Markdown, ReportSamples.World());
        var html = Markdown.ToHtml(text, GitHub);
        Assert.Equal(6, Row().Count(html) - 1);
        Assert.Equal(["harbor.example", "brass.example", "lantern.example"], Title().Matches(html).Select(m => m.Groups["name"].Value));
        Assert.Contains("Add mx3.harbor.example to the policy", text, StringComparison.Ordinal);
        Assert.Contains("(`MxNotCovered`, RFC 8461 section 3.2)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_becomes_a_link_an_image_markup_or_another_row()
    {
        Gen.Select(Gen.Int[0, Hostile.Length - 1], Gen.String[0, 12], Gen.Bool).Select((i, s, first) => first ? Hostile[i] + s : s + Hostile[i]).Array[6].Sample(texts =>
        {
            string Page(Func<int, string> text) => Markdown.ToHtml(ReportSamples.Write(ReportFormat.Markdown,
                [TestResult.From("MtaSts", [new Finding { Code = text(0), Severity = FindingSeverity.Error, Standard = text(1), Section = "", Message = text(2), Fix = text(3) }], null, text(4))],
                text(5)), GitHub);
            Assert.Equal(Elements(Page(i => "plain")), Elements(Page(i => "a" + texts[i])));
        }, iter: 500, threads: 1);
    }

    [Fact]
    public void What_a_job_summary_has_no_room_for_is_left_out_and_said()
    {
        var text = ReportSamples.Write(ReportFormat.Markdown, ReportSamples.Many(8000));
        Assert.InRange(text.Length, 900_000, 2_000_000);
        Assert.EndsWith("a job summary has room for no more.\n", text, StringComparison.Ordinal);
    }

    private static string Elements(string html) => string.Join(' ', Tag().Matches(html).Select(m => m.Value));

    [GeneratedRegex("<tr>")]
    private static partial Regex Row();

    [GeneratedRegex("<h2><code>(?<name>[^<]*)</code></h2>", RegexOptions.ExplicitCapture)]
    private static partial Regex Title();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
