using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Live;

/// <summary>MTA-STS of a live domain, as a sending server discovers and applies it (RFC 8461 sections 3 to 5).</summary>
internal sealed class LiveMtaSts(IResolver resolver, IFetcher fetcher, MxProbes probes, TimeProvider time, LiveOptions options)
{
    private const int MaxHostsLookedUp = 32;
    private readonly Seen seen = new();

    /// <summary>Looks at a domain.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="cached">The policies that senders may have cached, where somebody knows them.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<TestResult> TestAsync(string domain, IReadOnlyList<CachedPolicy> cached, CancellationToken ct)
    {
        List<Finding> findings = [];
        var mxTask = resolver.QueryAsync(domain, DnsRecordType.MX, ct);
        // Asked for whatever becomes of the record: whoever is about to publish wants to know it most.
        var caaTask = options.CheckCaa ? AmazonCaa.CheckAsync(resolver, CertificateHosts(domain), ct) : null;
        var recordName = MtaStsRecord.NameOf(domain);
        var answer = await resolver.QueryAsync(recordName, DnsRecordType.TXT, ct).ConfigureAwait(false);
        seen.Records(recordName, answer);
        var (isAbsent, policy) = await DiscoverAsync(domain, recordName, answer, findings, ct).ConfigureAwait(false);
        await MailServersAsync(domain, policy, cached, mxTask, findings, ct).ConfigureAwait(false);
        if (caaTask is not null)
        {
            findings.AddRange(await caaTask.ConfigureAwait(false));
        }

        if (policy is not null)
        {
            findings.Add(Dnssec(recordName, answer));
        }

        var mode = policy is null ? null : PolicyModes.Say(policy.Mode, domain);
        var result = TestResult.From("MtaSts", mode is null ? findings : findings.Prepend(mode), policy, domain) with { Observed = seen.Items };
        return isAbsent ? result with { Status = TestStatus.Absent }
            // What the policy asks of senders comes first: whatever else is found means something only with it.
            : mode is null ? result : result with { Findings = [mode, .. result.Findings.Where(f => f != mode)] };
    }

    // The names that a stack's certificate has: both, so that adding BIMI later changes neither certificate nor distribution.
    private static string[] CertificateHosts(string domain) =>
        [MtaStsPolicy.HostOf(domain), BimiRecord.FilesHostOf(domain, BimiRecord.DefaultFilesLabel)];

    private async Task<(bool IsAbsent, MtaStsPolicy? Policy)> DiscoverAsync(string domain, string recordName, DnsAnswer answer, List<Finding> findings,
        CancellationToken ct)
    {
        if (LiveFindings.Dns(LiveRules.MtaStsRecord, recordName, DnsRecordType.TXT, answer, Consequence.NoPolicy) is { } trouble)
        {
            findings.Add(trouble);
            return (false, null);
        }

        var record = MtaStsRecord.Select(answer.Records.Select(r => r.Value), domain);
        findings.AddRange(Consequence.Add(record.Findings, Consequence.NoPolicy, recordName));
        return record.Value is MtaStsRecord && record.IsValid
            ? (false, await FetchAsync(domain, findings, ct).ConfigureAwait(false))
            : (record.Status == TestStatus.Absent, null);
    }

