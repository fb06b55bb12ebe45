using EmailSecurity.Ports;
using EmailSecurity.Stacks;

namespace EmailSecurity.Planning;

/// <summary>Plans certificate, distribution and aliases: what serves the files.</summary>
internal sealed class HostingPlanner(PlanBuilder plan, StackWish stack, ObservedStack observed, RecordPlanner records)
{
    // CloudFront does not deliver standard logs to buckets in these regions (CloudFront developer guide, "Configure standard logging (legacy)").
    private static readonly string[] RegionsWithoutStandardLogs =
        ["af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "me-south-1", "mx-central-1"];

    private const int MaxCommonName = 64;

    private string PolicyHost { get; } = StackNames.PolicyHost(stack.Domain);

    /// <summary>The BIMI host: the stack's; on a deployed stack, where the command is not about BIMI or nobody asked for a subdomain, the deployed one.</summary>
    public static string BimiHost(StackWish stack, ObservedStack observed, bool aboutBimi)
    {
        var wanted = StackNames.BimiHost(stack.Domain, stack.BimiSubdomain);
        var policyHost = StackNames.PolicyHost(stack.Domain);
        return (aboutBimi && stack.IsBimiSubdomainAsked) || observed.Distribution is not { } dist ? wanted : dist.Settings.Aliases.FirstOrDefault(a => a != policyHost && a.EndsWith("." + stack.Domain, StringComparison.Ordinal)) ?? wanted;
    }

    /// <summary>Refuses a region that the logs cannot go to, before anything is made.</summary>
    /// <exception cref="EmailSecurityException">RegionNotSupportedForLogging.</exception>
    public static void CheckRegion(string region)
    {
        if (RegionsWithoutStandardLogs.Contains(region, StringComparer.Ordinal))
        {
            throw new EmailSecurityException("RegionNotSupportedForLogging", ErrorKind.NotSupported,
                $"CloudFront does not deliver standard logs to buckets in {region}.",
                "Choose another -Region for the buckets, such as us-east-1 or eu-central-1; the policy itself is served from CloudFront's edge everywhere all the same.");
        }
    }

    /// <summary>Plans certificate, origin access control and distribution.</summary>
    public void PlanDistribution(IReadOnlyList<string> aliases, IReadOnlyDictionary<string, string> tags)
    {
        var dist = observed.Distribution;
        if (dist is not null && !StackNames.IsOwner(stack.Domain, dist.Tags))
        {
            throw new EmailSecurityException("DistributionNotOurs", ErrorKind.Exists,
                $"CloudFront distribution {dist.Id} already serves {string.Join(", ", dist.Settings.Aliases.Intersect(aliases, StringComparer.OrdinalIgnoreCase))}, and it has no tag {StackNames.OwnerTag}={stack.Domain}.",
                "Remove the alternate domain name from it, or delete it; or give it the tag if it is this stack's.")
            { Target = dist.Id };
        }

        var certificate = PlanCertificate(aliases, tags);
        var oac = dist is { Settings.OriginAccessControlId.Length: > 0 } ? dist.Settings.OriginAccessControlId : observed.OriginAccessControlId ?? "";
        if (oac.Length == 0)
        {
            plan.Add("origin-access-control", ChangeAction.Create, "origin access control", StackNames.OriginAccessControl,
                "CloudFront signs its reads of the bucket; shared by the account's stacks", new Operation.CreateOriginAccessControl(StackNames.OriginAccessControl));
        }

        var accountId = observed.Caller.AccountId;
        var wanted = new DistributionSettings
        {
            Aliases = aliases,
            OriginDomainName = StackNames.OriginDomainName(StackNames.AssetBucket(stack.Domain, accountId), observed.Region, observed.Caller.Partition),
            OriginAccessControlId = oac,
            CertificateArn = certificate,
            LogBucketDomainName = StackNames.LogBucketDomainName(StackNames.LogBucket(stack.Domain, accountId)),
            LogPrefix = StackNames.CloudFrontLogPrefix,
            Comment = Comment(stack.Domain),
        };
        string[] dependsOn = ["log-bucket", "log-bucket/Ownership", "log-bucket/PublicAccessBlock", "asset-bucket", "origin-access-control", "certificate-issued"];
        if (dist is null)
        {
            plan.Add("distribution", ChangeAction.Create, "CloudFront distribution", string.Join(", ", aliases), "serves the files over HTTPS, TLS 1.2 and newer",
                new Operation.CreateDistribution(wanted, tags), dependsOn, after: "HTTPS only");
        }
        else
        {
            if (!dist.Settings.Equals(wanted))
            {
                plan.Add("distribution", ChangeAction.Update, "CloudFront distribution", dist.Id, "its configuration differs from the stack's",
                    new Operation.UpdateDistribution(dist.Id, wanted), dependsOn, Difference(dist.Settings, wanted), Difference(wanted, dist.Settings));
            }

            if (tags.Any(t => !dist.Tags.TryGetValue(t.Key, out var v) || v != t.Value))
            {
                plan.Add("distribution/tags", ChangeAction.Update, "CloudFront distribution tags", dist.Id, "tags asked for are missing", new Operation.TagDistribution(dist.Arn, tags),
                    after: string.Join(", ", tags.Select(t => $"{t.Key}={t.Value}")));
            }
        }

        if (dist is null || plan.Has("distribution") || !dist.IsDeployed)
        {
            plan.Add("distribution-deployed", ChangeAction.Wait, "CloudFront distribution", dist?.Id ?? string.Join(", ", aliases), "a change reaches all edge locations in about four minutes",
                new Operation.WaitDistribution(), ["distribution"], after: "Deployed");
        }
    }

    /// <summary>Plans A and AAAA of one host, and the wait for them.</summary>
    public void PlanAliases(string label, string host, bool owned)
    {
        var target = observed.Distribution?.DomainName ?? "";
        List<string> steps = [];
        foreach (var type in (string[])["A", "AAAA"])
        {
            var set = new RecordSet { Name = host, Type = type, AliasTarget = target, AliasZoneId = StackNames.CloudFrontZoneId };
            if (records.Ensure($"alias/{label}/{type}", set, target.Length > 0 ? $"alias {target}" : "alias of the distribution", owned, "leads to the distribution", ["distribution"]) is { } step)
            {
                steps.Add(step);
            }
        }

        if (steps.Count > 0 && stack.DnsHost == DnsHost.Route53)
        {
            plan.Add($"alias/{label}/visible", ChangeAction.Wait, "DNS", host, "the name must resolve before a record leads senders to it", new Operation.WaitRecords(steps, [host]), steps, after: "INSYNC and resolved");
        }
    }

    // Returns the ARN where it is known, empty where it is to be requested.
    private string PlanCertificate(IReadOnlyList<string> names, IReadOnlyDictionary<string, string> tags)
    {
        var chosen = ChooseCertificate(names);
        if (chosen is null)
        {
            foreach (var dead in observed.Certificates.Where(c => IsOurs(c) && c.InUseBy.Count == 0 && c.Status is CertificateStatus.Failed or CertificateStatus.ValidationTimedOut or CertificateStatus.Expired or CertificateStatus.Revoked))
            {
                plan.Add($"certificate/{dead.Arn}", ChangeAction.Delete, "ACM certificate", dead.Arn, $"it is {dead.Status}{(dead.FailureReason.Length > 0 ? " (" + dead.FailureReason + ")" : "")} and of no use", new Operation.DeleteCertificate(dead.Arn), before: dead.Status.ToString());
            }

            // ACM: the first name is the common name, of 64 characters at most (RFC 5280 appendix A.1, ub-common-name); the others may be longer.
            string[] shortestFirst = [.. names.OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal)];
            if (shortestFirst[0].Length > MaxCommonName)
            {
                throw new EmailSecurityException("DomainTooLong", ErrorKind.LimitsExceeded,
                    $"ACM issues no certificate whose first name has more than {MaxCommonName} characters, and {shortestFirst[0]} has {shortestFirst[0].Length}.",
                    "Request or import a certificate in us-east-1 that has a short first name and these host names beside it, and give it with -CertificateArn.")
                { Target = shortestFirst[0] };
            }

            plan.Add("certificate", ChangeAction.Create, "ACM certificate", string.Join(", ", names), "senders fetch the policy over HTTPS with a trusted certificate (RFC 8461 section 3.3)",
                new Operation.RequestCertificate(shortestFirst, tags), after: "DNS validated, us-east-1");
        }

        if (chosen is { Status: CertificateStatus.Issued })
        {
            PlanRenewal(chosen);
            return chosen.Arn;
        }

        if (chosen is not null && !IsOurs(chosen))
        {
            throw new EmailSecurityException("CertificateNotUsable", ErrorKind.InvalidOperation,
                $"Certificate {chosen.Arn} is {chosen.Status}, not Issued.", "Finish its validation, or leave -CertificateArn out and let the stack request its own.")
            { Target = chosen.Arn };
        }

        var zones = stack.DnsHost == DnsHost.External
            ? new Dictionary<string, HostedZoneInfo>(StringComparer.Ordinal)
            : names.ToDictionary(n => n, n => RecordPlanner.ZoneFor(stack, observed, n), StringComparer.Ordinal);
        var external = stack.DnsHost == DnsHost.External;
        plan.Add("validation", external ? ChangeAction.Wait : ChangeAction.Create, external ? "CNAME records at your DNS host" : "CNAME records", string.Join(", ", names),
            "prove to ACM that the names are yours, now and at each renewal", new Operation.PublishValidation(chosen?.Arn ?? "", names, zones, external), ["certificate"],
            after: chosen is { ValidationRecords.Count: > 0 } ? string.Join("; ", chosen.ValidationRecords.Select(r => $"{r.Name} -> {r.Value}")) : "as ACM names them");
        plan.Add("certificate-issued", ChangeAction.Wait, "ACM certificate", string.Join(", ", names), "ACM issues it some minutes after it sees its records", new Operation.WaitCertificate(chosen?.Arn ?? "", names), ["certificate", "validation"], after: "Issued");
        return chosen?.Arn ?? "";
    }

