namespace EmailSecurity.Sandbox.Signing;

/// <summary>A request exactly as it came in, which is what a signature covers.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="RawPath">Path, still percent-encoded.</param>
/// <param name="RawQuery">Query without its question mark, still percent-encoded.</param>
/// <param name="Headers">Headers, case-insensitive; several values joined by commas.</param>
/// <param name="Body">Body, aws-chunked framing included.</param>
internal sealed record RawRequest(string Method, string RawPath, string RawQuery, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>A header; empty where it is absent.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    /// <summary>Query parameters, decoded, in order.</summary>
    public IReadOnlyList<(string Name, string Value)> QueryParameters { get; } =
    [
        .. RawQuery.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            return equals < 0 ? (UriCodec.Decode(pair), "") : (UriCodec.Decode(pair[..equals]), UriCodec.Decode(pair[(equals + 1)..]));
        }),
    ];
}
