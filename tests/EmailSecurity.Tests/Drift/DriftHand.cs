using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using EmailSecurity.Sandbox.CloudFront;
using EmailSecurity.Tests.EndToEnd;
using EmailSecurity.Tests.Sandbox;

namespace EmailSecurity.Tests.Drift;

/// <summary>Somebody with the keys of the account and no SDK: every document as AWS has it, and put back altered.</summary>
internal sealed class DriftHand(StackLab lab) : IDisposable
{
    public static readonly XNamespace Cf = CloudFrontService.Ns;
    private const string Route53Path = "/2013-04-01/hostedzone/";
    private readonly HttpClient http = new();

    public async Task<(string Id, string ETag, XElement Config)> DistributionAsync(string? known = null)
    {
        var id = known ?? (await lab.DistributionAsync()).Id;
        var (body, etag, _) = await SendAsync("cloudfront", "GET", $"/2020-05-31/distribution/{id}/config", "");
        return (id, etag, XElement.Parse(body));
    }

    /// <summary>Puts a configuration; the error code, or null.</summary>
    public async Task<string?> PutDistributionAsync(string id, XElement config)
    {
        var (_, etag, _) = await SendAsync("cloudfront", "GET", $"/2020-05-31/distribution/{id}/config", "");
        return (await SendAsync("cloudfront", "PUT", $"/2020-05-31/distribution/{id}/config", config.ToString(), "content-type:text/xml", "if-match:" + etag)).Error;
    }

    public async Task<XElement> ControlAsync(string id) => XElement.Parse((await SendAsync("cloudfront", "GET", $"/2020-05-31/origin-access-control/{id}/config", "")).Body);

    public async Task PutControlAsync(string id, XElement config)
    {
        var (_, etag, _) = await SendAsync("cloudfront", "GET", $"/2020-05-31/origin-access-control/{id}/config", "");
        Assert.Null((await SendAsync("cloudfront", "PUT", $"/2020-05-31/origin-access-control/{id}/config", config.ToString(), "content-type:text/xml", "if-match:" + etag)).Error);
    }

    /// <summary>A subresource of a bucket; null where there is none.</summary>
    public async Task<string?> BucketAsync(string bucket, string subresource)
    {
        var (body, _, error) = await SendAsync("s3", "GET", $"/{bucket}?{subresource}", "");
        return error is null ? body : null;
    }

    /// <summary>Puts a subresource of a bucket; null deletes it.</summary>
    public async Task PutBucketAsync(string bucket, string subresource, string? document)
    {
        var (_, _, error) = document is null ? await SendAsync("s3", "DELETE", $"/{bucket}?{subresource}", "")
            : await SendAsync("s3", "PUT", $"/{bucket}?{subresource}", document, "x-amz-checksum-sha256:" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(document))));
        Assert.True(error is null, $"{subresource}: {error}\n{document}");
    }

    /// <summary>The record sets of the lab's zone.</summary>
    public async Task<IReadOnlyList<XElement>> RecordsAsync()
    {
        var (body, _, _) = await SendAsync("route53", "GET", $"{Route53Path}{lab.ZoneId}/rrset", "");
        var document = XElement.Parse(body);
        return [.. document.Descendants(document.Name.Namespace + "ResourceRecordSet")];
    }

    /// <summary>Changes record sets in one batch.</summary>
    public async Task ChangeRecordsAsync(params (string Action, XElement Set)[] changes)
    {
        var ns = changes[0].Set.Name.Namespace;
        var document = new XElement(ns + "ChangeResourceRecordSetsRequest", new XElement(ns + "ChangeBatch", new XElement(ns + "Changes",
            changes.Select(c => new XElement(ns + "Change", new XElement(ns + "Action", c.Action), new XElement(c.Set))))));
        var (_, _, error) = await SendAsync("route53", "POST", $"{Route53Path}{lab.ZoneId}/rrset", document.ToString(), "content-type:text/xml");
        Assert.True(error is null, $"{error}\n{document}");
    }

    public void Dispose() => http.Dispose();

    private async Task<(string Body, string ETag, string? Error)> SendAsync(string service, string method, string pathAndQuery, string body, params string[] headers)
    {
        using var passing = lab.LetTimePass();
        using var request = S3Raw.Sign(lab.Sandbox.EndpointUrl, lab.Sandbox.AccessKey, lab.Sandbox.SecretKey, service, method, pathAndQuery, Encoding.UTF8.GetBytes(body),
            service == "s3" ? "eu-central-1" : "us-east-1", lab.Time.GetUtcNow(), headers);
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (text, response.Headers.TryGetValues("ETag", out var etag) ? etag.First() : "", response.IsSuccessStatusCode ? null : $"{(int)response.StatusCode} {text}");
    }
}
