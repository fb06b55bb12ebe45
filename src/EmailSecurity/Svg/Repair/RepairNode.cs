namespace EmailSecurity.Svg.Repair;

/// <summary>An element of SVG in the file that is converted.</summary>
internal sealed class RepairNode
{
    /// <summary>Local name.</summary>
    public required string Name { get; init; }

    /// <summary>Line in the file, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Column in the line, from 1.</summary>
    public required int Column { get; init; }

    /// <summary>Attributes without a namespace, and <c>href</c> of XLink where there is no other.</summary>
    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    /// <summary>Elements in it.</summary>
    public List<RepairNode> Children { get; } = [];

    /// <summary>Characters in it, its elements' not among them.</summary>
    public string Text { get; set; } = "";

    /// <summary>Properties that attributes, style sheets and the style attribute give it, the strongest of each.</summary>
    public Dictionary<string, string> Properties { get; } = new(StringComparer.Ordinal);

    /// <summary>An attribute; null where it has none of that name.</summary>
    public string? this[string name] => Attributes.GetValueOrDefault(name);

    /// <summary>Its start tag in short, for messages.</summary>
    public string Tag => this["id"] is { Length: > 0 and <= 40 } id ? $"<{Name} id=\"{id}\">" : $"<{Name}>";

    /// <summary>It and all in it, in document order.</summary>
    public IEnumerable<RepairNode> All()
    {
        Stack<RepairNode> rest = new([this]);
        while (rest.TryPop(out var node))
        {
            yield return node;
            for (var i = node.Children.Count - 1; i >= 0; i--)
            {
                rest.Push(node.Children[i]);
            }
        }
    }
}
