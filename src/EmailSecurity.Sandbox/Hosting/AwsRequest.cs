using System.Security.Cryptography;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Signing;
using Microsoft.AspNetCore.Http.Features;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>An HTTP request as a call to AWS.</summary>
internal static class AwsRequest
{
    /// <summary>The request as it was sent: what its signature is over.</summary>
    public static RawRequest ToRawRequest(HttpContext context, byte[] body)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value.AsEnumerable()), StringComparer.OrdinalIgnoreCase);
        return new RawRequest(context.Request.Method, question < 0 ? target : target[..question], question < 0 ? "" : target[(question + 1)..], headers, body);
    }

    /// <summary>The call; its caller is empty while the signature is not checked.</summary>
    public static AwsCall ToCall(
        RawRequest request, string service, string region, string accountId, byte[] body, IReadOnlyDictionary<string, string> trailers)
    {
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in request.QueryParameters)
        {
            query.TryAdd(name, value);
        }
        var headers = new Dictionary<string, string>(request.Headers, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in trailers)
        {
            headers[name] = value;
        }
        return new AwsCall
        {
            Service = service,
            Region = region,
            Method = request.Method,
            Path = UriCodec.Decode(request.RawPath.Length == 0 ? "/" : request.RawPath),
            Query = query,
            Headers = headers,
            Body = body,
            AccountId = accountId,
            RequestId = service == "s3" ? RandomNumberGenerator.GetString("0123456789ABCDEF", 16) : Guid.NewGuid().ToString(),
        };
    }
}
