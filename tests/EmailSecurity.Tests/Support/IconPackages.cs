using System.Text.Json;

namespace EmailSecurity.Tests.Support;

/// <summary>An icon as its origin draws it.</summary>
/// <param name="Origin">The package.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Svg">The SVG.</param>
internal sealed record Icon(string Origin, string Name, string Svg);

/// <summary>Icons of brands and flags by several hands, from the packages of tests/icons: in the order of their names, at even distances, so that no result has a part in the choice.</summary>
internal static class IconPackages
{
    /// <summary>What fetches them.</summary>
    public const string Command = "npm install --prefix tests/icons --no-package-lock --ignore-scripts";

    private static readonly string Root = Path.Combine(SourceTree.Root, "tests", "icons", "node_modules");

    // Each package, and where its drawings are.
    private static readonly (string Origin, string Place)[] Places =
    [
        ("simple-icons", "icons"), ("devicon", "icons"), ("super-tiny-icons", "images/svg"), ("flag-icons", "flags"), ("@discordapp/twemoji", "dist/svg"),
        ("bootstrap-icons", "icons"), ("cryptocurrency-icons", "svg/color"), ("circle-flags", "flags"), ("@lobehub/icons-static-svg", "icons"),
        ("@iconify-json/logos", "icons.json"), ("@iconify-json/skill-icons", "icons.json"),
    ];

    /// <summary>True where the packages are there.</summary>
    public static bool AreThere => Array.TrueForAll(Places, p => Path.Combine(Root, p.Origin, p.Place) is var place && (Directory.Exists(place) || File.Exists(place)));

    /// <summary>Icons of every origin.</summary>
    /// <param name="each">How many of each.</param>
    public static IReadOnlyList<Icon> Read(int each) => [.. Places.SelectMany(p => Choose(p.Origin, Path.Combine(Root, p.Origin, p.Place), each))];

    private static IEnumerable<Icon> Choose(string origin, string place, int each)
    {
        if (!File.Exists(place))
        {
            var files = Directory.GetFiles(place, "*.svg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
            return Spread(files, each).Select(f => new Icon(origin, Path.GetRelativePath(place, f), File.ReadAllText(f)));
        }

        using var set = JsonDocument.Parse(File.ReadAllText(place));
        var icons = set.RootElement.GetProperty("icons").EnumerateObject().OrderBy(i => i.Name, StringComparer.Ordinal).ToArray();
        return [.. Spread(icons, each).Select(i => new Icon(origin, i.Name, Draw(i.Value, set.RootElement)))];
    }

    private static IEnumerable<T> Spread<T>(T[] all, int each) => Enumerable.Range(0, Math.Min(each, all.Length)).Select(i => all[(int)((long)i * all.Length / Math.Min(each, all.Length))]);

    // Iconify keeps what is in the svg element, and its view beside it.
    private static string Draw(JsonElement icon, JsonElement set)
    {
        double Value(string name, double absent) => icon.TryGetProperty(name, out var own) ? own.GetDouble() : set.TryGetProperty(name, out var all) ? all.GetDouble() : absent;
        return Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"{Value("left", 0)} {Value("top", 0)} {Value("width", 16)} {Value("height", 16)}\">{icon.GetProperty("body").GetString()}</svg>");
    }
}
