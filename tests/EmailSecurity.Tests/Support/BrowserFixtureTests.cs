using System.Text.RegularExpressions;

namespace EmailSecurity.Tests.Support;

public sealed partial class BrowserFixtureTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_page_draws_and_runs_what_it_is_given()
    {
        await using var opened = await browser.OpenAsync(100, 80);
        await opened.Page.SetContentAsync("<body style='margin:0;background:#123456'></body>");
        Assert.Equal("rgb(18, 52, 86)", await opened.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.Equal("100 80 1", await opened.Page.EvaluateAsync<string>("[innerWidth, innerHeight, devicePixelRatio].join(' ')"));
        Assert.Empty(opened.Requests);
    }

    [Fact]
    public async Task A_page_reaches_nothing_but_what_is_allowed()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("page-").FullName, "page.html");
        await File.WriteAllTextAsync(file, "<img src='https://example.com/a.png'><p>text</p>", TestContext.Current.CancellationToken);
        await using var opened = await browser.OpenAsync(allowed: PageAddress());
        await opened.Page.GotoAsync(new Uri(file).AbsoluteUri);
        Assert.Equal("text", await opened.Page.InnerTextAsync("p"));
        Assert.Equal(["https://example.com/a.png"], opened.Requests);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [GeneratedRegex("^file:///.*/page-[^/]*/page\\.html$")]
    private static partial Regex PageAddress();
}
