using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.Ports;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>
/// A command that looks at live domains: many at a time, each result emitted as soon as it is there, so in the order in which the domains answer.
/// The next domain is taken from the pipeline only when there is a turn for it, so memory does not depend on their number.
/// </summary>
public abstract class LiveTestCmdlet : LiveCmdlet
{
    private const int NamesShown = 3;
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(500);

    // What still runs at Ctrl+C is cancelled and ends by itself; it is waited for this long at most, so that the prompt is back within a second.
    private static readonly TimeSpan StopPatience = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<IEmailSecurityServices, LiveChecks> checks = [];
    private readonly Dictionary<int, string> running = [];
    private readonly object gate = new();
    private (string?, string?, string?) reach;
    private LiveChecks? current;
    private SemaphoreSlim? turns;
    private ProgressScope? progress;
    private Timer? ticker;
    private Task shown = Task.CompletedTask;
    private int started;
    private int finished;

    /// <summary>The domain, or anything with a Domain property.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "DomainName")]
    [ValidateNotNullOrEmpty]
    public string[] Domain { get; set; } = [];

    /// <summary>How many domains are looked at side by side.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = 32;

    /// <summary>What the command's own parameters include.</summary>
    private protected virtual LiveOptions Options => new();

    /// <summary>The check of one domain.</summary>
    private protected abstract Task<IReadOnlyList<TestResult>> TestAsync(LiveChecks liveChecks, string domain, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var with = GetChecks();
        if (turns is null)
        {
            turns = new SemaphoreSlim(ThrottleLimit);
            progress = StartProgress("Looking at domains");
            ticker = new Timer(_ => ShowProgress(), null, ProgressEvery, ProgressEvery);
        }

        foreach (var domain in Domain)
        {
            await TakeTurnAsync(turns, cancellationToken).ConfigureAwait(false);
            lock (gate)
            {
                running.Add(++started, domain);
            }

            _ = RunAsync(started, domain, with, cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (turns is null)
        {
            return; // no input
        }

        try
        {
            // With every turn in hand nothing runs any more.
            for (var turn = 0; turn < ThrottleLimit; turn++)
            {
                await TakeTurnAsync(turns, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            StopTicker();
            progress?.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            StopTicker();
            foreach (var one in checks.Values)
            {
                one.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private bool AnyRunning
    {
        get
        {
            lock (gate)
            {
                return running.Count > 0;
            }
        }
    }

    // One resolver, fetcher and memory of mail servers for the whole pipeline, unless its objects bring name servers of their own.
    private LiveChecks GetChecks()
    {
        if (current is null || reach != (NameServer, TrustedRoot, ConnectTo))
        {
            var services = GetServices();
            if (!checks.TryGetValue(services, out current))
            {
                current = new LiveChecks(services.Resolver, services.Fetcher, services.SmtpProbe, TimeProvider.System, Options);
                checks.Add(services, current);
            }

            reach = (NameServer, TrustedRoot, ConnectTo);
        }

        return current;
    }

    private async Task TakeTurnAsync(SemaphoreSlim from, CancellationToken cancellationToken)
    {
        try
        {
            await from.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nothing is left running behind the prompt: whatever ends gives its turn back.
            var clock = Stopwatch.StartNew();
            while (AnyRunning && StopPatience - clock.Elapsed is { Ticks: > 0 } rest)
            {
                await from.WaitAsync(rest, CancellationToken.None).ConfigureAwait(false);
            }

            throw;
        }
    }

    private async Task RunAsync(int number, string domain, LiveChecks with, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await ForEachItemAsync(domain, async ct =>
            {
                foreach (var result in await TestAsync(with, domain, ct).ConfigureAwait(false))
                {
                    WriteObject(result);
                }
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The pipeline has been stopped, and nobody waits for the result.
        }
        finally
        {
            lock (gate)
            {
                finished++;
                running.Remove(number);
            }

            turns!.Release();
        }
    }

    // While the pipeline's thread is busy upstream nothing can be shown, and no second report queues up behind the first.
    private void ShowProgress()
    {
        if (!shown.IsCompleted)
        {
            return;
        }

        string status;
        var percent = -1;
        lock (gate)
        {
            status = string.Create(CultureInfo.InvariantCulture, $"{finished} done, {running.Count} under way");
            if (running.Count is > 0 and <= NamesShown)
            {
                status += ": " + string.Join(", ", running.Values);
            }

            // How many a pipeline will bring is not known before its end.
            if (!MyInvocation.ExpectingInput && Domain.Length > 1)
            {
                percent = 100 * finished / Domain.Length;
            }
        }

        try
        {
            shown = OnPipelineThreadAsync(() =>
            {
                progress!.Report(status, percent);
                return true;
            });
        }
        catch (OperationCanceledException)
        {
            // The command has ended.
        }
    }

    private void StopTicker() => Interlocked.Exchange(ref ticker, null)?.Dispose();
}
