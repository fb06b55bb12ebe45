using System.Runtime.InteropServices;

namespace EmailSecurity.Svg;

/// <summary>The paint attributes of one element.</summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct SvgPaints
{
    public int Fill = SvgPaint.Inherit;
    public int Stroke = SvgPaint.Inherit;
    public int Colour = SvgPaint.Inherit;
    public int Stop = 0;
    public int Solid = 0;

    public SvgPaints()
    {
    }

    public void Set(ReadOnlySpan<byte> name, int paint)
    {
        switch (name.Length)
        {
            case 4:
                Fill = paint;
                break;
            case 6:
                Stroke = paint;
                break;
            case 5:
                Colour = paint;
                break;
            case 10:
                Stop = paint;
                break;
            case 11:
                Solid = paint;
                break;
            default:
                break;
        }
    }
}
