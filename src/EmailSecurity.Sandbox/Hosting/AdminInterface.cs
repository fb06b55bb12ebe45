using System.Text.Encodings.Web;
using System.Text.Json;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Edge;
using EmailSecurity.Sandbox.Signing;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>The admin interface: third-party zones and sites, the call log, faults, denials, latency, and a page that shows the state. HTTP and JSON, loopback only.</summary>
internal sealed class AdminInterface(ISandboxWorld world, CallLog log, FaultPlan faults, DenialList denials, SandboxClock clock, Func<string> page)
{
    /// <summary>Larger bodies are refused.</summary>
    public const long MostBodyBytes = 16 * 1024 * 1024;

    private const double MostScale = 1000;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        PropertyNameCaseInsensitive = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        // A web page under a name that resolves to 127.0.0.1 must not steer the sandbox (DNS rebinding).
        if (context.Request.Host.Host is not ("127.0.0.1" or "localhost"))
        {
            await ProblemAsync(context, 403, "The admin interface answers to 127.0.0.1 and localhost only.");
            return;
        }
        try
        {
            await DispatchAsync(context);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            await ProblemAsync(context, 400, e.Message);
        }
    }

    private async Task DispatchAsync(HttpContext context)
    {
        var method = context.Request.Method;
        var path = context.Request.Path.Value ?? "/";
        switch (method, path)
        {
            case ("GET", "/"):
                context.Response.ContentType = "text/html; charset=utf-8";
                context.Response.Headers.CacheControl = "no-store";
                await context.Response.WriteAsync(page(), context.RequestAborted);
                return;
            case ("GET", "/calls"): await SendAsync(context, JsonSerializer.Serialize(log.Snapshot(), Json)); return;
            case ("DELETE", "/calls"): log.Clear(); break;
            case ("GET", "/faults"): await SendAsync(context, faults.Text); return;
            case ("PUT", "/faults"): faults.Put(await BodyAsync(context)); break;
            case ("DELETE", "/faults"): faults.Clear(); break;
            case ("GET", "/denials"): await SendAsync(context, denials.Text); return;
            case ("PUT", "/denials"): denials.Put(await BodyAsync(context)); break;
            case ("DELETE", "/denials"): denials.Clear(); break;
            case ("GET", "/latency"): await SendAsync(context, JsonSerializer.Serialize(new { profile = clock.Profile, scale = clock.Scale }, Json)); return;
            case ("PUT", "/latency"): PutLatency(await BodyAsync(context)); break;
            case (_, "/calls" or "/faults" or "/denials" or "/latency"):
                await ProblemAsync(context, 405, $"{method} is not a method of {path}.");
                return;
            case (_, _) when path.StartsWith("/sites/", StringComparison.Ordinal) && path.Length > "/sites/".Length && world is ISiteHost sites:
                await SiteAsync(context, sites, UriCodec.Decode(path["/sites/".Length..]));
                return;
            default:
                if (!path.StartsWith("/zones/", StringComparison.Ordinal) || path.Length == "/zones/".Length)
                {
                    await ProblemAsync(context, 404, "Known: /, /zones/{zone}, /sites/{host}, /calls, /faults, /denials, /latency.");
                    return;
                }
                await ZoneAsync(context, UriCodec.Decode(path["/zones/".Length..]));
                return;
        }
        context.Response.StatusCode = 204;
    }

    private async Task ZoneAsync(HttpContext context, string zone)
    {
        switch (context.Request.Method)
        {
            case "PUT":
                world.PutThirdPartyZone(zone, ReadRecords(await BodyAsync(context)));
                context.Response.StatusCode = 204;
                break;
            case "GET" when world.GetThirdPartyZone(zone) is { } records:
                await SendAsync(context, JsonSerializer.Serialize(records, Json));
                break;
            case "DELETE" when world.DeleteThirdPartyZone(zone):
                context.Response.StatusCode = 204;
                break;
            case "GET" or "DELETE":
                await ProblemAsync(context, 404, $"There is no third-party zone '{zone}'. Zones made through Route 53 are seen through Route 53.");
                break;
            default:
                await ProblemAsync(context, 405, "A zone takes PUT, GET and DELETE.");
                break;
        }
    }

    private static async Task SiteAsync(HttpContext context, ISiteHost sites, string host)
    {
        switch (context.Request.Method)
        {
            case "PUT":
                sites.PutSite(host, (await BodyAsync(context)).Deserialize<SiteDefinition>(Json) ?? throw new FormatException("sites: an object that describes the site."));
                context.Response.StatusCode = 204;
                break;
            case "DELETE" when sites.DeleteSite(host):
                context.Response.StatusCode = 204;
                break;
            case "DELETE":
                await ProblemAsync(context, 404, $"There is no site '{host}'.");
                break;
            default:
                await ProblemAsync(context, 405, "A site takes PUT and DELETE.");
                break;
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
            return record is { Name: { } name, Type: { } type, Values: { Count: > 0 } values } && values.All(v => v is not null) && record.Ttl is >= 0
                ? new ZoneRecord(name, type.ToUpperInvariant(), record.Ttl ?? 300, values!)
                : throw new FormatException($"zones: {item.GetRawText()} lacks a name, a type, values, or has a negative ttl.");
        })];
    }

    private void PutLatency(JsonElement body)
    {
        var profile = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("profile", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        if (profile is not ("none" or "real"))
        {
            throw new FormatException("latency: profile is none or real.");
        }
        var scale = !body.TryGetProperty("scale", out var value) ? 1
            : value.ValueKind == JsonValueKind.Number && value.GetDouble() is >= 0 and <= MostScale ? value.GetDouble()
            : throw new FormatException($"latency: scale is a number from 0 to {MostScale}.");
        clock.Set(profile, scale);
    }

    private static async Task<JsonElement> BodyAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, MostBodyBytes, context.RequestAborted) ?? throw new FormatException($"The admin interface takes bodies up to {MostBodyBytes} bytes.");
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }

    private static Task SendAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    private static Task ProblemAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return SendAsync(context, JsonSerializer.Serialize(new { error }, Json));
    }

    private sealed record RecordBody(string? Name, string? Type, int? Ttl, List<string?>? Values);
}
