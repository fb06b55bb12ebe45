namespace EmailSecurity.Svg.Repair;

/// <content>What is drawn in another place than it stands: copies, symbols, nested views.</content>
internal sealed partial class Flattener
{
    /// <summary>Copies within copies, at most.</summary>
    private const int MostNested = 64;

    private List<Drawn> Use(RepairNode node, Scope scope)
    {
        var href = node["href"]?.Trim() ?? "";
        if (href.Length > 1 && href[0] != '#')
        {
            report.Refuse(LogoRepairRules.External, node, $"{node.Tag} draws '{Lengths.Short(href)}', which is not in this file.");
            return [];
        }

        if (href.Length < 2 || ids.GetValueOrDefault(href[1..]) is not { } target)
        {
            return [];
        }

        if (!open.Add(target) || open.Count > MostNested)
        {
            report.Refuse(LogoRepairRules.Reference, node,
                $"{node.Tag} draws an element that draws itself again, or copies are nested more than {MostNested} deep.");
            open.Remove(target);
            return [];
        }

        report.Change(LogoRepairRules.Copies, "A copy (use) was drawn in place");
        var drawn = target.Name == "symbol" ? Symbol(target, node, scope)
            : target.Name == "svg" ? View(target, node, scope with { Style = scope.Style.For(target) })
            : Draw(target, scope);
        open.Remove(target);
        return drawn;
    }

    private List<Drawn> Symbol(RepairNode target, RepairNode use, Scope scope)
    {
        if (target.Properties.GetValueOrDefault("display")?.Trim() == "none")
        {
            return [];
        }

        var inside = scope with { Style = scope.Style.For(target) };
        return Finish(target, View(target, use, inside), scope);
    }

    // SVG 2 sections 5.5 and 8.2: a view of its own, with what lies outside it cut off.
    private List<Drawn> View(RepairNode node, RepairNode size, Scope scope)
    {
        var isUse = size != node;
        var (x, y) = node.Name == "svg" ? (shapes.Length(node, "x", scope.View.Width), shapes.Length(node, "y", scope.View.Height)) : (0, 0);
        var (wide, high) = (scope.View.Width, scope.View.Height);
        var width = shapes.Length(size, "width", wide, isUse && node.Name == "svg" ? shapes.Length(node, "width", wide, wide) : wide);
        var height = shapes.Length(size, "height", high, isUse && node.Name == "svg" ? shapes.Length(node, "height", high, high) : high);
        if (!(width > 0 && height > 0))
        {
            return [];
        }

        var ctm = scope.Ctm * Matrix.Translate(x, y);
        var view = new Viewport(width, height);
        var area = ShapeReader.Rectangle(new Bounds(0, 0, width, height)).Transform(ctm);
        if (ViewFrame.Box(node) is { } box)
        {
            ctm *= ViewFrame.Fit(box, width, height, node["preserveAspectRatio"]);
            view = new Viewport(box.Width, box.Height);
        }

        var drawn = Children(node, scope with { Ctm = ctm, View = view });
        report.Change(LogoRepairRules.Copies, node.Name == "svg" ? "A nested svg was drawn in place" : "A symbol was drawn in place");
        return node.Properties.GetValueOrDefault("overflow")?.Trim() is "visible" or "auto" ? drawn : Cut(node, drawn, new ClipArea(area));
    }
}
