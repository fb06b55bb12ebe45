using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.Aws;

/// <summary>What the two rest-xml services, Route 53 and CloudFront, have in common on the wire.</summary>
public static class RestXml
{
    private const long MaxCharacters = 4_000_000;

    /// <summary>Reads a request body; DTDs are refused.</summary>
    /// <exception cref="AwsRuleException">400 with <paramref name="errorCode"/>: not XML, or another root element or namespace than expected.</exception>
    public static XElement Parse(byte[] body, string root, XNamespace ns, string errorCode)
    {
        try
        {
            using var reader = XmlReader.Create(
                new MemoryStream(body),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxCharacters });
            var element = XElement.Load(reader);
            return element.Name == ns + root
                ? element
                : throw new AwsRuleException(400, errorCode, $"Invalid XML ; cvc-elt.1: Cannot find the declaration of element '{element.Name.LocalName}'.");
        }
        catch (XmlException e)
        {
            throw new AwsRuleException(400, errorCode, $"Invalid XML ; {e.Message}");
        }
    }

    /// <summary>A reply with an XML body.</summary>
    public static AwsReply Reply(int status, XElement root, params IReadOnlyList<(string Name, string Value)> headers)
    {
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), OmitXmlDeclaration = false }))
        {
            root.Save(writer);
        }
        var map = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            map[name] = value;
        }
        return new AwsReply(status, "text/xml", stream.ToArray()) { Headers = map };
    }

    /// <summary>A reply without a body.</summary>
    public static AwsReply Empty(int status) => new(status, "text/xml", []);

    /// <summary>The error body that both services use.</summary>
    public static AwsReply Error(XNamespace ns, AwsCall call, int status, string code, string message) => Reply(
        status,
        new XElement(
            ns + "ErrorResponse",
            new XElement(
                ns + "Error",
                new XElement(ns + "Type", status < 500 ? "Sender" : "Receiver"),
                new XElement(ns + "Code", code),
                new XElement(ns + "Message", message)),
            new XElement(ns + "RequestId", call.RequestId)));

    /// <summary>A time as both services write it.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The text of a child; null where it is missing.</summary>
    public static string? Text(this XElement element, XName child) => element.Element(child)?.Value;
}
