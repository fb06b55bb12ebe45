using System.Net;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace EmailSecurity.Aws.Session;

/// <summary>Stands before a client reads an answer, and refuses what cannot be AWS's (<see cref="AnswerRules"/>).</summary>
internal sealed class AnswerGuard(IReadOnlyDictionary<string, AnswerRule> rules) : PipelineHandler
{
    // Far above the largest page of any call made here.
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>How a document is read: no entities, no parts from elsewhere.</summary>
    public static XmlReaderSettings Xml { get; } = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <summary>Puts the guard of a service into a client's pipeline.</summary>
    public static void Add(RuntimePipeline pipeline, IReadOnlyDictionary<string, AnswerRule> rules) =>
        pipeline.AddHandlerAfter<Unmarshaller>(new AnswerGuard(rules));

    /// <inheritdoc/>
    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        var result = await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
        var response = executionContext.ResponseContext.HttpResponse;
        var operation = executionContext.RequestContext.RequestName;
        if (response is null || !response.IsSuccessStatusCode || !rules.TryGetValue(operation, out var rule))
        {
            return result;
        }

        if (rule.Form == AnswerForm.Content)
        {
            return response.IsHeaderPresent("ETag") ? result : throw Refused(operation, response, "it has no ETag");
        }

        var body = await ReadAsync(response, executionContext.RequestContext.CancellationToken).ConfigureAwait(false);
        if (Fault(rule, body, operation) is { } fault)
        {
            throw Refused(operation, response, fault);
        }

        executionContext.ResponseContext.HttpResponse = new ReadAnswer(response, body);
        return result;
    }

    // Why a body is not the answer; null where it may be.
    private static string? Fault(AnswerRule rule, byte[] body, string operation)
    {
        try
        {
            return rule.Form switch
            {
                AnswerForm.Xml => Fault(rule, Load(body), operation),
                AnswerForm.Json => Fault(rule, JsonDocument.Parse(body)),
                _ => body.AsSpan().Trim(" \r\n\t"u8) is var rest && (rest.IsEmpty || rest[0] != '<') ? null : "it should be empty",
            };
        }
        catch (Exception e) when (e is XmlException or JsonException)
        {
            return "it is not a valid " + (rule.Form == AnswerForm.Json ? "JSON document" : "XML document");
        }
    }

    /// <summary>Reads a document.</summary>
    /// <exception cref="XmlException">It is none.</exception>
    public static XElement Load(byte[] body)
    {
        using var reader = XmlReader.Create(new MemoryStream(body, writable: false), Xml);
        return XElement.Load(reader);
    }

    private static string? Fault(AnswerRule rule, XElement root, string operation)
    {
        // Another implementation may name the document after the operation.
        if (root.Name.LocalName != rule.Root && root.Name.LocalName != string.Concat(operation.AsSpan(0, operation.Length - "Request".Length), "Response"))
        {
            return $"it is a <{root.Name.LocalName}>, not a <{rule.Root}>";
        }

        foreach (var path in rule.Must)
        {
            var parts = path.Split('/');
            var parents = parts[..^1].Aggregate((IEnumerable<XElement>)[root], (at, part) => at.Elements().Where(e => e.Name.LocalName == part));
            if (parents.Any(p => !p.Elements().Any(e => e.Name.LocalName == parts[^1])))
            {
                return $"it has no {path}";
            }
        }

        return null;
    }

    private static string? Fault(AnswerRule rule, JsonDocument document)
    {
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return "it is not a JSON object";
            }

            foreach (var path in rule.Must)
            {
                var parts = path.Split('/');
                var parents = parts[..^1].Aggregate((IEnumerable<JsonElement>)[document.RootElement], (at, part) => at.SelectMany(e => Parts(e, part)));
                if (!parents.All(p => p.ValueKind == JsonValueKind.Object
                    && p.TryGetProperty(parts[^1], out var value) && value.ValueKind != JsonValueKind.Null))
                {
                    return $"it has no {path}";
                }
            }

            return null;
        }
    }

    private static IEnumerable<JsonElement> Parts(JsonElement element, string name) =>
        element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray()
        : [value];

    private static async Task<byte[]> ReadAsync(IWebResponseData response, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var stream = await response.ResponseBody.OpenResponseAsync().ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                content.Write(buffer, 0, read);
                if (content.Length > MaxBytes)
                {
                    throw new IOException($"The answer has more than {MaxBytes} bytes.");
                }
            }
        }

        return content.ToArray();
    }

    private static AmazonUnmarshallingException Refused(string operation, IWebResponseData response, string fault) =>
        new("", "", null, Invariant($"The answer to {operation} ({(int)response.StatusCode}) is not a valid answer of AWS: {fault}."), null)
        {
            StatusCode = response.StatusCode,
        };
}

/// <summary>An answer whose body has been read, to be read again.</summary>
internal sealed class ReadAnswer(IWebResponseData answer, byte[] body) : IWebResponseData, IHttpResponseBody
{
    /// <summary>The body.</summary>
    public byte[] Body => body;

    /// <inheritdoc/>
    public long ContentLength => body.Length;

    /// <inheritdoc/>
    public string ContentType => answer.ContentType;

    /// <inheritdoc/>
    public HttpStatusCode StatusCode => answer.StatusCode;

    /// <inheritdoc/>
    public bool IsSuccessStatusCode => answer.IsSuccessStatusCode;

    /// <inheritdoc/>
    public IHttpResponseBody ResponseBody => this;

    /// <inheritdoc/>
    public string[] GetHeaderNames() => answer.GetHeaderNames();

    /// <inheritdoc/>
    public bool IsHeaderPresent(string headerName) => answer.IsHeaderPresent(headerName);

    /// <inheritdoc/>
    public string GetHeaderValue(string headerName) => answer.GetHeaderValue(headerName);

    /// <inheritdoc/>
    public bool IsEventHeaderPresent(string headerName) => answer.IsEventHeaderPresent(headerName);

    /// <inheritdoc/>
    public Amazon.Runtime.EventStreams.IEventStreamHeader GetEventStreamHeader(string headerName) => answer.GetEventStreamHeader(headerName);

    /// <inheritdoc/>
    public Stream OpenResponse() => new MemoryStream(body, writable: false);

    /// <inheritdoc/>
    public Task<Stream> OpenResponseAsync() => Task.FromResult(OpenResponse());

    /// <inheritdoc/>
    public void Dispose() => answer.ResponseBody.Dispose();
}
