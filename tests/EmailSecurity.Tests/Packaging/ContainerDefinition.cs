using System.Text.Json;
using System.Text.RegularExpressions;
using EmailSecurity.Tests.Support;

namespace EmailSecurity.Tests.Packaging;

/// <summary>container/Containerfile, as instructions.</summary>
internal static class ContainerDefinition
{
    /// <summary>Keyword and the rest of each instruction, in order; comments and line breaks within an instruction are gone.</summary>
    public static IReadOnlyList<(string Keyword, string Text)> Instructions { get; } = [.. Read()];

    /// <summary>Its exec form, such as that of ENTRYPOINT and RUN; arguments of the build are still named.</summary>
    public static string[] Exec(string rest) => JsonSerializer.Deserialize<string[]>(rest)!;

    /// <summary>What each COPY takes, and where to.</summary>
    public static IEnumerable<(string[] Sources, string Destination)> Copies() =>
        Instructions.Where(i => i.Keyword == "COPY").Select(i => i.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(w => (w[..^1], w[^1]));

    /// <summary>The values of ENV or ARG.</summary>
    public static Dictionary<string, string> Values(string keyword) =>
        Instructions.Where(i => i.Keyword == keyword).SelectMany(i => i.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);

    private static IEnumerable<(string Keyword, string Text)> Read()
    {
        var lines = File.ReadLines(Path.Combine(SourceTree.Root, "container", "Containerfile")).Where(l => !l.StartsWith('#'));
        var text = Regex.Replace(string.Join('\n', lines), @"\\\n\s*", "");
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', 2)).Select(p => (p[0], p[1].Trim()));
    }
}
