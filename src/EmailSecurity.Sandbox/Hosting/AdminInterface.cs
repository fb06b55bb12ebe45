using System.Text.Encodings.Web;
using System.Text.Json;
using EmailSecurity.Sandbox.Contracts;
using EmailSecurity.Sandbox.Http;
using EmailSecurity.Sandbox.Marks;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>
/// The admin interface: hosted zones, third-party zones and sites, mark certificates, the call log, faults, denials, latency, and a page that
/// shows the state. HTTP and JSON, loopback only.
/// </summary>
internal sealed partial class AdminInterface(
    Emulation emulation, MarkAuthority marks, CallLog log, FaultPlan faults, DenialList denials, SandboxClock clock, Func<string> page)
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

        // A page of another site may send requests here without being able to read the answer: its origin gives it away.
        if (context.Request.Headers.Origin is [{ Length: > 0 } origin, ..] && origin != $"{context.Request.Scheme}://{context.Request.Host}")
        {
            await ProblemAsync(context, 403, "The admin interface does not accept requests from web pages of other origins.");
            return;
        }

        try
        {
            await DispatchAsync(context);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidDataException)
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
            default:
                await ResourceAsync(context, path);
                return;
        }
        context.Response.StatusCode = 204;
    }

    private void PutLatency(JsonElement body)
    {
        var profile = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("profile", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()
            : null;
        if (profile is not ("none" or "real"))
        {
            throw new FormatException("latency: profile is none or real.");
        }
        var scale = !body.TryGetProperty("scale", out var value) ? 1
            : value.ValueKind == JsonValueKind.Number && value.GetDouble() is >= 0 and <= MostScale ? value.GetDouble()
            : throw new FormatException(Invariant($"latency: scale is a number from 0 to {MostScale}."));
        clock.Set(profile, scale);
    }

    private static async Task<byte[]> BytesAsync(HttpContext context) =>
        await RequestBody.ReadAsync(context.Request, MostBodyBytes, context.RequestAborted)
        ?? throw new FormatException($"The admin interface accepts bodies up to {MostBodyBytes} bytes.");

    private static async Task<JsonElement> BodyAsync(HttpContext context)
    {
        using var document = JsonDocument.Parse(await BytesAsync(context));
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
}
