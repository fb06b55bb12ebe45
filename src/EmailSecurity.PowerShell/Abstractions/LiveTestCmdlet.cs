using System.Management.Automation;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.Ports;
using EmailSecurity.PowerShell.Completion;
using EmailSecurity.Stacks;

namespace EmailSecurity.PowerShell.Abstractions;

/// <summary>A command that looks at live domains, many at a time (<see cref="DomainPool"/>).</summary>
public abstract class LiveTestCmdlet : LiveCmdlet
{
    private readonly Dictionary<IOutside, LiveChecks> checks = [];
    private (string?, string?, string?, bool?) reach;
    private LiveChecks? current;
    private DomainPool? pool;

    /// <summary>The domain, or anything with a Domain property.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "DomainName")]
    [ArgumentCompleter(typeof(DomainCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Domain { get; set; } = [];

    /// <summary>How many domains are looked at side by side.</summary>
    [Parameter]
    [ValidateNumber(1, 1024)]
    public int ThrottleLimit { get; set; } = 32;

    /// <summary>What the command's own parameters include.</summary>
    private protected virtual LiveOptions Options => new();

    /// <summary>The check of one domain.</summary>
    private protected abstract Task<IReadOnlyList<TestResult>> TestAsync(LiveChecks liveChecks, DomainSubject subject, CancellationToken cancellationToken);

    /// <summary>The stack of the current input object, for a command that makes use of what it knows; null for none.</summary>
    private protected virtual EmailSecurityStack? InputStack => null;

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var with = GetChecks();
        // How many domains a pipeline will bring is not known before its end.
        int? total = MyInvocation.ExpectingInput ? null : Domain.Length;
        pool ??= new DomainPool(this, ThrottleLimit, new DomainProgress.Look("Checking domains", Lines: 0, total));
        foreach (var domain in Domain)
        {
            var stack = InputStack;
            var subject = DomainSubject.Of(domain, stack, Clock.GetUtcNow());
            await pool.StartAsync(domain, alone: false, (_, ct) => ForEachItemAsync(domain, async token =>
            {
                OneDomain.Require(domain, stack, policy: null);
                foreach (var result in await TestAsync(with, subject, token).ConfigureAwait(false))
                {
                    WriteObject(result);
                }
            }, ct), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken) => pool?.DrainAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            pool?.Dispose();
            foreach (var one in checks.Values)
            {
                one.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    // One resolver, fetcher and memory of mail servers for the whole pipeline, unless its objects say otherwise how to look.
    private LiveChecks GetChecks()
    {
        var asked = (NameServer, TrustedRoot, ConnectTo, IsPrivateNetworkAllowed);
        if (current is null || reach != asked)
        {
            var outside = GetOutside();
            if (!checks.TryGetValue(outside, out current))
            {
                current = new LiveChecks(outside.Resolver, outside.Fetcher, outside.SmtpProbe, Clock, Options);
                checks.Add(outside, current);
            }

            reach = asked;
        }

        return current;
    }
}
