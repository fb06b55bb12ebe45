using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EmailSecurity.Sandbox.Hosting;

/// <summary>
/// <c>serve [--port N] [--output FILE]</c>: one JSON line when ready, on standard output or in a file, then runs until SIGINT or SIGTERM. It starts with a
/// hosted zone for a first try.
/// </summary>
public static class ServeVerb
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Runs the verb; the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (Parse(arguments, out var port, out var output) is { } wrong)
        {
            await Console.Error.WriteLineAsync("serve: " + wrong);
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
            using var ready = await TellAsync(ReadyLine(server), output, stop.Token);
            await Task.Delay(Timeout.Infinite, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"serve: {e.Message}");
            return 1;
        }
        return 0;
    }

    // What is wrong with the arguments; null for nothing.
    private static string? Parse(IReadOnlyList<string> arguments, out int port, out string? output)
    {
        (port, output) = (0, null);
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : null;
            switch (arguments[i])
            {
                case "--port" when !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port > 65535:
                    return $"--port requires a number from 0 to 65535, not '{value}'.";
                case "--output" when string.IsNullOrWhiteSpace(value):
                    return "--output requires the path of a file.";
                case "--output":
                    output = Path.GetFullPath(value!);
                    break;
                case "--port":
                    break;
                default:
                    return $"unknown argument '{arguments[i]}'. Usage: serve [--port N] [--output FILE]";
            }
        }

        return null;
    }

    // A file appears whole, under its name, and is closed: who waits for it may read it at once. It goes when the sandbox does, for it leads nowhere then.
    private static async Task<ReadyFile?> TellAsync(string line, string? output, CancellationToken cancellationToken)
    {
        if (output is null)
        {
            await Console.Out.WriteLineAsync(line);
            await Console.Out.FlushAsync(CancellationToken.None);
            return null;
        }

        var unfinished = $"{output}.{Guid.NewGuid():N}.tmp";
        try
        {
            await File.WriteAllTextAsync(unfinished, line + "\n", cancellationToken);
            File.Move(unfinished, output, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }

        await Console.Error.WriteLineAsync($"The sandbox is ready; {output} says where. Stop it with Ctrl+C.");
        return new ReadyFile(output, line);
    }

    private sealed class ReadyFile(string path, string line) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                // Another sandbox may have been started since with the same file.
                if (File.ReadAllText(path).TrimEnd() == line)
                {
                    File.Delete(path);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone, or held by somebody: it is only a pointer.
            }
        }
    }

    /// <summary>The line that says where everything is.</summary>
    public static string ReadyLine(SandboxServer server) => Ascii(JsonSerializer.Serialize(
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
        Json));

    /// <summary>JSON with everything beyond ASCII escaped: a console of Windows writes such characters in a code page that no reader of JSON expects.</summary>
    internal static string Ascii(string json) => string.Concat(json.Select(c => char.IsAscii(c) ? c.ToString() : Invariant($"\\u{(int)c:x4}")));
}
