using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EmailSecurity.Tests.Contracts;

/// <summary>An endpoint that answers as a test says; for what no emulation does: hang, talk rubbish, count.</summary>
public sealed class StubAws : IAsyncDisposable
{
    private readonly WebApplication app;
    private int calls;

    private StubAws(WebApplication app) => this.app = app;

    public int Calls => Volatile.Read(ref calls);

    public string Url { get; private set; } = "";

    public const string Caller = """
        <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/u</Arn><UserId>U</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>
        """;

    /// <summary>Starts it; the handler gets the number of the call, from 1.</summary>
    public static async Task<StubAws> StartAsync(Func<HttpContext, int, Task> handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var stub = new StubAws(builder.Build());
        stub.app.Run(context => handler(context, Interlocked.Increment(ref stub.calls)));
        await stub.app.StartAsync();
        stub.Url = stub.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return stub;
    }

    public static Task AnswerAsync(HttpContext context, int status, string body, string contentType = "text/xml")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body);
    }

    /// <summary>Never answers; ends when the client gives up.</summary>
    public static async Task HangAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // the client has gone
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}
