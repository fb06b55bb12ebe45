using System.Globalization;
using System.Net;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Amazon.Subset;

/// <summary>aws-json-1.1, sending.</summary>
internal sealed class JsonMarshaller(string serviceName, string target) : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(writer, input);
        }

        var request = new DefaultRequest(input, serviceName) { HttpMethod = "POST", ResourcePath = "/", Content = stream.ToArray() };
        request.Headers["X-Amz-Target"] = target;
        request.Headers["Content-Type"] = "application/x-amz-json-1.1";
        return request;
    }

    private static void Write(Utf8JsonWriter writer, object structure)
    {
        writer.WriteStartObject();
        foreach (var member in ShapeInfo.Of(structure.GetType()).Body)
        {
            if (member.Get(structure) is not { } value)
            {
                continue;
            }

            writer.WritePropertyName(member.Name);
            Write(writer, member.Value, value);
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ValueInfo info, object value)
    {
        switch (info.Kind)
        {
            case Kind.Structure:
                Write(writer, value);
                break;
            case Kind.List:
                writer.WriteStartArray();
                foreach (var item in (System.Collections.IEnumerable)value)
                {
                    Write(writer, info.Item, item);
                }

                writer.WriteEndArray();
                break;
            case Kind.Boolean:
                writer.WriteBooleanValue((bool)value);
                break;
            case Kind.Integer or Kind.Long:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case Kind.Time:
                writer.WriteNumberValue(((DateTime)value).ToUniversalTime().Subtract(DateTime.UnixEpoch).TotalSeconds);
                break;
            default:
                writer.WriteStringValue(ValueInfo.Format(value));
                break;
        }
    }
}

/// <summary>aws-json-1.1, receiving.</summary>
/// <param name="official">Not null: reads as the official packages do: a list without items is null, and no member is required.</param>
internal sealed class JsonUnmarshaller<TResponse, TException>(IReadOnlySet<string> official = null) : JsonResponseUnmarshaller
    where TResponse : AmazonWebServiceResponse, new()
    where TException : AmazonServiceException
{
    // The base class wraps what fails in an exception that says less; the request id it adds is in ours too.
    public override AmazonWebServiceResponse Unmarshall(UnmarshallerContext input)
    {
        try
        {
            return base.Unmarshall(input);
        }
        catch (AmazonUnmarshallingException e) when (e.InnerException is AmazonUnmarshallingException ours)
        {
            ExceptionDispatchInfo.Throw(ours);
            throw;
        }
    }

    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        var response = new TResponse();
        if (!ShapeInfo.Of(typeof(TResponse)).Body.Any())
        {
            return response;
        }

        try
        {
            using var document = JsonDocument.Parse(input.Stream);
            new JsonReading(official is not null).Members(document.RootElement, response);
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException)
        {
            throw Errors.NotUnderstood<TResponse>(input, e);
        }
        return response;
    }

    public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode) =>
        Errors.Make<TException>(Errors.Read(input), innerException, statusCode);
}

/// <summary>Reads structures from JSON. Null is absence; members that are not declared are passed over: ACM takes nothing back that it gave.</summary>
internal sealed class JsonReading(bool official)
{
    public void Members(JsonElement element, object structure)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"A JSON {element.ValueKind} where an object was expected.");
        }

        foreach (var member in ShapeInfo.Of(structure.GetType()).Body)
        {
            if (element.TryGetProperty(member.Name, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                member.Set(structure, Read(value, member.Value, member.Name));
            }
            else if (member.IsRequired && !official)
            {
                throw new FormatException($"The answer has no {member.Name}.");
            }
        }
    }

    private object Read(JsonElement element, ValueInfo info, string name)
    {
        switch (info.Kind, element.ValueKind)
        {
            case (Kind.Structure, JsonValueKind.Object):
                var structure = ShapeInfo.Of(info.Type).New();
                Members(element, structure);
                return structure;
            case (Kind.List, JsonValueKind.Array):
                var list = info.NewList();
                foreach (var item in element.EnumerateArray())
                {
                    list.Add(Read(item, info.Item, name));
                }

                return official && list.Count == 0 ? null : list;
            case (Kind.Text or Kind.Constant, JsonValueKind.String):
                return info.Parse(element.GetString());
            case (Kind.Boolean, JsonValueKind.True or JsonValueKind.False):
                return element.GetBoolean();
            case (Kind.Integer, JsonValueKind.Number):
                return element.GetInt32();
            case (Kind.Long, JsonValueKind.Number):
                return element.GetInt64();
            case (Kind.Time, JsonValueKind.Number):
                // Seconds since 1970 with decimals; milliseconds are what the SDK keeps.
                var seconds = element.GetDouble();
                return Math.Abs(seconds) < 1e11
                    ? DateTime.UnixEpoch.AddMilliseconds(Math.Round(seconds * 1000))
                    : throw new FormatException($"{name} is no time: {element}.");
            default:
                throw new FormatException($"{name} is a JSON {element.ValueKind}.");
        }
    }
}
