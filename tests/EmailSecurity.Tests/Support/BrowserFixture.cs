using System.Text.RegularExpressions;
using EmailSecurity.Tests.Support;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BrowserFixture))]

namespace EmailSecurity.Tests.Support;

/// <summary>
/// One headless Chromium for all tests that look at what a person would see: started when the first of them asks, closed at the end of the run. It is the
/// system's own browser, found where systems install it; nothing is downloaded.
/// </summary>
public sealed class BrowserFixture : IAsyncDisposable
{
    /// <summary>A path to a Chromium or Chrome that is elsewhere.</summary>
    private const string PathVariable = "EMAILSECURITY_TEST_BROWSER";

    private static readonly string[] Places =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "Google", "Chrome", "Application", "chrome.exe"),
    ];

    private readonly SemaphoreSlim gate = new(1, 1);
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>
    /// A page of its own, in a context of its own, that can reach nothing: every request is refused, and counted in <see cref="BrowserPage.Requests"/>.
    /// Skips the test, with the reason, where there is no browser.
    /// </summary>
    /// <param name="width">Width of the view, in CSS pixels, one device pixel each.</param>
    /// <param name="height">Height of the view.</param>
    /// <param name="allowed">Addresses that may be loaded, such as the file that is looked at; null for none.</param>
    public async Task<BrowserPage> OpenAsync(int width = 1280, int height = 1024, Regex? allowed = null)
    {
        var context = await (await GetAsync()).NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ReducedMotion = ReducedMotion.Reduce,
        });
        var opened = new BrowserPage(context, await context.NewPageAsync());
        await context.RouteAsync("**/*", async route =>
        {
            if (allowed?.IsMatch(route.Request.Url) == true)
            {
                await route.ContinueAsync();
                return;
            }

            opened.Add(route.Request.Url);
            await route.AbortAsync("blockedbyclient");
        });
        return opened;
    }

    /// <summary>The browser; the test is skipped where there is none.</summary>
    private async Task<IBrowser> GetAsync()
    {
        var path = Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named ? named : Places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"There is no Chromium or Chrome; install Debian's chromium, or name one in {PathVariable}.");
        await gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (browser is null)
            {
                playwright = await Playwright.CreateAsync();
                browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
                {
                    ExecutablePath = path,
                    Headless = true,
                    Args =
                    [
                        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
                        "--disable-sync", "--no-first-run", "--force-color-profile=srgb", "--force-device-scale-factor=1",
                        "--host-resolver-rules=MAP * ~NOTFOUND",
                    ],
                });
            }

            return browser;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        gate.Dispose();
    }
}

/// <summary>A page in a context of its own; disposing closes both.</summary>
public sealed class BrowserPage(IBrowserContext context, IPage page) : IAsyncDisposable
{
    private readonly List<string> requests = [];

    /// <summary>The page.</summary>
    public IPage Page { get; } = page;

    /// <summary>The addresses that the page asked for and did not get.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (requests)
            {
                return [.. requests];
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    internal void Add(string request)
    {
        lock (requests)
        {
            requests.Add(request);
        }
    }
}
