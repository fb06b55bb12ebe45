using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace Amazon.Subset;

/// <summary>Errors in every shape they come in: the service's XML or JSON, a gateway's HTML, nothing at all.</summary>
internal static class Errors
{
    private const int MaxBytes = 256 * 1024;
    private const int MaxQuoted = 300;

    /// <summary>A success that is not the answer asked for.</summary>
    public static AmazonUnmarshallingException NotUnderstood<TResponse>(UnmarshallerContext context, Exception cause) => new(
        RequestId(context.ResponseData),
        "",
        null,
        Invariant($"The answer ({(int)context.ResponseData.StatusCode}) is no {typeof(TResponse).Name}: {cause.Message}"),
        cause)
    {
        StatusCode = context.ResponseData.StatusCode,
    };

    /// <summary>Reads an error from its body and headers, whatever the body is.</summary>
    public static ServiceError Read(UnmarshallerContext context)
    {
        var body = ReadBody(context switch { XmlUnmarshallerContext xml => xml.Stream, JsonUnmarshallerContext json => json.Stream, _ => Stream.Null });
        var error = FromXml(body) ?? FromJson(body) ?? new ServiceError { Message = Quote(body) };
        if (error.Code is null && Header(context.ResponseData, "x-amzn-ErrorType") is { } type)
        {
            error.Code = ShortCode(type);
        }

        error.RequestId ??= RequestId(context.ResponseData);
        return error;
    }

    /// <summary>
    /// Makes the exception whose class is the error's code (<c>NoSuchHostedZone</c> or <c>ResourceNotFoundException</c>), or the service's general
    /// one.
    /// </summary>
    public static AmazonServiceException Make<TException>(ServiceError error, Exception cause, HttpStatusCode status) where TException : AmazonServiceException
    {
        var message = string.IsNullOrWhiteSpace(error.Message)
            ? Invariant($"The service answered {(int)status} {status}{(error.Code is null ? " and said nothing more" : ": " + error.Code)}.")
            : error.Message;
        var exception = (AmazonServiceException)Activator.CreateInstance(TypeFor(typeof(TException), error.Code), message, cause);
        exception.ErrorCode = error.Code ?? status.ToString();
        exception.ErrorType = error.Type ?? ((int)status >= 500 ? ErrorType.Receiver : ErrorType.Sender);
        exception.RequestId = error.RequestId;
        exception.StatusCode = status;
        if (exception is Route53.Model.InvalidChangeBatchException refused)
        {
            refused.Messages = error.Messages;
        }

        return exception;
    }

    private static Type TypeFor(Type general, string code)
    {
        if (string.IsNullOrEmpty(code) || !code.All(char.IsAsciiLetterOrDigit))
        {
            return general;
        }

        var name = $"{general.Namespace}.Model.{code}{(code.EndsWith("Exception", StringComparison.Ordinal) ? "" : "Exception")}";
        return general.Assembly.GetType(name) is { } specific && specific.IsSubclassOf(general) ? specific : general;
    }

    private static ServiceError FromXml(byte[] body)
    {
        XElement root;
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(body), XmlReading.Settings);
            root = XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
        if (root.Name.LocalName.Equals("html", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        // Most answer <ErrorResponse><Error><Code/><Message/></Error></ErrorResponse>. Route 53's InvalidChangeBatch has no <Error>: its root is the code.
        var error = root.Name.LocalName == "Error" ? root : Child(root, "Error") ?? Child(Child(root, "Errors"), "Error") ?? root;
        var messages = Child(error, "Messages")?.Elements().Select(m => m.Value).ToList();
        return new ServiceError
        {
            Code = Child(error, "Code")?.Value
                ?? (ReferenceEquals(error, root) && root.Name.LocalName is not ("Error" or "ErrorResponse") ? root.Name.LocalName : null),
            Message = Child(error, "Message")?.Value ?? (messages is null ? null : string.Join(" ", messages)),
            Messages = messages,
            RequestId = (Child(root, "RequestId") ?? Child(root, "RequestID"))?.Value,
            Type = Child(error, "Type")?.Value switch { "Sender" => ErrorType.Sender, "Receiver" => ErrorType.Receiver, _ => null },
        };
    }

    private static ServiceError FromJson(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            string code = null, message = null;
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind != JsonValueKind.String)
                {
                    continue;
                }

                if (property.Name is "__type" || (code is null && property.Name is "code" or "Code"))
                {
                    code = ShortCode(property.Value.GetString());
                }

                if (property.Name.Equals("message", StringComparison.OrdinalIgnoreCase))
                {
                    message = property.Value.GetString();
                }
            }
            return new ServiceError { Code = code, Message = message };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // com.amazon.coral.service#ResourceNotFoundException:http://internal.amazon.com/...
    private static string ShortCode(string type)
    {
        var name = type.Split(':')[0];
        return name[(name.LastIndexOf('#') + 1)..].Trim();
    }

    private static byte[] ReadBody(Stream stream)
    {
        using var memory = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while (memory.Length < MaxBytes && (read = stream.Read(buffer)) > 0)
        {
            memory.Write(buffer, 0, read);
        }

        return memory.ToArray();
    }

    // A gateway's HTML or plain text: the words of it, for people.
    private static string Quote(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        var words = new StringBuilder();
        var inTag = false;
        foreach (var c in text)
        {
            if (c == '<') { inTag = true; words.Append(' '); }
            else if (c == '>')
            {
                inTag = false;
            }
            else if (!inTag)
            {
                words.Append(char.IsControl(c) ? ' ' : c);
            }

            if (words.Length >= 4 * MaxQuoted)
            {
                break;
            }
        }
        var quoted = string.Join(' ', words.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return quoted.Length > MaxQuoted ? quoted[..MaxQuoted] + "..." : quoted;
    }

    private static string RequestId(IWebResponseData response) => Header(response, "x-amzn-RequestId") ?? Header(response, "x-amz-request-id");

    private static string Header(IWebResponseData response, string name) => response.IsHeaderPresent(name) ? response.GetHeaderValue(name) : null;

    private static XElement Child(XElement element, string name) => element?.Elements().FirstOrDefault(e => e.Name.LocalName == name);
}

/// <summary>An error as read.</summary>
internal sealed class ServiceError
{
    public string Code { get; set; }
    public string Message { get; set; }
    public List<string> Messages { get; set; }
    public string RequestId { get; set; }
    public ErrorType? Type { get; set; }
}
