using EmailSecurity.Ports;

namespace EmailSecurity.Planning;

/// <summary>What a distribution's settings that differ mean to those who fetch from it. Pure.</summary>
internal sealed class DistributionConsequences(ObservedDistribution distribution, Consequences whole, string policyHost)
{
    private readonly DistributionSettings now = distribution.Settings;

    /// <summary>A sentence for each difference; where the files are not served at all, that alone.</summary>
    public string Of(DistributionSettings wanted)
    {
        string[] sentences = [.. All(wanted).Distinct(StringComparer.Ordinal)];
        return sentences.Contains(whole.NoFiles, StringComparer.Ordinal) ? whole.NoFiles : string.Join(" ", sentences);
    }

    private IEnumerable<string> All(DistributionSettings wanted)
    {
        var isDown = !now.Enabled || now.OriginDomainName != wanted.OriginDomainName || now.OriginPath != wanted.OriginPath
            || now.OriginAccessControlId.Length == 0
            || now.OriginAccessControlId != wanted.OriginAccessControlId || now.CertificateArn.Length == 0;
        if (isDown)
        {
            yield return whole.NoFiles;
        }

        foreach (var alias in wanted.Aliases.Except(now.Aliases, StringComparer.OrdinalIgnoreCase))
        {
            yield return alias == policyHost ? whole.NoFiles : Consequences.NoLogo;
        }

        if (now.Aliases.Except(wanted.Aliases, StringComparer.OrdinalIgnoreCase).Any())
        {
            yield return $"The distribution keeps a name that the stack does not use; {Consequences.NotAffected}";
        }

        if (now.CertificateArn.Length > 0 && now.CertificateArn != wanted.CertificateArn)
        {
            yield return "Another certificate than the stack's is used: senders get no policy once it ends or if it does not cover the host.";
        }

        foreach (var sentence in Minor(wanted).Concat(now.Hindrances.Select(Of)))
        {
            yield return sentence;
        }
    }

    private IEnumerable<string> Minor(DistributionSettings wanted)
    {
        if (now.MinimumProtocolVersion != wanted.MinimumProtocolVersion)
        {
            yield return "Senders can be made to fetch the policy over an older TLS version or weaker cipher suites.";
        }

        if (now.ViewerProtocolPolicy != wanted.ViewerProtocolPolicy)
        {
            yield return "The files are also served, or redirected, without TLS: senders use HTTPS only, so mail is not affected.";
        }

        if (now.CachePolicyId != wanted.CachePolicyId)
        {
            yield return "Edge locations may serve an earlier policy for longer than ten seconds after a change.";
        }

        if (now.HttpVersion != wanted.HttpVersion || now.Ipv6 != wanted.Ipv6)
        {
            yield return now.Ipv6 != wanted.Ipv6 ? "Senders that have only IPv6 cannot fetch the policy; the others can."
                : $"Fetching takes a little longer; {Consequences.NotAffected}";
        }

        if (now.LogBucketDomainName != wanted.LogBucketDomainName || now.LogPrefix != wanted.LogPrefix)
        {
            yield return $"Requests are not logged where expected; {Consequences.NotAffected}";
        }

        if (now.Comment != wanted.Comment)
        {
            yield return $"People do not see in the console whose distribution it is; {Consequences.NotAffected}";
        }
    }

    private string Of(Hindrance hindrance) => hindrance.Kind switch
    {
        HindranceKind.GeoRestriction => "Senders in the restricted countries get HTTP 403 and no policy: a cached one is used until it expires, "
            + "then they deliver without one.",
        HindranceKind.ClientCertificate or HindranceKind.SignedRequests => whole.NoFiles,
        HindranceKind.Function => "Code of others can change or refuse what senders are served; what it changes makes the policy invalid.",
        _ => "Senders may be served something else than the policy, or an error, for as long as this setting comes first.",
    };
}
