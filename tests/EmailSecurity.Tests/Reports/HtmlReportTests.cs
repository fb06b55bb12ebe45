using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using CsCheck;
using EmailSecurity.Findings;
using EmailSecurity.Planning;
using EmailSecurity.Reports;
using EmailSecurity.Stacks;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Reports;

/// <summary>The page, read as XML: what is in it, and that no text from outside becomes a part of it.</summary>
public sealed partial class HtmlReportTests
{
    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onclick='alert(1)", "</style></script><svg onload=alert(1)>", "]]>", "<!-- -->", "&lt;b&gt;",
        "javascript:alert(1)", "\u202Eevil", "\u001B[2J", "\uD800", "{{7*7}}", "</details></li>", "\0", "\r\nSet-Cookie: a=b", "<b>ünï</b>", "`${alert(1)}`",
    ];

    private static readonly Gen<string> Text = Gen.Frequency((3, Gen.Int[0, Hostile.Length - 1].Select(i => Hostile[i])), (2, Gen.String[0, 30]),
        (1, Gen.Select(Gen.Int[0, Hostile.Length - 1], Gen.String[0, 8]).Select((i, s) => s + Hostile[i])));

    [Fact]
    public void Domains_stand_worst_first_with_their_counts()
    {
        var page = Parse(ReportSamples.Write(ReportFormat.Html, ReportSamples.World()));
        Assert.Equal(["harbor.example", "brass.example", "lantern.example", "orchard.example", "paperboat.example", "violet.example"], Domains(page));
        Assert.Equal(["2", "1", "1", "2"], ByClass(page, "number").Select(e => e.Value));
        Assert.Equal("1 error, 2 warnings", ByClass(page, "counts").First().Value);
    }

    [Fact]
    public void A_finding_stands_with_severity_code_section_and_fix()
    {
        var page = Parse(ReportSamples.Write(ReportFormat.Html, ReportSamples.One()));
        var finding = ByClass(page, "finding").First();
        Assert.Contains("Error", finding.Value, StringComparison.Ordinal);
        Assert.Contains("MxNotCovered", finding.Value, StringComparison.Ordinal);
        Assert.Contains("Fix: Add mx3.harbor.example to the policy", Normalized(finding.Value), StringComparison.Ordinal);
        Assert.Equal("https://www.rfc-editor.org/rfc/rfc8461#section-3.2", finding.Descendants().Single(e => e.Name.LocalName == "a").Attribute("href")!.Value);
    }

    [Fact]
    public void Nothing_is_loaded_from_anywhere_and_scripts_are_those_of_the_page_alone()
    {
        var text = ReportSamples.Write(ReportFormat.Html, ReportSamples.World());
        var page = Parse(text);
        string[] loading = ["src", "srcset", "action", "formaction", "data", "poster", "background", "ping", "style"];
        Assert.DoesNotContain(page.Descendants().Attributes(), a => loading.Contains(a.Name.LocalName) || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.All(page.Descendants().Attributes("href").Where(a => a.Parent!.Name.LocalName != "a"),
            a => Assert.Matches("^(#|data:image/svg\\+xml;base64,[A-Za-z0-9+/=]+$)", a.Value));
        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "link" or "iframe" or "object" or "embed" or "base" or "form");

        var policy = page.Descendants().Single(e => e.Attribute("http-equiv") is not null).Attribute("content")!.Value;
        Assert.StartsWith("default-src 'none'; img-src data:; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        foreach (var name in new[] { "style", "script" })
        {
            var inline = Assert.Single(page.Descendants(), e => e.Name.LocalName == name);
            var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(inline.Value)));
            Assert.Contains($"{name}-src 'sha256-{hash}'", policy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Whatever_the_texts_are_the_page_has_the_same_elements_and_attributes()
    {
        var plain = Shape(Parse(Page(i => Invariant($"text{i}"))));
        Gen.Select(Text.Array[24], Gen.Int[0, 23]).Sample((texts, from) =>
        {
            var page = Parse(Page(i => "a" + texts[(i + from) % texts.Length]));
            Assert.Equal(plain, Shape(page));
            // Each text is there to be read, in safe characters.
            var expected = Normalized(VisibleText.OfLines("a" + texts[(1 + from) % texts.Length]));
            Assert.Contains(expected, Normalized(page.Root!.Value), StringComparison.Ordinal);
        }, iter: 300, threads: 1);
    }

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 9 9\"><title>x</title><script>alert(1)</script></svg>")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 9 9\" onload=\"alert(1)\"><title>x</title></svg>")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><image href=\"https://example.com/a.png\"/></svg>")]
    [InlineData("not an image")]
    public void A_logo_that_does_not_conform_is_not_embedded(string svg)
    {
        var result = TestResult.From("Bimi", [], null, "example.com") with { Observed = [ReportSamples.LogoFile(Encoding.UTF8.GetBytes(svg))] };
        Assert.DoesNotContain("data:image", ReportSamples.Write(ReportFormat.Html, [result]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_logo_is_in_the_page_once_and_shown_in_four_ways_for_each_domain()
    {
        var page = Parse(ReportSamples.Write(ReportFormat.Html, ReportSamples.World()));
        var image = Assert.Single(page.Descendants(), e => e.Name.LocalName == "image");
        var uses = page.Descendants().Where(e => e.Name.LocalName == "use" && e.Attribute("href")!.Value == "#" + image.Attribute("id")!.Value).ToArray();
        Assert.Equal(3 * 4, uses.Length);
        Assert.Equal(["Round, light theme", "Round, dark theme", "Square, light theme", "Square, dark theme"],
            page.Descendants().Where(e => e.Name.LocalName == "figcaption").Take(4).Select(e => e.Value));
    }

    [Fact]
    public void Every_status_and_severity_has_a_shape_and_a_word_of_its_own()
    {
        var page = Parse(ReportSamples.Write(ReportFormat.Html, ReportSamples.World()));
        var badges = ByClass(page, "badge").Concat(ByClass(page, "chip")).Concat(ByClass(page, "severity")).ToArray();
        Assert.True(badges.Length > 40);
        Assert.All(badges, b => Assert.True(b.Descendants().Any(e => e.Name.LocalName == "use") && b.Value.Any(char.IsLetter), b.ToString()));
        var shapes = ByClass(page, "badge").Select(b => (b.Value, Shape: b.Descendants().Single(e => e.Name.LocalName == "use").Attribute("href")!.Value)).Distinct();
        Assert.Equal(4, shapes.Where(s => s.Value is "Fail" or "Warning" or "Absent" or "Pass").Select(s => s.Shape).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_same_input_gives_the_same_page_in_whatever_order_it_comes()
    {
        var items = ReportSamples.World();
        Assert.Equal(ReportSamples.Write(ReportFormat.Html, items), ReportSamples.Write(ReportFormat.Html, items));
        string[] Order(IEnumerable<object> from) => [.. Domains(Parse(ReportSamples.Write(ReportFormat.Html, from)))];
        Assert.Equal(Order(items), Order(items.Reverse()));
    }

    [Fact]
    public void A_report_of_nothing_says_so() =>
        Assert.Contains("There are no results in this report.", ReportSamples.Write(ReportFormat.Html, []), StringComparison.Ordinal);

    // A result, a stack and a change with a text of its own in every place that somebody outside can fill.
    private static string Page(Func<int, string> text)
    {
        var finding = new Finding
        {
            Code = text(0),
            Severity = FindingSeverity.Error,
            Standard = text(1),
            Section = text(2),
            Message = text(3),
            Fix = text(4),
            Location = text(5),
            Line = 3,
        };
        Observation Seen(ObservationKind kind, string type, int at) =>
            new() { Kind = kind, Type = type, Name = text(at), Text = text(at + 1), NotAfter = ReportSamples.At.AddDays(9), NotBefore = ReportSamples.At };
        var result = TestResult.From("MtaSts", [finding, finding with { Severity = FindingSeverity.Information }], null, text(6)) with
        {
            Observed = [Seen(ObservationKind.Record, text(7), 8), Seen(ObservationKind.File, "Policy", 10), Seen(ObservationKind.Certificate, text(12), 12)],
        };
        var change = new Change
        {
            Domain = "b.example",
            Id = text(14),
            Action = ChangeAction.Update,
            Resource = text(15),
            Target = text(16),
            Before = text(17),
            After = text(18),
            Reason = text(19),
            Consequence = text(20),
        };
        var stack = EmailSecurityStack.For("b.example") with
        {
            State = new StackState
            {
                Status = StackStatus.InProgress,
                WaitingFor = text(21),
                PolicyId = text(22),
                AssetBucket = text(23),
                Records = [new DnsRecordState { Domain = "b.example", Name = text(0), Type = text(1), Value = text(2), Ttl = 1, Purpose = "", Status = DnsRecordStatus.Different, ObservedValue = text(3), Note = text(4) }],
            },
        };
        return ReportSamples.Write(ReportFormat.Html, [result, change, stack], text(5));
    }

    private static XDocument Parse(string page)
    {
        using var reader = XmlReader.Create(new StringReader(page), new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse, XmlResolver = null });
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
    }

    // Elements and attributes in order; of values, the class names, which are all ours.
    private static string Shape(XDocument page) => string.Join('\n', page.Descendants().Where(e => e.Parent?.Name.LocalName != "svg" || e.Name.LocalName != "rect")
        .Select(e => $"{e.Name.LocalName} {string.Join(' ', e.Attributes().Select(a => a.Name.LocalName is "class" or "id" ? a.ToString() : a.Name.LocalName))}"));

    private static IEnumerable<string> Domains(XDocument page) => ByClass(page, "domain").Select(e => e.Attribute("data-name")!.Value);

    private static IEnumerable<XElement> ByClass(XDocument page, string name) =>
        page.Descendants().Where(e => e.Attribute("class")?.Value.Split(' ').Contains(name, StringComparer.Ordinal) == true);

    private static string Normalized(string text) => Space().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [Fact]
    public void Reports_of_senders_are_summed_up_by_domain_with_a_bar_for_each_day()
    {
        var twice = ReportSamples.Sent("harbor.example").ToArray();
        var page = ReportSamples.Write(ReportFormat.Html, [.. twice, .. twice]);
        Assert.Contains("60 reports of 2 senders: ", page, StringComparison.Ordinal);
        Assert.Contains("Google Inc. saw 215 failures at mx2.harbor.example: certificate expired (2026-11-22 to 2026-11-26).", page, StringComparison.Ordinal);
        Assert.Contains("Renew the certificate of this mail server", page, StringComparison.Ordinal);
        Assert.Contains("failures on 5 days", page, StringComparison.Ordinal);
        var drawing = System.Xml.Linq.XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]).Descendants().Single(e => (string?)e.Attribute("class") == "days");
        Assert.Equal((30, 5), (drawing.Elements().Count(e => (string?)e.Attribute("class") == "sent"), drawing.Elements().Count(e => (string?)e.Attribute("class") == "failed")));

        var text = ReportSamples.Write(ReportFormat.Markdown, ReportSamples.Sent("harbor.example"));
        Assert.Contains("60 reports of 2 senders", text, StringComparison.Ordinal);
        Assert.Contains("saw 215 failures", text, StringComparison.Ordinal);
        Assert.Contains("| Warning | `harbor.example` |", text.Replace("⚠️ ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
