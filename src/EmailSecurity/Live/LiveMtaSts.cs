using EmailSecurity.Bimi;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Text;

namespace EmailSecurity.Live;

/// <summary>MTA-STS of a live domain, as a sending server discovers and applies it (RFC 8461 sections 3 to 5).</summary>
internal sealed class LiveMtaSts(IResolver resolver, IFetcher fetcher, MxProbes probes, TimeProvider time, LiveOptions options)
{
    private const string Standard = "RFC 8461";
    private const int MaxHostsLookedUp = 32;

    public async Task<TestResult> TestAsync(string domain, CancellationToken ct)
    {
        List<Finding> findings = [];
        var mxTask = resolver.QueryAsync(domain, DnsRecordType.MX, ct);
        // Asked for whatever becomes of the record: whoever is about to publish wants to know it most.
        var caaTask = options.CheckCaa ? AmazonCaa.CheckAsync(resolver, CertificateHosts(domain), ct) : null;
        var recordName = MtaStsRecord.NameOf(domain);
        var answer = await resolver.QueryAsync(recordName, DnsRecordType.TXT, ct).ConfigureAwait(false);
        var (isAbsent, policy) = await DiscoverAsync(domain, recordName, answer, findings, ct).ConfigureAwait(false);
        await MailServersAsync(domain, policy, mxTask, findings, ct).ConfigureAwait(false);
        if (caaTask is not null)
        {
            findings.AddRange(await caaTask.ConfigureAwait(false));
        }

        if (policy is not null)
        {
            findings.Add(Dnssec(recordName, answer));
        }

        var mode = policy is null ? null : PolicyModes.Say(policy.Mode, domain);
        var result = TestResult.From("MtaSts", mode is null ? findings : findings.Prepend(mode), policy, domain);
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
        if (LiveFindings.Dns("MtaStsRecord", recordName, DnsRecordType.TXT, answer, Standard, "3.1", Consequence.NoPolicy) is { } trouble)
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
        if (LiveFindings.Fetch("Policy", url, fetched, Standard, "3.3", Consequence.NoPolicy) is { } trouble)
        {
            findings.Add(trouble);
            return null;
        }

        if (ContentFindings.Of("Policy", url, fetched, Standard, "3.2", Consequence.NoPolicy) is { } other)
        {
            findings.Add(other);
            return null;
        }

        // RFC 8461 section 3.2: SHOULD be text/plain; senders must not refuse it for that.
        var type = fetched.ContentType.Split(';', 2)[0].Trim();
        if (!type.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
        {
            findings.Add(new Finding
            {
                Code = "PolicyContentType",
                Severity = FindingSeverity.Warning,
                Standard = Standard,
                Section = "3.2",
                Message = $"The policy is served {(type.Length > 0 ? $"as '{RecordText.Show(type)}', not text/plain" : "without a Content-Type")}; " +
                    "some senders may ignore it.",
                Fix = "Serve it with Content-Type: text/plain.",
                Location = url.ToString()
            });
        }

        if (LiveFindings.Expiry("Policy", url.Host, fetched.CertificateNotAfter, time.GetUtcNow(), Standard, "3.3", "See why it was not renewed: ACM renews 60 days ahead as long as its validation record stays.") is { } soon)
        {
            findings.Add(soon);
        }
        else if (fetched.CertificateNotAfter is { } end)
        {
            findings.Add(Info("PolicyCertificate", "3.3", Invariant($"The certificate of {url.Host} is good for {(int)(end - time.GetUtcNow()).TotalDays} days more, until {end:u}."), url.Host));
        }

        var result = MtaStsPolicy.Check(fetched.Body, domain);
        findings.AddRange(Consequence.Add(result.Findings, Consequence.NoPolicy, url.ToString()));
        return result.IsValid ? result.Value as MtaStsPolicy : null;
    }

    // Whether the policy covers them and, when asked, whether they can be delivered to as a policy demands: that is worth knowing before there is one.
    private async Task MailServersAsync(string domain, MtaStsPolicy? policy, Task<DnsAnswer> mxTask, List<Finding> findings, CancellationToken ct)
    {
        if (policy is null && !options.ProbeSmtp)
        {
            return;
        }

        var mx = await mxTask.ConfigureAwait(false);
        if (LiveFindings.Dns("Mx", domain, DnsRecordType.MX, mx, Standard, "5", Consequence.Deferred) is { } trouble)
        {
            findings.Add(trouble);
            return;
        }

        var servers = MailServers.From(domain, mx.ValuesIfAnswered);
        if (servers.IsNull)
        {
            findings.Add(Info("MxNull", "5", $"{domain} has a null MX, so it takes no mail (RFC 7505): no sender asks for its policy.", domain));
            return;
        }

        if (servers.IsImplicit)
        {
            findings.Add(Info("MxAbsent", "5", $"{domain} has no MX record: senders use its address records, if it has any (RFC 5321 section 5.1).", domain));
        }

        if (policy is not null && policy.Mode != MtaStsMode.None)
        {
            findings.AddRange(MxRules.Uncovered(policy, servers));
            findings.AddRange(policy.MxHosts.Where(p => !servers.IsImplicit && !servers.Hosts.Any(h => MtaStsPolicy.PatternMatches(p, h)))
                .Select(p => Info("MxPatternUnused", "4.1", $"The mx pattern {p} matches no MX of {domain} now.", p)));
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
                if (LiveFindings.Expiry("Mx", result.Host, result.CertificateNotAfter, time.GetUtcNow(), Standard, "4.2", "Renew the mail server's certificate.") is { } soon)
                {
                    findings.Add(soon);
                }
            }
        }
    }

