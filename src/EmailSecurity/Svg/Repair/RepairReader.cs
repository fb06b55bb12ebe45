using System.Xml;

namespace EmailSecurity.Svg.Repair;

/// <summary>
/// Reads a file into elements of SVG. Comments, processing instructions, the DOCTYPE and what is in other namespaces are left out. No DTD is read, nothing
/// is fetched, and size, depth and number are bounded.
/// </summary>
internal static class RepairReader
{
    /// <summary>Elements at most.</summary>
    public const int MaximumElements = 20_000;

    private const string Svg = "http://www.w3.org/2000/svg";
    private const string XLink = "http://www.w3.org/1999/xlink";

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        IgnoreComments = true,
        CheckCharacters = true,
        MaxCharactersInDocument = 2 * SvgRepair.MaximumSize,
    };

    /// <summary>Reads the file; null where it cannot be read, which the report says.</summary>
    public static RepairNode? Read(ReadOnlyMemory<byte> bytes, RepairReport report)
    {
        if (RepairEncoding.Decode(bytes.Span, report) is not { } text)
        {
            return null;
        }

        try
        {
            using var reader = XmlReader.Create(new StringReader(RepairEncoding.WithoutDocType(text, report)), Settings);
            return Read(reader, report);
        }
        catch (XmlException e)
        {
            report.Refuse(LogoRepairRules.Unreadable, null, $"The file is not well-formed XML: {e.Message}");
            return null;
        }
    }

    private static RepairNode? Read(XmlReader reader, RepairReport report)
    {
        Stack<RepairNode> open = [];
        RepairNode? root = null;
        var count = 0;
        var dropped = "";
        // Skip leaves the reader at what follows, Read moves to it.
        for (var isThere = reader.Read(); isThere;)
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                if (++count > MaximumElements || open.Count >= SvgValidator.MaximumDepth)
                {
                    report.Refuse(LogoRepairRules.TooComplex, null, count > MaximumElements ? $"The file has more than {MaximumElements} elements."
                        : $"Elements are nested more than {SvgValidator.MaximumDepth} deep.");
                    return null;
                }

                if (!IsSvg(reader, open.Count == 0))
                {
                    if (open.Count == 0)
                    {
                        report.Refuse(LogoRepairRules.Unreadable, null, $"The root element is <{Short(reader.Name)}>, not <svg>.");
                        return null;
                    }

                    dropped = reader.Prefix.Length > 0 ? reader.Prefix : reader.LocalName;
                    report.Change(LogoRepairRules.Dropped, $"Data of the editor was removed: {Short(dropped)}");
                    reader.Skip();
                    isThere = !reader.EOF;
                    continue;
                }

                var node = Take(reader, report);
                root ??= node;
                if (open.TryPeek(out var parent))
                {
                    parent.Children.Add(node);
                }

                if (!reader.IsEmptyElement)
                {
                    open.Push(node);
                }
            }
            else if (reader.NodeType == XmlNodeType.EndElement)
            {
                open.Pop();
            }
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace && open.TryPeek(out var holder))
            {
                holder.Text += reader.Value;
            }
            else if (reader.NodeType == XmlNodeType.ProcessingInstruction && reader.Name == "xml-stylesheet")
            {
                report.Refuse(LogoRepairRules.External, null, "The file takes its styles from another file (xml-stylesheet).");
            }

            isThere = reader.Read();
        }

        return root;
    }

    // A logo without the namespace is what people paste from pages; renderers of BIMI refuse it, and its meaning is clear.
    private static bool IsSvg(XmlReader reader, bool isRoot) =>
        (reader.NamespaceURI == Svg || (reader.NamespaceURI.Length == 0 && reader.Prefix.Length == 0)) && (!isRoot || reader.LocalName == "svg");

    private static RepairNode Take(XmlReader reader, RepairReport report)
    {
        var place = (IXmlLineInfo)reader;
        var node = new RepairNode { Name = reader.LocalName, Line = place.LineNumber, Column = Math.Max(1, place.LinePosition - 1) };
        while (reader.MoveToNextAttribute())
        {
            var isLink = reader.NamespaceURI == XLink && reader.LocalName == "href";
            if (isLink || reader.NamespaceURI.Length == 0)
            {
                if (!isLink || !node.Attributes.ContainsKey("href"))
                {
                    node.Attributes[reader.LocalName] = reader.Value;
                }
            }
            else if (reader.Prefix is not ("xmlns" or "xml"))
            {
                report.Change(LogoRepairRules.Dropped, $"Attributes of the editor were removed: {Short(reader.Prefix)}");
            }
        }

        reader.MoveToElement();
        return node;
    }

    private static string Short(string name) => name.Length > 40 ? name[..40] + "..." : name;
}
