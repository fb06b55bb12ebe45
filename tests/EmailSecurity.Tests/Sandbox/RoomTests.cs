using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>The rooms of the sandbox: what one uses lies below it.</summary>
public class RoomTests
{
    // A room may use those before it.
    private static readonly string[] Rooms =
    [
        "Contracts", "Accounts", "Aws", "Http", "Signing", "Tls", "Dns", "Marks", "Acm", "CloudFront", "Route53",
        "S3.Documents", "S3.Policies", "S3", "Sts", "Edge", "Hosting", "Running", "",
    ];

    private static readonly ProjectRooms Project = new("EmailSecurity.Sandbox");

    [Fact]
    public void Every_folder_is_a_room() => Assert.Equal(Rooms.Order(StringComparer.Ordinal), Project.Rooms.Order(StringComparer.Ordinal));

    [Fact]
    public void Rooms_use_only_rooms_below_them()
    {
        var uses = Project.Uses().Select(u => (u.Room, u.Used)).Distinct().ToArray();
        Assert.True(uses.Length > 40);
        Assert.All(uses, u => Assert.True(Array.IndexOf(Rooms, u.Used) < Array.IndexOf(Rooms, u.Room), $"{u.Room} uses {u.Used}"));
    }
}
