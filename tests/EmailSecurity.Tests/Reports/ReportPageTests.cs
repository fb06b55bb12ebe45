using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using EmailSecurity.Findings;
using EmailSecurity.Reports;
using EmailSecurity.Tests.Support;
using Microsoft.Playwright;
using TestResult = EmailSecurity.Findings.TestResult;

namespace EmailSecurity.Tests.Reports;

/// <summary>The page as a person has it: in a browser, as a file, on a wide and on a narrow screen, by day and by night.</summary>
public sealed partial class ReportPageTests(BrowserFixture browser) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("report-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1280, ColorScheme.Light), InlineData(1280, ColorScheme.Dark), InlineData(400, ColorScheme.Light), InlineData(400, ColorScheme.Dark)]
    public async Task Nobody_is_shut_out(int width, ColorScheme scheme)
    {
        await using var opened = await OpenAsync(ReportSamples.World(), width, scheme);
        await opened.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        var found = await opened.Page.RunAxe();
        Assert.True(found.Violations.Length == 0, string.Join('\n', found.Violations.SelectMany(v => v.Nodes.Select(n => $"{v.Id}: {v.Help}: {n.Html}"))));
        // Nothing sticks out at the side.
        Assert.Equal(width, await opened.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(opened.Requests);
    }

    [Fact]
    public async Task It_filters_and_sorts()
    {
        await using var opened = await OpenAsync(ReportSamples.World());
        var page = opened.Page;
        Assert.Equal("harbor.example brass.example lantern.example orchard.example paperboat.example violet.example", await ShownAsync(page));

        await page.FillAsync("#search", "MXNOTCOVERED");
        Assert.Equal("harbor.example", await ShownAsync(page));
        Assert.Equal("1 of 6 domains", await page.InnerTextAsync("#shown"));
        await page.FillAsync("#search", "");

        await page.ClickAsync("button.card.pass");
        Assert.Equal("paperboat.example violet.example", await ShownAsync(page));
        Assert.Equal("true", await page.GetAttributeAsync("button.card.pass", "aria-pressed"));
        await page.ClickAsync("button.card.pass");
        await page.SelectOptionAsync("#status", "2");
        Assert.Equal("orchard.example", await ShownAsync(page));
        await page.SelectOptionAsync("#status", "");

        await page.SelectOptionAsync("#sort", "name");
        Assert.Equal("brass.example harbor.example lantern.example orchard.example paperboat.example violet.example", await ShownAsync(page));
        await page.SelectOptionAsync("#sort", "end");
        Assert.Equal("lantern.example harbor.example paperboat.example violet.example brass.example orchard.example", await ShownAsync(page));
    }

    [Fact]
    public async Task Without_scripts_all_of_it_is_there()
    {
        await using var opened = await OpenAsync(ReportSamples.World(), text => text.Replace("<script>", "<script type=\"text/plain\">", StringComparison.Ordinal));
        Assert.False(await opened.Page.IsVisibleAsync("#toolbar"));
        await opened.Page.ClickAsync("h2:text('harbor.example')");
        Assert.True(await opened.Page.IsVisibleAsync("text=Add mx3.harbor.example to the policy"));
        Assert.Equal(6, await opened.Page.Locator("li.domain").CountAsync());
    }

    [Fact]
    public async Task What_is_hostile_does_not_run_and_is_read_as_it_is()
    {
        const string Script = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>";
        var result = TestResult.From("MtaSts", [ReportSamples.Found("X" + Script, FindingSeverity.Error, Script, Script, Script)], null, "a.example") with
        {
            Observed = [ReportSamples.Record(Script, Script), ReportSamples.Record("_mta-sts.a.example", "javascript:document.title='run'")],
        };
        await using var opened = await OpenAsync([result]);
        Assert.Equal("Email security report", await opened.Page.TitleAsync());
        Assert.Equal(0, await opened.Page.Locator("img").CountAsync());
        Assert.Contains(Script, await opened.Page.InnerTextAsync(".message"), StringComparison.Ordinal);
        Assert.Empty(opened.Requests);
    }

    [Fact]
    public async Task Markup_that_got_into_the_page_would_still_not_run()
    {
        // The second wall: the content security policy, and a logo that is an image. What no check lets through is put into the file by hand.
        const string Svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9' onload=\"top.document.title='run'\"><script>top.document.title='run'</script>"
            + "<image href='https://evil.example/a.png' width='9' height='9'/></svg>";
        var image = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Svg));
        await using var opened = await OpenAsync(ReportSamples.One(), text => LogoData().Replace(text, "data:image/svg+xml;base64," + image)
            .Replace("<main>", "<main><img src='x' onerror=\"document.title='run'\"/><script>document.title='run'</script><img src='https://evil.example/b.png'/>", StringComparison.Ordinal));
        Assert.Contains(image, await opened.Page.ContentAsync(), StringComparison.Ordinal);
        await opened.Page.Locator(".avatar").First.ScrollIntoViewIfNeededAsync();
        Assert.Equal("Email security report", await opened.Page.TitleAsync());
        Assert.Empty(opened.Requests);
    }

    [Fact]
    public async Task Two_thousand_domains_open_and_filter()
    {
        await using var opened = await OpenAsync(ReportSamples.Many(2000));
        Assert.Equal("2000 domains", await opened.Page.InnerTextAsync("#shown"));
        await opened.Page.FillAsync("#search", "domain1234");
        Assert.Equal("domain1234.example", await ShownAsync(opened.Page));
        await opened.Page.ClickAsync("h2:text('domain1234.example')");
        Assert.True(await opened.Page.IsVisibleAsync("li.domain:not([hidden]) .mechanism >> nth=0"));
        // What is folded is not drawn: opening the page costs as many elements with a box as there are rows.
        Assert.InRange(await opened.Page.Locator("li.domain details[open] .mechanism").CountAsync(), 1, 4);
    }

    [Fact]
    public async Task The_logo_is_drawn_round_and_square()
    {
        await using var opened = await OpenAsync(ReportSamples.One());
        var avatars = opened.Page.Locator(".avatar");
        Assert.Equal(4, await avatars.CountAsync());
        for (var i = 0; i < 4; i++)
        {
            // A drawing has many colors, an empty box has one or two.
            var shot = await avatars.Nth(i).ScreenshotAsync();
            Assert.True(shot.Length > 600, Invariant($"Picture {i} has {shot.Length} bytes."));
        }

        Assert.Equal("50%", await avatars.First.EvaluateAsync<string>("e => getComputedStyle(e).borderRadius"));
    }

    private static async Task<string> ShownAsync(IPage page) =>
        string.Join(' ', await page.Locator("li.domain:not([hidden])").EvaluateAllAsync<string[]>("all => all.map(e => e.dataset.name)"));

    private Task<BrowserPage> OpenAsync(IEnumerable<object> items, int width, ColorScheme scheme) => OpenAsync(items, null, width, scheme);

    private async Task<BrowserPage> OpenAsync(IEnumerable<object> items, Func<string, string>? change = null, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var opened = await browser.OpenAsync(width, 1000, PageAddress());
        await opened.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        var text = ReportSamples.Write(ReportFormat.Html, items);
        var file = Path.Combine(folder, Path.GetRandomFileName() + ".html");
        await File.WriteAllTextAsync(file, change is null ? text : change(text), TestContext.Current.CancellationToken);
        await opened.Page.GotoAsync(new Uri(file).AbsoluteUri);
        return opened;
    }

    [GeneratedRegex("^(file:///.*/report-[^/]*/[^/]*\\.html|data:image/svg\\+xml;base64,[^ ]*)$")]
    private static partial Regex PageAddress();

    [GeneratedRegex("data:image/svg\\+xml;base64,[^\"]*")]
    private static partial Regex LogoData();
}
