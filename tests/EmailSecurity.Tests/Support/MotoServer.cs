using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EmailSecurity.Tests.Support;

/// <summary>moto_server (a Python package) on a free port: the second opinion on wire format, where it can be had.</summary>
public sealed partial class MotoServer : IAsyncDisposable
{
    // It takes seconds; on a machine that is busy enough it may take many, and tests that are skipped for that would be missed by nobody.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    private readonly Process process;

    private MotoServer(Process process, Uri url)
    {
        this.process = process;
        Url = url;
    }

    public Uri Url { get; }

    /// <summary>Starts a server and waits until it listens; null and the reason where python3 or moto is not there.</summary>
    public static async Task<(MotoServer? Server, string Reason)> StartAsync(CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo("python3", ["-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Process started;
        try
        {
            started = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            return (null, "moto is not available: python3 cannot be started (" + e.Message + ").");
        }

        var listening = new TaskCompletionSource<Uri?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var lastWords = "";
        void Read(object sender, DataReceivedEventArgs e)
        {
            if (e.Data is null)
            {
                return;
            }

            lastWords = e.Data;
            if (RunningOn().Match(e.Data) is { Success: true } match)
            {
                listening.TrySetResult(new Uri(match.Groups[1].Value));
            }
        }
        started.OutputDataReceived += Read;
        started.ErrorDataReceived += Read;
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        _ = started.WaitForExitAsync(CancellationToken.None).ContinueWith(_ => listening.TrySetResult(null), TaskScheduler.Default);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        Uri? url;
        try
        {
            url = await listening.Task.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Stop(started);
            cancellationToken.ThrowIfCancellationRequested();
            return (null, $"moto is not available: it did not listen within {StartLimit.TotalMinutes} min ({lastWords}).");
        }
        return url is null ? (null, "moto is not available: " + lastWords) : (new MotoServer(started, url), "");
    }

    public async ValueTask DisposeAsync()
    {
        Stop(process);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static void Stop(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [GeneratedRegex(@"Running on (http://127\.0\.0\.1:\d+)")]
    private static partial Regex RunningOn();
}

/// <summary>One moto for all tests of the collection <c>Moto</c>; they skip, and say why, where it is not there.</summary>
public sealed class MotoFixture : IAsyncLifetime
{
    private MotoServer? server;
    private string reason = "";

    /// <summary>Endpoint of the server; skips the test where there is none.</summary>
    public Uri Url
    {
        get
        {
            Assert.SkipWhen(server is null, reason);
            return server.Url;
        }
    }

    public async ValueTask InitializeAsync() => (server, reason) = await MotoServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }
}

[CollectionDefinition("Moto")]
public sealed class MotoCollection : ICollectionFixture<MotoFixture>;
