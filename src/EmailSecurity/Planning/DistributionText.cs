using EmailSecurity.Ports;

namespace EmailSecurity.Planning;

/// <summary>What people read of a distribution's settings.</summary>
internal static class DistributionText
{
    /// <summary>The comment of a stack's distribution: CloudFront takes 128 characters.</summary>
    public static string Comment(string domain)
    {
        var comment = $"MTA-STS and BIMI of {domain}";
        return comment.Length <= 128 ? comment : comment[..128];
    }

    /// <summary>Only the values of one side that differ from the other's.</summary>
    public static string Difference(DistributionSettings of, DistributionSettings than)
    {
        (string Name, string Of, string Than)[] rows =
        [
            ("aliases", string.Join(" ", of.Aliases), string.Join(" ", than.Aliases)),
            ("origin", of.OriginDomainName + of.OriginPath, than.OriginDomainName + than.OriginPath),
            ("origin access control", of.OriginAccessControlId, than.OriginAccessControlId),
            ("certificate", of.CertificateArn, than.CertificateArn),
            ("logs", of.LogBucketDomainName + "/" + of.LogPrefix, than.LogBucketDomainName + "/" + than.LogPrefix),
            ("comment", of.Comment, than.Comment),
            ("security policy", of.MinimumProtocolVersion, than.MinimumProtocolVersion),
            ("HTTP version", of.HttpVersion, than.HttpVersion),
            ("IPv6", of.Ipv6 ? "on" : "off", than.Ipv6 ? "on" : "off"),
            ("viewer protocol", of.ViewerProtocolPolicy, than.ViewerProtocolPolicy),
            ("cache policy", of.CachePolicyId, than.CachePolicyId),
            ("hindrances", Hindrances(of), Hindrances(than)),
            ("state", of.Enabled ? "enabled" : "disabled", than.Enabled ? "enabled" : "disabled"),
        ];
        return string.Join(", ", rows.Where(r => r.Of != r.Than).Select(r => $"{r.Name} {(r.Of.Length > 0 ? r.Of : "none")}"));
    }

    private static string Hindrances(DistributionSettings settings) => string.Join("; ", settings.Hindrances.Select(h => h.Setting));
}
