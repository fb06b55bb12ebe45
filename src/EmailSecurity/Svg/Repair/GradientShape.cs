namespace EmailSecurity.Svg.Repair;

/// <summary>Gradients in the coordinates of the shape that they paint, without what SVG Tiny 1.2 does not have: transforms, repetition.</summary>
internal static class GradientShape
{
    /// <summary>Repetitions at most.</summary>
    private const int MostRepeats = 64;

    /// <summary>The gradient in other coordinates; exact for every linear one, and for radial ones whose circles stay circles.</summary>
    public static Gradient Transform(Gradient gradient, Matrix m)
    {
        var from = m.Apply(gradient.From);
        if (gradient.IsRadial)
        {
            return gradient with { From = from, To = from, Radius = gradient.Radius * m.Factor };
        }

        // Lines of one color stay lines; the new vector stands upright on them.
        var vector = gradient.To - gradient.From;
        var line = m.Turn(new Point(-vector.Y, vector.X));
        var moved = m.Turn(vector);
        return gradient with { From = from, To = from + moved - (line * (moved.Dot(line) / line.Dot(line))) };
    }

    /// <summary>The gradient with its repetitions written out as far as a rectangle reaches; null where they are too many.</summary>
    /// <param name="gradient">The gradient.</param>
    /// <param name="box">The rectangle, in the gradient's coordinates.</param>
    public static Gradient? Unroll(Gradient gradient, Bounds box)
    {
        if (gradient.Spread == GradientSpread.Pad)
        {
            return gradient;
        }

        var vector = gradient.To - gradient.From;
        double Place(Point p) => gradient.IsRadial ? (p - gradient.From).Length / gradient.Radius : (p - gradient.From).Dot(vector) / vector.Dot(vector);
        var places = box.Corners().Select(Place).ToArray();
        var (first, last) = (gradient.IsRadial ? 0 : (int)Math.Floor(places.Min()), (int)Math.Ceiling(places.Max()));
        (first, last) = (Math.Min(first, 0), Math.Max(last, 1));
        if (last - first > MostRepeats)
        {
            return null;
        }

        List<GradientStop> stops = [];
        for (var i = first; i < last; i++)
        {
            var isTurned = gradient.Spread == GradientSpread.Reflect && i % 2 != 0;
            var one = isTurned ? gradient.Stops.Reverse().Select(s => s with { Offset = 1 - s.Offset }) : gradient.Stops;
            // Each repetition is whole: from 0 to 1.
            var whole = one.ToList();
            whole.Insert(0, whole[0] with { Offset = 0 });
            whole.Add(whole[^1] with { Offset = 1 });
            stops.AddRange(whole.Select(s => s with { Offset = (i + s.Offset - first) / (last - first) }));
        }

        return gradient with
        {
            From = gradient.From + (vector * first),
            To = gradient.IsRadial ? gradient.To : gradient.From + (vector * last),
            Radius = gradient.Radius * last,
            Stops = stops,
            Spread = GradientSpread.Pad,
        };
    }
}
