namespace EmailSecurity.Svg.Repair;

/// <summary>Reads gradients (SVG 2 section 14.2), with what they take over from others.</summary>
/// <param name="ids">The elements of the file by their ids.</param>
/// <param name="report">Where reasons to refuse go.</param>
internal sealed class GradientReader(IReadOnlyDictionary<string, RepairNode> ids, RepairReport report)
{
    /// <summary>Gradients that refer to one another, at most.</summary>
    private const int MostSteps = 32;

    /// <summary>Reads a gradient for a shape.</summary>
    /// <param name="node">The element of the gradient.</param>
    /// <param name="box">The shape's outline, in its own coordinates.</param>
    /// <param name="frame">From these to the root's.</param>
    /// <param name="view">What percentages refer to.</param>
    /// <returns>A color where it is one all over; null where nothing is painted.</returns>
    public RepairPaint? Read(RepairNode node, Bounds box, Matrix frame, Viewport view)
    {
        var chain = Chain(node);
        var stops = Stops(chain);
        if (stops.Count == 0)
        {
            return null;
        }

        var isBox = Find(chain, "gradientUnits", node.Name) != "userSpaceOnUse";
        if (isBox && !(box.Width > 0 && box.Height > 0))
        {
            // SVG 2 section 14.2.2.3: a box without width or height has no such gradient.
            return null;
        }

        var space = frame * (isBox ? new Matrix(box.Width, 0, 0, box.Height, box.Left, box.Top) : Matrix.Identity);
        if (Find(chain, "gradientTransform", null) is { } text)
        {
            if (!Lengths.TryTransform(text, out var own))
            {
                report.Refuse(LogoRepairRules.Value, node, $"gradientTransform of {node.Tag} cannot be read.");
                return null;
            }

            space *= own;
            report.Change(LogoRepairRules.Gradients, "A gradient was written without its transform");
        }

        double Value(string name, double whole, string absent)
        {
            var value = Find(chain, name, node.Name) ?? absent;
            if (!Lengths.TryRead(value, isBox ? 1 : whole, out var length))
            {
                report.Refuse(LogoRepairRules.Value, node, $"{name}=\"{Lengths.Short(value)}\" of {node.Tag} is not a length that can be converted.");
            }

            return length;
        }

        var spread = Find(chain, "spreadMethod", null) switch
        {
            "reflect" => GradientSpread.Reflect,
            "repeat" => GradientSpread.Repeat,
            _ => GradientSpread.Pad,
        };
        if (stops.Count == 1 || space.IsSingular)
        {
            return new SolidPaint(stops[^1].Colour);
        }

        if (node.Name == "linearGradient")
        {
            var (from, to) = (new Point(Value("x1", view.Width, "0%"), Value("y1", view.Height, "0%")),
                new Point(Value("x2", view.Width, "100%"), Value("y2", view.Height, "0%")));
            return from == to ? new SolidPaint(stops[^1].Colour) : new GradientPaint(new Gradient(false, from, to, 0, stops, spread), space);
        }

        var centre = new Point(Value("cx", view.Width, "50%"), Value("cy", view.Height, "50%"));
        var radius = Value("r", view.Diagonal, "50%");
        if (!(radius > 0))
        {
            return new SolidPaint(stops[^1].Colour);
        }

        var focus = new Point(Find(chain, "fx", node.Name) is null ? centre.X : Value("fx", view.Width, ""),
            Find(chain, "fy", node.Name) is null ? centre.Y : Value("fy", view.Height, ""));
        if ((focus - centre).Length > radius / 500)
        {
            report.Refuse(LogoRepairRules.Paint, node, $"The focus of {node.Tag} is not at its center, which SVG Tiny 1.2 does not have.");
        }

        var inner = Math.Clamp(Value("fr", view.Diagonal, "0%"), 0, radius);
        stops = inner > 0 ? [.. stops.Select(s => s with { Offset = (inner + (s.Offset * (radius - inner))) / radius })] : stops;
        return new GradientPaint(new Gradient(true, centre, centre, radius, stops, spread), space);
    }

    private List<RepairNode> Chain(RepairNode node)
    {
        List<RepairNode> chain = [node];
        while (chain[^1]["href"]?.Trim() is { Length: > 0 } href)
        {
            if (!href.StartsWith('#'))
            {
                report.Refuse(LogoRepairRules.External, chain[^1], $"{chain[^1].Tag} refers to '{Lengths.Short(href)}', which is not in this file.");
                break;
            }

            if (!ids.TryGetValue(href[1..], out var next) || next.Name is not ("linearGradient" or "radialGradient"))
            {
                break;
            }

            if (chain.Contains(next) || chain.Count >= MostSteps)
            {
                report.Refuse(LogoRepairRules.Reference, next, $"{next.Tag} refers to itself.");
                break;
            }

            chain.Add(next);
        }

        return chain;
    }

    // Geometry is taken over between gradients of one kind only.
    private static string? Find(List<RepairNode> chain, string name, string? kind) =>
        chain.Where(n => kind is null || n.Name == kind || name == "gradientUnits").Select(n => n[name]?.Trim()).FirstOrDefault(v => v is not null);

    private List<GradientStop> Stops(List<RepairNode> chain)
    {
        List<GradientStop> stops = [];
        var holder = chain.Find(n => n.Children.Exists(c => c.Name == "stop"));
        foreach (var node in holder?.Children.Where(c => c.Name == "stop") ?? [])
        {
            var offset = 0.0;
            if (node["offset"] is { } text && !Lengths.TryShare(text, out offset))
            {
                report.Refuse(LogoRepairRules.Value, node, $"offset=\"{Lengths.Short(text)}\" of a gradient cannot be read.");
            }

            // SVG 2 section 14.2.4.2: an offset below the one before is as large as that.
            stops.Add(new GradientStop(stops.Count > 0 ? Math.Max(offset, stops[^1].Offset) : offset, StopColour(node, holder!)));
        }

        return stops;
    }

    private Colour StopColour(RepairNode node, RepairNode holder)
    {
        var text = node.Properties.GetValueOrDefault("stop-color", "black").Trim();
        if (text.Equals("currentColor", StringComparison.OrdinalIgnoreCase))
        {
            text = node.Properties.GetValueOrDefault("color") ?? holder.Properties.GetValueOrDefault("color", "black");
        }

        if (text is "inherit" or "initial" or "unset")
        {
            text = "black";
        }

        if (!ColourReader.TryRead(text, out var colour))
        {
            report.Refuse(LogoRepairRules.Value, node, $"The color '{Lengths.Short(text)}' of a gradient cannot be converted; write it as #rrggbb.");
        }

        if (node.Properties.TryGetValue("stop-opacity", out var opacity))
        {
            if (!Lengths.TryShare(opacity, out var share))
            {
                report.Refuse(LogoRepairRules.Value, node, $"stop-opacity=\"{Lengths.Short(opacity)}\" cannot be read.");
            }

            return colour with { Alpha = colour.Alpha * share };
        }

        return colour;
    }
}
