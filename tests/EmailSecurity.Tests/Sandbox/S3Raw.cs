using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace EmailSecurity.Tests.Sandbox;

/// <summary>Signed S3 requests by hand, for what no client would send.</summary>
internal static partial class S3Raw
{
    /// <summary>Sends; the error code, or null for success.</summary>
    public static async Task<string?> SendAsync(HostFixture host, string method, string pathAndQuery, string body, string region, params string[] headers)
    {
        using var request = Sign(host, method, pathAndQuery, Encoding.UTF8.GetBytes(body), region, headers);
        using var response = await host.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? null : Code().Match(text).Groups["code"].Value;
    }

    /// <summary>A signed request of the main account.</summary>
    public static HttpRequestMessage Sign(HostFixture host, string method, string pathAndQuery, byte[] body, string region, params string[] headers) =>
        Sign(host.Server.EndpointUrl, host.Server.AccessKey, host.Server.SecretKey, "s3", method, pathAndQuery, body, region, headers);

    /// <summary>A signed request.</summary>
    public static HttpRequestMessage Sign(string endpoint, string accessKey, string secret, string service, string method, string pathAndQuery, byte[] body, string region, params string[] headers)
        => Sign(endpoint, accessKey, secret, service, method, pathAndQuery, body, region, DateTimeOffset.UtcNow, headers);

    /// <summary>A request signed at a time.</summary>
    public static HttpRequestMessage Sign(string endpoint, string accessKey, string secret, string service, string method, string pathAndQuery, byte[] body, string region, DateTimeOffset at, params string[] headers)
    {
        var uri = new Uri(endpoint + pathAndQuery);
        var stamp = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = uri.Authority,
            ["x-amz-content-sha256"] = Convert.ToHexStringLower(SHA256.HashData(body)),
            ["x-amz-date"] = stamp,
        };
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            all[header[..colon]] = header[(colon + 1)..].Trim();
        }
        var query = uri.Query.TrimStart('?');
        query = string.Join('&', query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Contains('=', StringComparison.Ordinal) ? p : p + "=").Order(StringComparer.Ordinal));
        var canonical = $"{method}\n{uri.AbsolutePath}\n{query}\n{string.Concat(all.Select(h => $"{h.Key}:{h.Value}\n"))}\n{string.Join(';', all.Keys)}\n{all["x-amz-content-sha256"]}";
        var scope = $"{stamp[..8]}/{region}/{service}/aws4_request";
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}")));
        var request = new HttpRequestMessage(new HttpMethod(method), uri) { Content = body.Length > 0 ? new ByteArrayContent(body) : null };
        request.Headers.Host = all["host"];
        foreach (var (name, value) in all.Where(h => h.Key != "host"))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }
        request.Headers.TryAddWithoutValidation("authorization", $"AWS4-HMAC-SHA256 Credential={accessKey}/{scope}, SignedHeaders={string.Join(';', all.Keys)}, Signature={signature}");
        return request;
    }

    /// <summary>Sends a settings document with its checksum.</summary>
    public static Task<string?> PutDocumentAsync(HostFixture host, string bucket, string subresource, string xml) =>
        SendAsync(host, "PUT", $"/{bucket}?{subresource}", xml, "us-east-1", "x-amz-checksum-sha256: " + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(xml))));

    [GeneratedRegex("<Code>(?<code>[^<]*)</Code>", RegexOptions.ExplicitCapture)]
    private static partial Regex Code();
}
