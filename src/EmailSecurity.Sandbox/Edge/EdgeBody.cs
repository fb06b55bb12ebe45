using System.IO.Compression;
using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Sandbox.Contracts;
using Microsoft.Extensions.Primitives;

namespace EmailSecurity.Sandbox.Edge;

/// <summary>Writes an object to a viewer: not where the viewer has it, and compressed where that is allowed.</summary>
internal static class EdgeBody
{
    private const int LeastCompressed = 1000;
    private const int MostCompressed = 10_000_000;

    // Developer Guide, "Serve compressed files": the types CloudFront compresses, as far as such sites have them.
    private static readonly HashSet<string> Compressible = new(StringComparer.OrdinalIgnoreCase)
    {
        "text/plain", "text/html", "text/css", "text/javascript", "text/xml", "application/json", "application/javascript", "application/xml",
        "image/svg+xml",
    };

    /// <summary>Writes the answer.</summary>
    public static async Task WriteAsync(HttpContext context, OriginObject found, EdgeBehavior behavior)
    {
        var response = context.Response;
        if (found.Status == 200
            && found.ETag.Length > 0
            && context.Request.Headers.IfNoneMatch.Any(
                v => v == "*" || (v ?? "").Split(',', StringSplitOptions.TrimEntries).Contains(found.ETag, StringComparer.Ordinal)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.ContentType = null;
            return;
        }
        response.StatusCode = found.Status;
        var content = found.Content;
        if (behavior.Compress && found.Status == 200 && found.ContentEncoding.Length == 0 && content.Length is >= LeastCompressed and <= MostCompressed
            && Compressible.Contains(found.ContentType.Split(';')[0].Trim()))
        {
            response.Headers.Vary = "Accept-Encoding";
            if (Accepts(context.Request.Headers.AcceptEncoding, "gzip"))
            {
                content = Gzip(content);
                response.Headers.ContentEncoding = "gzip";
                if (found.ETag.Length > 0 && !found.ETag.StartsWith("W/", StringComparison.Ordinal))
                {
                    response.Headers.ETag = "W/" + found.ETag;
                }
            }
        }
        response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(content, context.RequestAborted);
        }
    }

    private static bool Accepts(StringValues header, string coding) => header.Any(h =>
        (h ?? "").Split(',', StringSplitOptions.TrimEntries).Any(
            c => c == coding || (c.StartsWith(coding + ";", StringComparison.Ordinal) && !c.EndsWith("q=0", StringComparison.Ordinal))));

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }
        return packed.ToArray();
    }
}
