using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Running;

namespace EmailSecurity.Tests;

/// <summary>The rooms of the core and what each may know of the others (docs/architecture.md). A reference needs a using or the room's name before the type: both are read.</summary>
public class ArrowTests
{
    private static readonly string Root = Path.GetDirectoryName(ModuleLocator.Find())!;
    private static readonly string Core = Path.Combine(Root, "src", "EmailSecurity");

    // Each room, and those that it may use; what these may use, it may as well. The root holds the exception that every room throws, which shows its text through Findings.
    private static readonly Dictionary<string, string[]> Rooms = new(StringComparer.Ordinal)
    {
        ["Findings"] = [],
        ["Text"] = ["Findings"],
        ["MtaSts"] = ["Text"],
        ["TlsRpt"] = ["Text"],
        ["Dmarc"] = ["Text"],
        ["Svg"] = ["Text"],
        ["Bimi"] = ["MtaSts", "TlsRpt", "Dmarc", "Svg"],
        ["Marks"] = ["Bimi"],
        ["Ports"] = [],
        ["Live"] = ["Marks", "Ports"],
        ["Stacks"] = ["Marks", "Ports"],
        ["Planning"] = ["Stacks"],
        ["Applying"] = ["Planning"],
        ["Deployment"] = ["Applying", "Live"],
    };

    [Fact]
    public void Every_room_uses_those_below_it_alone()
    {
        var names = string.Join('|', Rooms.Keys);
        var used = new Regex($@"^using (?:static )?EmailSecurity\.(?<room>{names})\b|(?<![\w.""])(?:EmailSecurity\.)?(?<room>{names})\.[A-Z]\w+", RegexOptions.Multiline | RegexOptions.ExplicitCapture);
        var wrong = Sources(Core).SelectMany(f => used.Matches(Code(f)).Select(m => (From: RoomOf(f), To: m.Groups["room"].Value, File: Path.GetFileName(f))))
            .Where(u => u.From != u.To && !Below(u.From).Contains(u.To)).Distinct().Select(u => $"{u.From} -> {u.To} in {u.File}");
        Assert.Empty(wrong);
        Assert.Equal(Rooms.Keys.Order(StringComparer.Ordinal), Sources(Core).Select(RoomOf).Where(r => r.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("EmailSecurity"), InlineData("EmailSecurity.Aws"), InlineData("EmailSecurity.Net"), InlineData("EmailSecurity.PowerShell")]
    public void The_namespace_is_the_folder(string project)
    {
        var folder = Path.Combine(Root, "src", project);
        var wrong = Sources(folder).Select(f => (File: f, Namespace: Regex.Match(File.ReadAllText(f), @"(?m)^namespace ([\w.]+)").Groups[1].Value,
                Expected: string.Join('.', Path.GetRelativePath(folder, Path.GetDirectoryName(f)!).Split(Path.DirectorySeparatorChar).Where(p => p != ".").Prepend(project))))
            .Where(f => f.Namespace != f.Expected).Select(f => $"{f.File}: {f.Namespace}");
        Assert.Empty(wrong);
    }

    private static HashSet<string> Below(string room) => room.Length == 0 ? ["Findings"] : [.. Rooms[room], .. Rooms[room].SelectMany(Below)];

    private static string RoomOf(string file) => Path.GetRelativePath(Core, Path.GetDirectoryName(file)!) is var room && room == "." ? "" : room;

    // Without comments and texts, where names are no references.
    private static string Code(string file) => Regex.Replace(File.ReadAllText(file), @"//[^\n]*|""(\\.|[^""\\\n])*""", "", RegexOptions.ExplicitCapture);

    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(f => !Path.GetRelativePath(folder, f).Split(Path.DirectorySeparatorChar).Any(p => p is "obj" or "bin"));
}
