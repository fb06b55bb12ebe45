namespace EmailSecurity.Svg.Repair;

/// <summary>What holds where an element is drawn.</summary>
/// <param name="Ctm">From its parent's coordinates to the root's.</param>
/// <param name="Style">The parent's style.</param>
/// <param name="View">What percentages refer to.</param>
/// <param name="IsClip">True in a clip path, where shapes matter and paints do not.</param>
internal sealed record Scope(Matrix Ctm, RepairStyle Style, Viewport View, bool IsClip = false);

/// <summary>Turns the tree of a drawing into its shapes in the order of drawing: copies made, transforms applied, clips cut, opacities passed down.</summary>
internal sealed partial class Flattener
{
    /// <summary>Elements that are visited at most, copies counted each time.</summary>
    private const int MostVisits = 100_000;

    /// <summary>Segments of all shapes at most.</summary>
    private const int MostSegments = 200_000;

    private readonly RepairReport report;
    private readonly IReadOnlyDictionary<string, RepairNode> ids;
    private readonly ShapeReader shapes;
    private readonly PaintReader paints;
    private readonly HashSet<RepairNode> open = [];
    private int visits;
    private int segments;

    public Flattener(IReadOnlyDictionary<string, RepairNode> ids, RepairReport report)
    {
        this.ids = ids;
        this.report = report;
        shapes = new ShapeReader(report);
        paints = new PaintReader(ids, report);
    }

    /// <summary>The shapes of what is in an element.</summary>
    public List<Drawn> Children(RepairNode node, Scope scope)
    {
        List<Drawn> all = [];
        foreach (var child in node.Children)
        {
            all.AddRange(Draw(child, scope));
        }

        return all;
    }

    /// <summary>The shapes of an element.</summary>
    public List<Drawn> Draw(RepairNode node, Scope scope)
    {
        if (++visits > MostVisits || segments > MostSegments)
        {
            report.Refuse(LogoRepairRules.TooComplex, null, visits > MostVisits ? $"Copies multiply to more than {MostVisits} elements."
                : $"The shapes have more than {MostSegments} segments together.");
            return [];
        }

        if (IsNotDrawn(node) || node.Properties.GetValueOrDefault("display")?.Trim() == "none")
        {
            return [];
        }

        if (!TryTransform(node, out var own))
        {
            return [];
        }

        scope = scope with { Ctm = scope.Ctm * own };

        if (node.Name == "use")
        {
            // SVG 2 section 5.5: where a copy stands is the last of its transforms, so that its clip path moves with it.
            var (x, y) = (shapes.Length(node, "x", scope.View.Width), shapes.Length(node, "y", scope.View.Height));
            scope = scope with { Ctm = scope.Ctm * Matrix.Translate(x, y) };
        }

        if (scope.Ctm.IsSingular)
        {
            return [];
        }

        var inside = scope with { Style = scope.Style.For(node) };
        var drawn = Content(node, inside);
        if (drawn.Count == 0)
        {
            return drawn;
        }

        return scope.IsClip ? Clipped(node, drawn, scope) : Finish(node, drawn, scope);
    }

    /// <summary>What lies over the shapes of an element as a whole: effects, clips, masks, opacity, in this order.</summary>
    public List<Drawn> Finish(RepairNode node, List<Drawn> drawn, Scope scope)
    {
        CheckEffects(node);
        return Fade(node, Masked(node, Clipped(node, drawn, scope), scope));
    }

