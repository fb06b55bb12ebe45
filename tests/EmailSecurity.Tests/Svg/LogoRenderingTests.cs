using System.Text;
using CsCheck;
using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Svg;

/// <summary>What is converted looks the same: icons of many hands before and after, in a real browser.</summary>
public sealed class LogoRenderingTests(BrowserFixture browser, ITestOutputHelper output)
{
    /// <summary>Icons of each origin.</summary>
    private const int Each = 24;

    /// <summary>Drawings of chance.</summary>
    private const int Drawings = 400;

    [Fact]
    public async Task Of_icons_of_many_hands_95_of_100_are_converted_and_none_looks_different()
    {
        Assert.SkipUnless(IconPackages.AreThere, "The icons are not there: " + IconPackages.Command);
        var icons = IconPackages.Read(Each);
        Assert.True(icons.Count > 200, Invariant($"{icons.Count} icons"));
        var converted = await ConvertAsync(icons);
        foreach (var origin in converted.GroupBy(c => c.Icon.Origin))
        {
            output.WriteLine(Invariant($"{origin.Key}: {origin.Count(c => c.Logo is not null)} of {origin.Count()} converted"));
        }

        foreach (var (icon, logo, reasons) in converted.Where(c => c.Logo is null))
        {
            output.WriteLine($"refused: {icon.Origin} {icon.Name}: {reasons}");
        }

        var different = await DifferentAsync(converted.Where(c => c.Logo is not null).Select(c => (c.Icon, c.Logo!)));
        Assert.Equal("", string.Join('\n', different));
        Assert.True(converted.Count(c => c.Logo is not null) >= 0.95 * icons.Count, "Fewer than 95 of 100 icons were converted.");
    }

    [Fact]
    public async Task Logos_of_the_field_look_the_same_or_are_refused()
    {
        string[] folders = [.. ((string[])["cases", "vectors"]).Select(f => Path.Combine(SourceTree.Root, "..", "shared", f, "svg")).Where(Directory.Exists)];
        Assert.SkipUnless(folders.Length > 0, "The shared cases and vectors are not there.");
        var logos = folders.SelectMany(f => Directory.GetFiles(f, "*.svg")).Order(StringComparer.Ordinal).Select(f => new Icon("field", Path.GetFileName(f), File.ReadAllText(f)));
        var converted = await ConvertAsync([.. logos]);
        Assert.All(converted, c => Assert.True(c.Logo is not null || c.Reasons.Length > 0, c.Icon.Name));
        Assert.Equal("", string.Join('\n', await DifferentAsync(converted.Where(c => c.Logo is not null).Select(c => (c.Icon, c.Logo!)))));
    }

    [Fact]
    public async Task Drawings_of_chance_look_the_same_or_are_refused()
    {
        // The same ones each time. Where dashes lie on an arc depends on how a browser measures it, which it does with an error of its own.
        var drawings = LogoConversionProperties.Drawing.Array[Drawings].Single(_ => true, "0N0XIzNsQ0O2").Select((d, i) => new Icon("chance", Invariant($"{i}"), d))
            .Where(i => !(i.Svg.Contains("dasharray", StringComparison.Ordinal) && i.Svg.Contains('A', StringComparison.Ordinal))).ToArray();
        var converted = (await ConvertAsync(drawings)).Where(c => c.Logo is not null).ToArray();
        Assert.True(converted.Length > Drawings / 5, Invariant($"{converted.Length} were converted"));
        Assert.Equal("", string.Join('\n', await DifferentAsync(converted.Select(c => (c.Icon, c.Logo!)))));
    }

    [Theory]
    [InlineData("<rect x='20' y='20' width='60' height='60'/>", "<rect x='20.4' y='20' width='60' height='60'/>")]
    [InlineData("<rect width='100' height='100' fill='#888'/>", "<rect width='100' height='100' fill='#8a8a8a'/>")]
    [InlineData("<rect width='100' height='100' fill='#fff'/>", "")]
    [InlineData("<path d='M10 50h80' stroke='#000' stroke-width='.4'/>", "")]
    [InlineData("<circle cx='50' cy='50' r='3' fill='red'/>", "<circle cx='50' cy='50' r='3' fill='#f33'/>")]
    public async Task A_difference_is_found(string before, string after)
    {
        const string Head = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>";
        await using var comparer = await LogoComparer.OpenAsync(browser);
        var difference = await comparer.CompareAsync($"{Head}{before}</svg>", $"{Head}{after}</svg>");
        Assert.False(LogoComparer.IsSame(difference!.Value), $"{difference}");
        Assert.Equal((0, 0), await comparer.CompareAsync($"{Head}{before}</svg>", $"{Head}{before}</svg>"));
    }

    // What is converted is valid, and stays as it is when it is converted again.
    private static async Task<IReadOnlyList<(Icon Icon, string? Logo, string Reasons)>> ConvertAsync(IReadOnlyList<Icon> icons)
    {
        var converted = new (Icon, string?, string)[icons.Count];
        await Parallel.ForAsync(0, icons.Count, (i, _) =>
        {
            var conversion = BimiLogoConversion.Convert(Encoding.UTF8.GetBytes(icons[i].Svg), icons[i].Name);
            var reasons = string.Join(" | ", conversion.Result.Findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => $"{f.Code}: {f.Message}"));
            Assert.Equal(conversion.Content is null, reasons.Length > 0);
            Assert.Equal(conversion.Content is not null, conversion.Result.IsValid);
            converted[i] = (icons[i], conversion.Content is { } logo ? Encoding.UTF8.GetString(logo.Span) : null, reasons);
            return ValueTask.CompletedTask;
        });
        return converted;
    }

    private async Task<IReadOnlyList<string>> DifferentAsync(IEnumerable<(Icon Icon, string Logo)> pairs)
    {
        await using var comparer = await LogoComparer.OpenAsync(browser);
        List<string> different = [];
        var drawn = 0;
        foreach (var (icon, logo) in pairs)
        {
            // Some that a browser does not draw, such as one without a namespace, can be converted.
            if (await comparer.CompareAsync(icon.Svg, logo) is not { } difference)
            {
                Assert.NotNull(await comparer.CompareAsync(logo, logo));
                output.WriteLine($"not drawn by the browser before: {icon.Origin} {icon.Name}");
                continue;
            }

            drawn++;
            if (!LogoComparer.IsSame(difference))
            {
                different.Add(Invariant($"{icon.Origin} {icon.Name}: {difference.Most:0} at most, {difference.Mean:0.00} on average"));
            }
        }

        Assert.True(drawn > 40, Invariant($"{drawn} were drawn"));
        return different;
    }
}
