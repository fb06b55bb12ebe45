namespace EmailSecurity.Svg.Repair;

/// <summary>
/// The part of CSS that design tools write into logos: selectors of elements, classes and ids, alone or together (<c>path.a#b</c>), in lists; the cascade with
/// specificity, order and !important. What is outside it is refused by its name.
/// </summary>
internal sealed class StyleSheet(RepairReport report)
{
    /// <summary>Rules at most.</summary>
    private const int MostRules = 2_000;

    private readonly List<StyleRule> rules = [];

    /// <summary>True where there is a rule.</summary>
    public bool HasRules => rules.Count > 0;

    /// <summary>Reads a style element.</summary>
    public void Add(RepairNode node)
    {
        if (node["media"] is { } media && media.Trim() is not ("" or "all" or "screen"))
        {
            report.Refuse(LogoRepairRules.StyleSheet, node, $"A style sheet is for media=\"{Lengths.Short(media)}\" only.");
            return;
        }

        var css = StyleText.WithoutComments(node.Text);
        for (var at = 0; StyleText.TryBlock(css, ref at, out var head, out var body);)
        {
            if (head.StartsWith('@'))
            {
                AtRule(node, head);
                continue;
            }

            if (body is null)
            {
                report.Refuse(LogoRepairRules.StyleSheet, node, $"'{Lengths.Short(head)}' in the style sheet is not a rule.");
                continue;
            }

            foreach (var selector in head.Split(','))
            {
                Rule(node, selector.Trim(), body);
            }
        }
    }

    private void AtRule(RepairNode node, string head)
    {
        var name = head.Split([' ', '\t', '\n', '\r', '(', '"', '\''], 2)[0];
        switch (name.ToLowerInvariant())
        {
            // They matter to text, which is refused, and to motion, of which the beginning is kept.
            case "@font-face" or "@charset" or "@keyframes" or "@-webkit-keyframes":
                report.Change(LogoRepairRules.Dropped, $"{Lengths.Short(name)} was removed from the style sheet");
                break;
            case "@import":
                report.Refuse(LogoRepairRules.External, node, "The style sheet imports another (@import).");
                break;
            default:
                report.Refuse(LogoRepairRules.StyleSheet, node, $"The style sheet has the rule '{Lengths.Short(head)}', which cannot be converted.");
                break;
        }
    }

    private void Rule(RepairNode node, string selector, string body)
    {
        if (selector.EndsWith(":hover", StringComparison.Ordinal) || selector.EndsWith(":focus", StringComparison.Ordinal)
            || selector.EndsWith(":active", StringComparison.Ordinal))
        {
            report.Change(LogoRepairRules.Dropped, "Styles for a pointer or keyboard were removed");
        }
        else if (rules.Count >= MostRules)
        {
            report.Refuse(LogoRepairRules.TooComplex, node, $"The style sheets have more than {MostRules} rules.");
        }
        else if (StyleRule.TryRead(selector, StyleText.Declarations(body), rules.Count, out var rule))
        {
            rules.Add(rule);
        }
        else
        {
            report.Refuse(LogoRepairRules.StyleSheet, node,
                $"The style sheet has the selector '{Lengths.Short(selector)}'; only elements, classes and ids can be converted.");
        }
    }

    /// <summary>Gives an element the properties that its attributes, the style sheets and its style attribute say (CSS Cascade 5 section 6).</summary>
    public void Apply(RepairNode node)
    {
        foreach (var (name, value) in node.Attributes)
        {
            if (StyleText.IsPresentation(name))
            {
                Set(node, name, value, isCss: false);
            }
        }

        var classes = (node["class"] ?? "").Split((char[])[' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        var matching = rules.Count == 0 ? [] : rules.Where(r => r.Matches(node, classes)).OrderBy(r => r.Specificity).ThenBy(r => r.Order).ToArray();
        var own = node["style"] is { } style ? StyleText.Declarations(StyleText.WithoutComments(style)) : [];
        foreach (var isImportant in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (var (name, value, important) in matching.SelectMany(r => r.Declarations).Concat(own))
            {
                if (important == isImportant)
                {
                    Set(node, name, value, isCss: true);
                }
            }
        }
    }

    private static void Set(RepairNode node, string name, string value, bool isCss)
    {
        if (isCss && StyleText.IsGeometry(name))
        {
            node.Attributes[name] = value;
            return;
        }

        // A value that cannot be read is as good as absent (CSS Syntax 3 section 8), so that the one before it counts: Figma writes a color of sRGB first,
        // and one of a wider space after it.
        var isColour = name is "fill" or "stroke" or "stop-color" or "color";
        if (!isColour || StyleText.IsPaint(value) || (value.Contains('(', StringComparison.Ordinal) && !node.Properties.ContainsKey(name)))
        {
            node.Properties[name] = value;
        }
    }
}
