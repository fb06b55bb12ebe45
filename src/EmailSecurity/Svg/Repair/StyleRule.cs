namespace EmailSecurity.Svg.Repair;

/// <summary>One selector and what it declares.</summary>
internal sealed class StyleRule
{
    private string? element;
    private readonly List<string> classes = [];
    private readonly List<string> ids = [];

    /// <summary>What it declares, in order.</summary>
    public required IReadOnlyList<(string Name, string Value, bool IsImportant)> Declarations { get; init; }

    /// <summary>Its place among all.</summary>
    public required int Order { get; init; }

    /// <summary>Selectors 3 section 9: ids before classes before elements.</summary>
    public int Specificity => (ids.Count * 1_000_000) + (classes.Count * 1_000) + (element is null ? 0 : 1);

    /// <summary>Reads a selector; false where it has more than an element, classes and ids.</summary>
    public static bool TryRead(string selector, IReadOnlyList<(string Name, string Value, bool IsImportant)> declarations, int order, out StyleRule rule)
    {
        rule = new StyleRule { Declarations = declarations, Order = order };
        var at = 0;
        if (selector.StartsWith(":root", StringComparison.Ordinal))
        {
            // The root of the file, with the weight of a class.
            rule.element = ":root";
            at = ":root".Length;
        }
        else if (selector.StartsWith('*'))
        {
            at = 1;
        }
        else if (NameAt(selector, 0) is { Length: > 0 } name)
        {
            rule.element = name;
            at = name.Length;
        }

        while (at < selector.Length && selector[at] is '.' or '#')
        {
            var name = NameAt(selector, at + 1);
            if (name.Length == 0)
            {
                return false;
            }

            (selector[at] == '.' ? rule.classes : rule.ids).Add(name);
            at += name.Length + 1;
        }

        return at == selector.Length && at > 0;
    }

    /// <summary>True where the element is one that it selects.</summary>
    public bool Matches(RepairNode node, string[] has) =>
        (element is null || element == node.Name || (element == ":root" && node.Name == "svg")) && classes.TrueForAll(c => Array.IndexOf(has, c) >= 0)
        && ids.TrueForAll(i => i == node["id"]);

    private static string NameAt(string text, int at)
    {
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_' || text[end] > 127))
        {
            end++;
        }

        return text[at..end];
    }
}
