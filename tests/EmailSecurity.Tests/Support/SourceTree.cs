using EmailSecurity.Sandbox.Running;

namespace EmailSecurity.Tests.Support;

/// <summary>The project folder, and the sources in it.</summary>
internal static class SourceTree
{
    /// <summary>The project folder.</summary>
    public static string Root { get; } = Path.GetDirectoryName(ModuleLocator.Find())!;

    /// <summary>Where the projects that ship, and the sandbox, are.</summary>
    public static string Sources { get; } = Path.Combine(Root, "src");

    /// <summary>The C# files of a project, or of all of them; nothing that a build makes.</summary>
    /// <param name="project">Name of the project; empty for all.</param>
    public static IEnumerable<string> Files(string project = "") => Directory.EnumerateFiles(Path.Combine(Sources, project), "*.cs", SearchOption.AllDirectories)
        .Where(f => !Path.GetRelativePath(Sources, f).Split(Path.DirectorySeparatorChar).Any(p => p is "obj" or "bin"));
}
