using System.Globalization;
using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Live;

/// <summary>MTA-STS of a live domain, as a sending server discovers and applies it (RFC 8461 sections 3 to 5).</summary>
internal sealed class LiveMtaSts(IResolver resolver, IFetcher fetcher, MxProbes probes, TimeProvider time, LiveOptions options)
{
    private const string Standard = "RFC 8461";
    private const int MaxPolicyBytes = 65536; // RFC 8461 section 3.3: a cap is suggested, 64 kilobytes

    public async Task<TestResult> TestAsync(string domain, CancellationToken ct)
    {
        List<Finding> findings = [];
        var mxTask = resolver.QueryAsync(domain, DnsRecordType.MX, ct);
        var recordName = StackNames.MtaStsRecord(domain);
        var answer = await resolver.QueryAsync(recordName, DnsRecordType.TXT, ct).ConfigureAwait(false);
        if (LiveFindings.Dns("MtaStsRecord", recordName, DnsRecordType.TXT, answer, Standard, "3.1", Consequence.NoPolicy) is { } trouble)
        {
            findings.Add(trouble);
            await MailServersAsync(domain, null, mxTask, findings, ct).ConfigureAwait(false);
            return TestResult.From("MtaSts", findings, null, domain);
        }

        var record = MtaStsRecord.Select(answer.Records.Select(r => r.Value), domain);
        findings.AddRange(Consequence.Add(record.Findings, Consequence.NoPolicy, recordName));
        if (record.Value is not MtaStsRecord || !record.IsValid)
        {
            await MailServersAsync(domain, null, mxTask, findings, ct).ConfigureAwait(false);
            var result = TestResult.From("MtaSts", findings, null, domain);
            return record.Status == TestStatus.Absent ? record with { Mechanism = "MtaSts", Findings = result.Findings } : result;
        }

        var policy = await FetchAsync(domain, findings, ct).ConfigureAwait(false);
        await MailServersAsync(domain, policy, mxTask, findings, ct).ConfigureAwait(false);
        if (options.CheckCaa)
        {
            await CaaAsync(StackNames.PolicyHost(domain), findings, ct).ConfigureAwait(false);
        }

        findings.Add(Dnssec(recordName, answer));

        return TestResult.From("MtaSts", findings, policy, domain);
    }

