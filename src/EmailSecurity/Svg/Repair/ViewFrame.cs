namespace EmailSecurity.Svg.Repair;

/// <summary>What an svg or symbol shows of its coordinates (SVG 2 sections 8.2, 8.6 and 8.7).</summary>
internal static class ViewFrame
{
    /// <summary>The viewBox; null where there is none that can be read.</summary>
    public static Bounds? Box(RepairNode node) =>
        node["viewBox"] is { } text && NumberScanner.List(text) is [var x, var y, > 0 and var w, > 0 and var h]
            ? new Bounds(x, y, x + w, y + h) : null;

    /// <summary>From the coordinates of the viewBox to a view of that size.</summary>
    public static Matrix Fit(Bounds box, double width, double height, string? aspect)
    {
        var words = (aspect ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var align = words.FirstOrDefault(w => w != "defer") ?? "xMidYMid";
        var (sx, sy) = (width / box.Width, height / box.Height);
        if (align != "none")
        {
            sx = sy = words.Contains("slice") ? Math.Max(sx, sy) : Math.Min(sx, sy);
        }

        double Shift(double rest, string axis) =>
            align.Contains(axis + "Min", StringComparison.OrdinalIgnoreCase) ? 0
            : align.Contains(axis + "Max", StringComparison.OrdinalIgnoreCase) ? rest : rest / 2;
        var (tx, ty) = align == "none" ? (0, 0) : (Shift(width - (box.Width * sx), "x"), Shift(height - (box.Height * sy), "Y"));
        return new Matrix(sx, 0, 0, sy, tx - (box.Left * sx), ty - (box.Top * sy));
    }

    /// <summary>The part of the root's coordinates that is shown, and what brings the drawing there; null where the file says no size at all.</summary>
    /// <param name="root">The root element.</param>
    /// <param name="inner">From the drawing's coordinates to those of the result: a stretch, or nothing.</param>
    public static Bounds? Root(RepairNode root, out Matrix inner)
    {
        inner = Matrix.Identity;
        var box = Box(root);
        var (width, height) = (Pixels(root["width"]), Pixels(root["height"]));
        if (box is not { } b)
        {
            return width is { } w && height is { } h ? new Bounds(0, 0, w, h) : null;
        }

        if (width is not { } across || height is not { } down || Math.Abs((across / down) - (b.Width / b.Height)) <= b.Width / b.Height / 2000)
        {
            return b;
        }

        // A view of another shape than the viewBox: what it shows, in coordinates of the viewBox where they are not stretched.
        var fit = Fit(b, across, down, root["preserveAspectRatio"]);
        if (!fit.IsSimilarity)
        {
            var k = Math.Min(fit.A, fit.D);
            inner = Matrix.Scale(fit.A / k, fit.D / k);
            return new Bounds(b.Left * fit.A / k, b.Top * fit.D / k, b.Right * fit.A / k, b.Bottom * fit.D / k);
        }

        var back = fit.Inverse();
        return Bounds.Empty.Add(back.Apply(new Point(0, 0))).Add(back.Apply(new Point(across, down)));
    }

    /// <summary>A length in pixels; null for a share of something else, or none.</summary>
    public static double? Pixels(string? text) =>
        text is not null && !text.Contains('%', StringComparison.Ordinal) && Lengths.TryRead(text, 0, out var length) && length > 0 ? length : null;
}
