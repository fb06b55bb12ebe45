namespace EmailSecurity.Svg.Repair;

/// <summary>The properties that an element hands to what is in it (SVG 2 section 6.6).</summary>
internal sealed class RepairStyle
{
    private static readonly Dictionary<string, string> Initial = new(StringComparer.Ordinal)
    {
        ["fill"] = "black",
        ["fill-opacity"] = "1",
        ["fill-rule"] = "nonzero",
        ["stroke"] = "none",
        ["stroke-opacity"] = "1",
        ["stroke-width"] = "1",
        ["stroke-linecap"] = "butt",
        ["stroke-linejoin"] = "miter",
        ["stroke-miterlimit"] = "4",
        ["stroke-dasharray"] = "none",
        ["stroke-dashoffset"] = "0",
        ["color"] = "black",
        ["visibility"] = "visible",
        ["clip-rule"] = "nonzero",
        ["paint-order"] = "normal",
        ["marker"] = "none",
        ["marker-start"] = "none",
        ["marker-mid"] = "none",
        ["marker-end"] = "none",
    };

    /// <summary>What holds outside the root.</summary>
    public static readonly RepairStyle Outside = new(Initial);

    private readonly Dictionary<string, string> values;

    private RepairStyle(Dictionary<string, string> values) => this.values = values;

    /// <summary>The value of an inherited property.</summary>
    public string this[string name] => values[name];

    /// <summary>The style of an element in this one.</summary>
    public RepairStyle For(RepairNode node)
    {
        Dictionary<string, string>? changed = null;
        foreach (var (name, value) in node.Properties)
        {
            // inherit and unset are what is there anyway.
            if (Initial.TryGetValue(name, out var initial) && value.Trim() is not ("inherit" or "unset"))
            {
                changed ??= new Dictionary<string, string>(values, StringComparer.Ordinal);
                changed[name] = value.Trim() is "initial" or "revert" ? initial : value.Trim();
            }
        }

        return changed is null ? this : new RepairStyle(changed);
    }
}
