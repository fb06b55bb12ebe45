using EmailSecurity.Tests.Support;
using Microsoft.Playwright;

namespace EmailSecurity.Tests.Svg;

/// <summary>
/// Draws two logos in a browser as an inbox does, at 256 by 256 pixels on white and on a color, each in its own proportions with equal margins, and compares the pixels. Both are
/// drawn four times as large and scaled down: the browser's own errors in curves, a quarter of a pixel, count for little then.
/// </summary>
internal sealed class LogoComparer(BrowserPage opened) : IAsyncDisposable
{
    /// <summary>The most that a channel of a pixel may differ, of 255: less than a fifth of a pixel of an edge between black and white.</summary>
    public const double MostOfPixel = 48;

    /// <summary>The most that the pixels may differ on average, of 255.</summary>
    public const double MostOnAverage = 0.6;

    private const string Script = """
        (() => {
          const S = 256, K = 4;
          const canvas = n => new OffscreenCanvas(n, n).getContext("2d", { willReadFrequently: true });
          const steps = [canvas(S * K), canvas(S * K / 2), canvas(S)];
          const load = svg => new Promise((done, fail) => {
            const image = new Image(), url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
            image.onload = () => { URL.revokeObjectURL(url); done(image); };
            image.onerror = () => fail(new Error("The browser does not draw it."));
            image.src = url;
          });
          const pixels = root => ["width", "height"].map(n => /^[\d.]+(px|pt|mm|cm|in|pc)?$/.test(root.getAttribute(n) || "") ? root[n].baseVal.value : NaN);
          const size = root => {
            const view = (root.getAttribute("viewBox") || "").trim().split(/[\s,]+/).map(Number);
            let [w, h] = pixels(root);
            if (!(w > 0 && h > 0)) [w, h] = [view[2], view[3]];
            if (!(w > 0 && h > 0)) [w, h] = [1, 1];
            const k = S / Math.max(w, h);
            return [w * k, h * k];
          };
          const draw = async (svg, colors) => {
            const root = new DOMParser().parseFromString(svg.trim(), "image/svg+xml").documentElement;
            const [w, h] = size(root), own = pixels(root);
            if (!root.getAttribute("viewBox") && own[0] > 0) root.setAttribute("viewBox", `0 0 ${own[0]} ${own[1]}`);
            root.setAttribute("width", w * K);
            root.setAttribute("height", h * K);
            const image = await load(new XMLSerializer().serializeToString(root));
            return colors.map(color => {
              steps[0].fillStyle = color;
              steps[0].fillRect(0, 0, S * K, S * K);
              steps[0].drawImage(image, (S - w) / 2 * K, (S - h) / 2 * K, w * K, h * K);
              steps.slice(1).forEach((x, i) => x.drawImage(steps[i].canvas, 0, 0, x.canvas.width, x.canvas.height));
              return steps[2].getImageData(0, 0, S, S).data;
            });
          };
          window.compareLogos = async ([before, after]) => {
            const colors = ["#fff", "#2f7d5b"], a = await draw(before, colors), b = await draw(after, colors);
            let most = 0, sum = 0;
            a.forEach((p, k) => {
              for (let i = 0; i < p.length; i++) {
                const d = Math.abs(p[i] - b[k][i]);
                sum += d;
                if (d > most) most = d;
              }
            });
            return [most, sum / (S * S * 3 * colors.length)];
          };
        })()
        """;

    /// <summary>Makes a comparer in the browser; the test is skipped where there is none.</summary>
    public static async Task<LogoComparer> OpenAsync(BrowserFixture browser)
    {
        var opened = await browser.OpenAsync(64, 64, new System.Text.RegularExpressions.Regex("^blob:"));
        await opened.Page.EvaluateAsync(Script);
        return new LogoComparer(opened);
    }

    /// <summary>How much they differ: the most of any channel of a pixel, and on average; null where the browser does not draw one of them.</summary>
    public async Task<(double Most, double Mean)?> CompareAsync(string before, string after)
    {
        try
        {
            var difference = await opened.Page.EvaluateAsync<double[]>("compareLogos", new[] { before, after });
            return (difference[0], difference[1]);
        }
        catch (PlaywrightException e) when (e.Message.Contains("does not draw", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <summary>True where a person would see no difference.</summary>
    public static bool IsSame((double Most, double Mean) difference) => difference.Most <= MostOfPixel && difference.Mean <= MostOnAverage;

    public ValueTask DisposeAsync() => opened.DisposeAsync();
}