    // DNS alone tells this much about whether mail gets through; a probe tells it too.
    private async Task AddressesAsync(MtaStsPolicy policy, MailServers servers, List<Finding> findings, CancellationToken ct)
    {
        var hosts = servers.Hosts.Take(MaxHostsLookedUp).ToArray();
        var found = await Task.WhenAll(hosts.Select(h => probes.AddressesAsync(h, resolver, ct))).ConfigureAwait(false);
        findings.AddRange(hosts.Zip(found, (h, a) => servers.IsImplicit ? MxRules.ImplicitUncovered(policy, h, a)
            : MxRules.WithoutAddress(policy.Mode, h, a)).OfType<Finding>());
    }

    private static Finding NotProbed(string domain, int count) => new()
    {
        Code = "MxNotProbed",
        Severity = FindingSeverity.Warning,
        Standard = Standard,
        Section = "4.2",
        Message = Invariant($"{domain} names {count} mail servers; only the first {MaxHostsLookedUp} were probed."),
        Fix = "Publish fewer MX records.",
        Location = domain,
    };

    internal static Finding Smtp(SmtpProbeResult r, MtaStsMode mode)
    {
        if (r.Outcome == SmtpOutcome.Secure)
        {
            return Info("MxSecure", "4.2", $"{r.Host} offers STARTTLS with a good certificate{(r.TlsVersion.Length > 0 ? $" (TLS {r.TlsVersion})" : "")}.", r.Host);
        }

        var detail = LiveFindings.Detail(r.Detail, r.Host);
        var (code, what, fix) = r.Outcome switch
        {
            SmtpOutcome.NameNotResolved => ("MxHostNotFound", "has no address", "Publish its address records, or take the MX away."),
            SmtpOutcome.AddressNotGlobal => ("MxAddressNotGlobal", $"has no address that is reachable from the internet{detail}", NetworkAdvice.Private(r.Host)),
            SmtpOutcome.DnsFailure => ("MxHostDnsFailure", $"cannot be looked up{detail}", "Check the servers of its zone."),
            SmtpOutcome.Refused => ("MxRefused", $"refuses the connection{detail}", "Check that the mail server listens on port 25 and lets this host in."),
            SmtpOutcome.Blocked => ("MxBlocked", $"cannot be reached on port 25 from here{detail}; many networks and clouds block outgoing port 25, so this need not be the server's fault", "Run the check from a host that may connect to port 25."),
            SmtpOutcome.StartTlsNotOffered => ("MxStartTlsNotOffered", $"does not offer STARTTLS{detail}", "Turn STARTTLS on at the mail server."),
            SmtpOutcome.TlsHandshakeFailed => ("MxTlsHandshakeFailed", $"cannot agree on TLS 1.2 or newer{detail}", "Check the mail server's TLS settings."),
            SmtpOutcome.CertificateUntrusted => ("MxCertificateUntrusted", $"has a certificate that does not lead to a trusted root{detail}", "Use a certificate of a public authority, with its intermediate certificates."),
            SmtpOutcome.CertificateExpired => ("MxCertificateExpired", $"has a certificate that is not valid now{detail}", "Renew the mail server's certificate."),
            SmtpOutcome.CertificateNameMismatch => ("MxCertificateNameMismatch", $"has a certificate for {(r.CertificateNames.Count == 0 ? "no DNS name" : string.Join(", ", r.CertificateNames.Take(5)))}, not for its own name", "Use a certificate with the MX host name as DNS name."),
            SmtpOutcome.CertificateNotJudged => ("MxCertificateNotJudged", $"has a certificate that could not be judged from this computer{detail}", TlsAdvice.NotJudged),
            SmtpOutcome.Tls13Only => ("MxTls13Only", "accepts TLS 1.3 only, which this computer does not have, so it could not be checked", TlsAdvice.Tls13),
            SmtpOutcome.ReplyTooLong => ("MxReplyTooLong", $"says more than SMTP allows{detail}", "Check the mail server; senders may cut the connection."),
            _ => ("MxProtocolError", $"does not speak SMTP as it should{detail}", "Check the mail server."),
        };
        var local = r.Outcome is SmtpOutcome.Blocked or SmtpOutcome.CertificateNotJudged or SmtpOutcome.Tls13Only;
        return new Finding
        {
            Code = code,
            Severity = local || mode != MtaStsMode.Enforce ? FindingSeverity.Warning : FindingSeverity.Error,
            Standard = Standard,
            Section = "4.2",
            Message = $"The MX {r.Host} {what}.{(local ? "" : " " + MxRules.Sent(mode))}",
            Fix = fix,
            Location = r.Host,
        };
    }

    // RFC 8461 section 2: MTA-STS does without DNSSEC, so this is never a fault. The AD bit is all that a resolver tells: from an answer without it
    // nobody can know whether the zone is not signed or the resolver does not validate (RFC 6840 section 5.8).
    private static Finding Dnssec(string name, DnsAnswer answer) => answer.AuthenticData
        ? Info("DnssecValidated", "2", $"The resolver says that it validated {name} with DNSSEC (AD).", name)
        : Info("DnssecNotValidated", "2", $"{name} comes without DNSSEC validation (no AD): its zone is not signed, or this resolver does not validate. MTA-STS works either way.", name);

    private static Finding Info(string code, string section, string message, string where) => new() { Code = code, Severity = FindingSeverity.Information, Standard = Standard, Section = section, Message = message, Fix = "", Location = where };
}
