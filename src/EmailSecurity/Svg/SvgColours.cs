using System.Runtime.InteropServices;

namespace EmailSecurity.Svg;

/// <summary>The colors that the shapes of a document are painted with.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SvgColours()
{
    /// <summary>More colours than this are not told apart.</summary>
    private const int MaximumColours = 256;

    private int[] colours = new int[8];
    private bool painted;

    /// <summary>How many different ones there are, 256 at most.</summary>
    public int Count { get; private set; }

    /// <summary>Works out what the element paints with; SVG Tiny 1.2 section 6.2: an attribute that cannot be read is as good as absent.</summary>
    public void Paint(ref SvgFrame frame, in SvgPaints paints)
    {
        if (paints.Colour >= 0)
        {
            frame.Colour = paints.Colour;
        }

        frame.Fill = Effective(paints.Fill, frame.Fill, frame.Colour);
        frame.Stroke = Effective(paints.Stroke, frame.Stroke, frame.Colour);
        if (SvgSchema.IsShape(frame.Element))
        {
            painted |= frame.Fill != SvgPaint.None || frame.Stroke != SvgPaint.None;
            Add(frame.Fill);
            Add(frame.Stroke);
        }
        else if (frame.Element == SvgElement.Stop)
        {
            Add(Effective(paints.Stop, 0, frame.Colour));
        }
        else if (frame.Element == SvgElement.SolidColor)
        {
            Add(Effective(paints.Solid, 0, frame.Colour));
        }
    }

    private static int Effective(int paint, int inherited, int colour) => paint switch
    {
        SvgPaint.Inherit or SvgPaint.Unknown => inherited,
        SvgPaint.CurrentColour => colour,
        _ => paint,
    };

    private void Add(int colour)
    {
        if (colour < 0 || Count == MaximumColours || colours.AsSpan(0, Count).Contains(colour))
        {
            return;
        }

        if (Count == colours.Length)
        {
            Array.Resize(ref colours, Count * 2);
        }

        colours[Count++] = colour;
    }

    /// <summary>Reports a document that paints nothing, or in one color.</summary>
    public readonly void Check(in SvgReport report, int offset)
    {
        // draft-svg-tiny-ps-abrotman section 2.4 asks for two colours "when rendered"; a mark on the client's own background has
        // shown everywhere for years, so that it is a warning here.
        if (!painted)
        {
            report.Report(SvgRules.NothingPainted, offset, "The document paints nothing.");
        }
        else if (Count < 2)
        {
            report.Report(SvgRules.OneColour, offset, Count == 1 ? $"Everything is painted in one color ({SvgPaint.Show(colours[0])})."
                : "The shapes have no color of their own.");
        }
    }
}
