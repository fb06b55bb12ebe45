namespace EmailSecurity.Svg.Repair;

/// <summary>The square that the result shows, and what lies outside the part that the file shows.</summary>
internal static class RootFrame
{
    /// <summary>The square around what is shown, with equal margins.</summary>
    public static Bounds Square(Bounds frame, RepairReport report)
    {
        if (Math.Abs(frame.Width - frame.Height) <= frame.Width * 1e-9)
        {
            return frame;
        }

        report.Change(LogoRepairRules.Frame, Invariant($"The viewBox is now square; it was {frame.Width:0.##} by {frame.Height:0.##}"));
        var half = Math.Max(frame.Width, frame.Height) / 2;
        return new Bounds(frame.Centre.X - half, frame.Centre.Y - half, frame.Centre.X + half, frame.Centre.Y + half);
    }

    /// <summary>The shapes that are seen, over the background that the root's style gives.</summary>
    public static List<Drawn> Apply(RepairNode root, Flattener flattener, List<Drawn> drawn, Bounds frame, RepairReport report)
    {
        if (Background(root, frame, report) is { } background)
        {
            drawn.Insert(0, background);
        }

        // A margin would show what the edge of the view hides.
        drawn = drawn.ConvertAll(d => d.Outline.Bounds().Overlaps(frame) ? d : d with { Fill = null });
        drawn.RemoveAll(d => !d.Painted().Overlaps(frame));
        return Math.Abs(frame.Width - frame.Height) <= frame.Width * 1e-9 ? drawn : flattener.Cut(root, drawn, new ClipArea(ShapeReader.Rectangle(frame)));
    }

    private static Drawn? Background(RepairNode root, Bounds frame, RepairReport report)
    {
        var value = (root.Properties.GetValueOrDefault("background-color") ?? root.Properties.GetValueOrDefault("background"))?.Trim();
        if (value is null or "none" or "transparent" or "initial" or "inherit")
        {
            return null;
        }

        if (!ColourReader.TryRead(value, out var colour))
        {
            report.Refuse(LogoRepairRules.StyleSheet, root, $"The root has the background '{Lengths.Short(value)}'; only a color can be converted.");
            return null;
        }

        report.Change(LogoRepairRules.Styles, "The background of the root became a rectangle");
        return colour.Alpha <= 0 ? null : new Drawn
        {
            Node = root,
            Outline = ShapeReader.Rectangle(frame),
            IsEvenOdd = false,
            Frame = Matrix.Identity,
            Fill = new SolidPaint(colour with { Alpha = 1 }),
            FillOpacity = colour.Alpha,
        };
    }
}
