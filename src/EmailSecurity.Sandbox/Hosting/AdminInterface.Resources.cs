using System.Text;
using System.Text.Json;
using EmailSecurity.Sandbox.Dns;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Sandbox.Marks;
using EmailSecurity.Sandbox.Signing;

namespace EmailSecurity.Sandbox.Hosting;

/// <content>What is named by its path: zones, sites and mark certificates.</content>
internal sealed partial class AdminInterface
{
    private const string Known = "Known: /, /hostedzones/{zone}, /zones/{zone}, /sites/{host}, /markcertificates, /calls, /faults, /denials, /latency.";

    private async Task ResourceAsync(HttpContext context, string path)
    {
        var slash = path.IndexOf('/', 1);
        var (kind, name) = slash < 0 ? (path[1..], "") : (path[1..slash], UriCodec.Decode(path[(slash + 1)..]));
        switch (kind, name.Length > 0)
        {
            case ("zones", true): await ZoneAsync(context, name); break;
            case ("hostedzones", true): await HostedZoneAsync(context, name); break;
            case ("sites", true): await SiteAsync(context, name); break;
            case ("markcertificates", false): await IssueMarkAsync(context); break;
            case ("markcertificates", true): await RevocationListAsync(context, name); break;
            default: await ProblemAsync(context, 404, Known); break;
        }
    }

    private Task ZoneAsync(HttpContext context, string zone) => RecordsAsync(
        context,
        records => emulation.PutThirdPartyZone(zone, records),
        () => emulation.GetThirdPartyZone(zone),
        () => emulation.DeleteThirdPartyZone(zone),
        $"There is no third-party zone '{zone}'. Hosted zones are under /hostedzones/.");

    private Task HostedZoneAsync(HttpContext context, string zone) => RecordsAsync(
        context,
        records => emulation.PutHostedZone(zone, records),
        () => emulation.GetHostedZone(zone),
        () => emulation.DeleteHostedZone(zone),
        $"There is no hosted zone '{zone}'. Third-party zones are under /zones/.");

    private static async Task RecordsAsync(
        HttpContext context, Action<IReadOnlyList<ZoneRecord>> put, Func<IReadOnlyList<ZoneRecord>?> get, Func<bool> delete, string missing)
    {
        switch (context.Request.Method)
        {
            case "PUT":
                put(ReadRecords(await BodyAsync(context)));
                context.Response.StatusCode = 204;
                break;
            case "GET" when get() is { } records:
                await SendAsync(context, JsonSerializer.Serialize(records, Json));
                break;
            case "DELETE" when delete():
                context.Response.StatusCode = 204;
                break;
            case "GET" or "DELETE":
                await ProblemAsync(context, 404, missing);
                break;
            default:
                await ProblemAsync(context, 405, "A zone accepts PUT, GET and DELETE.");
                break;
        }
    }

    private async Task SiteAsync(HttpContext context, string host)
    {
        switch (context.Request.Method)
        {
            case "PUT":
                var definition = (await BodyAsync(context)).Deserialize<SiteDefinition>(Json);
                emulation.PutSite(host, definition ?? throw new FormatException("sites: an object that describes the site."));
                context.Response.StatusCode = 204;
                break;
            case "DELETE" when emulation.DeleteSite(host):
                context.Response.StatusCode = 204;
                break;
            case "DELETE":
                await ProblemAsync(context, 404, $"There is no site '{host}'.");
                break;
            default:
                await ProblemAsync(context, 405, "A site accepts PUT and DELETE.");
                break;
        }
    }

    // ?domain=example.com&selector=default&kind=vmc, and the logo as the body.
    private async Task IssueMarkAsync(HttpContext context)
    {
        if (context.Request.Method != "POST")
        {
            await ProblemAsync(context, 405, "Mark certificates are asked for by POST ?domain=...&selector=...&kind=vmc|cmc, with the logo as the body.");
            return;
        }
        string Parameter(string name) => context.Request.Query[name].ToString();
        var domain = Dns.DnsName.Parse(Parameter("domain"));
        var logo = await BytesAsync(context);
        if (domain.Length == 0 || logo.Length == 0)
        {
            throw new FormatException("markcertificates: ?domain= is missing, or the body, which is the logo.");
        }
        var pem = marks.Issue(new MarkRequest
        {
            Domain = domain,
            Selector = Dns.DnsName.Parse(Parameter("selector")),
            Kind = Parameter("kind").ToUpperInvariant() switch
            {
                "VMC" or "" => MarkKind.Vmc,
                "CMC" => MarkKind.Cmc,
                var other => throw new FormatException($"markcertificates: kind is vmc or cmc, not '{other}'."),
            },
            Logo = logo,
        });
        context.Response.StatusCode = 201;
        await SendAsync(context, "application/pem-certificate-chain", Encoding.ASCII.GetBytes(pem));
    }

    private async Task RevocationListAsync(HttpContext context, string name)
    {
        if (context.Request.Method is not ("GET" or "HEAD") || marks.RevocationList(name) is not { } list)
        {
            await ProblemAsync(context, 404, $"/markcertificates/ has the revocation lists {MarkAuthority.RootList} and {MarkAuthority.IssuingList}.");
            return;
        }
        await SendAsync(context, "application/pkix-crl", list);
    }

    private static async Task SendAsync(HttpContext context, string contentType, byte[] body)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (context.Request.Method != "HEAD")
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static List<ZoneRecord> ReadRecords(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("zones: an array of {name, type, ttl, values}.");
        }
        return [.. body.EnumerateArray().Select(item =>
        {
            var record = item.Deserialize<RecordBody>(Json);
            return record is { Name: { } name, Type: { } type, Values: { Count: > 0 } values } && values.All(v => v is not null) && record.Ttl is null or >= 0
                ? new ZoneRecord(name, type.ToUpperInvariant(), record.Ttl ?? 300, values!)
                : throw new FormatException($"zones: {item.GetRawText()} lacks a name, a type, values, or has a negative ttl.");
        })];
    }

    private sealed record RecordBody(string? Name, string? Type, int? Ttl, List<string?>? Values);
}
