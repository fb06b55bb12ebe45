using System.Runtime.InteropServices;
using System.Text;
using EmailSecurity.Findings;
using EmailSecurity.Text;

namespace EmailSecurity.MtaSts;

/// <summary>The mx patterns of a policy, each checked as it is read.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct MtaStsMxPatterns
{
    private List<string>? hosts;
    private HashSet<string>? set;

    /// <summary>True where the policy has an mx line, good or not.</summary>
    public bool WereRead { get; private set; }

    /// <summary>The good ones, in order.</summary>
    public readonly IReadOnlyList<string> All => (IReadOnlyList<string>?)hosts ?? [];

    /// <summary>Reads one pattern.</summary>
    public void Read(ReadOnlySpan<char> value, int lineNumber, int column, FindingBag findings)
    {
        WereRead = true;
        // RFC 8461 section 3.2: ["*."] Domain, Domain as in RFC 5321 (letters, digits, inner hyphens; A-labels).
        var name = value.StartsWith("*.") ? value[2..] : value;
        if (!DomainName.IsMailDomain(name))
        {
            var (message, fix) = name switch
            {
                [] or "*" => ("is not a host name.", "After 'mx:', write a host name, or '*.' followed by a domain name."),
                [.., '.'] => ("ends with a dot.", "Remove the final dot."),
                _ when System.Net.IPAddress.TryParse(name.Trim("[]"), out _) => ("is an address; MX hosts are names.", "Write the MX host's name."),
                _ when !Ascii.IsValid(name) => ("is not in ASCII.", "Write the name with A-labels (xn--...)."),
                _ => ("is not a valid mx pattern.", "Write a name as the MX record has it, such as mail.example.com or *.example.com."),
            };
            findings.Report(MtaStsRules.PolicyMxInvalid, $"mx '{RecordText.Show(value)}' {message}", lineNumber, column, fix: fix);
            return;
        }
        // RFC 5321's Domain takes a last label of digits, so the policy stands; RFC 1123 section 2.1 has no such host.
        if (!DomainName.IsHostName(name))
        {
            findings.Report(MtaStsRules.PolicyMxNumeric,
                $"mx '{RecordText.Show(value)}' ends in a label of digits: no MX host has such a name, so it matches none.", lineNumber, column);
        }

        var pattern = value.ToString();
        if (IsRepeated(pattern))
        {
            findings.Report(MtaStsRules.PolicyMxRepeated, $"mx '{RecordText.Show(value)}' is listed twice.", lineNumber, column);
        }

        (hosts ??= []).Add(pattern);
    }

    /// <summary>A walk over the few hosts of an ordinary policy, a set for the many of a hostile one.</summary>
    private bool IsRepeated(string pattern)
    {
        const int few = 16;
        if (hosts is null)
        {
            return false;
        }

        if (hosts.Count > few)
        {
            return !(set ??= new HashSet<string>(hosts, StringComparer.OrdinalIgnoreCase)).Add(pattern);
        }

        foreach (var host in hosts)
        {
            if (string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }
}
