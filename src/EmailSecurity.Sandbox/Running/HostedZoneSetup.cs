using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace EmailSecurity.Sandbox.Running;

/// <summary>Makes a hosted zone by signed Route 53 calls of its own, so that what is rehearsed takes no part in setting the stage.</summary>
public sealed class HostedZoneSetup(string endpointUrl, string accessKey, string secretKey) : IDisposable
{
    private const string Version = "/2013-04-01";
    private const string Xmlns = "https://route53.amazonaws.com/doc/2013-04-01/";
    private readonly HttpClient client = new();

    /// <summary>Creates a zone with its mail servers and DMARC record; its id.</summary>
    /// <param name="zone">Its name.</param>
    /// <param name="mailServers">Host names, best first; none for no MX.</param>
    /// <param name="dmarc">DMARC record; empty for none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<string> CreateAsync(string zone, IReadOnlyList<string> mailServers, string dmarc, CancellationToken cancellationToken)
    {
        var created = await PostAsync(Version + "/hostedzone", $"<CreateHostedZoneRequest xmlns=\"{Xmlns}\"><Name>{zone}</Name><CallerReference>{Guid.NewGuid()}</CallerReference></CreateHostedZoneRequest>", cancellationToken);
        var id = created.Root!.Element(XName.Get("HostedZone", Xmlns))!.Element(XName.Get("Id", Xmlns))!.Value.Replace("/hostedzone/", "", StringComparison.Ordinal);
        var changes = new StringBuilder();
        if (mailServers.Count > 0)
        {
            Append(changes, zone, "MX", mailServers.Select((host, index) => string.Create(CultureInfo.InvariantCulture, $"{10 * (index + 1)} {host}.")));
        }

        if (dmarc.Length > 0)
        {
            Append(changes, "_dmarc." + zone, "TXT", [$"\"{dmarc}\""]);
        }

        if (changes.Length > 0)
        {
            await PostAsync($"{Version}/hostedzone/{id}/rrset", $"<ChangeResourceRecordSetsRequest xmlns=\"{Xmlns}\"><ChangeBatch><Changes>{changes}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>", cancellationToken);
        }

        return id;
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static void Append(StringBuilder changes, string name, string type, IEnumerable<string> values) => changes
        .Append("<Change><Action>CREATE</Action><ResourceRecordSet><Name>").Append(name).Append("</Name><Type>").Append(type).Append("</Type><TTL>300</TTL><ResourceRecords>")
        .AppendJoin("", values.Select(v => $"<ResourceRecord><Value>{SecurityElement.Escape(v)}</Value></ResourceRecord>"))
        .Append("</ResourceRecords></ResourceRecordSet></Change>");

    private async Task<XDocument> PostAsync(string path, string body, CancellationToken cancellationToken)
    {
        var uri = new Uri(endpointUrl + path);
        var stamp = DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{stamp[..8]}/us-east-1/route53/aws4_request";
        var canonical = $"POST\n{uri.AbsolutePath}\n\nhost:{uri.Authority}\nx-amz-date:{stamp}\n\nhost;x-amz-date\n{Hash(body)}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + secretKey), Mac);
        var signature = Convert.ToHexStringLower(Mac(key, $"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Hash(canonical)}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new StringContent(body, Encoding.UTF8, "text/xml") };
        request.Headers.TryAddWithoutValidation("x-amz-date", stamp);
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={accessKey}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}");
        using var response = await client.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode ? XDocument.Parse(text) : throw new InvalidOperationException($"Route 53 said {(int)response.StatusCode}: {text}");
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
