using System.Xml;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.S3.Documents;

/// <summary>Reading and writing S3's documents. Unknown elements are refused, as S3 validates against its schema.</summary>
internal static class S3Xml
{
    /// <summary>Namespace of S3's documents.</summary>
    public static readonly XNamespace Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
    private static readonly XNamespace Instance = "http://www.w3.org/2001/XMLSchema-instance";
    private const int MostCharacters = 4 * 1024 * 1024;

    /// <summary>Reads a body whose root must have a name.</summary>
    public static XElement Parse(byte[] body, string rootName)
    {
        XElement root;
        try
        {
            using var reader = XmlReader.Create(
                new MemoryStream(body),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostCharacters });
            root = XElement.Load(reader);
        }
        catch (XmlException)
        {
            throw S3Exception.MalformedXml();
        }
        return root.Name.LocalName == rootName && root.DescendantsAndSelf().All(e => e.Name.Namespace == Namespace || e.Name.Namespace == XNamespace.None)
            ? root
            : throw S3Exception.MalformedXml();
    }

    /// <summary>Refuses children that are not named here, and repeated ones.</summary>
    public static void Only(this XElement parent, params ReadOnlySpan<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var child in parent.Elements())
        {
            if (!names.Contains(child.Name.LocalName) || !seen.Add(child.Name.LocalName))
            {
                throw S3Exception.MalformedXml();
            }
        }
    }

    /// <summary>Children that may repeat: all must have this name.</summary>
    public static IReadOnlyList<XElement> Many(this XElement parent, string name) =>
        parent.Elements().All(e => e.Name.LocalName == name) ? [.. parent.Elements()] : throw S3Exception.MalformedXml();

    /// <summary>A child; null where it is absent.</summary>
    public static XElement? Child(this XElement parent, string name) => parent.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    /// <summary>Text of a child without children; null where it is absent.</summary>
    public static string? Text(this XElement parent, string name) =>
        parent.Child(name) is not { } child ? null : child.HasElements ? throw S3Exception.MalformedXml() : child.Value;

    /// <summary>Text of a child that must be there.</summary>
    public static string Required(this XElement parent, string name) => parent.Text(name) ?? throw S3Exception.MalformedXml();

    /// <summary>A boolean child; null where it is absent.</summary>
    public static bool? Flag(this XElement parent, string name) => parent.Text(name)?.Trim() switch
    {
        null => null,
        "true" or "TRUE" => true,
        "false" or "FALSE" => false,
        _ => throw S3Exception.MalformedXml(),
    };

    /// <summary>A whole number above zero; null where it is absent.</summary>
    public static int? Positive(this XElement parent, string name, string rule) => parent.Text(name) is not { } text ? null
        : !int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? throw S3Exception.MalformedXml()
        : number > 0 ? number : throw S3Exception.InvalidArgument(rule, name, text);

    /// <summary>A document in S3's namespace as a reply.</summary>
    public static AwsReply Reply(string rootName, params object?[] content) =>
        new(200, "application/xml", AwsXml.Document(Namespaced(new XElement(rootName, content), Namespace)));

    /// <summary>A grantee, typed as the schema asks.</summary>
    public static XElement Grantee(string type, params object[] content) =>
        new("Grantee", new XAttribute(XNamespace.Xmlns + "xsi", Instance.NamespaceName), new XAttribute(Instance + "type", type), content);

    /// <summary>The type of a grantee.</summary>
    public static string GranteeType(XElement grantee) => (string?)grantee.Attribute(Instance + "type") ?? throw S3Exception.MalformedXml();

    private static XElement Namespaced(XElement element, XNamespace space)
    {
        foreach (var e in element.DescendantsAndSelf())
        {
            e.Name = space + e.Name.LocalName;
        }
        return element;
    }
}
