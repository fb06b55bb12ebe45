namespace EmailSecurity.Svg.Repair;

/// <summary>Reads what a shape is painted with.</summary>
/// <param name="ids">The elements of the file by their ids.</param>
/// <param name="report">Where reasons to refuse go.</param>
internal sealed class PaintReader(IReadOnlyDictionary<string, RepairNode> ids, RepairReport report)
{
    private readonly GradientReader gradients = new(ids, report);

    /// <summary>The shape with its paints.</summary>
    /// <param name="shape">The shape, without paints, its outline in the root's coordinates.</param>
    /// <param name="box">Its outline's bounds, in its own.</param>
    /// <param name="style">Its style.</param>
    /// <param name="view">What percentages refer to.</param>
    public Drawn Paint(Drawn shape, Bounds box, RepairStyle style, Viewport view)
    {
        var (fill, fillOpacity) = Read(shape, "fill", box, style, view);
        var (stroke, strokeOpacity) = Read(shape, "stroke", box, style, view);
        var order = style["paint-order"].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return shape with
        {
            Fill = fillOpacity > 0 ? fill : null,
            FillOpacity = fillOpacity,
            Stroke = strokeOpacity > 0 && stroke is not null ? Stroke(shape.Node, stroke, strokeOpacity, style, view) : null,
            IsStrokeFirst = order.Length > 0 && (order[0] == "stroke" || (order[0] == "markers" && order.Length > 1 && order[1] == "stroke")),
        };
    }

    private (RepairPaint? Paint, double Opacity) Read(Drawn shape, string property, Bounds box, RepairStyle style, Viewport view)
    {
        var paint = Resolve(shape, style[property], box, style, view);
        var opacity = Share(shape.Node, property + "-opacity", style[property + "-opacity"]);
        return paint is SolidPaint { Colour: { Alpha: < 1 } colour }
            ? (new SolidPaint(colour with { Alpha = 1 }), opacity * colour.Alpha)
            : (paint, opacity);
    }

    /// <summary>An opacity; refused where it cannot be read.</summary>
    public double Share(RepairNode node, string name, string value)
    {
        if (value is "inherit" or "initial" or "unset")
        {
            return 1;
        }

        if (Lengths.TryShare(value, out var share))
        {
            return share;
        }

        report.Refuse(LogoRepairRules.Value, node, $"{name}=\"{Lengths.Short(value)}\" of {node.Tag} cannot be read.");
        return 1;
    }

    private RepairPaint? Resolve(Drawn shape, string value, Bounds box, RepairStyle style, Viewport view)
    {
        var text = value.Trim();
        if (text.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (text.Equals("currentColor", StringComparison.OrdinalIgnoreCase))
        {
            text = style["color"];
            text = text.Equals("currentColor", StringComparison.OrdinalIgnoreCase) ? "black" : text;
        }

        if (text.StartsWith("url(", StringComparison.OrdinalIgnoreCase))
        {
            return Server(shape, text, box, style, view);
        }

        if (ColourReader.TryRead(text, out var colour))
        {
            return new SolidPaint(colour);
        }

        report.Refuse(text.Contains("var(", StringComparison.Ordinal) ? LogoRepairRules.StyleSheet : LogoRepairRules.Paint, shape.Node,
            $"The paint '{Lengths.Short(text)}' of {shape.Node.Tag} cannot be converted; write the color as #rrggbb.");
        return null;
    }

    private RepairPaint? Server(Drawn shape, string text, Bounds box, RepairStyle style, Viewport view)
    {
        var id = StyleText.Target(text, out var fallback, out var isOutside);
        if (isOutside)
        {
            report.Refuse(LogoRepairRules.External, shape.Node, $"{shape.Node.Tag} is painted with '{Lengths.Short(text)}', which is not in this file.");
            return null;
        }

        var server = ids.GetValueOrDefault(id!);
        switch (server?.Name)
        {
            case "linearGradient" or "radialGradient":
                return gradients.Read(server, box, shape.Frame, view);
            case "solidColor":
                return ColourReader.TryRead(server["solid-color"] ?? "black", out var solid) && Lengths.TryShare(server["solid-opacity"] ?? "1", out var alpha)
                    ? new SolidPaint(solid with { Alpha = solid.Alpha * alpha }) : null;
            case "pattern":
                report.Refuse(LogoRepairRules.Paint, shape.Node, $"{shape.Node.Tag} is painted with a pattern, which SVG Tiny 1.2 does not have.");
                return null;
            default:
                // SVG 2 section 13.2: a reference that leads nowhere is its fallback, or none.
                return fallback.Length == 0 ? null : Resolve(shape, fallback, box, style, view);
        }
    }

    private RepairStroke? Stroke(RepairNode node, RepairPaint paint, double opacity, RepairStyle style, Viewport view)
    {
        var isGood = Lengths.TryRead(style["stroke-width"], view.Diagonal, out var width) & Lengths.TryRead(style["stroke-miterlimit"], 0, out var miter)
            & Lengths.TryRead(style["stroke-dashoffset"], view.Diagonal, out var offset);
        var dashes = style["stroke-dasharray"] is "none" or "" ? [] : Dashes(style["stroke-dasharray"], view);
        if (!isGood || dashes is null)
        {
            report.Refuse(LogoRepairRules.Value, node, $"The stroke of {node.Tag} has a width, dash or limit that cannot be converted.");
            return null;
        }

        var (cap, join) = (style["stroke-linecap"], style["stroke-linejoin"]);
        return !(width > 0) ? null : new RepairStroke
        {
            Paint = paint,
            Opacity = opacity,
            Width = width,
            Cap = cap is "round" or "square" ? cap : "butt",
            Join = join is "round" or "bevel" ? join : "miter",
            MiterLimit = miter,
            Dashes = dashes,
            DashOffset = offset,
            IsFixed = node.Properties.GetValueOrDefault("vector-effect")?.Trim() == "non-scaling-stroke",
        };
    }

    // SVG 2 section 13.5.6: an odd list counts twice; nothing but zeros is no dash at all.
    private static double[]? Dashes(string text, Viewport view)
    {
        List<double> dashes = [];
        foreach (var word in text.Split((char[])[',', ' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Lengths.TryRead(word, view.Diagonal, out var dash) || dashes.Count > 256)
            {
                return null;
            }

            dashes.Add(dash);
        }

        return dashes.Exists(d => d < 0) || dashes.TrueForAll(d => d == 0) ? [] : [.. dashes, .. dashes.Count % 2 == 0 ? [] : dashes];
    }
}
