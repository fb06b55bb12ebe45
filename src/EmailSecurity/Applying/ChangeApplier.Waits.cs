using EmailSecurity.Planning;
using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Applying;

// The waits for CloudFront, Route 53, the edge, and an external DNS host.
internal sealed partial class ChangeApplier
{
    private async Task<StepOutcome> WaitAsync(
        Change change, TimeSpan limit, string errorId, string message, string fix, Func<CancellationToken, Task<bool>> condition, CancellationToken ct)
    {
        var end = await UntilAsync(change, limit, condition, ct).ConfigureAwait(false);
        if (end.IsDone)
        {
            return StepOutcome.Done;
        }

        return options.NoWait
            ? StepOutcome.Waits(message + end.Cause)
            : throw new EmailSecurityException(errorId, ErrorKind.Timeout, $"{message} in the time allowed{end.Cause}.", fix) { Target = change.Target };
    }

    private async Task<WaitEnd> UntilAsync(Change change, TimeSpan limit, Func<CancellationToken, Task<bool>> condition, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        EmailSecurityException? failedLook = null;
        var left = options.NoWait ? TimeSpan.Zero
            : options.Timeout is { } t ? TimeSpan.FromTicks(Math.Max(0, (t - time.GetElapsedTime(startedAt)).Ticks))
            : limit;
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
        return new WaitEnd(isDone, failedLook is null ? "" : $" (the last check failed: {failedLook.What})");
    }

    /// <summary>How a wait ended, and what the last look met where it failed.</summary>
    private readonly record struct WaitEnd(bool IsDone, string Cause);

    private async Task<StepOutcome> AwaitRecordAsync(Change change, DnsRecordState record, IReadOnlyList<ServedContent>? content, CancellationToken ct)
    {
        var seen = record;
        var there = await UntilExternalAsync(change, async c =>
        {
            seen = content is null
                ? await looks.RecordAsync(record, c).ConfigureAwait(false)
                : StackRecords.Judge(record, await looks.HostAsync(record.Name, record.Value, content, null, c).ConfigureAwait(false));
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
        => options.Timeout is null
            ? await condition(ct).ConfigureAwait(false)
            : (await UntilAsync(change, TimeSpan.Zero, condition, ct).ConfigureAwait(false)).IsDone;

    private async Task<StepOutcome> WaitDistributionAsync(Change change, CancellationToken ct)
    {
        var id = state.RequireDistribution().Id;
        return await WaitAsync(change, DistributionLimit, "DistributionNotDeployed",
            $"CloudFront has not deployed distribution {id} to all edge locations", "Run the same command again; it continues from here.", async c =>
        {
            var now = await services.Distributions.GetAsync(id, c).ConfigureAwait(false)
                ?? throw new EmailSecurityException("DistributionGone", ErrorKind.NotFound,
                    $"Distribution {id} was deleted during the wait.", "Run the same command again; it creates a new one.")
                { Target = id };
            state.Distribution = now with { Tags = state.Distribution?.Tags ?? now.Tags };
            return now.IsDeployed;
        }, ct).ConfigureAwait(false);
    }

    private async Task<StepOutcome> WaitRecordsAsync(Change change, Operation.WaitRecords o, CancellationToken ct)
    {
        var ids = o.ChangeIds.Select(s => state.RecordChanges.GetValueOrDefault(s)).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var inSync = await WaitAsync(change, VisibleLimit, "RecordNotInSync",
            $"Route 53 has not propagated {change.Target} to all its name servers", "Run the same command again; it continues from here.", async c =>
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
        return await WaitAsync(change, VisibleLimit, "RecordNotVisible",
            $"Route 53 has {change.Target}, but DNS does not answer for it",
            $"Is {change.Domain} delegated to this hosted zone? "
                + "Compare the name servers at your registrar with the zone's NS record, then run the same command again.",
            async c =>
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
        var url = o.IsByOwnName ? new UriBuilder(o.Url) { Host = state.RequireDistribution().DomainName, Port = -1 }.Uri : o.Url;
        var request = new FetchRequest(url, Math.Max(MtaSts.MtaStsPolicy.MaxSize, o.Content.Length + 1), TimeSpan.FromSeconds(60))
        {
            ConnectHost = state.Distribution?.DomainName,
        };
        var content = new ServedContent(url, o.Content);
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
        return options.NoWait
            ? StepOutcome.Waits($"{url} does not serve the published file yet ({seen})")
            : throw new EmailSecurityException(o.ErrorId, ErrorKind.InvalidOperation,
                $"{url} does not serve what was published: the edge answers {seen}.",
                "The DNS record was not changed. Run the same command again; "
                    + "if this error repeats, check the distribution and the bucket policy with Get-EmailSecurityPlan.")
            { Target = url.ToString() };
    }
}
