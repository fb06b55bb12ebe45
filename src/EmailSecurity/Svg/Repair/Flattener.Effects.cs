namespace EmailSecurity.Svg.Repair;

/// <content>What lies over a finished part of a drawing: clips, masks, opacity, and effects that are refused.</content>
internal sealed partial class Flattener
{
    private static readonly (string Name, string[] Neutral)[] Effects =
    [
        ("filter", ["none", ""]), ("mix-blend-mode", ["normal"]), ("backdrop-filter", ["none"]), ("rotate", ["none", "0", "0deg"]),
        ("scale", ["none", "1"]), ("translate", ["none", "0"]), ("offset-path", ["none"]), ("zoom", ["1", "normal"]), ("clip", ["auto"]),
        ("perspective", ["none"]), ("mask-image", ["none"]), ("-webkit-mask", ["none"]), ("-webkit-mask-image", ["none"]), ("-webkit-filter", ["none"]),
        ("d", ["none"]), ("stroke-linejoin", ["miter", "round", "bevel", "inherit"]), ("transform-box", ["view-box"]),
    ];

    private void CheckEffects(RepairNode node)
    {
        foreach (var (name, neutral) in Effects)
        {
            if (node.Properties.TryGetValue(name, out var value) && !neutral.Contains(value.Trim(), StringComparer.OrdinalIgnoreCase)
                && !(name == "filter" && RepairFilter.IsNeutral(ids, value)))
            {
                report.Refuse(LogoRepairRules.Effect, node, $"{node.Tag} has {name}: {Lengths.Short(value)}, which SVG Tiny 1.2 does not have.");
            }
        }

        if (node.Properties.TryGetValue("transform-origin", out var origin) && node.Attributes.ContainsKey("transform")
            && !(NumberScanner.List(origin.Replace("px", "", StringComparison.Ordinal)) is { } place && place.TrueForAll(n => n == 0)))
        {
            report.Refuse(LogoRepairRules.StyleSheet, node, $"{node.Tag} has transform-origin: {Lengths.Short(origin)}.");
        }
    }

    /// <summary>Shapes cut to an area; refused where a cut cannot be made exactly.</summary>
    public List<Drawn> Cut(RepairNode node, List<Drawn> drawn, ClipArea area)
    {
        List<Drawn> left = [];
        foreach (var shape in drawn)
        {
            var cut = area.Cut(shape, out var isGood);
            if (!isGood)
            {
                report.Refuse(LogoRepairRules.Clip, node,
                    Invariant($"{node.Tag} cuts {shape.Node.Tag} in line {shape.Node.Line} along an edge that cannot be computed exactly."));
            }

            if (cut != shape)
            {
                report.Change(LogoRepairRules.Clips, "A shape was cut to what is seen of it");
            }

            if (cut is not null)
            {
                segments += cut.Outline.Segments.Count;
                left.Add(cut);
            }
        }

        return left;
    }

    private List<Drawn> Clipped(RepairNode node, List<Drawn> drawn, Scope scope)
    {
        if (Referred(node, "clip-path") is not { } clip || drawn.Count == 0)
        {
            return drawn;
        }

        if (clip.Name != "clipPath")
        {
            return drawn;
        }

        if (!open.Add(clip))
        {
            report.Refuse(LogoRepairRules.Reference, clip, $"{clip.Tag} refers to itself.");
            return drawn;
        }

        var inside = Area(clip, node, "clipPathUnits", drawn, scope) is { } ctm
            ? scope with { Ctm = ctm, Style = RepairStyle.Outside.For(clip), IsClip = true } : null;
        // SVG 2 section 15.4: shapes, and copies of shapes; groups count for nothing.
        var children = clip.Children.Where(c => c.Name is "use" or "text" || ShapeReader.IsShape(c.Name));
        List<Drawn> parts = inside is null ? [] : [.. children.SelectMany(c => Draw(c, inside))];
        parts = Clipped(clip, parts, inside ?? scope);
        open.Remove(clip);
        report.Change(LogoRepairRules.Clips, "A clip path was applied");
        return Cut(node, drawn, new ClipArea([.. parts.Select(p => (p.Outline, p.IsEvenOdd))]));
    }

