using EmailSecurity.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace EmailSecurity.Tests.Packaging;

/// <summary>action.yml, as the service that runs it reads it.</summary>
internal static class ActionDefinition
{
    private static readonly YamlMappingNode Root = Load();

    /// <summary>The inputs: name, description, default (null for none) and whether it is required.</summary>
    public static IReadOnlyList<(string Name, string Description, string? Default, bool Required)> Inputs { get; } =
        [.. Map(Root, "inputs").Select(i => (i.Key, Text(i.Value, "description")!, Text(i.Value, "default"), Text(i.Value, "required") == "true"))];

    /// <summary>The outputs: name and where the value comes from.</summary>
    public static IReadOnlyList<(string Name, string Value)> Outputs { get; } = [.. Map(Root, "outputs").Select(o => (o.Key, Text(o.Value, "value")!))];

    /// <summary>How it runs: composite.</summary>
    public static string Using { get; } = Text(Child(Root, "runs")!, "using")!;

    /// <summary>The steps.</summary>
    public static IReadOnlyList<ActionStep> Steps { get; } =
    [
        .. ((YamlSequenceNode)Child(Child(Root, "runs")!, "steps")!).Select(s =>
            new ActionStep(Text(s, "name")!, Text(s, "id"), Text(s, "shell"), Text(s, "run"), Text(s, "uses"),
                Child(s, "env") is null ? [] : Map(s, "env").ToDictionary(e => e.Key, e => ((YamlScalarNode)e.Value).Value!, StringComparer.Ordinal))),
    ];

    private static YamlMappingNode Load()
    {
        using var reader = new StreamReader(Path.Combine(SourceTree.Root, "action.yml"));
        var yaml = new YamlStream();
        yaml.Load(reader);
        return (YamlMappingNode)Assert.Single(yaml.Documents).RootNode;
    }

    private static YamlNode? Child(YamlNode node, string key) =>
        ((YamlMappingNode)node).Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private static string? Text(YamlNode node, string key) => (Child(node, key) as YamlScalarNode)?.Value;

    private static IEnumerable<KeyValuePair<string, YamlNode>> Map(YamlNode node, string key) =>
        ((YamlMappingNode)Child(node, key)!).Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, c.Value));
}

/// <summary>A step of the action.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">What outputs call it; null for none.</param>
/// <param name="Shell">What runs it.</param>
/// <param name="Run">The script; null where it uses another action.</param>
/// <param name="Uses">The other action; null where it runs a script.</param>
/// <param name="Environment">Its variables.</param>
internal sealed record ActionStep(string Name, string? Id, string? Shell, string? Run, string? Uses, IReadOnlyDictionary<string, string> Environment);
