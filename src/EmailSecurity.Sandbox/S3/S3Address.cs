using System.Net;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.S3;

/// <summary>Which bucket and object a request names.</summary>
/// <param name="Bucket">Empty for the service itself.</param>
/// <param name="Key">Empty for the bucket itself.</param>
internal sealed record S3Address(string Bucket, string Key)
{
    /// <summary>Reads the address: virtual-host style where the host name begins with a bucket, path style otherwise.</summary>
    public static S3Address Of(AwsCall call)
    {
        var host = call.Headers.GetValueOrDefault("host", "");
        var colon = host.LastIndexOf(':');
        host = colon > 0 ? host[..colon] : host;
        var path = call.Path.TrimStart('/').Length == call.Path.Length ? call.Path : call.Path[1..];
        if (VirtualBucket(host) is { } bucket)
        {
            return new S3Address(bucket, path);
        }
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new S3Address(path, "") : new S3Address(path[..slash], path[(slash + 1)..]);
    }

    private static string? VirtualBucket(string host)
    {
        if (IPAddress.TryParse(host, out _))
        {
            return null;
        }
        if (host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
        {
            return host[..^".localhost".Length];
        }
        var s3 = host.IndexOf(".s3.", StringComparison.Ordinal);
        return s3 > 0 && host.Contains(".amazonaws.com", StringComparison.Ordinal) ? host[..s3] : null;
    }
}
