namespace EmailSecurity.Svg.Repair;

/// <summary>
/// The transform that a shape keeps. Most need none: their numbers are in the root's coordinates. A stroke that is wider in one direction, or a gradient of
/// ellipses, is what it is through a transform alone.
/// </summary>
internal static class ShapeFrame
{
    /// <summary>Frames whose areas are so near to the root's are kept as they are, so that a second conversion finds nothing to do.</summary>
    private const double Near = 0.01;

    /// <summary>The transform that a stroke needs.</summary>
    public static Matrix Stroke(Drawn drawn) =>
        drawn.Frame.IsSimilarity || drawn.Stroke!.IsFixed ? Matrix.Identity : Normal(drawn.Frame, drawn.Frame, drawn.Outline.Bounds().Centre);

    /// <summary>The transform that a fill needs.</summary>
    /// <param name="drawn">The shape.</param>
    /// <param name="stroke">That of its stroke, which is as good for a fill of one color or along a line.</param>
    public static Matrix Fill(Drawn drawn, Matrix? stroke)
    {
        if (drawn.Fill is not GradientPaint { Gradient.IsRadial: true } paint)
        {
            return stroke ?? Matrix.Identity;
        }

        if (stroke is { } frame && (frame.Inverse() * paint.ToRoot).IsSimilarity)
        {
            return frame;
        }

        return paint.ToRoot.IsSimilarity ? Matrix.Identity : Normal(paint.ToRoot, drawn.Frame, drawn.Outline.Bounds().Centre);
    }

    // Scaled so that areas keep their size, and moved so that the middle of the shape stays: its numbers are then of the size of the others.
    private static Matrix Normal(Matrix wanted, Matrix frame, Point centre)
    {
        if (Math.Abs(Math.Abs(frame.Determinant) - 1) < Near && (frame.Inverse() * wanted).IsSimilarity)
        {
            return frame;
        }

        var k = 1 / wanted.Factor;
        var turn = new Matrix(wanted.A * k, wanted.B * k, wanted.C * k, wanted.D * k, 0, 0);
        var moved = turn.Apply(centre);
        return turn with { E = centre.X - moved.X, F = centre.Y - moved.Y };
    }
}
