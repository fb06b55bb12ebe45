using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Amazon.Subset;

/// <summary>rest-xml, sending: labels, query and headers from the members that say so, the body from the payload or the rest.</summary>
internal sealed class XmlMarshaller(string serviceName, string xmlNamespace, string method, string path) : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    private readonly XNamespace ns = xmlNamespace;

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var shape = ShapeInfo.Of(input.GetType());
        var target = path.Split('?', 2);
        var request = new DefaultRequest(input, serviceName) { HttpMethod = method, ResourcePath = target[0] };
        if (target.Length == 2)
        {
            var pair = target[1].Split('=', 2);
            if (pair.Length == 2)
            {
                request.AddSubResource(pair[0], pair[1]);
            }
            else
            {
                request.AddSubResource(pair[0]);
            }
        }

        foreach (var member in shape.Members)
        {
            if (member.Place is Place.Body or Place.Payload)
            {
                continue;
            }

            var text = member.Get(input) is { } value ? ValueInfo.Format(value) : null;
            switch (member.Place)
            {
                case Place.Uri when string.IsNullOrEmpty(text):
                    throw new AmazonClientException($"{input.GetType().Name} needs a value for {member.Name}: it is part of the request's path.");
                case Place.Uri:
                    request.AddPathResource("{" + member.Name + "}", WithoutPrefix(text));
                    break;
                case Place.Query when text is not null:
                    request.Parameters.Add(member.Name, WithoutPrefix(text));
                    request.UseQueryString = true;
                    break;
                case Place.Header when text is not null:
                    request.Headers[member.Name] = text;
                    break;
            }
        }

        var body = Body(input, shape);
        if (body is not null)
        {
            request.Content = Serialize(body);
            request.Headers["Content-Type"] = "application/xml";
        }
        return request;
    }

    private XElement Body(AmazonWebServiceRequest input, ShapeInfo shape)
    {
        if (shape.Payload is { } payload)
        {
            var value = payload.Get(input) ?? throw new AmazonClientException($"{input.GetType().Name} needs a value for {payload.Name}.");
            return Write(payload.Value.Type.Name, value);
        }
        return method != "GET" && shape.Body.Any() ? Write(input.GetType().Name, input) : null;
    }

    private XElement Write(string name, object structure)
    {
        var element = new XElement(ns + name);
        var unknown = (structure as Structure)?.Unknown;
        AddUnknown(element, unknown, null);
        foreach (var member in ShapeInfo.Of(structure.GetType()).Body)
        {
            if (member.Get(structure) is { } value)
            {
                element.Add(Write(member, value));
            }

            AddUnknown(element, unknown, member.Name);
        }
        return element;
    }

    private XElement Write(Member member, object value) => member.Value.Kind switch
    {
        Kind.Structure => Write(member.Name, value),
        Kind.List => new XElement(ns + member.Name, ((System.Collections.IEnumerable)value).Cast<object>().Select(item =>
            member.Value.Item.Kind == Kind.Structure ? Write(member.ItemName, item) : new XElement(ns + member.ItemName, ValueInfo.Format(item)))),
        _ => new XElement(ns + member.Name, ValueInfo.Format(value)),
    };

    private void AddUnknown(XElement parent, List<UnknownElement> unknown, string after)
    {
        if (unknown is null)
        {
            return;
        }

        foreach (var one in unknown)
        {
            if (one.After != after)
            {
                continue;
            }

            var copy = new XElement(one.Element);
            // The copy belongs to this document: where it was in its own document's namespace it is now in this one's.
            foreach (var part in copy.DescendantsAndSelf())
            {
                if (part.Name.Namespace == one.Namespace)
                {
                    part.Name = ns + part.Name.LocalName;
                }

                part.Attributes().Where(a => a.IsNamespaceDeclaration && a.Name.LocalName == "xmlns").Remove();
            }
            parent.Add(copy);
        }
    }

    private static byte[] Serialize(XElement body)
    {
        using var stream = new MemoryStream();
        // Text is data here: line ends in it are kept as they are, and a character XML cannot carry throws instead of corrupting the request.
        using (var writer = XmlWriter.Create(
            stream, new XmlWriterSettings { Encoding = new System.Text.UTF8Encoding(false), Indent = false, NewLineHandling = NewLineHandling.Entitize }))
        {
            body.Save(writer);
        }

        return stream.ToArray();
    }

    // Route 53 answers with ids as paths and takes them bare.
    private static string WithoutPrefix(string id)
    {
        foreach (var prefix in (string[])["/hostedzone/", "/change/", "/delegationset/"])
        {
            if (id.StartsWith(prefix, StringComparison.Ordinal))
            {
                return id[prefix.Length..];
            }
        }

        return id;
    }
}
