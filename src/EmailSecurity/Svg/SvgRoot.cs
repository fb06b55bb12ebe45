using System.Runtime.InteropServices;

namespace EmailSecurity.Svg;

/// <summary>What the root says of the document: version, profile, viewBox and size.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SvgRoot
{
    private bool hasViewBox;
    private int widthAt;
    private int heightAt;

    /// <summary>The width, where given and readable.</summary>
    public SvgLength? Width { get; private set; }

    /// <summary>The height, where given and readable.</summary>
    public SvgLength? Height { get; private set; }

    /// <summary>The viewBox, where given and readable.</summary>
    public SvgViewBox? ViewBox { get; private set; }

    /// <summary>True where it has a version, right or wrong.</summary>
    public bool HasVersion { get; set; }

    /// <summary>True where it has a baseProfile, right or wrong.</summary>
    public bool HasBaseProfile { get; set; }

    /// <summary>Reads viewBox, width or height.</summary>
    public void Take(SvgAttributeRule rule, in SvgAttribute attribute, ReadOnlySpan<byte> value, in SvgReport report)
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
                else if (report.Take(SvgRules.ViewBoxMalformed))
                {
                    report.Report(SvgRules.ViewBoxMalformed, attribute.Name, $"viewBox=\"{SvgText.Show(value)}\" is not four numbers with a width and height " +
                        "above zero.");
                }

                break;
            default:
                var good = SvgLength.TryParse(value, out var length) && length.Value > 0;
                if (!good && report.Take(SvgRules.SizeMalformed))
                {
                    report.Report(SvgRules.SizeMalformed, attribute.Name, $"{rule.Name}=\"{SvgText.Show(value)}\" is not a length above zero.");
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
        }
    }

    /// <summary>Reports what the root lacks, and a size or shape that logos should not have.</summary>
    public readonly void Check(int start, in SvgReport report)
    {
        if (!HasVersion)
        {
            report.Report(SvgRules.VersionMissing, start, "The root has no version.");
        }

        if (!HasBaseProfile)
        {
            report.Report(SvgRules.BaseProfileMissing, start, "The root has no baseProfile.");
        }

        if (!hasViewBox)
        {
            report.Report(SvgRules.ViewBoxMissing, start, "The root has no viewBox.");
        }

        if (Width is { IsRelative: true } width)
        {
            report.Report(SvgRules.SizeRelative, widthAt, $"width is {width}, which is a relative size.");
        }

        if (Height is { IsRelative: true } height)
        {
            report.Report(SvgRules.SizeRelative, heightAt, $"height is {height}, which is a relative size.");
        }

        if (Width?.Pixels is < SvgRules.GmailPixels || Height?.Pixels is < SvgRules.GmailPixels)
        {
            report.Report(SvgRules.SizeSmall, Width?.Pixels is < SvgRules.GmailPixels ? widthAt : heightAt,
                $"The logo is {Width?.ToString() ?? "of no width"} by {Height?.ToString() ?? "no height"}; Gmail supports {SvgRules.GmailPixels} " +
                    "pixels and more.");
        }

        if (widthAt == 0 && heightAt == 0)
        {
            report.Report(SvgRules.SizeMissing, start, "The root has no width and height, which SVG does not require.");
        }

        if (ViewBox is { IsSquare: false } box)
        {
            report.Report(SvgRules.NotSquare, start, Invariant($"The viewBox is {box.Width} by {box.Height}, not square."));
        }
        else if (Width?.Pixels is { } x && Height?.Pixels is { } y && Math.Abs(x - y) > Math.Max(x, y) / 1000)
        {
            report.Report(SvgRules.NotSquare, start, $"The logo is {Width} by {Height}, not square.");
        }
    }
}
