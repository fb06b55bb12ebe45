using System.Globalization;
using System.Security.Cryptography;
using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Sandbox.Contracts;

namespace EmailSecurity.Sandbox.Edge;

/// <summary>Answers for distributions: protocol policy, cache, origin, in CloudFront's words and headers.</summary>
public sealed class DistributionHandler(SandboxClock clock, CloudFrontStore distributions, IBucketOrigin buckets)
{
    private readonly EdgeCache cache = new(clock, distributions);
    private readonly EdgeOrigin origin = new(distributions, buckets);
    private readonly AccessLog log = new(clock, buckets);

    /// <summary>Answers a request to a distribution.</summary>
    public async Task HandleAsync(HttpContext context, Distribution distribution, EdgeConfig config)
    {
        var started = clock.Now;
        var request = context.Request;
        var headers = context.Response.Headers;
        var requestId = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).Replace('+', '-').Replace('/', '_');
        headers["Via"] = $"1.1 {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}.cloudfront.net (CloudFront)";
        headers["X-Amz-Cf-Pop"] = "SBX50-P1";
        headers["X-Amz-Cf-Id"] = requestId;
        var path = PathOf(context);
        var behavior = config.Behaviors.First(b => b.Covers(path));
        var result = "Error";
        // Noted before the first byte goes out: whoever has the answer finds its line in the log.
        context.Response.OnStarting(() =>
        {
            log.Add(distribution, config, Line(context, distribution, result, requestId, started));
            return Task.CompletedTask;
        });
        if (!config.Enabled)
        {
            await RefuseAsync(context, 403, "The distribution is disabled.");
        }
        else if (!request.IsHttps && behavior.ViewerProtocolPolicy == "https-only")
        {
            await RefuseAsync(context, 403, "The distribution supports only HTTPS.");
        }
        else if (!request.IsHttps && behavior.ViewerProtocolPolicy == "redirect-to-https")
        {
            headers.Location = $"https://{request.Host.Host}{path}{request.QueryString}";
            headers["X-Cache"] = "Redirect from cloudfront";
            context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            result = "Redirect";
        }
        else if (!behavior.Methods.Contains(request.Method))
        {
            await RefuseAsync(context, 403, "This distribution is not configured to allow the HTTP request method that was used for this request.");
        }
        else
        {
            await ServeAsync(context, distribution, config, behavior, path, r => result = r);
        }
    }

    // The path as the viewer sent it: the cache and the origin key keep its escapes apart from their plain forms.
    private static string PathOf(HttpContext context)
    {
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget ?? "/";
        var query = target.IndexOf('?', StringComparison.Ordinal);
        target = query < 0 ? target : target[..query];
        return target.StartsWith('/') ? target : "/";
    }

    private Task ServeAsync(HttpContext context, Distribution distribution, EdgeConfig config, EdgeBehavior behavior, string path, Action<string> note)
    {
        var objectPath = path == "/" && config.DefaultRootObject.Length > 0 ? "/" + config.DefaultRootObject : path;
        var hit = cache.Find(distribution, objectPath);
        var found = hit?.Object;
        if (found is null)
        {
            found = origin.Fetch(distribution, config, behavior, objectPath);
            cache.Put(distribution, objectPath, found, behavior);
        }
        var isError = found.Status >= 400;
        var headers = context.Response.Headers;
        headers["X-Cache"] = isError ? "Error from cloudfront" : hit is null ? "Miss from cloudfront" : "Hit from cloudfront";
        if (hit is not null)
        {
            headers.Age = ((long)(clock.Now - hit.FetchedAt).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
        headers.Server = "AmazonS3";
        context.Response.ContentType = found.ContentType.Length > 0 ? found.ContentType : "binary/octet-stream";
        Set(headers, "ETag", found.ETag);
        Set(headers, "Cache-Control", found.CacheControl);
        Set(headers, "Content-Encoding", found.ContentEncoding);
        if (found.LastModified > EdgeOrigin.NoDate)
        {
            headers.LastModified = found.LastModified.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
        }
        headers.AcceptRanges = "bytes";
        if (behavior.ResponseHeadersPolicyId == ManagedPolicies.SecurityHeaders)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "SAMEORIGIN";
            headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
            headers.XXSSProtection = "1; mode=block";
        }
        note(isError ? "Error" : hit is null ? "Miss" : "Hit");
        return EdgeBody.WriteAsync(context, found, behavior);
    }

    private static void Set(IHeaderDictionary headers, string name, string value)
    {
        if (value.Length > 0)
        {
            headers[name] = value;
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html";
        context.Response.Headers.Server = "CloudFront";
        context.Response.Headers["X-Cache"] = "Error from cloudfront";
        return EdgeServer.WriteErrorAsync(context, status, reason);
    }

    private string Line(HttpContext context, Distribution distribution, string result, string requestId, DateTimeOffset started)
    {
        static string Field(string? text) => string.IsNullOrEmpty(text) ? "-" : Uri.EscapeDataString(text);
        var request = context.Request;
        var response = context.Response;
        var length = response.ContentLength ?? 0;
        var taken = (clock.Now - started).TotalSeconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{started.UtcDateTime:yyyy-MM-dd}\t{started.UtcDateTime:HH:mm:ss}\tSBX50-P1\t{length}\t{context.Connection.RemoteIpAddress}\t"
                + $"{request.Method}\t{distribution.DomainName}\t{PathOf(context)}\t{response.StatusCode}\t{Field(request.Headers.Referer)}\t"
                + $"{Field(request.Headers.UserAgent)}\t{Field(request.QueryString.Value?.TrimStart('?'))}\t-\t{result}\t{requestId}\t"
                + $"{request.Host.Host}\t{request.Scheme}\t0\t{taken:F3}\t-\t-\t-\t{result}\t{request.Protocol}\t-\t-\t"
                + $"{context.Connection.RemotePort}\t{taken:F3}\t{result}\t{response.ContentType ?? "-"}\t{length}\t-\t-");
    }
}
