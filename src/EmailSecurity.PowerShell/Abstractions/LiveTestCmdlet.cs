using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.Live;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>A command that looks at live domains: many at a time, each result emitted as soon as it is there, so in the order in which the domains answer.</summary>
public abstract class LiveTestCmdlet : LiveCmdlet
{
    private readonly List<Task> running = [];
    private readonly object gate = new();
    private LiveChecks? checks;
    private ProgressScope? progress;
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

    private protected Bimi.MarkCertificateRoots ReadMarkRoots(string? path)
        => path is null ? Bimi.MarkCertificateRoots.Default : AssetFiles.ReadMarkRoots(ResolveExistingFile(path, "MarkRootNotFound"));

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        if (checks is null)
        {
            var services = GetServices();
            checks = new LiveChecks(services.Resolver, services.Fetcher, services.SmtpProbe, TimeProvider.System, Options);
            progress = StartProgress("Looking at domains");
        }

        foreach (var domain in Domain)
        {
            while (true)
            {
                Task[] full;
                lock (gate)
                {
                    full = running.Count < ThrottleLimit ? [] : [.. running];
                }

                if (full.Length == 0)
                {
                    break;
                }

                await Task.WhenAny(full).WaitAsync(cancellationToken).ConfigureAwait(false);
                Sweep();
            }

            lock (gate)
            {
                running.Add(RunAsync(domain, cancellationToken));
                started++;
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        try
        {
            Task[] rest;
            lock (gate)
            {
                rest = [.. running];
            }

            await Task.WhenAll(rest).ConfigureAwait(false);
        }
        finally
        {
            progress?.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            checks?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task RunAsync(string domain, CancellationToken cancellationToken)
    {
        await Task.Yield();
        await ForEachItemAsync(domain, async ct =>
        {
            foreach (var result in await TestAsync(checks!, domain, ct).ConfigureAwait(false))
            {
                WriteObject(result);
            }
        }, cancellationToken).ConfigureAwait(false);
        var done = Interlocked.Increment(ref finished);
        if (done % 50 == 0)
        {
            progress?.Report($"{done} of {Volatile.Read(ref started)} so far");
        }
    }

    private void Sweep()
    {
        lock (gate)
        {
            foreach (var task in running.Where(t => t.IsCompleted).ToArray())
            {
                running.Remove(task);
                if (task.IsFaulted)
                {
                    task.GetAwaiter().GetResult(); // not an item's trouble: the command's own end
                }
            }
        }
    }
}
