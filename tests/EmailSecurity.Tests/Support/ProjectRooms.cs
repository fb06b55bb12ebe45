using System.Text.RegularExpressions;

namespace EmailSecurity.Tests.Support;

/// <summary>The rooms of a project, which are its folders, and what each uses of the others, read from the sources.</summary>
internal sealed class ProjectRooms
{
    private readonly string project;
    private readonly string[] rooms;
    private readonly Dictionary<string, string> types;

    /// <summary>Reads a project.</summary>
    /// <param name="project">Name of the project.</param>
    public ProjectRooms(string project)
    {
        this.project = project;
        Files = [.. SourceTree.Files(project).Select(f => (RoomOf(f), f, Regex.Replace(File.ReadAllText(f), "^ *//.*$", "", RegexOptions.Multiline)))];
        rooms = [.. Files.Select(f => f.Room).Distinct(StringComparer.Ordinal)];
        types = rooms.ToDictionary(r => r, r => string.Join('|', Files.Where(f => f.Room == r)
            .SelectMany(f => Regex.Matches(f.Code, @"(?<=^[\w ]+ (?:class|record|struct|interface|enum) )\w+", RegexOptions.Multiline).Select(m => m.Value))));
    }

    /// <summary>Room (empty for the project's own folder), path and code of each file.</summary>
    public IReadOnlyList<(string Room, string Path, string Code)> Files { get; }

    /// <summary>The rooms, the project's own folder (empty) among them.</summary>
    public IReadOnlyList<string> Rooms => rooms;

    /// <summary>What each room uses of the others, and where.</summary>
    public IEnumerable<(string Room, string Used, string Path)> Uses() =>
        Files.SelectMany(f => rooms.Where(r => r.Length > 0 && r != f.Room && IsUsed(r, f.Room, f.Code)).Select(used => (f.Room, used, f.Path)));

    /// <summary>The files whose namespace is not their folder's. The top-level statements of a program have none.</summary>
    public IEnumerable<string> Misplaced() =>
        from file in Files
        let expected = file.Room.Length == 0 ? project : $"{project}.{file.Room}"
        let written = Regex.Matches(file.Code, @"(?<=^namespace )[\w.]+", RegexOptions.Multiline).Select(m => m.Value).ToArray()
        where !written.SequenceEqual([expected]) && (written.Length > 0 || Path.GetFileName(file.Path) != "Program.cs")
        select file.Path;

    private string RoomOf(string file)
        => Path.GetDirectoryName(Path.GetRelativePath(Path.Combine(SourceTree.Sources, project), file))!.Replace(Path.DirectorySeparatorChar, '.');

    // A type is named by a using directive, by a name that begins with its room, or, from a room inside its room, by its name alone. One that is
    // used without being named is the type of a member, whose room names it: where those arrows point down, so does this one.
    private bool IsUsed(string used, string room, string code) =>
        Regex.IsMatch(code, $@"{Regex.Escape(project)}\.{Regex.Escape(used)}(?:;|\.(?:{types[used]})\b)")
        || Regex.IsMatch(code, $@"(?<![\w.""])(?:{Regex.Escape(used)}|{used.Split('.')[^1]})\.(?:{types[used]})\b")
        || (room.StartsWith(used + ".", StringComparison.Ordinal) && Regex.IsMatch(code, $@"(?<![\w.""])(?:{types[used]})\b"));
}
