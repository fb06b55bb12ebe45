using System.Runtime.InteropServices;

namespace EmailSecurity.Svg;

internal ref partial struct SvgValidator
{
    /// <summary>More colours than this are not told apart.</summary>
    private const int MaximumColours = 256;

    /// <summary>The paint attributes of one element.</summary>
    [StructLayout(LayoutKind.Auto)]
    private ref struct Paints
    {
        public int Fill = SvgPaint.Inherit;
        public int Stroke = SvgPaint.Inherit;
        public int Colour = SvgPaint.Inherit;
        public int Stop = 0;
        public int Solid = 0;

        public Paints()
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

    /// <summary>Works out what the element paints with; SVG Tiny 1.2 section 6.2: an attribute that cannot be read is as good as absent.</summary>
    private void Paint(ref Frame frame, in Paints paints)
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
            Count(frame.Fill);
            Count(frame.Stroke);
        }
        else if (frame.Element == SvgElement.Stop)
        {
            Count(Effective(paints.Stop, 0, frame.Colour));
        }
        else if (frame.Element == SvgElement.SolidColor)
        {
            Count(Effective(paints.Solid, 0, frame.Colour));
        }
    }

    private static int Effective(int paint, int inherited, int colour) => paint switch
    {
        SvgPaint.Inherit or SvgPaint.Unknown => inherited,
        SvgPaint.CurrentColour => colour,
        _ => paint,
    };

    private void Count(int colour)
    {
        if (colour < 0 || Colours == MaximumColours || colours.AsSpan(0, Colours).Contains(colour))
        {
            return;
        }

        if (Colours == colours.Length)
        {
            Array.Resize(ref colours, Colours * 2);
        }

        colours[Colours++] = colour;
    }

    private readonly void CheckColours()
    {
        // draft-svg-tiny-ps-abrotman section 2.4 asks for two colours "when rendered"; a mark on the client's own background has
        // shown everywhere for years, so that it is a warning here.
        if (!painted)
        {
            Report(SvgRules.NothingPainted, frames[0].Name - 1, "The document paints nothing.");
        }
        else if (Colours < 2)
        {
            Report(SvgRules.OneColour, frames[0].Name - 1, Colours == 1 ? $"Everything is painted in one color ({SvgPaint.Show(colours[0])})."
                : "The shapes have no color of their own.");
        }
    }

    private void TakeRootSize(SvgAttributeRule rule, in SvgAttribute attribute, ReadOnlySpan<byte> value)
    {
        switch (rule.Kind)
        {
            case SvgValueKind.ViewBox:
                hasViewBox = !SvgText.Trim(value).SequenceEqual("none"u8);
                if (!hasViewBox)
                {
                    break;
                }

                if (SvgViewBox.TryParse(value, out var box) && box.Width > 0 && box.Height > 0)
                {
                    ViewBox = box;
                }
                else if (findings.Take(SvgRules.ViewBoxMalformed))
                {
                    Report(SvgRules.ViewBoxMalformed, attribute.Name, $"viewBox=\"{SvgText.Show(value)}\" is not four numbers with a width and height " +
                        "above zero.");
                }

                break;
            case SvgValueKind.Length:
                var good = SvgLength.TryParse(value, out var length) && length.Value > 0;
                if (!good && findings.Take(SvgRules.SizeMalformed))
                {
                    Report(SvgRules.SizeMalformed, attribute.Name, $"{rule.Name}=\"{SvgText.Show(value)}\" is not a length above zero.");
                }

                if (rule.Name == "width")
                {
                    (Width, widthAt) = (good ? length : null, attribute.Name);
                }
                else
                {
                    (Height, heightAt) = (good ? length : null, attribute.Name);
                }

                break;
            default:
                CheckGeometry(SvgElement.Svg, rule, attribute, value);
                break;
        }
    }

    private readonly void CheckRootAttributes(int start)
    {
        if (!hasVersion)
        {
            Report(SvgRules.VersionMissing, start, "The root has no version.");
        }

        if (!hasBaseProfile)
        {
            Report(SvgRules.BaseProfileMissing, start, "The root has no baseProfile.");
        }

        if (!hasViewBox)
        {
            Report(SvgRules.ViewBoxMissing, start, "The root has no viewBox.");
        }

        if (Width is { IsRelative: true } width)
        {
            Report(SvgRules.SizeRelative, widthAt, $"width is {width}, which is a relative size.");
        }

        if (Height is { IsRelative: true } height)
        {
            Report(SvgRules.SizeRelative, heightAt, $"height is {height}, which is a relative size.");
        }

        if (Width?.Pixels is < SvgRules.GmailPixels || Height?.Pixels is < SvgRules.GmailPixels)
        {
            Report(SvgRules.SizeSmall, Width?.Pixels is < SvgRules.GmailPixels ? widthAt : heightAt,
                $"The logo is {Width?.ToString() ?? "of no width"} by {Height?.ToString() ?? "no height"}; Gmail supports {SvgRules.GmailPixels} " +
                    "pixels and more.");
        }

        if (widthAt == 0 && heightAt == 0)
        {
            Report(SvgRules.SizeMissing, start, "The root has no width and height, which SVG does not require.");
        }

        if (ViewBox is { IsSquare: false } box)
        {
            Report(SvgRules.NotSquare, start, Invariant($"The viewBox is {box.Width} by {box.Height}, not square."));
        }
        else if (Width?.Pixels is { } x && Height?.Pixels is { } y && Math.Abs(x - y) > Math.Max(x, y) / 1000)
        {
            Report(SvgRules.NotSquare, start, $"The logo is {Width} by {Height}, not square.");
        }
    }
}
