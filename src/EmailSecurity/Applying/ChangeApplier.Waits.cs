using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Applying;

// The waits: for ACM, CloudFront, Route 53, the edge, and an external DNS host.
internal sealed partial class ChangeApplier
{
    private async Task<StepOutcome> WaitAsync(Change change, TimeSpan limit, string errorId, string message, string fix, Func<CancellationToken, Task<bool>> condition, CancellationToken ct)
    {
        var end = await UntilAsync(change, limit, condition, ct).ConfigureAwait(false);
        if (end.IsDone)
        {
            return StepOutcome.Done;
        }

        return options.NoWait ? StepOutcome.Waits(message + end.Cause) : throw new EmailSecurityException(errorId, ErrorKind.Timeout, $"{message} in the time allowed{end.Cause}.", fix) { Target = change.Target };
    }

    private async Task<WaitEnd> UntilAsync(Change change, TimeSpan limit, Func<CancellationToken, Task<bool>> condition, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        EmailSecurityException? failedLook = null;
        var left = options.NoWait ? TimeSpan.Zero : options.Timeout is { } t ? TimeSpan.FromTicks(Math.Max(0, (t - time.GetElapsedTime(startedAt)).Ticks)) : limit;
        var isDone = await Polling.UntilAsync(async c =>
        {
            if (!options.NoWait)
            {
                report(change, $"Waiting for {change.Resource} {change.Target} ({Duration.Clock(time.GetElapsedTime(start))}): {change.Reason}");
            }

            var so = await condition(c).ConfigureAwait(false);
            failedLook = null;
            return so;
        }, left, time, e => failedLook = e, ct).ConfigureAwait(false);
        return new WaitEnd(isDone, failedLook is null ? "" : $" (the last look failed: {failedLook.What})");
    }

    /// <summary>How a wait ended, and what the last look met where it failed.</summary>
    private readonly record struct WaitEnd(bool IsDone, string Cause);

    private async Task<StepOutcome> PublishValidationAsync(Change change, Operation.PublishValidation o, CancellationToken ct)
    {
        var arn = CertificateArn(o.Arn);
        ObservedCertificate? certificate = null;
        var named = await UntilAsync(change, ValidationNamesLimit, async c =>
        {
            certificate = await GetCertificateAsync(arn, c).ConfigureAwait(false);
            return certificate.Status == CertificateStatus.Issued || o.Names.All(n => certificate.ValidationRecords.Any(r => string.Equals(r.Domain, n, StringComparison.OrdinalIgnoreCase)));
        }, ct).ConfigureAwait(false);
        if (!named.IsDone)
        {
            return options.NoWait ? StepOutcome.Waits("ACM has not named its validation records yet" + named.Cause) : throw new EmailSecurityException("ValidationRecordsNotNamed", ErrorKind.Timeout,
                $"ACM has not named the validation records of {string.Join(" and ", o.Names)} in the time allowed{named.Cause}.", "Run the same command again in a minute.");
        }

        var records = certificate!.ValidationRecords.DistinctBy(r => r.Name, StringComparer.OrdinalIgnoreCase).ToArray();
        if (o.External)
        {
            return certificate.Status == CertificateStatus.Issued ? StepOutcome.Done : await AwaitValidationAsync(change, records, ct).ConfigureAwait(false);
        }

        foreach (var group in records.GroupBy(r => o.ZoneOfName[r.Domain].Id, StringComparer.Ordinal))
        {
            await services.Zones.ChangeAsync(group.Key, [.. group.Select(r => new RecordSetChange(false, new RecordSet { Name = r.Name.ToLowerInvariant(), Type = "CNAME", Ttl = RecordPlanner.PolicyRecordTtl, Values = [r.Value] }))], ct).ConfigureAwait(false);
        }

        return StepOutcome.Done;
    }

