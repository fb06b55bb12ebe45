using System.Xml.Linq;
using EmailSecurity.Sandbox.Aws;

namespace EmailSecurity.Sandbox.CloudFront;

/// <summary>A distribution in the shapes that CloudFront answers with.</summary>
internal sealed class DistributionXml(CloudFrontStore store)
{
    private static readonly XNamespace Ns = CloudFrontService.Ns;

    /// <summary>The whole of it.</summary>
    public XElement Whole(Distribution distribution, bool justChanged) => new(
        Ns + "Distribution",
        new XElement(Ns + "Id", distribution.Id),
        new XElement(Ns + "ARN", distribution.Arn),
        new XElement(Ns + "Status", StatusOf(distribution, justChanged)),
        new XElement(Ns + "LastModifiedTime", RestXml.Time(distribution.LastModified)),
        new XElement(Ns + "InProgressInvalidationBatches", distribution.Invalidations.Count(i => i.CompleteAt > store.Now)),
        new XElement(Ns + "DomainName", distribution.DomainName),
        new XElement(Ns + "ActiveTrustedSigners", new XElement(Ns + "Enabled", false), new XElement(Ns + "Quantity", 0)),
        new XElement(Ns + "ActiveTrustedKeyGroups", new XElement(Ns + "Enabled", false), new XElement(Ns + "Quantity", 0)),
        new XElement(distribution.Config),
        Recordals(distribution));

    /// <summary>Its line in a list.</summary>
    public XElement Summary(Distribution distribution)
    {
        XElement? Part(string name) => distribution.Config.Element(Ns + name) is { } part ? new XElement(part) : null;
        return new XElement(
            Ns + "DistributionSummary",
            new XElement(Ns + "Id", distribution.Id),
            new XElement(Ns + "ARN", distribution.Arn),
            new XElement(Ns + "ETag", distribution.ETag),
            new XElement(Ns + "Status", StatusOf(distribution)),
            new XElement(Ns + "LastModifiedTime", RestXml.Time(distribution.LastModified)),
            new XElement(Ns + "DomainName", distribution.DomainName),
            Part("Aliases"),
            Part("Origins"),
            Part("OriginGroups"),
            Part("DefaultCacheBehavior"),
            Part("CacheBehaviors"),
            Part("CustomErrorResponses"),
            Part("Comment"),
            Part("PriceClass"),
            Part("Enabled"),
            Part("ViewerCertificate"),
            Part("Restrictions"),
            Part("WebACLId"),
            Part("HttpVersion"),
            Part("IsIPV6Enabled"),
            Recordals(distribution),
            Part("Staging"),
            Part("ConnectionMode"),
            Part("AnycastIpListId"),
            Part("ViewerMtlsConfig"),
            Part("ConnectionFunctionAssociation"));
    }

    private string StatusOf(Distribution distribution, bool justChanged = false) =>
        justChanged || store.Now < distribution.DeployedAt ? "InProgress" : "Deployed";

    private static XElement? Recordals(Distribution distribution) => distribution.Edge.Aliases.Count == 0 ? null : new XElement(
        Ns + "AliasICPRecordals",
        distribution.Edge.Aliases.Select(
            a => new XElement(Ns + "AliasICPRecordal", new XElement(Ns + "CNAME", a), new XElement(Ns + "ICPRecordalStatus", "APPROVED"))));
}
