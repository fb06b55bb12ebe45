namespace EmailSecurity.Ports;

/// <summary>What DNS says about the addresses of a host.</summary>
public enum AddressPresence
{
    /// <summary>A lookup failed, so nobody knows. Never taken for <see cref="Absent"/>.</summary>
    Unknown,

    /// <summary>There is an A or AAAA record.</summary>
    Present,

    /// <summary>DNS answered, and there is neither.</summary>
    Absent,
}

/// <summary>Whether a host has an address: without one, no mail and no HTTPS gets there (RFC 5321 section 5.1).</summary>
public static class HostAddresses
{
    /// <summary>Decides from the two answers.</summary>
    /// <param name="ipv4">The answer for A.</param>
    /// <param name="ipv6">The answer for AAAA.</param>
    public static AddressPresence Of(DnsAnswer ipv4, DnsAnswer ipv6)
    {
        ArgumentNullException.ThrowIfNull(ipv4);
        ArgumentNullException.ThrowIfNull(ipv6);
        return ipv4.Records.Count + ipv6.Records.Count > 0 ? AddressPresence.Present
            : IsAnswer(ipv4) && IsAnswer(ipv6) ? AddressPresence.Absent
            : AddressPresence.Unknown;
    }

    /// <summary>Asks for A, and for AAAA where there is no A.</summary>
    /// <param name="resolver">DNS.</param>
    /// <param name="host">The host.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<AddressPresence> LookAsync(IResolver resolver, string host, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        var ipv4 = await resolver.QueryAsync(host, DnsRecordType.A, cancellationToken).ConfigureAwait(false);
        return ipv4.Records.Count > 0 ? AddressPresence.Present
            : ipv4.Status == DnsStatus.NxDomain ? AddressPresence.Absent // RFC 8020: no such name, of any type
            : Of(ipv4, await resolver.QueryAsync(host, DnsRecordType.AAAA, cancellationToken).ConfigureAwait(false));
    }

    private static bool IsAnswer(DnsAnswer answer) => answer.Status is DnsStatus.NoError or DnsStatus.NxDomain;
}
