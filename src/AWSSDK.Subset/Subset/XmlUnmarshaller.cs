using System.Net;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace Amazon.Subset;

/// <summary>rest-xml, receiving. What is not the document that was asked for throws; it never passes for an empty answer.</summary>
/// <param name="official">Reads as the official packages do: see <see cref="XmlReading"/>.</param>
internal sealed class XmlUnmarshaller<TResponse, TException>(IReadOnlySet<string> official = null) : XmlResponseUnmarshaller
    where TResponse : AmazonWebServiceResponse, new()
    where TException : AmazonServiceException
{
    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input)
    {
        var response = new TResponse();
        var reading = new XmlReading(official);
        var shape = ShapeInfo.Of(typeof(TResponse));
        foreach (var member in shape.Members.Where(m => m.Place == Place.Header))
        {
            if (input.ResponseData.IsHeaderPresent(member.Name))
            {
                member.Set(response, member.Value.Parse(input.ResponseData.GetHeaderValue(member.Name)));
            }
        }

        try
        {
            if (shape.Payload is { } payload)
            {
                payload.Set(response, reading.Structure(reading.Document(input.Stream, payload.Value.Type.Name), payload.Value.Type));
            }
            else if (shape.Body.Any())
            {
                reading.Members(reading.Document(input.Stream, DocumentAttribute.Of(typeof(TResponse))), response);
            }
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
/// <param name="official">
/// Not null: as the official packages, which know these elements too. Any document will do, a list without items is null, no member is required,
/// and what is not known is dropped.
/// </param>
internal sealed class XmlReading(IReadOnlySet<string> official)
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

    public XElement Document(Stream stream, string rootName)
    {
        using var reader = XmlReader.Create(stream, Settings);
        var root = XElement.Load(reader, LoadOptions.PreserveWhitespace);
        return official is not null || root.Name.LocalName == rootName
            ? root
            : throw new FormatException($"The answer is a <{root.Name.LocalName}>, not a <{rootName}>.");
    }

    public object Structure(XElement element, Type type)
    {
        var structure = ShapeInfo.Of(type).New();
        Members(element, structure);
        return structure;
    }

    public void Members(XElement element, object structure)
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
            else if (structure is Structure keeper && official?.Contains(child.Name.LocalName) != false)
            {
                (keeper.Unknown ??= []).Add(new UnknownElement(before, child, element.Name.Namespace));
            }
        }
        foreach (var member in shape.Body)
        {
            if (member.IsRequired && official is null && !seen.Contains(member))
            {
                throw new FormatException($"<{element.Name.LocalName}> has no <{member.Name}>.");
            }
        }
    }

    private object Value(XElement element, Member member)
    {
        if (member.Value.Kind == Kind.Structure)
        {
            return Structure(element, member.Value.Type);
        }

        if (member.Value.Kind != Kind.List)
        {
            return Text(element, member.Value);
        }

        var list = member.Value.NewList();
        foreach (var item in element.Elements())
        {
            // A list cannot keep what it does not know, and must not lose it either.
            if (item.Name.LocalName != member.ItemName && official is not null)
            {
                continue;
            }

            if (item.Name.LocalName != member.ItemName)
            {
                throw new FormatException($"<{item.Name.LocalName}> in a list of <{member.ItemName}>.");
            }

            list.Add(member.Value.Item.Kind == Kind.Structure ? Structure(item, member.Value.Item.Type) : Text(item, member.Value.Item));
        }
        return official is not null && list.Count == 0 ? null : list;
    }

    private static object Text(XElement element, ValueInfo value) =>
        element.HasElements
            ? throw new FormatException($"<{element.Elements().First().Name.LocalName}> where a text was expected.")
            : value.Parse(element.Value);
}
