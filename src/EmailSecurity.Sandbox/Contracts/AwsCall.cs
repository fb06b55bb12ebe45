namespace EmailSecurity.Sandbox.Contracts;

/// <summary>One signed call to the emulated AWS, its signature already checked.</summary>
public sealed record AwsCall
{
    /// <summary>Signing name of the service: <c>s3</c>, <c>sts</c>, <c>route53</c>, <c>cloudfront</c>, <c>acm</c>.</summary>
    public required string Service { get; init; }
    /// <summary>Region of the credential scope.</summary>
    public required string Region { get; init; }
    /// <summary>HTTP method.</summary>
    public required string Method { get; init; }
    /// <summary>Decoded path, with its leading slash.</summary>
    public required string Path { get; init; }
    /// <summary>Query parameters, decoded, case-sensitive; a sub-resource without a value has an empty one.</summary>
    public required IReadOnlyDictionary<string, string> Query { get; init; }
    /// <summary>Headers, case-insensitive names.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }
    /// <summary>Decoded body (aws-chunked framing removed).</summary>
    public required byte[] Body { get; init; }
    /// <summary>Account of the caller.</summary>
    public required string AccountId { get; init; }
    /// <summary>Access key of the caller.</summary>
    public string AccessKey { get; init; } = "";
    /// <summary>Request id to echo.</summary>
    public required string RequestId { get; init; }
    /// <summary>True: a refusal that had another form in earlier times comes in that one (Route 53's InvalidChangeBatch).</summary>
    public bool OlderErrorForm { get; init; }
}

/// <summary>The reply to a call.</summary>
public sealed record AwsReply(int Status, string ContentType, byte[] Body)
{
    /// <summary>Further headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>What a call is.</summary>
/// <param name="Name">API operation name: <c>CreateBucket</c>.</param>
/// <param name="IsWrite">True where it changes state.</param>
public sealed record AwsOperation(string Name, bool IsWrite);

/// <summary>One emulated service. It sees only calls with a good signature; faults, throttling by plan, latency and the call log are the host's.</summary>
public interface IAwsService
{
    /// <summary>Signing name.</summary>
    string Name { get; }

    /// <summary>Which operation a call is; null for one that is not emulated (the host answers 501 in the service's own error shape).</summary>
    AwsOperation? Identify(AwsCall call);

    /// <summary>Carries the call out. Rule breaks are replies in the service's own error shape, not exceptions.</summary>
    Task<AwsReply> HandleAsync(AwsCall call, AwsOperation operation, CancellationToken cancellationToken);

    /// <summary>An error in the service's own shape (rest-xml, S3 xml, aws-json): for the host's signature errors and faults.</summary>
    AwsReply Error(AwsCall call, int status, string code, string message);
}
