using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Deployment;

/// <summary>Of several hosted zones of one name, the one that DNS uses: the parent zone delegates to one of them, the others answer nobody.</summary>
internal sealed class ZoneChoice(IZones zones, IResolver resolver)
{
    /// <summary>
    /// The zones without those that the chosen one, or the one that DNS delegates to, leaves unused. Where neither is known, zones of one name are all kept.
    /// </summary>
    /// <exception cref="EmailSecurityException">HostedZoneNotFound: the chosen zone is not one of them.</exception>
    public async Task<IReadOnlyList<HostedZoneInfo>> UsedAsync(StackWish stack, IReadOnlyList<HostedZoneInfo> found, CancellationToken ct)
    {
        var chosen = Chosen(stack, found);
        List<HostedZoneInfo> used = [];
        foreach (var twins in found.GroupBy(z => z.Name, StringComparer.Ordinal))
        {
            if (chosen is not null && chosen.Name == twins.Key)
            {
                used.Add(chosen);
            }
            else if (twins.Count() > 1 && await DelegatedAsync([.. twins], ct).ConfigureAwait(false) is { } delegated)
            {
                used.Add(delegated);
            }
            else
            {
                used.AddRange(twins);
            }
        }

        return used;
    }

    private static HostedZoneInfo? Chosen(StackWish stack, IReadOnlyList<HostedZoneInfo> found) => stack.HostedZoneId.Length == 0
        ? null
        : found.FirstOrDefault(z => z.Id == stack.HostedZoneId) ?? throw new EmailSecurityException("HostedZoneNotFound", ErrorKind.NotFound,
            $"The account has no public hosted zone {stack.HostedZoneId} that holds names of {stack.Domain}.",
            found.Count == 0 ? "Use the credentials of the account that has the zone." : $"Use one of these with -HostedZoneId: {List(found)}.");

    // The parent zone's own servers say whom it delegates the name to. A resolver answers with the NS records of the zone itself, which can be others.
    private async Task<HostedZoneInfo?> DelegatedAsync(IReadOnlyList<HostedZoneInfo> twins, CancellationToken ct)
    {
        var name = twins[0].Name;
        var answer = await resolver.QueryDelegationAsync(name, ct).ConfigureAwait(false);
        if (answer is not { Status: DnsStatus.NoError, CnameChain.Count: 0 })
        {
            return null;
        }

        var seen = ZoneServers.InDns(answer);
        var served = await Task.WhenAll(twins.Select(async zone =>
        {
            var sets = await zones.GetRecordSetsAsync(zone, name, [name], ct).ConfigureAwait(false);
            return (Zone: zone, IsSeen: ZoneServers.Own(sets, name).Intersect(seen, StringComparer.Ordinal).Any());
        })).ConfigureAwait(false);
        return served.Count(s => s.IsSeen) == 1 ? served.Single(s => s.IsSeen).Zone : null;
    }

    private static string List(IEnumerable<HostedZoneInfo> zones) =>
        string.Join(", ", zones.OrderBy(z => z.Id, StringComparer.Ordinal).Select(z => $"{z.Id} ({z.Name})"));
}