    private List<Drawn> Content(RepairNode node, Scope scope)
    {
        switch (node.Name)
        {
            case "g" or "a":
                return Children(node, scope);
            case "switch":
                // SVG 2 section 5.9: the first that asks for nothing. Illustrator puts its own format first.
                var chosen = node.Children.Find(c => string.IsNullOrWhiteSpace(c["requiredExtensions"]) && c["systemLanguage"] is null && !IsNotDrawn(c));
                return chosen is null ? [] : Draw(chosen, scope);
            case "svg":
                return View(node, node, scope);
            case "use":
                return Use(node, scope);
            case "text" or "textArea":
                if (node.All().Any(n => !string.IsNullOrWhiteSpace(n.Text)) && scope.Style["visibility"] == "visible")
                {
                    report.Refuse(LogoRepairRules.Text, node, $"{node.Tag} is text, which looks different where its font is missing: " +
                        $"'{Lengths.Short(string.Concat(node.All().Select(n => n.Text)).Trim())}'.");
                }

                return [];
            case "image":
                if (!string.IsNullOrEmpty(node["href"]))
                {
                    report.Refuse(LogoRepairRules.Image, node, $"{node.Tag} is a picture made of pixels.");
                }

                return [];
            case "foreignObject" or "video" or "audio" or "iframe" or "canvas":
                report.Refuse(LogoRepairRules.Effect, node, $"{node.Tag} holds content of another language than SVG.");
                return [];
            default:
                return ShapeReader.IsShape(node.Name) ? Shape(node, scope) : [];
        }
    }

    // The identity for none; false where it cannot be read, which is refused.
    private bool TryTransform(RepairNode node, out Matrix own)
    {
        var text = node["transform"] ?? "";
        if (Lengths.TryTransform(text, out own))
        {
            return true;
        }

        report.Refuse(LogoRepairRules.Value, node, $"transform=\"{Lengths.Short(text)}\" of {node.Tag} cannot be read.");
        return false;
    }

    private bool IsNotDrawn(RepairNode node)
    {
        switch (node.Name)
        {
            case "script" or "handler" or "listener":
                report.Change(LogoRepairRules.Dropped, "Scripts were removed");
                return true;
            case "animate" or "animateColor" or "animateMotion" or "animateTransform" or "set" or "mpath" or "discard":
                report.Change(LogoRepairRules.Dropped, "Animations were removed; the logo looks as it does without them");
                return true;
            case "g" or "a" or "switch" or "svg" or "use" or "text" or "textArea" or "image" or "foreignObject" or "video" or "audio" or "iframe" or "canvas":
                return false;
            case "title" or "desc" or "metadata" or "defs" or "style" or "symbol" or "view" or "clipPath" or "mask" or "filter" or "pattern" or "marker"
                or "linearGradient" or "radialGradient" or "solidColor" or "stop" or "font" or "font-face" or "cursor" or "color-profile":
                return true;
            default:
                if (ShapeReader.IsShape(node.Name))
                {
                    return false;
                }

                report.Change(LogoRepairRules.Dropped, $"<{Lengths.Short(node.Name)}> was removed; browsers do not draw it");
                return true;
        }
    }

    private List<Drawn> Shape(RepairNode node, Scope scope)
    {
        var outline = shapes.Read(node, scope.View);
        segments += outline.Segments.Count;
        if (outline.Segments.Count < 2 || scope.Style["visibility"] != "visible")
        {
            return [];
        }

        var shape = new Drawn
        {
            Node = node,
            Outline = outline.Transform(scope.Ctm),
            IsEvenOdd = scope.Style[scope.IsClip ? "clip-rule" : "fill-rule"] == "evenodd",
            Frame = scope.Ctm,
        };
        if (scope.IsClip)
        {
            return [shape with { Fill = new SolidPaint(Colour.Black) }];
        }

        if (((string[])["marker", "marker-start", "marker-mid", "marker-end"]).Any(m => scope.Style[m].StartsWith("url", StringComparison.Ordinal))
            && node.Name is "path" or "line" or "polyline" or "polygon")
        {
            report.Refuse(LogoRepairRules.Effect, node, $"{node.Tag} has markers, such as arrowheads.");
        }

        shape = paints.Paint(shape, outline.Bounds(), scope.Style, scope.View);
        return shape.Layers > 0 ? [shape] : [];
    }
}
