using System.Security;
using System.Text;

namespace EmailSecurity.Svg.Repair;

/// <summary>Writes shapes as a document of SVG Tiny Portable/Secure.</summary>
/// <param name="side">Side of the square that is shown, in user units.</param>
/// <param name="decimals">Digits after the point.</param>
/// <param name="report">Where reasons to refuse go.</param>
internal sealed class RepairWriter(double side, int decimals, RepairReport report)
{
    private readonly PathWriter numbers = new(decimals);
    private readonly PathWriter finer = new(decimals + 3);
    private readonly StringBuilder definitions = new();
    private readonly StringBuilder body = new();
    private readonly Dictionary<string, string> gradients = new(StringComparer.Ordinal);

    /// <summary>Digits after the point that the parts of a matrix need, so that the far end of a shape is as exact as its own numbers.</summary>
    private readonly int matrixDigits = Math.Max(1, (int)Math.Ceiling(Math.Log10(Math.Max(side, 1))) + 1);

    /// <summary>Writes a shape: in one element where fill and stroke agree on their coordinates, else in two.</summary>
    public void Add(Drawn drawn)
    {
        var stroke = drawn.Stroke is null ? null : drawn with { Fill = null };
        var fill = drawn.Fill is null ? null : drawn with { Stroke = null };
        var strokeFrame = stroke is null ? (Matrix?)null : ShapeFrame.Stroke(stroke);
        if (stroke?.Stroke!.Paint is GradientPaint { Gradient.IsRadial: true } paint && !(strokeFrame!.Value.Inverse() * paint.ToRoot).IsSimilarity)
        {
            report.Refuse(LogoRepairRules.Paint, drawn.Node, $"The stroke of {drawn.Node.Tag} has an elliptical gradient.");
            return;
        }

        var fillFrame = fill is null ? (Matrix?)null : ShapeFrame.Fill(fill, drawn.IsStrokeFirst ? null : strokeFrame);
        if (drawn.IsStrokeFirst && fill is not null && stroke is not null)
        {
            Write(stroke, strokeFrame!.Value);
            Write(fill, fillFrame!.Value);
        }
        else if (fill is not null && stroke is not null && fillFrame != strokeFrame)
        {
            Write(fill, fillFrame!.Value);
            Write(stroke, strokeFrame!.Value);
        }
        else
        {
            Write(drawn, fillFrame ?? strokeFrame ?? Matrix.Identity);
        }
    }

    /// <summary>The document.</summary>
    public string Finish(Bounds frame, string title, string description, string size)
    {
        var view = $"{numbers.Number(frame.Left, 1)} {numbers.Number(frame.Top, 1)} {numbers.Number(frame.Width, 1)} {numbers.Number(frame.Width, 1)}";
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.2\" baseProfile=\"tiny-ps\"{size} viewBox=\"{view}\">\n" +
            $"<title>{Escape(title)}</title>\n" +
            (description.Length > 0 ? $"<desc>{Escape(description)}</desc>\n" : "") +
            (definitions.Length > 0 ? $"<defs>\n{definitions}</defs>\n" : "") + $"{body}</svg>\n";
    }

    private static string Escape(string text) => SecurityElement.Escape(text);

    /// <summary>True where nothing was large or opaque enough to be written.</summary>
    public bool IsEmpty => body.Length == 0;

    private void Write(Drawn drawn, Matrix frame)
    {
        var back = frame.Inverse();
        drawn = Visible(drawn, (back * drawn.Frame).Factor);
        if (drawn.Layers == 0)
        {
            return;
        }

        var local = frame == Matrix.Identity ? drawn.Outline : drawn.Outline.Transform(back);
        var isCapped = drawn.Stroke is { Cap: "round" or "square" };
        // Dashes begin where an element begins to draw, and go its way.
        var isTurned = drawn.Stroke is { Dashes.Count: > 0 } && drawn.Frame is not { A: > 0, B: 0, C: 0, D: > 0 };
        var isPointed = drawn.Stroke is { Join: "miter" } && numbers.Loses(local, finer);
        var geometry = Geometry(local, isTurned, isCapped, isPointed ? finer : numbers);
        if (geometry.Length == 0)
        {
            return;
        }

        body.Append(geometry);
        Paint("fill", drawn.Fill, drawn.FillOpacity, back, drawn);
        if (drawn.Fill is not null && drawn.IsEvenOdd)
        {
            body.Append(" fill-rule=\"evenodd\"");
        }

        if (drawn.Stroke is { } stroke)
        {
            Paint("stroke", stroke.Paint, stroke.Opacity, back, drawn);
            Stroke(stroke, (back * drawn.Frame).Factor);
        }

        if (frame != Matrix.Identity)
        {
            string Part(double value) => numbers.Number(value, matrixDigits);
            body.Append($" transform=\"matrix({Part(frame.A)} {Part(frame.B)} {Part(frame.C)} {Part(frame.D)} ")
                .Append($"{numbers.Number(frame.E, 1)} {numbers.Number(frame.F, 1)})\"");
        }

        body.Append("/>\n");
    }

