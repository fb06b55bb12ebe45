namespace EmailSecurity.Svg.Repair;

/// <summary>Filters that change nothing: Figma writes one around each layer that has an effect switched off.</summary>
internal static class RepairFilter
{
    /// <summary>True where the filter draws its source over something transparent, and does no more.</summary>
    public static bool IsNeutral(IReadOnlyDictionary<string, RepairNode> ids, string value)
    {
        if (StyleText.Target(value, out var rest, out _) is not { } id || rest.Length > 0 || ids.GetValueOrDefault(id) is not { Name: "filter" } filter)
        {
            return false;
        }

        return filter.Children.TrueForAll(c => c.Name switch
        {
            "feFlood" => c["flood-opacity"]?.Trim() == "0",
            "feBlend" => c["mode"] is null or "normal" && c["in"] == "SourceGraphic",
            _ => false,
        }) && filter.Children.Count > 1 && filter.Children[^1].Name == "feBlend";
    }
}