    private async Task<MtaStsPolicy?> FetchAsync(string domain, List<Finding> findings, CancellationToken ct)
    {
        var url = StackNames.PolicyUrl(domain);
        var fetched = await fetcher.FetchAsync(new FetchRequest(url, MaxPolicyBytes, options.FetchTimeout), ct).ConfigureAwait(false);
        if (LiveFindings.Fetch("Policy", url, fetched, Standard, "3.3", Consequence.NoPolicy) is { } trouble)
        {
            findings.Add(trouble);
            return null;
        }

        // RFC 8461 section 3.2: SHOULD be text/plain; senders must not refuse it for that.
        var type = fetched.ContentType.Split(';', 2)[0].Trim();
        if (!type.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
        {
            findings.Add(new Finding { Code = "PolicyContentType", Severity = FindingSeverity.Warning, Standard = Standard, Section = "3.2", Message = $"The policy is served as '{(type.Length > 0 ? type : "no type")}', not text/plain; some senders may ignore it.", Fix = "Serve it with Content-Type: text/plain.", Location = url.ToString() });
        }

        if (LiveFindings.Expiry("Policy", url.Host, fetched.CertificateNotAfter, time.GetUtcNow(), Standard, "3.3", "See why it was not renewed: ACM renews 60 days ahead as long as its validation record stays.") is { } soon)
        {
            findings.Add(soon);
        }
        else if (fetched.CertificateNotAfter is { } end)
        {
            findings.Add(Info("PolicyCertificate", "3.3", $"The certificate of {url.Host} is good for {(int)(end - time.GetUtcNow()).TotalDays} days more, until {end:u}.", url.Host));
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

        // RFC 5321 section 5.1: without MX the domain itself takes mail; RFC 7505: a single "." takes none.
        var hosts = mx.Records.Count == 0 ? [domain] : mx.Records.Select(r => r.Value.TrimEnd('.').ToLowerInvariant()).Where(h => h.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        if (mx.Records.Count > 0 && hosts.Length == 0)
        {
            findings.Add(Info("MxNull", "5", $"{domain} says by a null MX that it takes no mail (RFC 7505): no sender asks for its policy.", domain));
            return;
        }

        if (mx.Records.Count == 0)
        {
            findings.Add(Info("MxAbsent", "5", $"{domain} has no MX record: senders use its address records, if it has any (RFC 5321 section 5.1).", domain));
        }

        if (policy is not null && policy.Mode != MtaStsMode.None)
        {
            foreach (var host in mx.Records.Count == 0 ? [] : hosts.Where(h => !policy.Matches(h)))
            {
                findings.Add(new Finding
                {
                    Code = "MxNotCovered",
                    Severity = policy.Mode == MtaStsMode.Enforce ? FindingSeverity.Error : FindingSeverity.Warning,
                    Standard = Standard,
                    Section = "4.1",
                    Message = $"No mx pattern of the policy matches the MX {host}. {Sent(policy.Mode)}",
                    Fix = $"Add 'mx: {host}' to the policy, or take the MX away.",
                    Location = host,
                });
            }

            foreach (var pattern in policy.MxHosts.Where(p => mx.Records.Count > 0 && !hosts.Any(h => MtaStsPolicy.PatternMatches(p, h))))
            {
                findings.Add(Info("MxPatternUnused", "4.1", $"The mx pattern {pattern} matches no MX of {domain} now.", pattern));
            }
        }

        if (options.ProbeSmtp)
        {
            foreach (var result in await Task.WhenAll(hosts.Select(h => probes.ProbeAsync(h, ct))).ConfigureAwait(false))
            {
                findings.Add(Smtp(result, policy?.Mode ?? MtaStsMode.None));
                if (LiveFindings.Expiry("Mx", result.Host, result.CertificateNotAfter, time.GetUtcNow(), Standard, "4.2", "Renew the mail server's certificate.") is { } soon)
                {
                    findings.Add(soon);
                }
            }
        }
    }

    private static Finding Smtp(SmtpProbeResult r, MtaStsMode mode)
    {
        if (r.Outcome == SmtpOutcome.Secure)
        {
            return Info("MxSecure", "4.2", $"{r.Host} offers STARTTLS with a good certificate{(r.TlsVersion.Length > 0 ? $" (TLS {r.TlsVersion})" : "")}.", r.Host);
        }

        var detail = LiveFindings.Detail(r.Detail, r.Host);
        var (code, what, fix) = r.Outcome switch
        {
            SmtpOutcome.NameNotResolved => ("MxHostNotFound", "has no address", "Publish its address records, or take the MX away."),
            SmtpOutcome.Refused => ("MxRefused", $"refuses the connection{detail}", "Check that the mail server listens on port 25 and lets this host in."),
            SmtpOutcome.Blocked => ("MxBlocked", $"cannot be reached on port 25 from here{detail}; many networks and clouds block outgoing port 25, so this need not be the server's fault", "Run the check from a host that may connect to port 25."),
            SmtpOutcome.StartTlsNotOffered => ("MxStartTlsNotOffered", "does not offer STARTTLS", "Turn STARTTLS on at the mail server."),
            SmtpOutcome.TlsHandshakeFailed => ("MxTlsHandshakeFailed", $"cannot agree on TLS 1.2 or newer{detail}", "Check the mail server's TLS settings."),
            SmtpOutcome.CertificateUntrusted => ("MxCertificateUntrusted", $"has a certificate that does not lead to a trusted root{detail}", "Use a certificate of a public authority, with its intermediate certificates."),
            SmtpOutcome.CertificateExpired => ("MxCertificateExpired", $"has a certificate that is not valid now{detail}", "Renew the mail server's certificate."),
            SmtpOutcome.CertificateNameMismatch => ("MxCertificateNameMismatch", $"has a certificate for {(r.CertificateNames.Count == 0 ? "no DNS name" : string.Join(", ", r.CertificateNames.Take(5)))}, not for its own name", "Use a certificate with the MX host name as DNS name."),
            _ => ("MxProtocolError", $"does not speak SMTP as it should{detail}", "Check the mail server."),
        };
        var local = r.Outcome == SmtpOutcome.Blocked;
        return new Finding
        {
            Code = code,
            Severity = local || mode != MtaStsMode.Enforce ? FindingSeverity.Warning : FindingSeverity.Error,
            Standard = Standard,
            Section = "4.2",
            Message = $"The MX {r.Host} {what}.{(local ? "" : " " + Sent(mode))}",
            Fix = fix,
            Location = r.Host,
        };
    }

    private static string Sent(MtaStsMode mode) => mode == MtaStsMode.Enforce ? Consequence.NotDelivered : Consequence.Delivered;

    // RFC 8659 section 3: the first name with CAA records, climbing from the host, decides.
    private async Task CaaAsync(string host, List<Finding> findings, CancellationToken ct)
    {
        for (var name = host; name.Length > 0; name = name.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? name[(dot + 1)..] : "")
        {
            var answer = await resolver.QueryAsync(name, DnsRecordType.CAA, ct).ConfigureAwait(false);
            if (LiveFindings.Dns("Caa", name, DnsRecordType.CAA, answer, "RFC 8659", "3", Consequence.NoIssuance) is { } trouble)
            {
                findings.Add(trouble with { Severity = FindingSeverity.Warning });
                return;
            }

            if (answer.Records.Count == 0)
            {
                continue;
            }

            var issuers = answer.Records.Select(r => CaaIssuer(r.Value)).OfType<string>().ToArray();
            if (answer.Records.Select(r => UnknownCritical(r.Value)).OfType<string>().FirstOrDefault() is { } tag)
            {
                findings.Add(new Finding { Code = "CaaForbidsAmazon", Severity = FindingSeverity.Information, Standard = "RFC 8659", Section = "4.5", Message = $"CAA at {name} has the critical property '{tag}', which authorities do not know and so issue nothing: ACM could not issue or renew a certificate for {host}.", Fix = $"Clear the critical flag of '{tag}', or take the property away.", Location = name });
            }
            else if (issuers.Length > 0 && !issuers.Any(i => i is "amazon.com" or "amazontrust.com" or "awstrust.com" or "amazonaws.com"))
            {
                findings.Add(new Finding { Code = "CaaForbidsAmazon", Severity = FindingSeverity.Information, Standard = "RFC 8659", Section = "4.2", Message = $"CAA at {name} lets only {string.Join(", ", issuers.Select(i => i.Length == 0 ? "nobody" : i))} issue certificates: ACM could not issue or renew one for {host}.", Fix = $"If the policy is hosted on AWS, add: {name}. CAA 0 issue \"amazon.com\".", Location = name });
            }

            return;
        }
    }

    // RFC 8461 section 2: MTA-STS does without DNSSEC, so this is never a fault. The AD bit is all that a resolver tells: from an answer without it
    // nobody can know whether the zone is not signed or the resolver does not validate (RFC 6840 section 5.8).
    private static Finding Dnssec(string name, DnsAnswer answer) => answer.AuthenticData
        ? Info("DnssecValidated", "2", $"The resolver says that it validated {name} with DNSSEC (AD).", name)
        : Info("DnssecNotValidated", "2", $"{name} comes without DNSSEC validation (no AD): its zone is not signed, or this resolver does not validate. MTA-STS works either way.", name);

    private static string? CaaIssuer(string value)
        => CaaProperty(value) is { } caa && caa.Tag.Equals("issue", StringComparison.OrdinalIgnoreCase) ? caa.Value.Trim('"').Split(';', 2)[0].Trim().ToLowerInvariant() : null;

    // RFC 8659 section 4.5: a property with the critical flag that an authority does not know forbids it to issue.
    private static string? UnknownCritical(string value)
        => CaaProperty(value) is { } caa && byte.TryParse(caa.Flags, CultureInfo.InvariantCulture, out var flags) && (flags & 0x80) != 0
            && caa.Tag.ToLowerInvariant() is not ("issue" or "issuewild" or "iodef" or "issuemail" or "contactemail" or "contactphone") ? caa.Tag : null;

    // RFC 8659 section 4.1.1: flags, tag, value.
    private static (string Flags, string Tag, string Value)? CaaProperty(string value)
        => value.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) is [var flags, var tag, var rest] ? (flags, tag, rest) : null;

    private static Finding Info(string code, string section, string message, string where) => new() { Code = code, Severity = FindingSeverity.Information, Standard = Standard, Section = section, Message = message, Fix = "", Location = where };
}
