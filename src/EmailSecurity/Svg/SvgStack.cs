namespace EmailSecurity.Svg;

/// <summary>The elements that are open, each inside the one before.</summary>
internal struct SvgStack()
{
    private SvgFrame[] frames = new SvgFrame[8];

    /// <summary>How many are open.</summary>
    public int Depth { get; private set; }

    /// <summary>The root.</summary>
    public readonly ref SvgFrame Root => ref frames[0];

    /// <summary>The innermost.</summary>
    public readonly ref SvgFrame Top => ref frames[Depth - 1];

    /// <summary>The one around the innermost.</summary>
    public readonly ref SvgFrame Parent => ref frames[Depth - 2];

    /// <summary>Makes ready an element that begins, with what it inherits; <see cref="Open"/> opens it.</summary>
    public ref SvgFrame Prepare(int name, int nameLength, int bindings)
    {
        if (Depth == frames.Length)
        {
            Array.Resize(ref frames, Depth * 2);
        }

        ref var frame = ref frames[Depth];
        frame = new SvgFrame
        {
            Name = name,
            NameLength = nameLength,
            Bindings = bindings,
            Target = -1,
            // SVG Tiny 1.2 sections 11.3 and 11.4: fill starts black, stroke starts none, color is up to the renderer, in practice black.
            Fill = 0,
            Stroke = SvgPaint.None,
        };
        if (Depth > 0)
        {
            ref readonly var parent = ref Top;
            (frame.DefaultNamespace, frame.IsForeign) = (parent.DefaultNamespace, parent.IsForeign);
            (frame.Fill, frame.Stroke, frame.Colour) = (parent.Fill, parent.Stroke, parent.Colour);
        }
        return ref frame;
    }

    /// <summary>Opens the element made ready.</summary>
    public void Open() => Depth++;

    /// <summary>Closes the innermost.</summary>
    public ref readonly SvgFrame Close() => ref frames[--Depth];
}
