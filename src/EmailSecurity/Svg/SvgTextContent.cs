using System.Runtime.InteropServices;
using System.Text;
using EmailSecurity.Text;

namespace EmailSecurity.Svg;

/// <summary>What title and desc say.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SvgTextContent()
{
    private StringBuilder? elementText;

    /// <summary>The title.</summary>
    public string Title { get; private set; } = "";

    /// <summary>The description.</summary>
    public string Description { get; private set; } = "";

    /// <summary>Adds a piece of the text of an open title or desc.</summary>
    public void Append(ReadOnlySpan<byte> content, bool hasReference)
    {
        elementText ??= new StringBuilder();
        if (!hasReference)
        {
            elementText.Append(Encoding.UTF8.GetString(content));
            return;
        }
        var buffer = new byte[content.Length];
        elementText.Append(Encoding.UTF8.GetString(buffer, 0, SvgEntity.Normalize(content, buffer)));
    }

    /// <summary>Takes and judges the text of a title or desc that ends.</summary>
    public void Close(in SvgFrame frame, bool inRoot, in SvgReport report)
    {
        var content = elementText?.ToString().Trim(' ', '\t', '\r', '\n') ?? "";
        elementText?.Clear();
        if (frame.Element == SvgElement.Desc)
        {
            if (Description.Length == 0)
            {
                Description = content;
            }

            if (content.Length == 0)
            {
                report.Report(SvgRules.DescriptionEmpty, frame.Name - 1, "<desc> is empty.");
            }

            return;
        }
        if (!inRoot)
        {
            return;
        }

        if (Title.Length == 0)
        {
            Title = content;
        }

        if (content.Length == 0)
        {
            report.Report(SvgRules.TitleEmpty, frame.Name - 1, "<title> is empty.");
            return;
        }
        if (SvgTitles.IsPlaceholder(content))
        {
            report.Report(SvgRules.TitlePlaceholder, frame.Name - 1,
                $"<title> is '{RecordText.Show(content)}', which names no brand: a design tool or a template put it there.");
        }

        var length = content.EnumerateRunes().Count();
        if (length > 64 && report.Take(SvgRules.TitleLong))
        {
            report.Report(SvgRules.TitleLong, frame.Name - 1, Invariant($"<title> has {length} characters; it should have at most 64."));
        }
    }

    /// <summary>Reports what the document does not have.</summary>
    public readonly void Check(int titles, int root, in SvgReport report)
    {
        if (titles == 0)
        {
            report.Report(SvgRules.TitleMissing, root, "The root has no <title>.");
        }

        if (Description.Length == 0)
        {
            report.Report(SvgRules.DescriptionMissing, root, "The logo has no <desc>.");
        }
    }
}
