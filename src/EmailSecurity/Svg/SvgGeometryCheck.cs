namespace EmailSecurity.Svg;

/// <summary>Whether the values that draw and place a shape can be read: path data, points, transforms, lists, numbers.</summary>
internal static class SvgGeometryCheck
{
    /// <summary>Reports a value that SVG Tiny 1.2 cannot read.</summary>
    public static void Check(SvgElement element, SvgAttributeRule rule, in SvgAttribute attribute, ReadOnlySpan<byte> value, in SvgReport report)
    {
        var offset = 0;
        string? problem = rule.Kind switch
        {
            SvgValueKind.PathData => CheckPathData(attribute, value, report, out offset),
            SvgValueKind.Points => SvgGeometry.CheckPoints(value),
            SvgValueKind.Transform => SvgGeometry.CheckTransform(value),
            SvgValueKind.DashArray => SvgText.Trim(value) is var dashes
                && (dashes.SequenceEqual("none"u8) || dashes.SequenceEqual("inherit"u8) || SvgGeometry.CountNumbers(dashes) > 0)
                ? null : "stroke-dasharray is none, inherit or a list of numbers",
            _ => CheckNumber(element, rule, SvgText.Trim(value)),
        };
        if (problem is not null && report.Take(SvgRules.ValueMalformed))
        {
            report.Report(SvgRules.ValueMalformed, attribute.HasReference ? attribute.Name : attribute.Value + offset,
                $"{rule.Name} cannot be read: {problem}.");
        }
    }

    private static string? CheckPathData(in SvgAttribute attribute, ReadOnlySpan<byte> value, in SvgReport report, out int offset)
    {
        var problem = SvgGeometry.CheckPath(value, out offset, out var hasArc);
        if (hasArc && problem is null)
        {
            offset = 0;
            return report.Take(SvgRules.ArcInPath) ? AddArc(attribute, report) : null;
        }
        return problem;
    }

    private static string? AddArc(in SvgAttribute attribute, in SvgReport report)
    {
        report.Report(SvgRules.ArcInPath, attribute.Name, "The path has an elliptical arc (A), which SVG Tiny 1.2 does not have.");
        return null;
    }

    private static string? CheckNumber(SvgElement element, SvgAttributeRule rule, ReadOnlySpan<byte> value)
    {
        var scanner = new SvgScanner(value);
        if (scanner.SkipNumber())
        {
            return scanner.AtEnd ? null
                : "it is a number without a unit; SVG Tiny 1.2 has units on the root's width and height only (section 7.11)";
        }
        if (value.SequenceEqual("inherit"u8) && rule.Kind == SvgValueKind.NumberOrInherit)
        {
            return null;
        }

        return value.SequenceEqual("auto"u8) && element == SvgElement.TextArea ? null : "it is not a number";
    }
}