    // Renewal needs the validation records to stay.
    private void PlanRenewal(ObservedCertificate certificate)
    {
        foreach (var record in certificate.ValidationRecords.DistinctBy(r => r.Name, StringComparer.OrdinalIgnoreCase))
        {
            // Only what was looked at, the names below the domain: another name of the user's own certificate would look missing for ever.
            if (stack.DnsHost == DnsHost.Route53 && observed.ZoneOf(record.Name) is not null && record.Name.EndsWith("." + stack.Domain, StringComparison.OrdinalIgnoreCase))
            {
                var set = new RecordSet { Name = record.Name.ToLowerInvariant(), Type = "CNAME", Ttl = RecordPlanner.PolicyRecordTtl, Values = [record.Value] };
                if (!observed.RecordSetsAt(set.Name).Any(s => s.Type == "CNAME" && s.Values.Count == 1 && string.Equals(s.Values[0].TrimEnd('.'), record.Value, StringComparison.OrdinalIgnoreCase)))
                {
                    records.Ensure($"validation/{record.Domain}", set, record.Value, owned: true, "ACM renews the certificate only while its validation record stands", []);
                }
            }
        }
    }

    private ObservedCertificate? ChooseCertificate(IReadOnlyList<string> names)
    {
        if (stack.CertificateArn.Length > 0)
        {
            // CloudFront looks in us-east-1 only.
            if (stack.CertificateArn.Split(':') is not [_, _, "acm", "us-east-1", _, _])
            {
                throw new EmailSecurityException("CertificateNotInUsEast1", ErrorKind.InvalidArgument, $"{stack.CertificateArn} is not the ARN of an ACM certificate in us-east-1, where CloudFront looks for it.", "Request or import it in us-east-1, or leave -CertificateArn out and let the stack request its own.") { Target = stack.CertificateArn };
            }

            var given = observed.Certificates.FirstOrDefault(c => c.Arn == stack.CertificateArn)
                ?? throw new EmailSecurityException("CertificateNotFound", ErrorKind.NotFound, $"There is no certificate {stack.CertificateArn} in this account in us-east-1.", "Check the ARN, or leave it out and let the stack request its own.") { Target = stack.CertificateArn };
            if (!Covers(given, names) && !IsOurs(given))
            {
                throw new EmailSecurityException("CertificateDoesNotCover", ErrorKind.InvalidData,
                    $"Certificate {given.Arn} is for {string.Join(", ", given.Names)}; the stack needs {string.Join(" and ", names)}.", "Use a certificate with these names, or leave -CertificateArn out and let the stack request its own.")
                { Target = given.Arn };
            }

            // One of the stack's own that no longer fits (another BIMI host) is replaced like any other.
            if (Covers(given, names) && given.Status is CertificateStatus.Issued or CertificateStatus.PendingValidation)
            {
                return given;
            }

            if (!IsOurs(given))
            {
                throw new EmailSecurityException("CertificateNotUsable", ErrorKind.InvalidOperation, $"Certificate {given.Arn} is {given.Status}.", "Use an issued certificate, or leave -CertificateArn out and let the stack request its own.") { Target = given.Arn };
            }
        }

        var inUse = observed.Distribution?.Settings.CertificateArn;
        return observed.Certificates
            .Where(c => Covers(c, names) && c.Status is CertificateStatus.Issued or CertificateStatus.PendingValidation && (IsOurs(c) || c.Arn == inUse))
            .OrderByDescending(c => c.Status == CertificateStatus.Issued).ThenByDescending(c => c.Arn == inUse).ThenBy(c => c.Arn, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    private bool IsOurs(ObservedCertificate c) => StackNames.IsOwner(stack.Domain, c.Tags);

    /// <summary>True where every name is among the certificate's, or matched by a wildcard of one label.</summary>
    public static bool Covers(ObservedCertificate certificate, IEnumerable<string> names) => names.All(n =>
        certificate.Names.Any(c => string.Equals(c, n, StringComparison.OrdinalIgnoreCase) || (c.StartsWith("*.", StringComparison.Ordinal) && n.IndexOf('.') is var dot and > 0 && string.Equals(c[1..], n[dot..], StringComparison.OrdinalIgnoreCase))));

    private static string Comment(string domain)
    {
        var comment = $"MTA-STS and BIMI of {domain}";
        return comment.Length <= 128 ? comment : comment[..128];
    }

    // Only the values of one side that differ from the other's.
    private static string Difference(DistributionSettings of, DistributionSettings than)
    {
        (string Name, string Of, string Than)[] rows =
        [
            ("aliases", string.Join(" ", of.Aliases), string.Join(" ", than.Aliases)),
            ("origin", of.OriginDomainName, than.OriginDomainName),
            ("origin access control", of.OriginAccessControlId, than.OriginAccessControlId),
            ("certificate", of.CertificateArn, than.CertificateArn),
            ("logs", of.LogBucketDomainName + "/" + of.LogPrefix, than.LogBucketDomainName + "/" + than.LogPrefix),
            ("comment", of.Comment, than.Comment),
            ("security policy", of.MinimumProtocolVersion, than.MinimumProtocolVersion),
            ("HTTP version", of.HttpVersion, than.HttpVersion),
            ("IPv6", of.Ipv6 ? "on" : "off", than.Ipv6 ? "on" : "off"),
            ("viewer protocol", of.ViewerProtocolPolicy, than.ViewerProtocolPolicy),
            ("cache policy", of.CachePolicyId, than.CachePolicyId),
            ("state", of.Enabled ? "enabled" : "disabled", than.Enabled ? "enabled" : "disabled"),
        ];
        return string.Join(", ", rows.Where(r => r.Of != r.Than).Select(r => $"{r.Name} {r.Of}"));
    }
}
