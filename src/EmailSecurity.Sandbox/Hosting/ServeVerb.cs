using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary><c>serve [--port N]</c>: one JSON line when ready, then runs until SIGINT or SIGTERM. It starts with a hosted zone for a first try.</summary>
public static class ServeVerb
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs the verb; the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var port = 0;
        if (arguments is ["--port", var text])
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port > 65535)
            {
                await Console.Error.WriteLineAsync($"serve: --port takes a number from 0 to 65535, not '{text}'.");
                return 2;
            }
        }
        else if (arguments.Count > 0)
        {
            await Console.Error.WriteLineAsync($"serve: unknown argument '{arguments[0]}'. Usage: serve [--port N]");
            return 2;
        }
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true; // leave in order: the temporary folder is deleted on the way out
            stop.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await using var server = await SandboxServer.StartAsync(new SandboxOptions { Port = port }, stop.Token);
            FirstZone.Put(server);
            await Console.Out.WriteLineAsync(ReadyLine(server));
            await Console.Out.FlushAsync(CancellationToken.None);
            await Task.Delay(Timeout.Infinite, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync($"serve: {e.Message}");
            return 1;
        }
        return 0;
    }

    /// <summary>The line that says where everything is.</summary>
    public static string ReadyLine(SandboxServer server) => JsonSerializer.Serialize(
        new
        {
            server.EndpointUrl,
            server.NameServer,
            server.ConnectTo,
            server.TrustedRoot,
            server.MarkRoot,
            server.AccessKey,
            server.SecretKey,
            server.AccountId,
            server.AdminUrl,
            server.ConnectToHttp,
            server.ForeignBuckets,
            server.OtherAccessKey,
            server.OtherSecretKey,
        },
        Json);
}