    // Without what rounds to nothing.
    private Drawn Visible(Drawn drawn, double factor) => drawn with
    {
        Fill = Share(drawn.FillOpacity) == "0" ? null : drawn.Fill,
        Stroke = drawn.Stroke is { } s && Share(s.Opacity) != "0" && numbers.Number(s.Width * (s.IsFixed ? 1 : factor), 1) != "0" ? s : null,
    };

    private static string Share(double value) => new PathWriter(4).Number(value);

    private static string Geometry(Outline outline, bool isTurned, bool isCapped, PathWriter numbers)
    {
        string N(double value) => numbers.Number(value);
        string R(double radius, double side) => numbers.Radius(radius, side);
        if (outline.Form is not { } form || isTurned)
        {
            var data = numbers.Path(outline, isCapped);
            return data.Length > 0 ? $"<path d=\"{data}\"" : "";
        }

        var (box, centre) = (form.Box, form.Box.Centre);
        if (form.IsEllipse)
        {
            return N(form.RadiusX) == N(form.RadiusY) ? $"<circle cx=\"{N(centre.X)}\" cy=\"{N(centre.Y)}\" r=\"{N(form.RadiusX)}\""
                : $"<ellipse cx=\"{N(centre.X)}\" cy=\"{N(centre.Y)}\" rx=\"{N(form.RadiusX)}\" ry=\"{N(form.RadiusY)}\"";
        }

        var text = new StringBuilder("<rect");
        foreach (var (name, value) in (ReadOnlySpan<(string, double)>)[("x", box.Left), ("y", box.Top)])
        {
            text.Append(N(value) == "0" ? "" : $" {name}=\"{N(value)}\"");
        }

        text.Append($" width=\"{N(box.Width)}\" height=\"{N(box.Height)}\"");
        return form.RadiusX > 0 ? text.Append($" rx=\"{R(form.RadiusX, box.Width)}\" ry=\"{R(form.RadiusY, box.Height)}\"").ToString() : text.ToString();
    }

    private void Paint(string property, RepairPaint? paint, double opacity, Matrix back, Drawn drawn)
    {
        body.Append($" {property}=\"");
        body.Append(paint switch
        {
            SolidPaint solid => solid.Colour.ToString(),
            GradientPaint gradient => Server(gradient, back, drawn),
            _ => "none",
        }).Append('"');
        var share = Share(opacity);
        if (paint is not null && share != "1")
        {
            body.Append($" {property}-opacity=\"{share}\"");
        }
    }

    private void Stroke(RepairStroke stroke, double factor)
    {
        var scale = stroke.IsFixed ? 1 : factor;
        void Word(string name, string value, string initial) => body.Append(value == initial ? "" : $" {name}=\"{value}\"");
        Word("stroke-width", numbers.Number(stroke.Width * scale, 1), "1");
        Word("stroke-linecap", stroke.Cap, "butt");
        Word("stroke-linejoin", stroke.Join, "miter");
        if (stroke.Join == "miter")
        {
            Word("stroke-miterlimit", new PathWriter(3).Number(stroke.MiterLimit), "4");
        }

        if (stroke.Dashes.Count > 0)
        {
            Word("stroke-dasharray", string.Join(' ', stroke.Dashes.Select(d => numbers.Number(d * scale, 1))), "");
            Word("stroke-dashoffset", numbers.Number(stroke.DashOffset * scale, 1), "0");
        }

        Word("vector-effect", stroke.IsFixed ? "non-scaling-stroke" : "none", "none");
    }

    private string Server(GradientPaint paint, Matrix back, Drawn drawn)
    {
        // A stroke reaches beyond the outline.
        var reach = drawn.Painted();
        var toGradient = paint.ToRoot.Inverse();
        var box = reach.Corners().Aggregate(Bounds.Empty, (b, p) => b.Add(toGradient.Apply(p)));
        if (GradientShape.Unroll(paint.Gradient, box) is not { } unrolled)
        {
            report.Refuse(LogoRepairRules.Paint, drawn.Node, $"The gradient of {drawn.Node.Tag} repeats too often.");
            return "none";
        }

        var gradient = GradientShape.Transform(unrolled, back * paint.ToRoot);
        string N(double value) => numbers.Number(value, 1);
        var place = gradient.IsRadial ? $"cx=\"{N(gradient.From.X)}\" cy=\"{N(gradient.From.Y)}\" r=\"{N(gradient.Radius)}\""
            : $"x1=\"{N(gradient.From.X)}\" y1=\"{N(gradient.From.Y)}\" x2=\"{N(gradient.To.X)}\" y2=\"{N(gradient.To.Y)}\"";
        var stops = string.Concat(gradient.Stops.Select(s => $"<stop offset=\"{Share(s.Offset)}\" stop-color=\"{s.Colour}\"" +
            (Share(s.Colour.Alpha) is var alpha && alpha != "1" ? $" stop-opacity=\"{alpha}\"" : "") + "/>"));
        var element = gradient.IsRadial ? "radialGradient" : "linearGradient";
        var rest = $" gradientUnits=\"userSpaceOnUse\" {place}>{stops}</{element}>";
        if (!gradients.TryGetValue(element + rest, out var id))
        {
            id = Invariant($"g{gradients.Count + 1}");
            gradients.Add(element + rest, id);
            definitions.Append($"<{element} id=\"{id}\"{rest}\n");
        }

        return $"url(#{id})";
    }
}
