using System.Text.RegularExpressions;
using EmailSecurity.Sandbox.Running;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>The rooms of the sandbox: a folder is a namespace, and what it uses lies below it.</summary>
public class RoomTests
{
    private const string Project = "EmailSecurity.Sandbox";

    // A room may use those before it.
    private static readonly string[] Rooms =
    [
        "Contracts", "Accounts", "Aws", "Http", "Signing", "Tls", "Dns", "Marks", "Acm", "CloudFront", "Route53",
        "S3.Documents", "S3.Policies", "S3", "Sts", "Edge", "Hosting", "Running", "",
    ];

    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(ModuleLocator.Find())!, "src", Project);

    private static readonly (string Room, string Code)[] Files = [.. ReadFiles()];

    private static readonly Dictionary<string, string> Types = Rooms.ToDictionary(r => r, r => string.Join('|', Files.Where(f => f.Room == r)
        .SelectMany(f => Regex.Matches(f.Code, @"(?<=^[\w ]+ (?:class|record|struct|interface|enum) )\w+", RegexOptions.Multiline).Select(m => m.Value))));

    [Fact]
    public void A_namespace_is_its_folder()
    {
        Assert.All(Files, f => Assert.Equal(
            f.Room.Length == 0 ? [] : [$"{Project}.{f.Room}"],
            Regex.Matches(f.Code, @"(?<=^namespace )[\w.]+", RegexOptions.Multiline).Select(m => m.Value)));
        Assert.Equal(Rooms.Order(StringComparer.Ordinal), Files.Select(f => f.Room).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rooms_use_only_rooms_below_them()
    {
        var uses = Files.SelectMany(f => Uses(f.Room, f.Code).Where(used => used != f.Room).Select(used => (f.Room, Used: used))).Distinct().ToArray();
        Assert.True(uses.Length > 40);
        Assert.All(uses, u => Assert.True(Array.IndexOf(Rooms, u.Used) < Array.IndexOf(Rooms, u.Room), $"{u.Room} uses {u.Used}"));
    }

    // A type is named by a using directive, by a name that begins with its room, or, from a room inside its room, by its name alone. One that is
    // used without being named is the type of a member, whose room names it: where those arrows point down, so does this one.
    private static IEnumerable<string> Uses(string room, string code) => Rooms.Where(r => r.Length > 0 && (
        Regex.IsMatch(code, $@"{Regex.Escape(Project)}\.{Regex.Escape(r)}(?:;|\.(?:{Types[r]})\b)")
        || Regex.IsMatch(code, $@"(?<![\w.""])(?:{Regex.Escape(r)}|{r.Split('.')[^1]})\.(?:{Types[r]})\b")
        || (room.StartsWith(r + ".", StringComparison.Ordinal) && Regex.IsMatch(code, $@"(?<![\w.""])(?:{Types[r]})\b"))));

    private static IEnumerable<(string Room, string Code)> ReadFiles() =>
        from file in Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
        let room = Path.GetDirectoryName(Path.GetRelativePath(Folder, file))!.Replace(Path.DirectorySeparatorChar, '.')
        where room.Split('.')[0] is not ("obj" or "bin")
        select (room, Regex.Replace(File.ReadAllText(file), "^ *//.*$", "", RegexOptions.Multiline));
}
