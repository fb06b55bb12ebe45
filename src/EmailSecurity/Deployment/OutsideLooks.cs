using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.Live;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>Asks before a publish what the Test- commands would find after it. Bounded; no call of AWS; a lookup that fails is a warning at most.</summary>
internal sealed class OutsideLooks(IEmailSecurityServices services, TimeProvider time)
{
    private const int MaxReceivers = 10;
    private const int MaxMailServers = 10;
    private const int SmtpPort = 25;
    private static readonly TimeSpan SmtpTimeout = TimeSpan.FromSeconds(10);
    private readonly LookupMemo dns = new(services.Resolver);

    /// <summary>Looks at what the parts depend on.</summary>
    /// <param name="stack">What is wished.</param>
    /// <param name="options">The parts.</param>
    /// <param name="policy">The deployed policy and the live MX records, once they are read.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<OutsideView> LookAsync(StackWish stack, ObserveOptions options, Task<(MtaStsPolicy? Current, DnsAnswer? Mx)> policy, CancellationToken ct)
    {
        var wantsPolicy = options.Parts.HasFlag(StackParts.MtaSts);
        var wantsBimi = options.Parts.HasFlag(StackParts.Bimi) && stack.Logo is not null;
        string[] hosts = [MtaStsPolicy.HostOf(stack.Domain), BimiRecord.FilesHostOf(stack.Domain, stack.BimiSubdomain)];
        var caa = wantsPolicy || wantsBimi ? AmazonCaa.CheckAsync(dns, hosts, ct) : Task.FromResult<IReadOnlyList<Finding>>([]);
        var receivers = options.Parts.HasFlag(StackParts.TlsRpt) ? ReceiversAsync(stack, ct) : Task.FromResult<IReadOnlyList<Finding>>([]);
        var (mail, notProbed) = wantsPolicy ? await MailServersAsync(stack, policy, ct).ConfigureAwait(false) : ([], []);
        return new OutsideView
        {
            Caa = await caa.ConfigureAwait(false),
            Receivers = await receivers.ConfigureAwait(false),
            MailServers = mail,
            NotProbed = notProbed,
            Files = wantsBimi ? AssetChecks.Warnings(stack, time.GetUtcNow(), options.MarkRoots) : [],
        };
    }

    /// <summary>Looks at the mail servers too, where it shows only now that the domain moves to mode enforce.</summary>
    /// <param name="stack">What is wished.</param>
    /// <param name="observed">The current state.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<OutsideView> WithMailServersAsync(StackWish stack, ObservedStack observed, CancellationToken ct)
    {
        var policy = Task.FromResult((observed.CurrentPolicy, observed.Mx));
        var (mail, notProbed) = await MailServersAsync(stack with { Mode = MtaStsMode.Enforce }, policy, ct).ConfigureAwait(false);
        return observed.Outside with { MailServers = mail, NotProbed = notProbed };
    }

    private async Task<IReadOnlyList<Finding>> ReceiversAsync(StackWish stack, CancellationToken ct)
    {
        var looks = stack.ReportUri.Take(MaxReceivers).Select(u => ReportReceivers.LookAsync(dns, u, isFailureTold: true, ct));
        var found = await Task.WhenAll(looks).ConfigureAwait(false);
        return [.. found.OfType<Finding>()];
    }

    // An enforce policy is only as good as the mail servers that it names (RFC 8461 section 5).
    private async Task<(IReadOnlyList<Finding> Findings, IReadOnlyList<string> NotProbed)> MailServersAsync(
        StackWish stack, Task<(MtaStsPolicy? Current, DnsAnswer? Mx)> policy, CancellationToken ct)
    {
        var (current, mx) = await policy.ConfigureAwait(false);
        if ((stack.Policy?.Mode ?? stack.Mode ?? current?.Mode) != MtaStsMode.Enforce || mx is null)
        {
            return ([], []);
        }

        var servers = MailServers.From(stack.Domain, mx.ValuesIfAnswered);
        var isMove = current is not { Mode: MtaStsMode.Enforce };
        var advice = $"Run Test-MtaSts {stack.Domain} -ProbeSmtp from a host that may connect to port 25.";
        var found = await Task.WhenAll(servers.Hosts.Take(MaxMailServers).Select(h => MailServerAsync(h, isMove, ct))).ConfigureAwait(false);
        List<string> notProbed = [.. found.Select(f => f.NotProbed).Where(n => n.Length > 0).Select(n => $"{n} {advice}")];
        if (isMove && servers.Hosts.Count > MaxMailServers)
        {
            notProbed.Add(Invariant($"{servers.Hosts.Count - MaxMailServers} more mail servers of {stack.Domain} were not probed. {advice}"));
        }

        return ([.. found.Select(f => f.Finding).OfType<Finding>()], notProbed);
    }

    private async Task<(Finding? Finding, string NotProbed)> MailServerAsync(string host, bool isMove, CancellationToken ct)
    {
        var presence = await HostAddresses.LookAsync(dns, host, ct).ConfigureAwait(false);
        if (presence == AddressPresence.Absent || !isMove)
        {
            return (MxRules.WithoutAddress(MtaStsMode.Enforce, host, presence), "");
        }

        if (presence == AddressPresence.Unknown)
        {
            return (null, $"The MX {host} was not probed, because its address could not be looked up.");
        }

        var result = await services.SmtpProbe.ProbeAsync(host, SmtpPort, SmtpTimeout, ct).ConfigureAwait(false);
        return result.Outcome switch
        {
            SmtpOutcome.Secure => (null, ""),
            SmtpOutcome.Blocked or SmtpOutcome.Refused or SmtpOutcome.AddressNotGlobal or SmtpOutcome.DnsFailure
                or SmtpOutcome.CertificateNotJudged or SmtpOutcome.Tls13Only =>
                (null, $"The MX {host} could not be probed from here{LiveFindings.Detail(result.Detail, host)}: "
                + "it is not known whether it offers STARTTLS with a valid certificate, which mode enforce requires."),
            _ => (LiveMtaSts.Smtp(result, MtaStsMode.Enforce), ""),
        };
    }
}
