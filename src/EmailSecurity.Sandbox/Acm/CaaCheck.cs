using System.Text;
using EmailSecurity.Sandbox.Dns;

namespace EmailSecurity.Sandbox.Acm;

/// <summary>May Amazon issue for a name? (RFC 8659 section 3: climb the tree until a CAA set is found, CNAMEs followed at each step.)</summary>
public static class CaaCheck
{
    private static readonly HashSet<string> Amazon = new(StringComparer.OrdinalIgnoreCase) { "amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com" };

    /// <summary>True where the relevant CAA set allows Amazon, or there is none. A look-up that fails forbids.</summary>
    public static bool Allows(DnsCatalog dns, string certificateName)
    {
        var isWildcard = certificateName.StartsWith("*.", StringComparison.Ordinal);
        for (var name = isWildcard ? certificateName[2..] : certificateName; name.Length > 0; name = DnsName.Parent(name))
        {
            var answer = dns.Resolve(name, DnsType.Caa);
            if (answer.Rcode is not (DnsRcode.NoError or DnsRcode.NxDomain))
            {
                return false;
            }
            var properties = answer.OfType(DnsType.Caa).SelectMany(s => s.Data).Select(Read).ToArray();
            if (properties.Length > 0)
            {
                return AllowsBy(properties, isWildcard);
            }
        }
        return true;
    }

    private static bool AllowsBy((bool IsCritical, string Tag, string Value)[] properties, bool isWildcard)
    {
        if (properties.Any(p => p.IsCritical && p.Tag is not ("issue" or "issuewild" or "iodef" or "issuemail" or "contactemail" or "contactphone")))
        {
            return false; // RFC 8659 section 4.5: an unknown critical property forbids
        }
        // RFC 8659 section 4.3: for a wildcard issuewild takes the place of issue.
        var tag = isWildcard && properties.Any(p => p.Tag == "issuewild") ? "issuewild" : "issue";
        var issuers = properties.Where(p => p.Tag == tag).ToArray();
        return issuers.Length == 0 || issuers.Any(p => Amazon.Contains(p.Value.Split(';')[0].Trim()));
    }

    private static (bool IsCritical, string Tag, string Value) Read(byte[] data)
    {
        var length = data[1];
        return (
            (data[0] & 0x80) != 0,
            Encoding.ASCII.GetString(data, 2, length).ToLowerInvariant(),
            Encoding.ASCII.GetString(data, 2 + length, data.Length - 2 - length));
    }
}
