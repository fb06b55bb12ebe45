using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests;

/// <summary>The rooms of the core and what each may know of the others (docs/architecture.md); of every project, that a namespace is its folder.</summary>
public class ArrowTests
{
    // Each room, and those that it may use; what these may use, it may as well. The root holds the exception that every room throws, which shows its text through Findings.
    private static readonly Dictionary<string, string[]> Rooms = new(StringComparer.Ordinal)
    {
        ["Findings"] = [],
        ["Text"] = ["Findings"],
        ["MtaSts"] = ["Text"],
        ["TlsRpt"] = ["Text"],
        ["Dmarc"] = ["Text"],
        ["Svg"] = ["Text"],
        ["Svg.Repair"] = ["Svg"],
        ["Bimi"] = ["MtaSts", "TlsRpt", "Dmarc", "Svg.Repair"],
        ["Marks"] = ["Bimi"],
        ["Ports"] = [],
        ["Live"] = ["Marks", "Ports"],
        ["Stacks"] = ["Marks", "Ports"],
        ["Planning"] = ["Stacks", "TlsReports"],
        ["Applying"] = ["Planning"],
        ["Deployment"] = ["Applying", "Live"],
        ["Reports"] = ["Planning"],
        ["TlsReports"] = ["Text", "Ports"],
        ["TlsReports.Store"] = ["TlsReports"],
    };

    [Fact]
    public void Every_room_uses_those_below_it_alone()
    {
        var project = new ProjectRooms("EmailSecurity");
        var uses = project.Uses().ToArray();
        Assert.True(uses.Select(u => (u.Room, u.Used)).Distinct().Count() > 40);
        Assert.Empty(uses.Where(u => !Below(u.Room).Contains(u.Used)).Select(u => $"{u.Room} -> {u.Used} in {Path.GetFileName(u.Path)}"));
        Assert.Equal(Rooms.Keys.Order(StringComparer.Ordinal), project.Rooms.Where(r => r.Length > 0).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("EmailSecurity"), InlineData("EmailSecurity.Aws"), InlineData("EmailSecurity.Net"), InlineData("EmailSecurity.Parquet"), InlineData("EmailSecurity.PowerShell")]
    [InlineData("EmailSecurity.Sandbox")]
    public void The_namespace_is_the_folder(string project) => Assert.Empty(new ProjectRooms(project).Misplaced());

    private static HashSet<string> Below(string room) => room.Length == 0 ? ["Findings"] : [.. Rooms[room], .. Rooms[room].SelectMany(Below)];
}
