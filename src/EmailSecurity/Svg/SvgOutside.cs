namespace EmailSecurity.Svg;

/// <summary>References that lead out of the file: <c>href</c>, <c>url()</c>, <c>xml:base</c>.</summary>
internal static class SvgOutside
{
    /// <summary>Reports a reference that leads out of the file.</summary>
    public static void Report(int offset, string name, ReadOnlySpan<byte> value, in SvgReport report)
    {
        if (report.Take(SvgRules.ExternalReference))
        {
            report.Report(SvgRules.ExternalReference, offset, $"{name} refers to '{SvgText.Show(value)}', which is not in this file.");
        }
    }

    /// <summary>Reports every <c>url(...)</c> in a value that leads out of the file.</summary>
    public static void CheckUrls(int offset, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, in SvgReport report)
    {
        for (var open = value.IndexOf((byte)'('); open >= 0; open = value.IndexOf((byte)'('))
        {
            if (open >= 3 && SvgPaint.TryReadUrl(value[(open - 3)..], out var address, out _) && !address.StartsWith("#"u8))
            {
                Report(offset, SvgText.Show(name), address, report);
            }

            value = value[(open + 1)..];
        }
    }

    /// <summary>SVG Tiny 1.2 section 14.1: xml:base says what file a reference is relative to, so that #id would name another file's element.</summary>
    public static void CheckBase(in SvgAttribute attribute, ReadOnlySpan<byte> value, in SvgReport report)
    {
        value = SvgText.Trim(value);
        if (value.IsEmpty)
        {
            return;
        }

        var scanner = new SvgScanner(value);
        if (value.StartsWith("//"u8) || (scanner.ReadLetters().Length > 0 && scanner.Next == ':'))
        {
            Report(attribute.Name, "xml:base", value, report);
        }
        else
        {
            report.Report(SvgRules.BaseRelative, attribute.Name, "xml:base is set.");
        }
    }
}