    private List<Drawn> Masked(RepairNode node, List<Drawn> drawn, Scope scope)
    {
        if (Referred(node, "mask") is not { Name: "mask" } mask || drawn.Count == 0 || !open.Add(mask))
        {
            return drawn;
        }

        var style = RepairStyle.Outside.For(mask);
        var content = Area(mask, node, "maskContentUnits", drawn, scope) is { } ctm ? Children(mask, scope with { Ctm = ctm, Style = style }) : [];
        open.Remove(mask);
        var isAlpha = mask.Properties.GetValueOrDefault("mask-type")?.Trim() == "alpha";
        if (mask.Properties.Keys.Any(k => k is "mask" or "clip-path" or "filter")
            || content.Exists(c => c.Stroke is not null || c.FillOpacity < 1 || c.Fill is not SolidPaint paint || !(isAlpha || paint.Colour.Rgb == 0xFFFFFF)))
        {
            report.Refuse(LogoRepairRules.Clip, node, $"{node.Tag} is masked by {mask.Tag}, which is more than a white shape.");
            return drawn;
        }

        report.Change(LogoRepairRules.Clips, "A mask of white shapes was applied");
        drawn = Cut(node, drawn, new ClipArea([.. content.Select(p => (p.Outline, p.IsEvenOdd))]));
        return mask["maskUnits"] == "userSpaceOnUse" && drawn.Count > 0 ? Cut(node, drawn, new ClipArea(Region(mask, scope))) : drawn;
    }

    private Outline Region(RepairNode mask, Scope scope)
    {
        var (wide, high) = (scope.View.Width, scope.View.Height);
        var (x, y) = (shapes.Length(mask, "x", wide, -0.1 * wide), shapes.Length(mask, "y", high, -0.1 * high));
        var (right, bottom) = (x + shapes.Length(mask, "width", wide, 1.2 * wide), y + shapes.Length(mask, "height", high, 1.2 * high));
        return ShapeReader.Rectangle(new Bounds(x, y, right, bottom)).Transform(scope.Ctm);
    }

    // From a clip's or mask's coordinates to the root's.
    private Matrix? Area(RepairNode clip, RepairNode node, string units, List<Drawn> drawn, Scope scope)
    {
        var ctm = scope.Ctm;
        if (clip[units] == "objectBoundingBox")
        {
            if (!ctm.IsUpright)
            {
                report.Refuse(LogoRepairRules.Clip, node, $"{clip.Tag} is measured by the box of {node.Tag}, which is turned.");
                return null;
            }

            var back = ctm.Inverse();
            var box = drawn.Aggregate(Bounds.Empty, (b, d) => b.Add(d.Outline.Transform(back).Bounds()));
            ctm *= new Matrix(box.Width, 0, 0, box.Height, box.Left, box.Top);
        }

        if (clip.Name != "clipPath")
        {
            return ctm;
        }

        return TryTransform(clip, out var own) ? ctm * own : null;
    }

    private RepairNode? Referred(RepairNode node, string property)
    {
        if (!node.Properties.TryGetValue(property, out var value) || value.Trim() is "none" or "" or "inherit" or "initial" or "unset")
        {
            return null;
        }

        var id = StyleText.Target(value, out _, out var isOutside);
        if (id is null)
        {
            report.Refuse(isOutside ? LogoRepairRules.External : LogoRepairRules.Clip, node,
                $"{node.Tag} has {property}: {Lengths.Short(value)}, which cannot be converted.");
            return null;
        }

        return ids.GetValueOrDefault(id);
    }

    // SVG 2 section 13.7: a group fades as one picture. Shapes that do not lie over one another fade the same one by one.
    private List<Drawn> Fade(RepairNode node, List<Drawn> drawn)
    {
        if (!node.Properties.TryGetValue("opacity", out var text) || drawn.Count == 0)
        {
            return drawn;
        }

        var opacity = paints.Share(node, "opacity", text.Trim());
        if (opacity >= 1)
        {
            return drawn;
        }

        if (opacity <= 0)
        {
            return [];
        }

        var boxes = drawn.ConvertAll(d => d.Painted());
        if (drawn.Exists(d => d.Layers > 1) || boxes.Where((b, i) => boxes.Skip(i + 1).Any(b.Overlaps)).Any())
        {
            report.Refuse(LogoRepairRules.Blend, node, $"{node.Tag} has opacity {Lengths.Short(text)} over shapes that lie over one another" +
                $"{(drawn.Count == 1 ? " (a fill and a stroke)" : "")}.");
            return drawn;
        }

        report.Change(LogoRepairRules.Opacity, "An opacity became that of fills and strokes");
        return drawn.ConvertAll(d => d.Fade(opacity));
    }
}
