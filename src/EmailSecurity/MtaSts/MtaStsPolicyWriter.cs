using System.Text;
using EmailSecurity.Text;

namespace EmailSecurity.MtaSts;

/// <summary>Writes the text of a policy from what it shall say.</summary>
internal static class MtaStsPolicyWriter
{
    /// <summary>Writes a policy, and checks it as one read from outside.</summary>
    /// <exception cref="EmailSecurityException">InvalidDomainName, InvalidMxHost, MxHostMissing, InvalidMaxAge, InvalidMode, PolicyTooLarge.</exception>
    public static MtaStsPolicy Write(string domain, MtaStsMode mode, IEnumerable<string> mxHosts, long maxAge, object? stack)
    {
        var name = MailDomain.Normalize(domain);
        var hosts = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var host in mxHosts)
        {
            var pattern = NormalizePattern(host);
            if (seen.Add(pattern))
            {
                hosts.Add(pattern);
            }
        }
        if (hosts.Count == 0 && mode != MtaStsMode.None)
        {
            throw new EmailSecurityException("MxHostMissing", ErrorKind.InvalidArgument,
                $"A policy in mode {mode.ToString().ToLowerInvariant()} needs at least one mx host (RFC 8461 section 3.2).",
                "Specify the domain's MX host names.")
            { Target = name };
        }
        if (maxAge is < 0 or > MtaStsPolicy.MaxMaxAge)
        {
            throw new EmailSecurityException("InvalidMaxAge", ErrorKind.InvalidArgument,
                Invariant($"A max_age of {maxAge} seconds is not between 0 and {MtaStsPolicy.MaxMaxAge} (RFC 8461 section 3.2)."),
                "Weeks are usual: 604800 is one week, 2419200 four.")
            { Target = name };
        }
        var word = mode switch
        {
            MtaStsMode.None => "none",
            MtaStsMode.Testing => "testing",
            MtaStsMode.Enforce => "enforce",
            _ => throw new EmailSecurityException("InvalidMode", ErrorKind.InvalidArgument,
                Invariant($"{(int)mode} is not a policy mode (RFC 8461 section 3.2)."), "Choose None, Testing or Enforce.")
            { Target = name },
        };
        var text = new StringBuilder("version: STSv1\r\nmode: ").Append(word).Append("\r\n");
        foreach (var host in hosts)
        {
            text.Append("mx: ").Append(host).Append("\r\n");
        }

        text.Append("max_age: ").Append(maxAge).Append("\r\n");
        if (text.Length > MtaStsPolicy.MaxSize)
        {
            throw new EmailSecurityException("PolicyTooLarge", ErrorKind.LimitsExceeded,
                $"The policy would have {text.Length} octets; senders may stop reading at {MtaStsPolicy.MaxSize} (RFC 8461 section 3.3).",
                "Use fewer hosts, or one wildcard for many.")
            { Target = name };
        }
        var written = text.ToString();
        // The same check as for a policy read from outside: what we write says what it says, warnings included.
        var result = MtaStsPolicy.Check(written, name);
        return new MtaStsPolicy(name, mode, maxAge, hosts, written, result.Findings, stack);
    }

    private static string NormalizePattern(string host)
    {
        var wildcard = host is not null && host.StartsWith("*.", StringComparison.Ordinal);
        if (DomainName.TryNormalize(wildcard ? host![2..] : host, out var name) && DomainName.IsHostName(name))
        {
            return wildcard ? "*." + name : name;
        }

        throw new EmailSecurityException("InvalidMxHost", ErrorKind.InvalidArgument,
            $"'{RecordText.Show(host ?? "")}' is not a valid mx pattern, which is a host name, or '*.' and a host name standing for one label (RFC " +
                "8461 sections 3.2 and 4.1).",
            "Use names as the MX records have them, such as mail.example.com or *.example.com.")
        { Target = host };
    }
}
