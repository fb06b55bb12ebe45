using EmailSecurity.Ports;

namespace EmailSecurity.Live;

/// <summary>Tells DNSSEC that does not validate from other failures.</summary>
internal static class Dnssec
{
    /// <summary>
    /// True where a validating resolver refuses what the zone's servers answer: SERVFAIL, and an answer once checking is disabled (RFC 4035 section 3.2.2).
    /// </summary>
    public static async Task<bool> IsBogusAsync(IResolver resolver, string name, DnsRecordType type, DnsAnswer answer, CancellationToken cancellationToken)
        => answer.Status == DnsStatus.ServFail
            && (await resolver.QueryUncheckedAsync(name, type, cancellationToken).ConfigureAwait(false)).Status is DnsStatus.NoError or DnsStatus.NxDomain;
}
