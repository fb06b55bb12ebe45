namespace EmailSecurity.MtaSts;

/// <summary>The mail servers of a domain, as senders read its MX answer (RFC 5321 section 5.1, RFC 7505).</summary>
public sealed record MailServers
{
    /// <summary>The domain.</summary>
    public required string Domain { get; init; }

    /// <summary>False where the lookup failed: then nothing else here says anything.</summary>
    public required bool IsKnown { get; init; }

    /// <summary>True for a null MX: the domain says that it takes no mail (RFC 7505 section 3).</summary>
    public bool IsNull { get; init; }

    /// <summary>True where there is no MX record, so that the domain itself stands in, if it has an address (RFC 5321 section 5.1).</summary>
    public bool IsImplicit { get; init; }

    /// <summary>The hosts, in the order of the answer, lower case, without final dot and repeats; the domain itself where <see cref="IsImplicit"/>.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Reads an MX answer.</summary>
    /// <param name="domain">The domain that was asked for.</param>
    /// <param name="exchanges">The exchanges of its MX records, none where it has no record; null where the lookup failed.</param>
    public static MailServers From(string domain, IReadOnlyList<string>? exchanges)
    {
        if (exchanges is null)
        {
            return new MailServers { Domain = domain, IsKnown = false };
        }

        if (exchanges.Count == 0)
        {
            return new MailServers { Domain = domain, IsKnown = true, IsImplicit = true, Hosts = [domain] };
        }

        string[] hosts = [.. exchanges.Select(e => e.TrimEnd('.').ToLowerInvariant()).Where(h => h.Length > 0).Distinct(StringComparer.Ordinal)];
        return new MailServers { Domain = domain, IsKnown = true, IsNull = hosts.Length == 0, Hosts = hosts };
    }

    /// <summary>The hosts of MX records that no mx pattern of a policy matches (RFC 8461 section 4.1); empty for mode none, and where there is no MX
    /// record.</summary>
    /// <param name="policy">The policy.</param>
    public IReadOnlyList<string> UncoveredBy(MtaSts.MtaStsPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return IsImplicit || policy.Mode == MtaSts.MtaStsMode.None ? [] : [.. Hosts.Where(h => !policy.Matches(h))];
    }
}
