using EmailSecurity.Findings;
using EmailSecurity.Ports;

namespace EmailSecurity.Live;

/// <summary>What can happen to one lookup: one rule for each answer that says neither what there is nor that there is nothing.</summary>
/// <param name="prefix">What the codes begin with.</param>
/// <param name="standard">The standard that asks for the lookup.</param>
/// <param name="section">Its section.</param>
/// <param name="severity">How much a failure matters.</param>
internal sealed class LookupRules(string prefix, string standard, string section, FindingSeverity severity = FindingSeverity.Error)
{
    public Rule ServFail { get; } = new(prefix + "ServFail", severity, standard, section, "Check the zone's servers and its DNSSEC chain.",
        "its servers answer SERVFAIL (broken zone, or DNSSEC that does not validate)");

    public Rule Refused { get; } = new(prefix + "Refused", severity, standard, section, "Check that the name servers serve the zone.",
        "its servers refuse to answer");

    public Rule Timeout { get; } = new(prefix + "Timeout", severity, standard, section,
        "Check that the name servers are up and reachable over UDP and TCP port 53.", "its servers do not answer in time");

    public Rule Unreachable { get; } = new(prefix + "Unreachable", severity, standard, section, "Check the network and the name servers.",
        "no name server can be reached");

    public Rule Malformed { get; } = new(prefix + "Malformed", severity, standard, section, "Check the zone's data, especially its CNAME records.",
        "the answer cannot be read, or its CNAME records form a loop");

    public Rule OtherError { get; } = new(prefix + "OtherError", severity, standard, section, "Check the zone's servers.",
        "its servers answer with an error");

    /// <summary>The rule for a status; null where there is an answer (NXDOMAIN is one).</summary>
    public Rule? Of(DnsStatus status) => status switch
    {
        DnsStatus.NoError or DnsStatus.NxDomain => null,
        DnsStatus.ServFail => ServFail,
        DnsStatus.Refused => Refused,
        DnsStatus.Timeout => Timeout,
        DnsStatus.Unreachable => Unreachable,
        DnsStatus.Malformed => Malformed,
        _ => OtherError,
    };
}