    private async Task<MtaStsPolicy?> FetchAsync(string domain, List<Finding> findings, CancellationToken ct)
    {
        var url = MtaStsPolicy.UrlOf(domain);
        var fetched = await fetcher.FetchAsync(new FetchRequest(url, MtaStsPolicy.MaxSize, options.FetchTimeout), ct).ConfigureAwait(false);
        seen.Policy(url, fetched);
        if (LiveFindings.Fetch(LiveRules.Policy, url, fetched, Consequence.NoPolicy) is { } trouble)
        {
            findings.Add(trouble);
            return null;
        }

        if (ContentFindings.Of(LiveRules.Policy, LiveRules.PolicyContent, url, fetched, Consequence.NoPolicy) is { } other)
        {
            findings.Add(other);
            return null;
        }

        // RFC 8461 section 3.2: SHOULD be text/plain; senders must not refuse it for that.
        var type = fetched.ContentType.Split(';', 2)[0].Trim();
        if (!type.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
        {
            findings.Add(LiveRules.PolicyContentType.Found(
                $"The policy is served {(type.Length > 0 ? $"as '{RecordText.Show(type)}', not text/plain" : "without a Content-Type")}; some senders may " +
                    "ignore it.",
                url.ToString()));
        }

        var (rule, begin) = (LiveRules.PolicyCertificateExpiresSoon, fetched.CertificateNotBefore);
        if (LiveFindings.Expiry(rule, url.Host, begin, fetched.CertificateNotAfter, time.GetUtcNow()) is { } soon)
        {
            findings.Add(soon);
        }
        else if (fetched.CertificateNotAfter is { } end)
        {
            var days = Count.Of((int)(end - time.GetUtcNow()).TotalDays, "more day");
            findings.Add(LiveRules.PolicyCertificate.Found(Invariant($"The certificate of {url.Host} is valid for {days}, until {end:u}."), url.Host));
        }

        var result = MtaStsPolicy.Check(fetched.Body, domain);
        findings.AddRange(Consequence.Add(result.Findings, Consequence.NoPolicy, url.ToString()));
        return result.IsValid ? result.Value as MtaStsPolicy : null;
    }

    // Whether the policy covers them and, when asked, whether they can be delivered to as a policy demands: that is worth knowing before there is one.
    private async Task MailServersAsync(string domain, MtaStsPolicy? policy, IReadOnlyList<CachedPolicy> cached, Task<DnsAnswer> mxTask,
        List<Finding> findings, CancellationToken ct)
    {
        if (policy is null && !options.ProbeSmtp && cached.Count == 0)
        {
            return;
        }

        var mx = await mxTask.ConfigureAwait(false);
        seen.Records(domain, mx);
        if (LiveFindings.Dns(LiveRules.Mx, domain, DnsRecordType.MX, mx, Consequence.Deferred) is { } trouble)
        {
            findings.Add(trouble);
            return;
        }

        var servers = MailServers.From(domain, mx.ValuesIfAnswered);
        if (servers.IsNull)
        {
            findings.Add(LiveRules.MxNull.Found($"{domain} has a null MX, so it does not accept mail (RFC 7505): no sender asks for its policy.", domain));
            return;
        }

        if (servers.IsImplicit)
        {
            findings.Add(LiveRules.MxAbsent.Found(
                $"{domain} has no MX record: senders use its address records, if it has any (RFC 5321 section 5.1).", domain));
        }

        findings.AddRange(MxRules.Moves(servers, policy, cached, time.GetUtcNow()));
        if (policy is not null && policy.Mode != MtaStsMode.None)
        {
            findings.AddRange(MxRules.Uncovered(policy, servers));
            findings.AddRange(policy.MxHosts.Where(p => !servers.IsImplicit && !servers.Hosts.Any(h => MtaStsPolicy.PatternMatches(p, h)))
                .Select(p => LiveRules.MxPatternUnused.Found($"The mx pattern {p} matches no MX of {domain} now.", p)));
            if (!options.ProbeSmtp)
            {
                await AddressesAsync(policy, servers, findings, ct).ConfigureAwait(false);
            }
        }

        if (options.ProbeSmtp)
        {
            if (servers.Hosts.Count > MaxHostsLookedUp)
            {
                findings.Add(NotProbed(domain, servers.Hosts.Count));
            }

            foreach (var result in await Task.WhenAll(servers.Hosts.Take(MaxHostsLookedUp).Select(h => probes.ProbeAsync(h, ct))).ConfigureAwait(false))
            {
                findings.Add(Smtp(result, policy?.Mode ?? MtaStsMode.None));
                var (rule, begin) = (LiveRules.MxCertificateExpiresSoon, result.CertificateNotBefore);
                if (LiveFindings.Expiry(rule, result.Host, begin, result.CertificateNotAfter, time.GetUtcNow()) is { } soon)
                {
                    findings.Add(soon);
                }
            }
        }
    }

    // DNS alone tells this much about whether mail gets through; a probe reports it too.
    private async Task AddressesAsync(MtaStsPolicy policy, MailServers servers, List<Finding> findings, CancellationToken ct)
    {
        var hosts = servers.Hosts.Take(MaxHostsLookedUp).ToArray();
        var found = await Task.WhenAll(hosts.Select(h => probes.AddressesAsync(h, resolver, ct))).ConfigureAwait(false);
        findings.AddRange(hosts.Zip(found, (h, a) => servers.IsImplicit ? MxRules.ImplicitUncovered(policy, h, a)
            : MxRules.WithoutAddress(policy.Mode, h, a)).OfType<Finding>());
    }

    private static Finding NotProbed(string domain, int count) => LiveRules.MxNotProbed.Found(
        Invariant($"{domain} has {count} mail servers; only the first {MaxHostsLookedUp} were probed."), domain);

    internal static Finding Smtp(SmtpProbeResult r, MtaStsMode mode)
    {
        if (r.Outcome == SmtpOutcome.Secure)
        {
            return LiveRules.MxSecure.Found(
                $"{r.Host} offers STARTTLS with a valid certificate{(r.TlsVersion.Length > 0 ? $" (TLS {r.TlsVersion})" : "")}.", r.Host);
        }

        var detail = LiveFindings.Detail(r.Detail, r.Host);
        var (rule, what) = r.Outcome switch
        {
            SmtpOutcome.NameNotResolved => (LiveRules.MxHostNotFound, "has no address"),
            SmtpOutcome.AddressNotGlobal => (LiveRules.MxAddressNotGlobal, $"has no address that is reachable from the internet{detail}"),
            SmtpOutcome.DnsFailure => (LiveRules.MxHostDnsFailure, $"cannot be looked up{detail}"),
            SmtpOutcome.Refused => (LiveRules.MxRefused, $"refuses the connection{detail}"),
            SmtpOutcome.Blocked => (LiveRules.MxBlocked, $"cannot be reached on port 25 from here{detail}; many networks and clouds block outgoing port " +
                "25, so the cause may not be the server"),
            SmtpOutcome.StartTlsNotOffered => (LiveRules.MxStartTlsNotOffered, $"does not offer STARTTLS{detail}"),
            SmtpOutcome.TlsHandshakeFailed => (LiveRules.MxTlsHandshakeFailed, $"cannot agree on TLS 1.2 or newer{detail}"),
            SmtpOutcome.CertificateUntrusted =>
                (LiveRules.MxCertificateUntrusted, $"has a certificate that does not lead to a trusted root{detail}"),
            SmtpOutcome.CertificateExpired => (LiveRules.MxCertificateExpired, $"has a certificate that is not valid now{detail}"),
            SmtpOutcome.CertificateNameMismatch => (LiveRules.MxCertificateNameMismatch, $"has a certificate for {Names(r)}, not for its own name"),
            SmtpOutcome.CertificateNotJudged =>
                (LiveRules.MxCertificateNotJudged, $"has a certificate that could not be checked from this computer{detail}"),
            SmtpOutcome.Tls13Only => (LiveRules.MxTls13Only, "accepts TLS 1.3 only, which this computer does not have, so it could not be checked"),
            SmtpOutcome.ReplyTooLong => (LiveRules.MxReplyTooLong, $"sends more than SMTP allows{detail}"),
            _ => (LiveRules.MxProtocolError, $"does not speak SMTP as it should{detail}"),
        };
        // A warning of itself is a limit of this computer or network, whatever the mode.
        var isLocal = rule.Severity == FindingSeverity.Warning;
        var severity = isLocal || mode != MtaStsMode.Enforce ? FindingSeverity.Warning : FindingSeverity.Error;
        return (rule with { Severity = severity }).Found($"The MX {r.Host} {what}.{(isLocal ? "" : " " + MxRules.Sent(mode))}", r.Host,
            rule == LiveRules.MxAddressNotGlobal ? NetworkAdvice.Private(r.Host) : null);
    }

    private static string Names(SmtpProbeResult r) => r.CertificateNames.Count == 0 ? "no DNS name" : string.Join(", ", r.CertificateNames.Take(5));

    // RFC 8461 section 2: MTA-STS does without DNSSEC, so this is never a fault. The AD bit is all that a resolver reports: from an answer without it
    // nobody can know whether the zone is not signed or the resolver does not validate (RFC 6840 section 5.8).
    private static Finding Dnssec(string name, DnsAnswer answer) => answer.AuthenticData
        ? LiveRules.DnssecValidated.Found($"The resolver says that it validated {name} with DNSSEC (AD).", name)
        : LiveRules.DnssecNotValidated.Found(
            $"{name} was not validated with DNSSEC (no AD): its zone is not signed, or this resolver does not validate. MTA-STS works either way.", name);
}
