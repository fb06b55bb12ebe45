using System.Globalization;
using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;
using EmailSecurity.Sandbox.Contracts;
using static EmailSecurity.Sandbox.CloudFront.ConfigXml;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>
/// Who has an alternate domain name, and how it moves to another distribution (Developer Guide, "Move an alternate domain name"). Under the store's lock.
/// </summary>
internal sealed class DomainAssociations(CloudFrontStore store, ViewerRules viewers)
{
    private const int MaxItems = 100;

    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>ListDomainConflicts: the name itself, and names of wildcards that overlap with it, whoever has them.</summary>
    public AwsReply List(AwsCall call)
    {
        var body = RestXml.Parse(call.Body, "ListDomainConflictsRequest", Ns, "MalformedXML");
        Require(body, "Domain", "DomainControlValidationResource");
        var domain = Domain(body);
        Demand(Resource(body.Element(Ns + "DomainControlValidationResource")!, call.AccountId), domain);
        var all = store.All.SelectMany(d => d.Edge.Aliases.Where(a => Overlap(a, domain)).Select(a => (Alias: a, Distribution: d)))
            .OrderBy(c => c.Alias, StringComparer.Ordinal).ThenBy(c => c.Distribution.Id, StringComparer.Ordinal).ToArray();
        var size = Number(body, "MaxItems", MaxItems);
        var start = Number(body, "Marker", 0);
        var page = all.Skip(start).Take(Math.Min(size, MaxItems)).ToArray();
        var next = start + page.Length;
        return RestXml.Reply(200, new XElement(
            Ns + "ListDomainConflictsResult",
            new XElement(Ns + "DomainConflicts", page.Select(c => new XElement(
                Ns + "DomainConflicts",
                new XElement(Ns + "Domain", c.Alias),
                new XElement(Ns + "ResourceType", "distribution"),
                new XElement(Ns + "ResourceId", HalfHidden(c.Distribution.Id)),
                new XElement(Ns + "AccountId", HalfHidden(c.Distribution.AccountId))))),
            next < all.Length ? new XElement(Ns + "NextMarker", next) : null));
    }

    /// <summary>UpdateDomainAssociation.</summary>
    public AwsReply Update(AwsCall call)
    {
        var body = RestXml.Parse(call.Body, "UpdateDomainAssociationRequest", Ns, "MalformedXML");
        Require(body, "Domain", "TargetResource");
        var domain = Domain(body);
        var target = Resource(body.Element(Ns + "TargetResource")!, call.AccountId);
        IfMatch.Check(call, target.ETag);
        Demand(target, domain);
        var source = store.All.FirstOrDefault(d => d.Edge.Aliases.Contains(domain, StringComparer.Ordinal))
            ?? throw new AwsRuleException(404, "EntityNotFound", "The entity was not found.");
        if (source == target)
        {
            throw new AwsRuleException(400, "IllegalUpdate", "The domain is already associated with the target resource.");
        }
        if (source.AccountId != target.AccountId)
        {
            CheckOtherAccount(source, target, domain);
        }
        ViewerRules.CheckCount([.. target.Edge.Aliases, domain]);
        store.Move(domain, source, target);
        return RestXml.Reply(
            200,
            new XElement(Ns + "UpdateDomainAssociationResult", new XElement(Ns + "Domain", domain), new XElement(Ns + "ResourceId", target.Id)),
            ("ETag", target.ETag));
    }

    // "If the source and target distributions are in different AWS accounts, the source must be disabled", and a TXT record at the name with an underscore
    // in front of it names the target. Within an account neither is asked for.
    private void CheckOtherAccount(Distribution source, Distribution target, string domain)
    {
        if (source.Edge.Enabled || store.Now < source.DeployedAt)
        {
            throw new AwsRuleException(400, "IllegalUpdate", "The source distribution must be disabled before the domain can be moved.");
        }
        if (!store.HasText("_" + domain, target.DomainName))
        {
            throw new AwsRuleException(403, "AccessDenied", $"The TXT record _{domain} does not name {target.DomainName}.");
        }
    }

    private static string Domain(XElement body)
    {
        var domain = Text(body, "Domain");
        ViewerRules.CheckName(domain);
        return domain;
    }

    private Distribution Resource(XElement resource, string accountId)
    {
        var (distribution, tenant) = (Text(resource, "DistributionId"), Text(resource, "DistributionTenantId"));
        if ((distribution.Length > 0) == (tenant.Length > 0))
        {
            throw Argument("Specify either DistributionId or DistributionTenantId, but not both.");
        }
        return store.All.FirstOrDefault(d => d.Id == distribution && d.AccountId == accountId)
            ?? throw new AwsRuleException(404, "EntityNotFound", "The entity was not found.");
    }

    // Only who has a certificate for a name may ask who has the name, or move it.
    private void Demand(Distribution distribution, string domain)
    {
        if (distribution.Edge.CertificateArn.Length == 0)
        {
            throw Argument("The specified resource has no certificate that covers the domain.");
        }
        try
        {
            viewers.CheckCertificate(distribution.Config.Element(Ns + "ViewerCertificate"), distribution.AccountId, [domain]);
        }
        catch (AwsRuleException e) when (e.Code == "InvalidViewerCertificate")
        {
            throw Argument("The certificate that is attached to the specified resource doesn't cover the domain.");
        }
    }

    private static bool Overlap(string alias, string domain) => alias == domain || Covers(alias, domain) || Covers(domain, alias);

    private static bool Covers(string wildcard, string name) =>
        wildcard.StartsWith("*.", StringComparison.Ordinal) && name.EndsWith(wildcard[1..], StringComparison.Ordinal);

    // "The resource ID and the account ID are partially hidden."
    private static string HalfHidden(string id) => new string('*', id.Length / 2) + id[(id.Length / 2)..];

    private static int Number(XElement body, string name, int missing) => Text(body, name) is not { Length: > 0 } text ? missing
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw Argument($"The parameter {name} is not valid: {text}");
}