    private async Task<StepOutcome> AwaitValidationAsync(Change change, ValidationRecord[] records, CancellationToken ct)
    {
        DnsRecordState[] states = [];
        var there = await UntilExternalAsync(change, async c =>
        {
            states = await Task.WhenAll(records.Select(async r =>
            {
                var record = new DnsRecordState { Domain = change.Domain, Name = r.Name.ToLowerInvariant(), Type = "CNAME", Value = r.Value, Ttl = RecordPlanner.PolicyRecordTtl, Purpose = $"proves to ACM that {r.Domain} is yours; must stay" };
                return await looks.RecordAsync(record, c).ConfigureAwait(false);
            })).ConfigureAwait(false);
            return states.All(s => s.Status == DnsRecordStatus.Published);
        }, ct).ConfigureAwait(false);
        if (there)
        {
            return StepOutcome.Done;
        }

        states = await Task.WhenAll(states.Select(s => looks.ExplainAsync(s, ct))).ConfigureAwait(false);
        return StepOutcome.Waits($"publish at your DNS host: {string.Join(", ", states.Where(s => s.Status != DnsRecordStatus.Published).Select(s => $"{s.Name} CNAME {s.Value}{Seen(s)}"))}", null, states);
    }

    private async Task<StepOutcome> AwaitRecordAsync(Change change, DnsRecordState record, IReadOnlyList<ServedContent>? content, CancellationToken ct)
    {
        var seen = record;
        var there = await UntilExternalAsync(change, async c =>
        {
            seen = content is null ? await looks.RecordAsync(record, c).ConfigureAwait(false) : StackRecords.Judge(record, await looks.HostAsync(record.Name, record.Value, content, null, c).ConfigureAwait(false));
            return seen.Status == DnsRecordStatus.Published;
        }, ct).ConfigureAwait(false);
        if (there)
        {
            return StepOutcome.Done;
        }

        seen = await looks.ExplainAsync(seen, ct).ConfigureAwait(false);
        return StepOutcome.Waits($"publish at your DNS host: {record.Name} {record.Type} {record.Value}{Seen(seen)}", null, [seen]);
    }

    private async Task<StepOutcome> AwaitRecordGoneAsync(Change change, DnsRecordState record, IReadOnlyList<ServedContent>? content, CancellationToken ct)
    {
        var seen = record;
        var gone = await UntilExternalAsync(change, async c =>
        {
            if (content is not null)
            {
                var host = await looks.HostAsync(record.Name, record.Value, content, null, c).ConfigureAwait(false);
                seen = StackRecords.Judge(record, host);
                return host.Route is HostRoute.None or HostRoute.Elsewhere;
            }

            var answer = await services.Resolver.QueryAsync(record.Name, Enum.Parse<DnsRecordType>(record.Type), c).ConfigureAwait(false);
            seen = StackRecords.Judge(record, answer);
            return StackRecords.IsGone(record, answer);
        }, ct).ConfigureAwait(false);
        return gone ? StepOutcome.Done : StepOutcome.Waits($"delete at your DNS host: {record.Name} {record.Type}", null, [seen]);
    }

    private static string Seen(DnsRecordState seen)
    {
        var value = seen.Status == DnsRecordStatus.Different && seen.ObservedValue.Length > 0 ? $"there now: {seen.ObservedValue}" : "";
        var text = string.Join("; ", new[] { value, seen.Note.TrimEnd('.') }.Where(t => t.Length > 0));
        return text.Length > 0 ? $" ({text})" : "";
    }

    // A person has to act: looked at once, unless the user gave a time to wait.
    private async Task<bool> UntilExternalAsync(Change change, Func<CancellationToken, Task<bool>> condition, CancellationToken ct)
        => options.Timeout is null ? await condition(ct).ConfigureAwait(false) : (await UntilAsync(change, TimeSpan.Zero, condition, ct).ConfigureAwait(false)).IsDone;

    private async Task<StepOutcome> WaitCertificateAsync(Change change, Operation.WaitCertificate o, CancellationToken ct)
    {
        var arn = CertificateArn(o.Arn);
        var names = o.Names;
        var shownAt = time.GetTimestamp();
        var issued = await UntilAsync(change, CertificateLimit, async c =>
        {
            var certificate = await GetCertificateAsync(arn, c).ConfigureAwait(false);
            if (certificate.Status is not CertificateStatus.PendingValidation)
            {
                return certificate.Status == CertificateStatus.Issued ? true : throw NotValidated(certificate);
            }

            // ACM goes on for 72 hours, but where DNS never shows the record, more time changes nothing.
            var missing = await MissingValidationAsync(c).ConfigureAwait(false);
            if (missing.Count == 0)
            {
                shownAt = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(shownAt) > ValidationVisibleLimit)
            {
                throw NotIssued(change, names, $" for {Duration.Words(ValidationVisibleLimit)}", missing);
            }

            return false;
        }, ct).ConfigureAwait(false);
        if (issued.IsDone)
        {
            return StepOutcome.Done;
        }

        return options.NoWait
            ? StepOutcome.Waits("ACM has not issued the certificate yet" + issued.Cause)
            : throw NotIssued(change, names, $" in the time allowed{issued.Cause}", await MissingValidationAsync(ct).ConfigureAwait(false));
    }

