using System.Text;
using Microsoft.AspNetCore.Connections.Features;

namespace EmailSecurity.Sandbox.Edge;

/// <summary>Answers for third-party sites.</summary>
public static class SiteHandler
{
    private const int ChunkSize = 16 * 1024;

    /// <summary>Answers a request.</summary>
    public static async Task HandleAsync(HttpContext context, Site site)
    {
        if (!site.Definition.Http.TryGetValue(context.Request.Path.Value ?? "/", out var answer))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("not found\n", context.RequestAborted);
            return;
        }
        try
        {
            if (answer.DelayMs > 0)
            {
                await Task.Delay(answer.DelayMs, context.RequestAborted);
            }
            await SendAsync(context, answer);
        }
        catch (OperationCanceledException)
        {
            // The client gave up first, as it should.
        }
    }

    private static async Task SendAsync(HttpContext context, SiteResponse answer)
    {
        var body = answer.BodyBase64 is { } base64 ? Convert.FromBase64String(base64) : Encoding.UTF8.GetBytes(answer.Body ?? "");
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }
        if (answer.Size is null && answer.Status is not (204 or 304) and >= 200)
        {
            context.Response.ContentLength = body.Length;
        }
        if (HttpMethods.IsHead(context.Request.Method) || answer.Status is 204 or 304)
        {
            return;
        }
        var breaks = answer.StallMs > 0 || answer.Reset;
        var first = breaks ? body.Length / 2 : body.Length;
        await context.Response.Body.WriteAsync(body.AsMemory(0, first), context.RequestAborted);
        if (breaks)
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (answer.StallMs > 0)
            {
                await Task.Delay(answer.StallMs, context.RequestAborted);
            }
            if (answer.Reset)
            {
                context.Features.Get<IConnectionSocketFeature>()?.Socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
                context.Abort();
                return;
            }
            await context.Response.Body.WriteAsync(body.AsMemory(first), context.RequestAborted);
        }
        if (answer.Size is { } size)
        {
            await SendFillerAsync(context, size);
        }
    }

    private static async Task SendFillerAsync(HttpContext context, long size)
    {
        var filler = new byte[ChunkSize];
        filler.AsSpan().Fill((byte)'x');
        for (var left = size; left > 0; left -= ChunkSize)
        {
            await context.Response.Body.WriteAsync(filler.AsMemory(0, (int)Math.Min(left, ChunkSize)), context.RequestAborted);
        }
    }
}
