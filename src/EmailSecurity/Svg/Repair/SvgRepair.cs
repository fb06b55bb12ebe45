using System.Text;
using EmailSecurity.Findings;

namespace EmailSecurity.Svg.Repair;

/// <summary>What came of a conversion.</summary>
/// <param name="Content">The document; null where it was refused.</param>
/// <param name="Changes">What was changed.</param>
/// <param name="Refusals">Why it was refused.</param>
internal sealed record RepairOutcome(byte[]? Content, IReadOnlyList<Finding> Changes, IReadOnlyList<Finding> Refusals);

/// <summary>
/// Converts a drawing as design tools export it to SVG Tiny Portable/Secure that looks the same. It is read into shapes in the order of drawing, each with
/// its outline and paints, and these are written anew; what cannot be written without a difference to see is refused.
/// </summary>
internal static class SvgRepair
{
    /// <summary>Bytes of SVG that are read at most: editors' own data make exports large.</summary>
    public const int MaximumSize = 4 * 1024 * 1024;

    /// <summary>The finest step, as a share of the side: one hundredth of a pixel at 200 pixels.</summary>
    private const double FinestStep = 1 / 20_000.0;

    /// <summary>Converts a drawing.</summary>
    /// <param name="text">The SVG, uncompressed.</param>
    /// <param name="name">The file; may be empty.</param>
    /// <param name="title">The title; null for the file's own.</param>
    /// <param name="goal">Bytes that the result should have at most: numbers are rounded more coarsely to get there.</param>
    public static RepairOutcome Convert(ReadOnlyMemory<byte> text, string name, string? title, int goal)
    {
        var report = new RepairReport(name);
        var content = Convert(text, name, title, goal, report);
        return new RepairOutcome(report.IsRefused ? null : content, [.. report.Changes], report.Refusals);
    }

    private static byte[]? Convert(ReadOnlyMemory<byte> text, string name, string? title, int goal, RepairReport report)
    {
        if (RepairReader.Read(text, report) is not { } root)
        {
            return null;
        }

        var ids = Prepare(root, report);
        if (root["transform"] is { } transform && transform.Trim().Length > 0)
        {
            report.Refuse(LogoRepairRules.Effect, root, "The root has a transform, which browsers do not agree on.");
        }

        var shown = ViewFrame.Root(root, out var inner);
        var style = RepairStyle.Outside.For(root);
        var view = ViewFrame.Box(root) ?? shown ?? new Bounds(0, 0, 100, 100);
        var scope = new Scope(inner, style, new Viewport(view.Width, view.Height));
        var flattener = new Flattener(ids, report);
        var drawn = root.Properties.GetValueOrDefault("display")?.Trim() == "none" ? [] : flattener.Finish(root, flattener.Children(root, scope), scope);
        if (shown is null)
        {
            report.Change(LogoRepairRules.Frame, "The drawing's own edges became the viewBox: the file says no size");
        }

        var frame = shown ?? drawn.Aggregate(Bounds.Empty, (b, d) => b.Add(d.Painted()));
        if (drawn.Count == 0 || frame.IsEmpty || !(frame.Width > 0 && frame.Height > 0))
        {
            if (!report.IsRefused)
            {
                report.Refuse(LogoRepairRules.Unreadable, null, "The file draws nothing.");
            }

            return null;
        }

        drawn = RootFrame.Apply(root, flattener, drawn, frame, report);
        if (drawn.Count == 0)
        {
            report.Refuse(LogoRepairRules.Unreadable, root, "The file draws nothing inside its viewBox.");
        }

        return report.IsRefused ? null : Write(root, drawn, RootFrame.Square(frame, report), RepairTitle.Choose(root, name, title, report), goal, report);
    }

    private static Dictionary<string, RepairNode> Prepare(RepairNode root, RepairReport report)
    {
        Dictionary<string, RepairNode> ids = new(StringComparer.Ordinal);
        var sheet = new StyleSheet(report);
        foreach (var node in root.All())
        {
            if (node["id"] is { } id)
            {
                ids.TryAdd(id, node);
            }

            if (node.Name == "style" && node["type"] is null or "" or "text/css")
            {
                sheet.Add(node);
            }
        }

        var hasStyle = sheet.HasRules;
        foreach (var node in root.All())
        {
            hasStyle |= node["style"] is not null;
            sheet.Apply(node);
        }

        if (hasStyle)
        {
            report.Change(LogoRepairRules.Styles, "Style sheets and style attributes became attributes");
        }

        return ids;
    }

    private static byte[]? Write(RepairNode root, List<Drawn> drawn, Bounds square, string title, int goal, RepairReport report)
    {
        var description = root.Children.Find(c => c.Name == "desc")?.Text.Trim() ?? "";
        var (width, height) = (ViewFrame.Pixels(root["width"]), ViewFrame.Pixels(root["height"]));
        var size = width >= SvgRules.GmailPixels && height >= SvgRules.GmailPixels
            ? new PathWriter(2).Number(Math.Max(width.Value, height.Value)) is var side ? $" width=\"{side}\" height=\"{side}\"" : "" : "";
        var finest = Math.Clamp((int)Math.Ceiling(Math.Log10(1 / (square.Width * FinestStep)) - 1e-6), 0, 9);
        byte[] content = [];
        for (var decimals = finest; decimals >= Math.Max(0, finest - 1); decimals--)
        {
            var writer = new RepairWriter(square.Width, decimals, report);
            drawn.ForEach(writer.Add);
            if (writer.IsEmpty)
            {
                report.Refuse(LogoRepairRules.Unreadable, root, "The file draws nothing that is large enough to be seen.");
            }

            content = Encoding.UTF8.GetBytes(writer.Finish(square, title, description, size));
            if (content.Length <= goal || report.IsRefused)
            {
                return report.IsRefused ? null : content;
            }
        }

        report.Change(LogoRepairRules.Precision, "Numbers were rounded to a twentieth of a pixel at 128 pixels, to make the file small");
        return content;
    }
}