    private async Task<IReadOnlyList<string>> MissingValidationAsync(CancellationToken ct)
    {
        var missing = new List<string>();
        foreach (var record in state.Certificate?.ValidationRecords ?? [])
        {
            var answer = await services.Resolver.QueryAsync(record.Name, DnsRecordType.CNAME, ct).ConfigureAwait(false);
            if (answer.Records.Count == 0)
            {
                missing.Add($"{record.Name} ({answer.Status})");
            }
        }

        return missing;
    }

    private EmailSecurityException NotIssued(Change change, IReadOnlyList<string> names, string since, IReadOnlyList<string> missing)
    {
        return new EmailSecurityException("CertificateNotValidated", ErrorKind.Timeout,
            $"ACM has not issued the certificate for {string.Join(" and ", names)}{since}."
                + (missing.Count > 0 ? $" DNS does not show its validation record: {string.Join(", ", missing)}; is {change.Domain} delegated to the hosted zone that was changed?" : " Its validation records are in DNS."),
            missing.Count > 0 ? "Compare the name servers at your registrar with the hosted zone's NS record, then run the same command again." : "Run the same command again; ACM keeps checking for 72 hours.")
        { Target = state.CertificateArn };
    }

    // A certificate can be deleted once nothing uses it. CloudFront lets go of one some minutes after its distribution is gone; what else uses it does not.
    private async Task<StepOutcome> DeleteCertificateAsync(Change change, Operation.DeleteCertificate o, CancellationToken ct)
        => await WaitAsync(change, ReleaseLimit, "CertificateInUse", $"Certificate {o.Arn} is still in use", "Run the same command again in an hour.", async c =>
        {
            if (await services.Certificates.DeleteAsync(o.Arn, c).ConfigureAwait(false))
            {
                return true;
            }

            var users = (await services.Certificates.GetAsync(o.Arn, c).ConfigureAwait(false))?.InUseBy ?? [];
            foreach (var user in users.Where(u => u != state.OwnDistributionArn))
            {
                if (!IsDistribution(user, out var id) || await services.Distributions.GetAsync(id, c).ConfigureAwait(false) is not null)
                {
                    throw new EmailSecurityException("CertificateInUse", ErrorKind.InvalidOperation, $"Certificate {o.Arn} is used by {user}, which is not of this stack, so it cannot be deleted.",
                        "Give that resource another certificate, then run the same command again; everything else of the stack that could be removed is gone.")
                    { Target = o.Arn };
                }
            }

            return false;
        }, ct).ConfigureAwait(false);

    private static bool IsDistribution(string arn, out string id)
    {
        var at = arn.IndexOf(":distribution/", StringComparison.Ordinal);
        id = at < 0 ? "" : arn[(at + ":distribution/".Length)..];
        return at >= 0 && arn.Contains(":cloudfront:", StringComparison.Ordinal);
    }

    private static EmailSecurityException NotValidated(ObservedCertificate c) => new("CertificateNotValidated", ErrorKind.InvalidOperation,
        $"ACM did not issue the certificate for {string.Join(" and ", c.Names)}: {c.Status}{(c.FailureReason.Length > 0 ? " (" + c.FailureReason + ")" : "")}.",
        c.FailureReason switch
        {
            "CAA_ERROR" => "A CAA record of the domain or of a parent forbids Amazon: add  0 issue \"amazon.com\"  beside it, then run the same command again.",
            "DOMAIN_NOT_ALLOWED" => "Safe Browsing lists the domain; have it taken off, then run the same command again.",
            "ADDITIONAL_VERIFICATION_REQUIRED" => "AWS wants to know more: open a support case, then run the same command again.",
            _ => "Put right what the reason names, then run the same command again; it requests a new certificate.",
        })
    { Target = c.Arn };

    // Empty where the certificate was requested in this run.
    private string CertificateArn(string planned)
    {
        if (planned.Length > 0)
        {
            state.CertificateArn = planned;
        }

        return state.CertificateArn;
    }

