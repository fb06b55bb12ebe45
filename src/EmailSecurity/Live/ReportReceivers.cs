using EmailSecurity.Findings;
using EmailSecurity.MtaSts;
using EmailSecurity.Ports;
using EmailSecurity.Text;
using EmailSecurity.TlsRpt;

namespace EmailSecurity.Live;

/// <summary>Whether the mail domain of a report address takes mail (RFC 8460 section 3, RFC 5321 section 5.1, RFC 7505).</summary>
internal static class ReportReceivers
{
    /// <summary>Decides from what DNS says; null where the domain takes mail, or nobody knows.</summary>
    /// <param name="uri">The report address, as in rua.</param>
    /// <param name="host">Its mail domain.</param>
    /// <param name="mx">The MX answer of that domain.</param>
    /// <param name="addresses">The domain's own addresses; they count where there is no MX record.</param>
    public static Finding? TakesNoMail(string uri, string host, DnsAnswer mx, AddressPresence addresses)
    {
        var servers = MailServers.From(host, mx.ValuesIfAnswered);
        var isAbsent = servers.IsImplicit && addresses == AddressPresence.Absent;
        var why = servers.IsNull ? "null MX" : mx.Status == DnsStatus.NxDomain ? "the name does not exist" : "it has neither MX nor address records";
        return servers.IsKnown && (servers.IsNull || isAbsent) ? LiveRules.ReportReceiverTakesNoMail.Found(
            $"{host}, the domain of {RecordText.Show(uri)}, does not accept mail ({why}). {Consequence.ReportsLost}", uri) : null;
    }

    /// <summary>What DNS says about the mail domain of a report address.</summary>
    /// <param name="Mx">Its MX.</param>
    /// <param name="Addresses">Its own addresses; unknown where they do not matter.</param>
    internal readonly record struct View(DnsAnswer Mx, AddressPresence Addresses);

    /// <summary>Looks it up; null where the domain takes mail, or the address is not a mail address.</summary>
    /// <param name="resolver">DNS.</param>
    /// <param name="uri">The report address, as in rua.</param>
    /// <param name="isFailureTold">True to give a warning where the lookup fails; false for null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<Finding?> LookAsync(IResolver resolver, string uri, bool isFailureTold, CancellationToken cancellationToken) =>
        ReportUri.MailDomain(uri) is { } host ? Judge(uri, host, await ViewAsync(resolver, host, cancellationToken).ConfigureAwait(false), isFailureTold)
            : null;

    /// <summary>Decides from a view.</summary>
    /// <param name="uri">The report address, as in rua.</param>
    /// <param name="host">Its mail domain.</param>
    /// <param name="view">What DNS says.</param>
    /// <param name="isFailureTold">True to give a warning where the lookup failed; false for null.</param>
    public static Finding? Judge(string uri, string host, View view, bool isFailureTold) =>
        LiveFindings.Dns(LiveRules.ReportReceiverMx, host, DnsRecordType.MX, view.Mx, Consequence.ReportsLost) is { } failure
            ? isFailureTold ? failure : null
            : TakesNoMail(uri, host, view.Mx, view.Addresses);

    /// <summary>Asks DNS about a mail domain.</summary>
    /// <param name="resolver">DNS.</param>
    /// <param name="host">The mail domain.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<View> ViewAsync(IResolver resolver, string host, CancellationToken cancellationToken)
    {
        var mx = await resolver.QueryAsync(host, DnsRecordType.MX, cancellationToken).ConfigureAwait(false);
        // RFC 8020: below a name that does not exist there is no address either.
        return new View(mx, mx.Status == DnsStatus.NxDomain ? AddressPresence.Absent
            : mx.Status != DnsStatus.NoError || mx.Records.Count > 0 ? AddressPresence.Unknown
            : await HostAddresses.LookAsync(resolver, host, cancellationToken).ConfigureAwait(false));
    }
}
