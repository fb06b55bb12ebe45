using System.Xml.Linq;

namespace EmailSecurity.Sandbox.S3.Documents;

/// <summary>A broken rule; becomes an error reply.</summary>
internal sealed class S3Exception(int status, string code, string message) : Exception(message)
{
    /// <summary>HTTP status.</summary>
    public int Status => status;

    /// <summary>S3 error code.</summary>
    public string Code => code;

    /// <summary>Further elements of the error document.</summary>
    public IReadOnlyList<XElement> Details { get; init; } = [];

    /// <summary>Further headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public static S3Exception AccessDenied(string message = "Access Denied") => new(403, "AccessDenied", message);

    public static S3Exception MalformedXml() =>
        new(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

    public static S3Exception InvalidArgument(string message, string? name = null, string? value = null) => new(400, "InvalidArgument", message)
    {
        Details = name is null ? [] : [new XElement("ArgumentName", name), new XElement("ArgumentValue", value)],
    };

    public static S3Exception InvalidRequest(string message) => new(400, "InvalidRequest", message);

    public static S3Exception MalformedPolicy(string message) => new(400, "MalformedPolicy", message);

    public static S3Exception NotImplemented(string what) =>
        new(501, "NotImplemented", $"A header or element you provided implies functionality that the sandbox does not emulate: {what}");
}
