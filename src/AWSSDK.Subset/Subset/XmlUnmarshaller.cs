using System.Net;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace Amazon.Subset;

/// <summary>rest-xml, receiving. What is not the document that was asked for throws; it never passes for an empty answer.</summary>
internal sealed class XmlUnmarshaller<TResponse, TException> : XmlResponseUnmarshaller
    where TResponse : AmazonWebServiceResponse, new()
    where TException : AmazonServiceException
{
    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input)
    {
        var response = new TResponse();
        var shape = ShapeInfo.Of(typeof(TResponse));
        foreach (var member in shape.Members.Where(m => m.Place == Place.Header))
            if (input.ResponseData.IsHeaderPresent(member.Name)) member.Set(response, member.Value.Parse(input.ResponseData.GetHeaderValue(member.Name)));

        try
        {
            if (shape.Payload is { } payload)
                payload.Set(response, XmlReading.Structure(XmlReading.Document(input.Stream, payload.Value.Type.Name), payload.Value.Type));
            else if (shape.Body.Any())
                XmlReading.Members(XmlReading.Document(input.Stream, typeof(TResponse).Name), response);
        }
        catch (Exception e) when (e is XmlException or FormatException or OverflowException)
        {
            throw Errors.NotUnderstood<TResponse>(input, e);
        }
        return response;
    }

    public override AmazonServiceException UnmarshallException(XmlUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode) =>
        Errors.Make<TException>(Errors.Read(input), innerException, statusCode);
}

/// <summary>Reads structures from XML.</summary>
internal static class XmlReading
{
    // Far above the largest page of any call made here; a bound all the same.
    private const long MaxCharacters = 64 * 1024 * 1024;

    public static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxCharacters,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    public static XElement Document(Stream stream, string rootName)
    {
        using var reader = XmlReader.Create(stream, Settings);
        var root = XElement.Load(reader, LoadOptions.PreserveWhitespace);
        return root.Name.LocalName == rootName ? root : throw new FormatException($"The answer is a <{root.Name.LocalName}>, not a <{rootName}>.");
    }

    public static object Structure(XElement element, Type type)
    {
        var structure = ShapeInfo.Of(type).New();
        Members(element, structure);
        return structure;
    }

    public static void Members(XElement element, object structure)
    {
        var shape = ShapeInfo.Of(structure.GetType());
        HashSet<Member> seen = [];
        string before = null;
        foreach (var child in element.Elements())
        {
            if (shape.Find(child.Name.LocalName) is { } member && seen.Add(member))
            {
                try
                {
                    member.Set(structure, Value(child, member));
                }
                catch (Exception e) when (e is FormatException or OverflowException)
                {
                    throw new FormatException($"{element.Name.LocalName}/{member.Name}: {e.Message}", e);
                }
                before = member.Name;
            }
            else if (structure is Structure keeper)
            {
                (keeper.Unknown ??= []).Add(new UnknownElement(before, child, element.Name.Namespace));
            }
        }
        foreach (var member in shape.Body)
            if (member.IsRequired && !seen.Contains(member)) throw new FormatException($"<{element.Name.LocalName}> has no <{member.Name}>.");
    }

    private static object Value(XElement element, Member member)
    {
        if (member.Value.Kind == Kind.Structure) return Structure(element, member.Value.Type);
        if (member.Value.Kind != Kind.List) return Text(element, member.Value);
        var list = member.Value.NewList();
        foreach (var item in element.Elements())
        {
            // A list cannot keep what it does not know, and must not lose it either.
            if (item.Name.LocalName != member.ItemName) throw new FormatException($"<{item.Name.LocalName}> in a list of <{member.ItemName}>.");
            list.Add(member.Value.Item.Kind == Kind.Structure ? Structure(item, member.Value.Item.Type) : Text(item, member.Value.Item));
        }
        return list;
    }

    private static object Text(XElement element, ValueInfo value) =>
        element.HasElements ? throw new FormatException($"<{element.Elements().First().Name.LocalName}> where a text was expected.") : value.Parse(element.Value);
}