    private async Task<ObservedCertificate> GetCertificateAsync(string arn, CancellationToken ct)
    {
        // A certificate that was requested a moment ago may not be found for some seconds.
        var certificate = await services.Certificates.GetAsync(arn, ct).ConfigureAwait(false)
            ?? state.Certificate
            ?? new ObservedCertificate { Arn = arn, Names = [], Status = CertificateStatus.PendingValidation };
        state.Certificate = certificate;
        return certificate;
    }

    private async Task<StepOutcome> WaitDistributionAsync(Change change, CancellationToken ct)
    {
        var id = state.RequireDistribution().Id;
        return await WaitAsync(change, DistributionLimit, "DistributionNotDeployed", $"Distribution {id} is not deployed everywhere yet", "Run the same command again; it goes on from here.", async c =>
        {
            var now = await services.Distributions.GetAsync(id, c).ConfigureAwait(false)
                ?? throw new EmailSecurityException("DistributionGone", ErrorKind.NotFound, $"Distribution {id} was deleted while it was waited for.", "Run the same command again; it makes a new one.") { Target = id };
            state.Distribution = now with { Tags = state.Distribution?.Tags ?? now.Tags };
            return now.IsDeployed;
        }, ct).ConfigureAwait(false);
    }

    private async Task<StepOutcome> WaitRecordsAsync(Change change, Operation.WaitRecords o, CancellationToken ct)
    {
        var ids = o.ChangeIds.Select(s => state.RecordChanges.GetValueOrDefault(s)).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var inSync = await WaitAsync(change, VisibleLimit, "RecordNotInSync", $"Route 53 has not brought {change.Target} to all its servers", "Run the same command again; it goes on from here.", async c =>
        {
            while (ids.Count > 0 && await services.Zones.IsInSyncAsync(ids[0], c).ConfigureAwait(false))
            {
                ids.RemoveAt(0);
            }

            return ids.Count == 0;
        }, ct).ConfigureAwait(false);
        if (inSync.Pending is not null)
        {
            return inSync;
        }

        DnsAnswer? last = null;
        return await WaitAsync(change, VisibleLimit, "RecordNotVisible", $"Route 53 has {change.Target}, but DNS does not answer for it", $"Is {change.Domain} delegated to this hosted zone? Compare the name servers at your registrar with the zone's NS record, then run the same command again.", async c =>
        {
            foreach (var name in o.Names)
            {
                last = await services.Resolver.QueryAsync(name, DnsRecordType.A, c).ConfigureAwait(false);
                if (last.Status != DnsStatus.NoError || last.Records.Count == 0)
                {
                    return false;
                }
            }

            return true;
        }, ct).ConfigureAwait(false);
    }

    private async Task<StepOutcome> ConfirmServedAsync(Change change, Operation.ConfirmServed o, CancellationToken ct)
    {
        // Straight to the distribution's own name: a resolver may still remember that the new name did not exist.
        var request = new FetchRequest(o.Url, Math.Max(MtaSts.MtaStsPolicy.MaxSize, o.Content.Length + 1), TimeSpan.FromSeconds(60))
        {
            ConnectHost = state.Distribution?.DomainName,
        };
        var content = new ServedContent(o.Url, o.Content);
        FetchResult? last = null;
        var served = await UntilAsync(change, ServedLimit, async c =>
        {
            last = await services.Fetcher.FetchAsync(request, c).ConfigureAwait(false);
            if (!HostView.Brings(last, content) || !o.IsProxied)
            {
                return HostView.Brings(last, content);
            }

            last = await services.Fetcher.FetchAsync(request with { ConnectHost = null }, c).ConfigureAwait(false);
            return HostView.Brings(last, content);
        }, ct).ConfigureAwait(false);
        if (served.IsDone)
        {
            return StepOutcome.Done;
        }

        var seen = last is null ? "nothing" : HostView.Describe(last);
        return options.NoWait ? StepOutcome.Waits($"{o.Url} does not serve what it should yet ({seen})") : throw new EmailSecurityException(o.ErrorId, ErrorKind.InvalidOperation,
            $"{o.Url} does not serve what was published: the edge answers {seen}.", "The record that would name it was left as it is. Run the same command again; if it stays so, look at the distribution and the bucket policy with Get-EmailSecurityPlan.")
        { Target = o.Url.ToString() };
    }
}
